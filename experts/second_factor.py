"""One-time codes: the arithmetic is pyotp's, that each works once is ours."""

from __future__ import annotations

import hashlib
import secrets
import time

import pyotp
from django.utils import timezone
from pyotp.utils import strings_equal

from experts import sealing, site
from experts.models import RecoveryCode, SecondFactor, User

NUMBER_OF_RECOVERY_CODES = 10
STEP_SECONDS = 30
# RFC 6238, 5.2: clocks differ, and people type; one step either way.
_NEAR = (0, -1, 1)
_PURPOSE = "second factor"


def new_secret() -> str:
    """160 random bits in base 32, as the apps want it."""
    return pyotp.random_base32()


def sealed(secret: str) -> bytes:
    """As it is stored."""
    return sealing.seal(secret.encode(), purpose=_PURPOSE)


def uri(secret: str, user: User) -> str:
    """What a QR code shows to an app: ``otpauth://totp/…``."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=site.host())


def in_force(user: User) -> bool:
    """Whether the person has a second factor."""
    there: bool = SecondFactor.objects.in_force().filter(pk=user.pk).exists()
    return there


def take(factor: SecondFactor, code: str) -> bool:
    """Whether it is a code of now that was not used before; it is used then, for all who ask at once."""
    totp = pyotp.TOTP(sealing.unseal(bytes(factor.sealed), purpose=_PURPOSE).decode())
    now = int(time.time()) // STEP_SECONDS
    for step in (now + near for near in _NEAR):
        if strings_equal(code, totp.generate_otp(step)):
            fresh = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step)
            return fresh.update(last_step=step) == 1
    return False


def take_recovery_code(user: User, code: str) -> bool:
    """Whether it is one of the person's recovery codes, unused; it is used then."""
    unused = RecoveryCode.objects.filter(user=user, digest=_digest(code), used_at=None)
    return unused.update(used_at=timezone.now()) == 1


def new_recovery_codes(user: User) -> list[str]:
    """A new set, which replaces the one before. Shown this once."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = [_random_code() for _ in range(NUMBER_OF_RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(code)) for code in codes)
    return codes


def _random_code() -> str:
    """Six groups of four: 120 bits."""
    letters = "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(24))
    return "-".join(letters[at : at + 4] for at in range(0, 24, 4))


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.upper().replace("-", "").replace(" ", "").encode()).digest()
