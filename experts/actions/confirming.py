"""Confirming a profile by the link in a reminder: who holds it is who got the mail, and does not sign in."""

from __future__ import annotations

from django.db import transaction

from config.errors import Invalid
from experts import confirm_links
from experts.actions import profiles
from experts.models import Profile, User

BY_LINK = "By the link in a reminder"


def of_token(token: str, *, lock: bool = False) -> tuple[Profile, bool]:
    """The profile, with its person, and whether it is still to be confirmed. `Invalid` for a token that is
    forged or too old, and where the person has no account any more that could confirm."""
    profile_id, confirmed_at = confirm_links.read(token)
    found = Profile.objects.select_related("user").filter(pk=profile_id, user__status=User.Status.ACTIVE)
    if lock:
        found = found.select_for_update(of=("self",), no_key=True)
    profile = found.first()
    if profile is None:
        raise Invalid("This address does not work any more.", code="unknown_token")
    return profile, profile.confirmed_at == confirmed_at


def confirm(token: str) -> Profile:
    """Confirm the profile as its person; once, however often it is asked. Raises as `profiles.confirm` does,
    and `Invalid` as `of_token`."""
    with transaction.atomic():
        profile, is_due = of_token(token, lock=True)
        if is_due:
            profiles.confirm(profile.pk, acting_user=profile.user, reason=BY_LINK)
        return profile
