"""What every change of a profile begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from config.errors import Denied, NotFound, require_version
from experts import audit, disclosure, policies, viewers
from experts.models import AuditEntry, Profile, ProfileItem, Section, User
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


@dataclass(frozen=True, slots=True)
class Edit:
    """What of a profile was changed: its sections, and their content as it was (`snapshot`)."""

    profile_id: UUID
    sections: Sequence[Section]
    before: Mapping[str, Any]


def finished(
    profile: Profile, verb: str, acting_user: User, sections: Sequence[Section], before: Mapping[str, Any]
) -> Profile:
    """`finish` of one profile; returns it as it is now."""
    return finish([Edit(profile.pk, sections, before)], verb, acting_user)[profile.pk]


def finish(edits: Sequence[Edit], verb: str, acting_user: User) -> dict[UUID, Profile]:
    """Count the versions up, note what changed, have it indexed; returns the profiles as they are now, by id.

    Where nothing changed, nothing is noted and the version stays. A fixed number of queries.
    """
    ids = [edit.profile_id for edit in edits]
    rows = Profile.objects.with_content("en", disclosure.ALL).filter(pk__in=ids)
    after = {profile.pk: profile for profile in rows}
    changed: list[Profile] = []
    narrowed: list[UUID] = []
    entries: list[AuditEntry] = []
    for edit in edits:
        profile = after[edit.profile_id]
        now = snapshot(profile, edit.sections)
        changes = {name: [edit.before[name], now[name]] for name in now if edit.before[name] != now[name]}
        if not changes:
            continue
        changed.append(profile)
        if any(_takes_back(former, latter) for former, latter in changes.values()):
            narrowed.append(profile.pk)
        profile.version += 1
        profile.confirmed_at = timezone.now()
        profile.reminders_sent = 0
        entries.append(
            audit.entry(
                verb,
                profile,
                actor=acting_user,
                concerns=profile.pk,
                changes=changes,
                audiences={section.value: profile.audiences[section] for section in edit.sections},
            )
        )
    if changed:
        Profile.objects.filter(pk__in=[profile.pk for profile in changed]).update(
            version=F("version") + 1,
            confirmed_at=changed[0].confirmed_at,
            reminders_sent=0,
            updated_at=timezone.now(),
        )
        AuditEntry.objects.bulk_create(entries)
        outbox.enqueue("expert", [profile.pk for profile in changed if profile.pk not in narrowed])
        outbox.enqueue("expert", narrowed, restricting=True)
    return after


def _takes_back(former: Any, now: Any) -> bool:
    """Whether something that was said is said no longer: it must not be found any more."""
    if isinstance(former, list):
        return any(one not in now for one in former)
    return bool(former) and former != now


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
