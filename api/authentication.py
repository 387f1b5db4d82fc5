"""Who asks: a personal token, or a session of the browser."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.authentication import SessionAuthentication as BaseSessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from experts import prepared, viewers
from experts.dates import today
from experts.models import PersonalToken, User

CHALLENGE = 'Bearer realm="api"'
LAST_USED_EVERY = dt.timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer xf_…``. One query finds the token, its person and
    where they are (`experts.viewers.with_places`).

    A token that is unknown, revoked or expired, or whose person may not sign in, is a 401.
    """

    def authenticate(self, request: Request) -> tuple[User, PersonalToken] | None:
        scheme, _, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        [token] = prepared.ask(_token, today(), digest=_digest(secret)) or [None]
        now = timezone.now()
        if token is None or token.revoked_at is not None:
            raise AuthenticationFailed("This token is not valid.", code="invalid_token")
        if token.expires_at <= now:
            raise AuthenticationFailed("This token has expired.", code="expired_token")
        if not token.user.is_active:
            raise AuthenticationFailed("This account is not active.", code="inactive_account")
        _note_use(token, now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - the signature is the framework's
        return CHALLENGE


class SessionAuthentication(BaseSessionAuthentication):
    """The session cookie, with a CSRF token for everything but reading."""

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        return CHALLENGE


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself, untyped
    """Personal tokens in the OpenAPI schema."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal token (POST /api/v1/me/tokens) with the scopes read, write, moderate.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Sessions in the OpenAPI schema."""

    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "__Host-sessionid",  # in production; without HTTPS it is sessionid
            "description": "A session (POST /api/v1/session). Unsafe methods also want the value of the "
            "cookie `__Host-csrftoken` as X-CSRFToken. Without HTTPS, on one's own machine, the names are "
            "`sessionid` and `csrftoken`.",
        }


def _token(_day: dt.date) -> QuerySet[PersonalToken]:
    tokens = PersonalToken.objects.select_related("user").filter(digest=prepared.given("digest"))
    found: QuerySet[PersonalToken] = viewers.with_places(tokens, "user")
    return found


def _digest(secret: bytes) -> bytes:
    return PersonalToken.digest_of(secret.strip().decode("latin-1"))


def _note_use(token: PersonalToken, now: dt.datetime) -> None:
    """Keep ``last_used_at`` right to the minute. Whoever is updating it already spares us waiting for the
    row."""
    if token.last_used_at is not None and now - token.last_used_at < LAST_USED_EVERY:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - LAST_USED_EVERY)
    with transaction.atomic():
        free = PersonalToken.objects.filter(stale, pk=token.pk).select_for_update(skip_locked=True)
        PersonalToken.objects.filter(pk__in=free.values("pk")).update(last_used_at=now)
