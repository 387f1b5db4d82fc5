"""The secrets in links that are sent by mail: to take an account over, to set a new password, to confirm an
address.

Nothing is stored. A key is signed, says whose it is and since when, and carries a digest of what it is to
change (the password's hash, the address, the status): once that has changed, by this key or another way, it
is void. So each works once, and whoever uses it holds the account's row locked meanwhile.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from config.errors import NotFound
from experts.models import EmailChange, User


class Purpose(StrEnum):
    """What a key opens."""

    ACTIVATE = "activate"
    RESET = "reset"
    EMAIL = "email"


HOLDS_FOR = {
    Purpose.ACTIVATE: dt.timedelta(days=7),
    Purpose.RESET: dt.timedelta(hours=1),
    Purpose.EMAIL: dt.timedelta(hours=24),
}


def key_for(purpose: Purpose, user: User) -> str:
    """A fresh key."""
    return signing.dumps([user.pk.hex, _digest(purpose, user, settings.SECRET_KEY)], salt=_salt(purpose))


def url_for(purpose: Purpose, user: User) -> str:
    """The address of the page that takes a fresh key. It stands in the query, which is not logged."""
    return f"{settings.ACCOUNT_PAGES_URL}/{purpose.value}?key={key_for(purpose, user)}"


def locked_user(purpose: Purpose, key: str) -> User:
    """Whose key it is, with the row locked; in the caller's transaction.

    `NotFound`, always the same, for a key that was not made here or for something else, is too old, was used,
    or whose account is not in the state that the purpose needs.
    """
    try:
        user_id, digest = signing.loads(key, salt=_salt(purpose), max_age=HOLDS_FOR[purpose])
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound from None
    user = User.objects.select_for_update().filter(pk=UUID(user_id), is_system=False).first()
    if user is None or user.status != _STATUS[purpose]:
        raise NotFound
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(constant_time_compare(digest, _digest(purpose, user, secret)) for secret in keys):
        raise NotFound
    return user


_STATUS = {
    Purpose.ACTIVATE: User.Status.UNCLAIMED,
    Purpose.RESET: User.Status.ACTIVE,
    Purpose.EMAIL: User.Status.ACTIVE,
}


def _salt(purpose: Purpose) -> str:
    return f"experts.account_links.{purpose.value}"


def _digest(purpose: Purpose, user: User, secret: str) -> str:
    state = [user.password, user.email, user.status, str(user.last_login), str(user.session_version)]
    if purpose == Purpose.EMAIL:
        wanted = EmailChange.objects.filter(pk=user.pk).first()
        # Signing in does not void it; asking for another address does.
        state = [user.email, f"{wanted.email} {wanted.asked_at}" if wanted else ""]
    return salted_hmac(_salt(purpose), "\0".join(state), secret, algorithm="sha256").hexdigest()
