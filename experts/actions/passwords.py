"""Passwords: changed by their owner, or set anew by a link in a mail."""

from __future__ import annotations

from django.db import transaction

from config.errors import Invalid
from experts import account_letters, audit, passwords, sessions
from experts.account_links import Purpose, locked_user
from experts.actions import proof
from experts.models import User


def change(
    *, acting_user: User, password: str, new_password: str, code: str = "", session_key: str | None = None
) -> User:
    """Another password for oneself. All sessions end but the one with ``session_key``, which the caller has
    to renew; the person is told by mail.

    `Invalid` for a wrong present password or code, a weak new one, or the same again.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=acting_user.pk)
        proof.require(user, password=password, code=code)
        if new_password == password:
            raise Invalid.field("/new_password", "This is your password already.", code="same_password")
        passwords.give(user, new_password, pointer="/new_password")
        _done(user, "account.password_changed", but=session_key)
        return user


def ask_reset(*, email: str) -> None:
    """Have a link to set a new password sent to an address, if there is an active account with it.

    Whether there is makes no difference to who asks: one look, one job. An account that was never taken over
    gets its activation link again; any other nothing.
    """
    user_id = User.objects.filter(email=email.strip().lower()).values_list("pk", flat=True).first()
    account_letters.tell(account_letters.RESET, user_id)


def reset(*, key: str, password: str) -> User:
    """Set a new password with the key of a link. It works once: of two at the same time, one. All sessions
    end, the second factor stays, and the person is told by mail.

    `NotFound` for a key that does not hold (`account_links.locked_user`), `Invalid` for a weak password.
    """
    with transaction.atomic():
        user = locked_user(Purpose.RESET, key)
        passwords.give(user, password)
        _done(user, "account.password_reset")
        return user


def _done(user: User, verb: str, *, but: str | None = None) -> None:
    sessions.end_all(user, but=but)
    audit.record(verb, user, actor=user, concerns=user.pk)
    account_letters.tell(account_letters.PASSWORD_CHANGED, user)
