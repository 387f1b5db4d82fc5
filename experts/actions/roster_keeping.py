"""Rosters themselves: made and changed by the secretariat. Who stands on one: `experts.actions.rosters`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction

from config.errors import NotFound, require_version
from experts import admission, audit, labels, viewers
from experts import roster_policies as policies
from experts.cleaning import Faults
from experts.models import ProfileTopic, Roster, Topic, User
from experts.policies import require, secretariat
from experts.references import topics_by_slug

MAX_TOPICS = 20
MAX_NOTICE_DAYS = 365


def create(*, acting_user: User, slug: str, **values: Any) -> Roster:
    """A roster with nobody on it. ``values`` are those of `edit`; ``names`` must be among them. The slug is
    for good."""
    with transaction.atomic():
        roster = Roster(slug=slug)
        require(secretariat, viewers.resolve(acting_user), roster)
        faults = Faults()
        _check_slug(slug, faults)
        topics = _fill(roster, {"names": {}} | values, faults)
        faults.raise_any()
        roster.save(force_insert=True)
        roster.topics.set(topics or [])
        changes = {"slug": [None, slug]} | {name: [None, value] for name, value in _shown(roster).items()}
        audit.record("roster.created", roster, actor=acting_user, changes=changes)
        return roster


def edit(
    roster_id: UUID,
    *,
    acting_user: User,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> Roster:
    """Change what a roster is called, for, about, and wants of who applies. The secretariat's.

    ``changes`` may hold names, purpose (texts by language), topics (slugs), notice_days, admission, level and
    languages (``[{"language", "level"}]``). Those on the roster stay, whatever it wants from now on.
    """
    with transaction.atomic():
        viewer = viewers.resolve(acting_user)
        roster: Roster | None = (
            Roster.objects.visible(viewer).select_for_update(of=("self",)).filter(pk=roster_id).first()
        )
        if roster is None:
            raise NotFound
        require(policies.edit_roster, viewer, roster)
        require_version(roster.version, expected_version)
        before = _shown(roster)
        faults = Faults()
        topics = _fill(roster, changes, faults)
        faults.raise_any()
        if topics is not None:
            roster.topics.set(topics)
        after = _shown(roster)
        changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
        if changed:
            roster.version += 1
            roster.save()
            audit.record("roster.edited", roster, actor=acting_user, changes=changed)
        return roster


def _fill(roster: Roster, values: Mapping[str, Any], faults: Faults) -> list[Topic] | None:
    """Set what is given; returns the topics, which a roster that is not saved cannot hold yet."""
    for name, value in values.items():
        if name in _SET:
            _SET[name](roster, value, faults)
        elif name != "topics":
            faults.add(f"/{name}", "unknown_field", "A roster has no such field.")
    return _topics(values["topics"], faults) if "topics" in values else None


def _names(roster: Roster, value: Any, faults: Faults) -> None:
    roster.names = labels.clean(value, pointer="/names", limit=200, faults=faults, required=True)


def _purpose(roster: Roster, value: Any, faults: Faults) -> None:
    roster.purpose = labels.clean(value, pointer="/purposes", limit=2_000, faults=faults, required=False)


def _notice_days(roster: Roster, value: Any, faults: Faults) -> None:
    if not 0 <= value <= MAX_NOTICE_DAYS:
        faults.add("/notice_days", "out_of_range", f"From 0 to {MAX_NOTICE_DAYS}.")
    roster.notice_days = value


def _admission(roster: Roster, value: Any, faults: Faults) -> None:
    if value not in Roster.Admission.values:
        faults.add("/admission", "unknown_choice", f"One of {', '.join(Roster.Admission.values)}.")
    roster.admission = value


def _level(roster: Roster, value: Any, faults: Faults) -> None:
    if value and value not in ProfileTopic.Level.values:
        faults.add("/level", "unknown_choice", f"One of {', '.join(ProfileTopic.Level.values)}.")
    roster.level = value


def _languages(roster: Roster, value: Any, faults: Faults) -> None:
    roster.languages = admission.clean_languages(value, faults)


_SET: Mapping[str, Callable[[Roster, Any, Faults], None]] = {
    "names": _names,
    "purpose": _purpose,
    "notice_days": _notice_days,
    "admission": _admission,
    "level": _level,
    "languages": _languages,
}


def _topics(slugs: Sequence[str], faults: Faults) -> list[Topic]:
    if len(slugs) > MAX_TOPICS:
        faults.add("/topics", "too_many", f"At most {MAX_TOPICS}.")
        return []
    known = topics_by_slug(slugs)
    for number, slug in enumerate(slugs):
        if slug not in known:
            faults.add(f"/topics/{number}", "unknown_topic", "There is no such topic.")
    return list(dict.fromkeys(known[slug] for slug in slugs if slug in known))


def _shown(roster: Roster) -> dict[str, Any]:
    """What the audit log compares."""
    return {
        "names": roster.names,
        "purpose": roster.purpose,
        "topics": sorted(roster.topics.values_list("slug", flat=True)),
        "notice_days": roster.notice_days,
        "admission": str(roster.admission),
        "level": roster.level,
        "languages": list(roster.languages),
    }


def _check_slug(slug: str, faults: Faults) -> None:
    try:
        validate_slug(slug)
    except ValidationError:
        faults.add("/slug", "invalid_slug", "Letters, digits and hyphens.")
    if Roster.objects.filter(slug=slug).exists():
        faults.add("/slug", "taken", "Another roster has this slug.")
