"""How a profile changed: its audit entries, trimmed to the sections that the reader may read.

A change of a section is told to those who may read the section now and might read it then, so that neither
opening a section nor closing it tells more than the section itself. Who may read what, and who edits, is
told to the expert and delegates alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from experts import disclosure
from experts.models import AuditEntry, Profile, Section
from search.viewer import Viewer, self_token

# The fields that an entry's changes may name, by section (see `editing.snapshot`).
_FIELDS: Mapping[Section, tuple[str, ...]] = {
    section: tuple(f"{section.value}.{name}" for name in disclosure.empty(section))
    if isinstance(disclosure.empty(section), dict)
    else (section.value,)
    for section in Section
}


def entries(profile: Profile, viewer: Viewer) -> QuerySet[AuditEntry]:
    """The profile's entries in which there is something for the viewer (`policies.read_history` allowed
    it)."""
    about = AuditEntry.objects.filter(object_type="profile", object_id=profile.pk).select_related("actor")
    if self_token(profile.pk) in viewer.tokens:
        return about
    there = Q(changes__has_key="status")
    for section in disclosure.readable(profile, viewer):
        there |= Q(
            changes__has_any_keys=[*_FIELDS[section], f"verified.{section.value}"],
            **{f"audiences__{section.value}__has_any_keys": sorted(viewer.tokens)},
        )
    return about.filter(there)


def changes(entry: AuditEntry, profile: Profile, viewer: Viewer) -> list[dict[str, Any]]:
    """What of an entry the viewer may read, as ``{"field", "before", "after"}``."""
    readable = disclosure.readable(profile, viewer)
    is_keeper = self_token(profile.pk) in viewer.tokens

    def is_told(name: str) -> bool:
        if is_keeper or name == "status":
            return True
        section = _section(name)
        return section in readable and viewer.is_in(entry.audiences.get(section, ()))

    return [
        {"field": name, "before": before, "after": after}
        for name, (before, after) in entry.changes.items()
        if is_told(name)
    ]


def fields(entry: AuditEntry, viewer: Viewer) -> list[str]:
    """The names of what an act of any kind changed, for the audit log; of a profile, those of sections that
    the viewer might read then. That one of the others was changed is its expert's own business."""

    def is_told(name: str) -> bool:
        audience = entry.audiences.get(_section(name))
        return audience is None or viewer.is_in(audience)

    return sorted(filter(is_told, entry.changes))


def _section(name: str) -> str:
    return name.removeprefix("verified.").partition(".")[0]


def author(entry: AuditEntry) -> dict[str, UUID | str]:
    """Who made the change."""
    return {"id": entry.actor_id, "name": entry.actor.name}
