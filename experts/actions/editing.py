"""What every change of a profile begins and ends with."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from config.errors import Denied, NotFound, require_version
from experts import audiences, audit, disclosure, policies, viewers
from experts.audiences import Reach
from experts.models import AuditEntry, Profile, ProfileItem, Section, SectionVerification, User
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


def begun(ids: Sequence[UUID], acting_user: User, *, reason: str = "") -> dict[UUID, Profile]:
    """Note that profiles were made, and with what in them; returns them by id. They are drafts, which search
    knows nothing of."""
    after = {profile.pk: profile for profile in _all_of(ids)}
    entries = []
    for profile in after.values():
        changes = {name: [None, value] for name, value in snapshot(profile, disclosure.ALL).items() if value}
        sections = {name.partition(".")[0] for name in changes}
        entries.append(
            audit.entry(
                "profile.created",
                profile,
                actor=acting_user,
                concerns=profile.pk,
                changes=changes,
                audiences={name: profile.audiences[name] for name in sorted(sections)},
                reason=reason,
            )
        )
    AuditEntry.objects.bulk_create(entries)
    return after


def finish(edits: Sequence[Edit], verb: str, acting_user: User, *, reason: str = "") -> dict[UUID, Profile]:
    """Count the versions up, note what changed, have it indexed; returns the profiles as they are now, by id.

    Sections that changed are no longer verified. Where nothing changed, nothing is noted and the version
    stays. A fixed number of queries.
    """
    after = {profile.pk: profile for profile in _all_of([edit.profile_id for edit in edits])}
    narrowed: list[UUID] = []
    changes: dict[UUID, dict[str, Any]] = {}
    for edit in edits:
        now = snapshot(after[edit.profile_id], edit.sections)
        found = {name: [edit.before[name], now[name]] for name in now if edit.before[name] != now[name]}
        if found:
            changes[edit.profile_id] = found
            profile = after[edit.profile_id]
            if any(_takes_back(profile, name, *change) for name, change in found.items()):
                narrowed.append(edit.profile_id)
    if not changes:
        return after
    ended = verifications_ended(
        {pk: {name.partition(".")[0] for name in found} for pk, found in changes.items()}
    )
    entries: list[AuditEntry] = []
    confirmed_at = timezone.now()
    for edit in edits:
        profile = after[edit.profile_id]
        if profile.pk not in changes:
            continue
        profile.version += 1
        profile.confirmed_at, profile.reminders_sent, profile.reminded_at = confirmed_at, 0, None
        entries.append(
            audit.entry(
                verb,
                profile,
                actor=acting_user,
                concerns=profile.pk,
                changes=changes[profile.pk] | ended[profile.pk],
                audiences={section.value: profile.audiences[section] for section in edit.sections},
                reason=reason,
            )
        )
    Profile.objects.filter(pk__in=changes).update(
        version=F("version") + 1,
        confirmed_at=confirmed_at,
        reminders_sent=0,
        reminded_at=None,
        updated_at=confirmed_at,
    )
    AuditEntry.objects.bulk_create(entries)
    outbox.enqueue("expert", [pk for pk in changes if pk not in narrowed])
    outbox.enqueue("expert", narrowed, restricting=True)
    return after


def _takes_back(profile: Profile, name: str, former: Any, now: Any) -> bool:
    """Whether something that others could read is said no longer: it must not be found any more.

    What one keeps to oneself takes nothing from anybody; others do not notice that it changed.
    """
    section = name.partition(".")[0]
    if audiences.choice(profile.audiences[section]).reach == Reach.SELF:
        return False
    if isinstance(former, list):
        return any(one not in now for one in former)
    return bool(former) and former != now


def verifications_ended(edited: Mapping[UUID, Collection[str]]) -> dict[UUID, dict[str, list[str | None]]]:
    """Sections that changed are no longer verified: ``edited`` names them by profile. Returns what the audit
    log keeps of that, by profile. Two queries."""
    ended: dict[UUID, dict[str, list[str | None]]] = {profile_id: {} for profile_id in edited}
    sections = {section for names in edited.values() for section in names}
    rows = SectionVerification.objects.filter(profile__in=edited, section__in=sections)
    lost = [row for row in rows if row.section in edited[row.profile_id]]
    for row in lost:
        since = row.verified_at.isoformat(timespec="seconds")
        ended[row.profile_id][f"verified.{row.section}"] = [since, None]
    if lost:
        SectionVerification.objects.filter(pk__in=[row.pk for row in lost]).delete()
    return ended


def _all_of(ids: Sequence[UUID]) -> QuerySet[Profile]:
    return Profile.objects.with_content("en", disclosure.ALL).filter(pk__in=ids)


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
