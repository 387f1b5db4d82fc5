"""Accounts with passwords, second factors, requests; import it as ``make_accounts``."""

from __future__ import annotations

import time
from itertools import count
from typing import Any

import pyotp
from django.utils import timezone

from experts import second_factor
from experts.models import Registration, SecondFactor, User
from tests.factories import experts as make

PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

_numbers = count(1)


def person(password: str = PASSWORD, **fields: Any) -> User:
    """An active member with a password."""
    user = make.user(**fields)
    user.set_password(password)
    user.save()
    return user


def with_second_factor(user: User) -> User:
    """Have signing in ask somebody for a code."""
    now = timezone.now()
    SecondFactor.objects.update_or_create(
        user=user,
        defaults={"sealed": second_factor.sealed(SECRET), "created_at": now, "confirmed_at": now},
    )
    return user


def code(steps: int = 0, secret: str = SECRET) -> str:
    """What the authenticator shows now, or some steps of 30 seconds away."""
    return pyotp.TOTP(secret).generate_otp(int(time.time()) // 30 + steps)


def registration(**fields: Any) -> Registration:
    """A request that waits."""
    number = next(_numbers)
    defaults = {
        "email": f"asks{number}@example.org",
        "name": f"Asks {number}",
        "language": "en",
        "status": Registration.Status.WAITING,
        "asked_at": timezone.now(),
    }
    return Registration.objects.create(**(defaults | fields))
