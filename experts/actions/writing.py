"""Storing what was cleaned, of one profile or of many in the same few queries."""

from __future__ import annotations

from collections.abc import Sequence

from experts import files
from experts.cleaning import Cleaned
from experts.models import Profile, ProfileItem, ProfileLanguage, ProfileTopic, Section

type Change = tuple[Profile, Cleaned]


def write(changes: Sequence[Change]) -> None:
    """Store what was cleaned for profiles that exist and are locked by the caller; lists replace the list."""
    _columns(changes)
    _rows(ProfileTopic, [(profile, cleaned.topics) for profile, cleaned in changes])
    _rows(ProfileLanguage, [(profile, cleaned.languages) for profile, cleaned in changes])
    _items(changes)


def make(changes: Sequence[Change]) -> None:
    """Store profiles that do not exist yet, with what was cleaned for them."""
    for profile, cleaned in changes:
        for name, value in cleaned.columns.items():
            setattr(profile, name, value)
    Profile.objects.bulk_create(profile for profile, _ in changes)
    ProfileTopic.objects.bulk_create(row for _, cleaned in changes for row in cleaned.topics or ())
    ProfileLanguage.objects.bulk_create(row for _, cleaned in changes for row in cleaned.languages or ())
    ProfileItem.objects.bulk_create(
        item for _, cleaned in changes for items in cleaned.items.values() for item in items
    )


def _columns(changes: Sequence[Change]) -> None:
    """Profiles whose columns are the same few are written together."""
    alike: dict[frozenset[str], list[Profile]] = {}
    for profile, cleaned in changes:
        for name, value in cleaned.columns.items():
            setattr(profile, name, value)
        if cleaned.columns:
            alike.setdefault(frozenset(cleaned.columns), []).append(profile)
    for names, profiles in alike.items():
        Profile.objects.bulk_update(profiles, sorted(name.removesuffix("_id") for name in names))


def _rows[M: (ProfileTopic, ProfileLanguage)](
    model: type[M], lists: Sequence[tuple[Profile, list[M] | None]]
) -> None:
    replaced = [(profile.pk, rows) for profile, rows in lists if rows is not None]
    if not replaced:
        return
    model.objects.filter(profile__in=[profile_id for profile_id, _ in replaced]).delete()
    model.objects.bulk_create(row for _, rows in replaced for row in rows)


def _items(changes: Sequence[Change]) -> None:
    for profile, cleaned in changes:
        for section, items in cleaned.items.items():
            _replace(profile, section, items)


def _replace(profile: Profile, section: Section, items: list[ProfileItem]) -> None:
    present = {item.pk: item for item in profile.items.filter(section=section)}
    kept = present.keys() & {item.pk for item in items}
    for item_id in present.keys() - kept:
        files.forget(present[item_id].file)
    profile.items.filter(section=section).exclude(pk__in=kept).delete()
    for item in items:
        item.save(force_insert=item.pk not in kept)
