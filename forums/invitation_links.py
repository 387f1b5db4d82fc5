"""Links of invitations: what they carry, and what is kept of them."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac


def secret(invitation_id: UUID) -> str:
    """What a link carries: made from the invitation's id and the site's key, and kept nowhere."""
    made = salted_hmac(
        "forums.invitation", str(invitation_id), secret=settings.SECRET_KEY, algorithm="sha256"
    )
    return made.hexdigest()


def digest(token: str) -> bytes:
    """What is kept of a link: its SHA-256."""
    return hashlib.sha256(token.encode()).digest()
