"""Small secrets that must be read again, encrypted in the database: Fernet (AES-128-CBC, HMAC-SHA-256) under
keys made of SECRET_KEY, and of the former ones while they are in SECRET_KEY_FALLBACKS."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(secret: bytes, *, purpose: str) -> bytes:
    """Encrypt under the present key. What is sealed for one purpose is not opened for another."""
    return _keys(purpose).encrypt(secret)


def unseal(sealed: bytes, *, purpose: str) -> bytes:
    """Decrypt; `cryptography.fernet.InvalidToken` where none of the keys fits."""
    return _keys(purpose).decrypt(sealed)


def _keys(purpose: str) -> MultiFernet:
    return MultiFernet(
        Fernet(
            base64.urlsafe_b64encode(hmac.digest(key.encode(), f"seal:{purpose}".encode(), hashlib.sha256))
        )
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )
