"""What every change of a profile begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from config.errors import Denied, NotFound, require_version
from experts import audit, disclosure, policies, viewers
from experts.models import Profile, ProfileItem, Section, User
from search import outbox
from search.viewer import Viewer


def opened(
    profile_id: UUID, acting_user: User, policy: policies.Policy[Profile], expected_version: int | None
) -> tuple[Viewer, Profile]:
    """The profile as the acting person may see it, locked, and allowed by the policy."""
    viewer = viewers.resolve(acting_user)
    queryset = Profile.objects.visible(viewer).with_content("en", disclosure.ALL)
    profile = queryset.select_for_update(of=("self",)).filter(pk=profile_id).first()
    if profile is None:
        raise NotFound
    policies.require(policy, viewer, profile)
    require_version(profile.version, expected_version)
    return viewer, profile


def finished(
    profile: Profile, verb: str, acting_user: User, sections: Sequence[Section], before: Mapping[str, Any]
) -> Profile:
    """Count the version up, note what changed, have it indexed; returns the profile as it is now.

    Where nothing changed, nothing is noted and the version stays.
    """
    after = loaded(profile.pk)
    now = snapshot(after, sections)
    changes = {name: [before[name], now[name]] for name in now if before[name] != now[name]}
    if not changes:
        return after
    after.version += 1
    after.confirmed_at = timezone.now()
    after.reminders_sent = 0
    after.save(update_fields=["version", "confirmed_at", "reminders_sent", "updated_at"])
    audit.record(
        verb,
        after,
        actor=acting_user,
        concerns=after.pk,
        changes=changes,
        audiences={section.value: after.audiences[section] for section in sections},
    )
    outbox.enqueue("expert", [after.pk])
    return after


def loaded(profile_id: UUID) -> Profile:
    return Profile.objects.with_content("en", disclosure.ALL).get(pk=profile_id)


def snapshot(profile: Profile, sections: Sequence[Section]) -> dict[str, Any]:
    """The sections' content by "section" or "section.field"; what the audit log compares and keeps."""
    found: dict[str, Any] = {}
    for section in sections:
        content = disclosure.content(profile, section, "en")
        if isinstance(disclosure.empty(section), dict):
            found |= {f"{section.value}.{name}": value for name, value in content.items()}
        else:
            found[section.value] = content
    return found


def require_sections(viewer: Viewer, profile: Profile, sections: Sequence[Section]) -> None:
    """Whoever may not read a section may not write it either."""
    if not set(sections) <= disclosure.readable(profile, viewer):
        raise Denied("The expert keeps this section from you.", code="section_not_yours")


def item_of(viewer: Viewer, profile: Profile, section: Section, item_id: UUID) -> ProfileItem:
    item = ProfileItem.objects.filter(profile=profile, section=section, pk=item_id).first()
    if item is None or not profile.shows(section, viewer):
        raise NotFound
    return item
