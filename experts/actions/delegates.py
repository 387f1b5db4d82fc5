"""Letting somebody edit one's profile. Never the account: its e-mail address, password, tokens, delegates."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from config.errors import Conflict, Invalid, NotFound
from experts import audit, disclosure, policies, viewers
from experts.models import Delegation, Profile, User

MAX_DELEGATES = 10


def add(profile_id: UUID, *, acting_user: User, delegate_id: UUID) -> Delegation:
    """Let a member edit the profile. The delegate must be a person whom the expert may see in the directory.

    Raises `NotFound`, `Denied` for anyone but the expert, `Invalid` for an unknown person, `Conflict` if they
    are a delegate already or there are `MAX_DELEGATES`.
    """
    with transaction.atomic():
        viewer = viewers.resolve(acting_user)
        profile = _locked(profile_id, acting_user)
        known = Profile.objects.visible(viewer).filter(pk=delegate_id, user__status=User.Status.ACTIVE)
        if delegate_id == profile_id or not known.exists():
            raise Invalid.field("/delegate", "There is no such member.", code="unknown_person")
        present = set(profile.delegations.values_list("delegate_id", flat=True))
        if delegate_id in present:
            raise Conflict("They are a delegate already.", code="already_delegate")
        if len(present) >= MAX_DELEGATES:
            raise Conflict(f"At most {MAX_DELEGATES} delegates.", code="too_many")
        delegation = Delegation.objects.create(profile=profile, delegate_id=delegate_id)
        audit.record(
            "profile.delegate_added",
            profile,
            actor=acting_user,
            concerns=profile_id,
            changes={"delegate": [None, str(delegate_id)]},
        )
        return delegation


def remove(profile_id: UUID, *, acting_user: User, delegate_id: UUID) -> None:
    """Take the right back; it is gone with the next request of the delegate."""
    with transaction.atomic():
        profile = _locked(profile_id, acting_user)
        deleted, _ = profile.delegations.filter(delegate_id=delegate_id).delete()
        if not deleted:
            raise NotFound
        audit.record(
            "profile.delegate_removed",
            profile,
            actor=acting_user,
            concerns=profile_id,
            changes={"delegate": [str(delegate_id), None]},
        )


def _locked(profile_id: UUID, acting_user: User) -> Profile:
    viewer = viewers.resolve(acting_user)
    queryset = Profile.objects.visible(viewer).with_content("en", disclosure.CARD)
    profile = queryset.select_for_update(of=("self",)).filter(pk=profile_id).first()
    if profile is None:
        raise NotFound
    policies.require(policies.own_profile, viewer, profile)
    return profile
