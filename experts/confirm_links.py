"""The address in a reminder at which who gets it confirms their profile with one click, without signing in.

What it carries is signed, works for `KEPT`, and for the profile as it was reminded of: once confirmed, or
edited, it does nothing more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing

from config.errors import Invalid
from experts.models import Profile

KEPT = timedelta(days=90)
_SALT = "experts.confirm_links"


def address(profile: Profile) -> str:
    """Where the profile can be confirmed as it stands."""
    said = [str(profile.pk), profile.confirmed_at.isoformat()]
    return f"{settings.BASE_URL}/confirm-profile/{signing.dumps(said, salt=_SALT)}"


def read(token: str) -> tuple[UUID, datetime]:
    """Whose profile, and when it was last confirmed as the reminder was sent. `Invalid` for a token that is
    forged or too old."""
    try:
        profile_id, confirmed_at = signing.loads(token, salt=_SALT, max_age=KEPT)
    except signing.BadSignature as error:
        raise Invalid("This address does not work any more.", code="unknown_token") from error
    return UUID(profile_id), datetime.fromisoformat(confirmed_at)
