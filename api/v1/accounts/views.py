"""Signing in and out, who am I, and personal tokens."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone

from api import signing_in
from api.operations import operation
from api.requests import ApiRequest
from api.v1.accounts import serializers
from api.viewsets import ApiViewSet
from experts.actions import tokens
from experts.models import PersonalToken, User

ACCOUNT = {
    "id": "019a1b2c-3d4e-7f60-8a1b-2c3d4e5f6071",
    "email": "aigul.sadykova@example.org",
    "name": "Aigul Sadykova",
    "language": "ru",
    "time_zone": "Asia/Bishkek",
    "is_secretariat": False,
    "created": "2026-03-02T08:15:00Z",
    "allowed_actions": ["sign_out", "issue_token", "change_password", "change_email", "erase"],
}
TOKEN = {
    "id": "019a1b2c-4444-7f60-8a1b-2c3d4e5f6071",
    "name": "Calendar on my phone",
    "hint": "xf_Qm3Zt",
    "scopes": ["read"],
    "created": "2026-11-02T08:15:00Z",
    "expires_at": "2027-02-01T00:00:00Z",
    "last_used": None,
    "allowed_actions": ["revoke"],
}


class SessionViewSet(ApiViewSet):
    """The session of a browser."""

    tag = "Accounts"

    @operation(
        "Who is signed in", response=serializers.Account, sign_in=True, enrolling=True, example=ACCOUNT
    )
    def retrieve(self, request: ApiRequest) -> HttpResponse:
        """Also sets the CSRF cookie, whose value unsafe requests repeat in the header `X-CSRFToken`."""
        get_token(request.django)
        return self.answer(_account(request))

    @operation(
        "Sign in",
        body=serializers.SignIn,
        response=serializers.Account,
        sign_in=False,
        idempotent=False,
        throttle="sign_in",
        example=ACCOUNT,
        body_example={"email": "aigul.sadykova@example.org", "password": "correct horse battery staple"},
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """Starts a session: sets the session cookie and the CSRF cookie. The answer and its time are the
        same for an unknown address, a wrong password and an account that may not sign in. With a second
        factor, `code` is needed as well: 401 with the code `code_needed` or `wrong_code`, once the password
        was right. Who asked to be erased takes it back by signing in."""
        user = signing_in.prove(request.django, **request.input)
        signing_in.begin(request.django, user)
        request.user = user
        return self.answer(_account(request))

    @operation("Sign out", enrolling=True)
    def destroy(self, request: ApiRequest) -> HttpResponse:
        """Ends the session of this browser."""
        logout(request.django)
        return self.nothing()


class MeViewSet(ApiViewSet):
    """The signed-in person."""

    tag = "Accounts"

    @operation("My account", response=serializers.Account, sign_in=True, enrolling=True, example=ACCOUNT)
    def retrieve(self, request: ApiRequest) -> HttpResponse:
        """The account that the request is made with."""
        return self.answer(_account(request))


class TokenViewSet(ApiViewSet):
    """One's own personal tokens."""

    tag = "Accounts"

    @staticmethod
    def mine(user: User) -> QuerySet[PersonalToken]:
        """A person's tokens that still work."""
        return PersonalToken.objects.filter(user=user, revoked_at=None, expires_at__gt=timezone.now())

    @operation("My tokens", response=serializers.Token, paginated=True, sign_in=True, example=TOKEN)
    def list(self, request: ApiRequest) -> HttpResponse:
        """The tokens that are valid now, the newest first."""
        return self.page(
            self.mine(request.person),
            order=["-created_at", "-id"],
            represent=lambda rows: [serializers.token(row) for row in rows],
        )

    @operation(
        "Issue a token",
        status=201,
        throttle="password",
        body=serializers.TokenInput,
        response=serializers.NewToken,
        example=TOKEN | {"secret": "xf_Qm3ZtM0pS1qk8mXoZV0Jr5cQy0l9v1b2n3m4A5s6D7f"},
        body_example={
            "name": "Calendar on my phone",
            "scopes": ["read"],
            "expires_at": "2027-02-01T00:00:00Z",
            "password": "correct horse battery staple",
        },
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """The secret is in this answer and never again. In a session, the password is asked for again. A
        token issues only tokens that can do no more, and live no longer, than itself."""
        token, secret = tokens.create(**request.input, acting_user=request.person, acting_token=request.token)
        return self.created(
            serializers.token(token) | {"secret": secret}, location=f"/api/v1/me/tokens/{token.pk}"
        )

    @operation("Revoke a token")
    def destroy(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """It stops working at once."""
        tokens.revoke(id, acting_user=request.person)
        return self.nothing()


def _account(request: ApiRequest) -> dict[str, object]:
    enrolling = request.token is None and signing_in.is_enrolling(request.django)
    return serializers.account(request.person, is_enrolling=enrolling)
