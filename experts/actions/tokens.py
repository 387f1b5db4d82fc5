"""Personal tokens: made and revoked by their owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, Denied, Invalid, NotFound, NotSignedIn
from experts import audit
from experts.actions import proof
from experts.models import PersonalToken, User

LONGEST_LIFE = timedelta(days=366)
MAX_TOKENS = 50


def create(
    *,
    acting_user: User,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime,
    acting_token: PersonalToken | None = None,
    password: str = "",
    code: str = "",
) -> tuple[PersonalToken, str]:
    """A token for oneself, and its secret, which cannot be read again.

    With ``acting_token`` the new one gets no scope and no time that this one does not have; without, the
    person proves again who they are (`proof.require`). Raises `Invalid` for an unknown scope, an end that is
    past or over `LONGEST_LIFE` away, a wrong password or code, `Denied` for more than the acting token has,
    `Conflict` when there are `MAX_TOKENS` in force.
    """
    if not acting_user.is_active:
        raise NotSignedIn
    now = timezone.now()
    if not name.strip():
        raise Invalid.field("/name", "Name it, to recognise it by.", code="blank")
    if not scopes or set(scopes) - set(PersonalToken.Scope.values):
        raise Invalid.field("/scopes", f"Of {', '.join(PersonalToken.Scope.values)}.", code="unknown_scope")
    if not now < expires_at <= now + LONGEST_LIFE:
        raise Invalid.field("/expires_at", "In the future, and at most a year away.", code="out_of_range")
    if acting_token is not None:
        if set(scopes) - set(acting_token.scopes):
            raise Denied("A token gives no scope that it does not have.", code="missing_scope")
        if expires_at > acting_token.expires_at:
            raise Denied("A token makes none that outlives it.", code="outlives_token")
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=acting_user.pk)
        if acting_token is None:
            proof.require(user, password=password, code=code)
        in_force = PersonalToken.objects.filter(user=acting_user, revoked_at=None, expires_at__gt=now)
        if in_force.count() >= MAX_TOKENS:
            raise Conflict(f"At most {MAX_TOKENS} tokens.", code="too_many")
        secret = PersonalToken.new_secret()
        token = PersonalToken.objects.create(
            user=acting_user,
            name=name.strip()[:100],
            digest=PersonalToken.digest_of(secret),
            hint=secret[:8],
            scopes=sorted(set(scopes)),
            expires_at=expires_at,
        )
        changes = {"name": [None, token.name], "scopes": [None, token.scopes]}
        audit.record("token.created", token, actor=acting_user, concerns=acting_user.pk, changes=changes)
        return token, secret


def revoke(token_id: UUID, *, acting_user: User) -> None:
    """End a token at once. Only its owner's; `NotFound` for any other, and for one that is revoked."""
    with transaction.atomic():
        queryset = PersonalToken.objects.select_for_update()
        token = queryset.filter(pk=token_id, user=acting_user, revoked_at=None).first()
        if token is None:
            raise NotFound
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        audit.record("token.revoked", token, actor=acting_user, concerns=acting_user.pk)
