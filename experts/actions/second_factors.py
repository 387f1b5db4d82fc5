"""The second factor: set up, confirmed with a first code, renewed, removed."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, Invalid, NotFound
from experts import account_directory, account_letters, audit, second_factor, sessions, viewers
from experts.actions import proof
from experts.models import RecoveryCode, SecondFactor, User


def begin(*, acting_user: User, password: str) -> str:
    """A new secret for one's authenticator, in force once a code of it was given (`confirm`).

    `Invalid` for a wrong password; `Conflict` where there is a second factor: that is removed first.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=acting_user.pk)
        if second_factor.in_force(user):
            raise Conflict("There is a second factor. Remove it first.", code="has_second_factor")
        proof.require(user, password=password)
        secret = second_factor.new_secret()
        values = {"sealed": second_factor.sealed(secret), "created_at": timezone.now(), "last_step": 0}
        SecondFactor.objects.update_or_create(user=user, defaults=values)
        audit.record("account.second_factor_begun", user, actor=user, concerns=user.pk)
        return secret


def confirm(*, acting_user: User, code: str, session_key: str | None = None) -> list[str]:
    """Put the secret of `begin` in force with a code of it; returns the recovery codes, shown this once.

    All sessions but the one with ``session_key`` end: they were begun with less. The person is told by mail.
    `Conflict` where nothing waits to be confirmed, `Invalid` for a wrong code.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=acting_user.pk)
        factor = SecondFactor.objects.filter(pk=user.pk, confirmed_at=None).first()
        if factor is None:
            raise Conflict("Begin with a new secret.", code="nothing_to_confirm")
        if not second_factor.take(factor, code.replace(" ", "")):
            raise Invalid.field("/code", "This code is wrong, or too old.", code="wrong_code")
        SecondFactor.objects.filter(pk=user.pk).update(confirmed_at=timezone.now())
        codes = second_factor.new_recovery_codes(user)
        sessions.end_all(user, but=session_key)
        audit.record("account.second_factor_added", user, actor=user, concerns=user.pk)
        account_letters.tell(account_letters.SECOND_FACTOR_ADDED, user)
        return codes


def renew_recovery_codes(*, acting_user: User, password: str, code: str) -> list[str]:
    """New recovery codes, which replace the ones before. `Invalid` for a wrong password or code, `Conflict`
    without a second factor."""
    with transaction.atomic():
        user = _with_second_factor(acting_user.pk)
        proof.require(user, password=password, code=code)
        codes = second_factor.new_recovery_codes(user)
        audit.record("account.recovery_codes_renewed", user, actor=user, concerns=user.pk)
        account_letters.tell(account_letters.RECOVERY_CODES_RENEWED, user)
        return codes


def remove(*, acting_user: User, password: str, code: str) -> None:
    """Go on with the password alone. `Invalid` for a wrong password or code, `Conflict` without one."""
    with transaction.atomic():
        user = _with_second_factor(acting_user.pk)
        proof.require(user, password=password, code=code)
        _remove(user, acting_user=user)


def remove_for(user_id: UUID, *, acting_user: User, reason: str) -> User:
    """The secretariat helps who has lost authenticator and recovery codes, once it is sure who that is. All
    their sessions end, and they are told by mail."""
    with transaction.atomic():
        if not account_directory.visible(viewers.resolve(acting_user)).filter(pk=user_id).exists():
            raise NotFound
        user = _with_second_factor(user_id)
        if user.pk == acting_user.pk:
            raise Conflict("Somebody else does this for you.", code="own_account")
        _remove(user, acting_user=acting_user, reason=reason)
        sessions.end_all(user)
        return user


def _with_second_factor(user_id: UUID) -> User:
    user = User.objects.select_for_update().get(pk=user_id)
    if not second_factor.in_force(user):
        raise Conflict("There is no second factor.", code="no_second_factor")
    return user


def _remove(user: User, *, acting_user: User, reason: str = "") -> None:
    SecondFactor.objects.filter(pk=user.pk).delete()
    RecoveryCode.objects.filter(user=user).delete()
    audit.record("account.second_factor_removed", user, actor=acting_user, concerns=user.pk, reason=reason)
    account_letters.tell(account_letters.SECOND_FACTOR_REMOVED, user)
