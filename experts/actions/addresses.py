"""The address that an account signs in with: changed by who owns both."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, Invalid, NotFound
from experts import account_letters, audit
from experts.account_links import Purpose, locked_user
from experts.actions import proof
from experts.models import EmailChange, User


def ask_change(*, acting_user: User, email: str, password: str, code: str = "") -> None:
    """Have a link sent to the new address, and the present one told.

    Says nothing of whether there is an account with the new one already: who reads its mail is told that. An
    address asked for before is forgotten, and its link void. `Invalid` for a wrong password or code, and for
    the address one has.
    """
    email = email.lower()
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=acting_user.pk)
        proof.require(user, password=password, code=code)
        if email == user.email:
            raise Invalid.field("/email", "This is your address already.", code="same_email")
        now = timezone.now()
        EmailChange.objects.update_or_create(user=user, defaults={"email": email, "asked_at": now})
        audit.record("account.email_change_asked", user, actor=user, concerns=user.pk)
        account_letters.tell(account_letters.EMAIL_ASKED, user)
        account_letters.tell(account_letters.EMAIL_CONFIRM, user)


def confirm(*, key: str) -> User:
    """Take the new address, with the key of the link that was sent to it; once.

    `NotFound` for a key that does not hold; `Conflict` where somebody else has the address by now – whoever
    has the key reads its mail, and so knows.
    """
    with transaction.atomic():
        user = locked_user(Purpose.EMAIL, key)
        wanted = EmailChange.objects.filter(pk=user.pk).first()
        if wanted is None:
            raise NotFound
        if User.objects.filter(email=wanted.email).exists():
            raise Conflict("There is an account with this address.", code="account_exists")
        changes = {"email": [user.email, wanted.email]}
        user.email = wanted.email
        user.save(update_fields=["email"])
        wanted.delete()
        audit.record("account.email_changed", user, actor=user, concerns=user.pk, changes=changes)
        account_letters.tell(account_letters.EMAIL_CHANGED, user)
        return user
