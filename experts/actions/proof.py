"""Proving again who one is, before what would let somebody else keep an account."""

from __future__ import annotations

from django.db import transaction

from config.errors import FieldError, Invalid
from experts import account_letters, audit, second_factor
from experts.models import SecondFactor, User


def require(user: User, *, password: str, code: str = "") -> None:
    """Raise `Invalid` unless it is the person's password and, where they have a second factor, a code that
    was not used before. In the caller's transaction: what then fails leaves the code unused."""
    if not user.check_password(password):
        raise Invalid.field("/password", "This is not your password.", code="wrong_password")
    if fault := code_fault(user, code):
        raise Invalid(errors=[fault])


def code_fault(user: User, code: str) -> FieldError | None:
    """What is wrong with a code; None where it is right (it is used then) or none is needed.

    A recovery code does as well; the person is told by mail.
    """
    factor = SecondFactor.objects.in_force().filter(pk=user.pk).first()
    if factor is None:
        return None
    given = code.replace(" ", "")
    if not given:
        return FieldError("/code", "code_needed", "Give a code of your authenticator, or a recovery code.")
    if given.isascii() and given.isdigit():
        if second_factor.take(factor, given):
            return None
    elif _take_recovery_code(user, given):
        return None
    return FieldError("/code", "wrong_code", "This code is wrong, too old, or was used.")


def _take_recovery_code(user: User, code: str) -> bool:
    with transaction.atomic():
        if not second_factor.take_recovery_code(user, code):
            return False
        audit.record("account.recovery_code_used", user, actor=user, concerns=user.pk)
        account_letters.tell(account_letters.RECOVERY_CODE_USED, user)
        return True
