"""Doing what rows come to: accounts, profiles and places in networks, of many rows in the same few queries.

Nothing here decides what is right: that was decided by `experts.imports.plans` in the same transaction, with
accounts and profiles locked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from experts import audit
from experts.actions import editing, networks, writing
from experts.imports import plans
from experts.imports.plans import Plan
from experts.models import AuditEntry, Import, ImportRow, Profile, User

State = ImportRow.State


def reason(held: Import) -> str:
    """What the audit log gives as the reason of everything an import does."""
    return f"Import of {held.file_name or held.pk}"


def write(found: Sequence[Plan], held: Import, acting_user: User) -> None:
    """Do what the plans say, in the caller's transaction; the rows are told what an undo needs."""
    why = reason(held)
    doing = [plan for plan in found if plan.row.state in {State.CREATE, State.UPDATE}]
    _accounts(doing, acting_user, why)
    after = _profiles(doing, acting_user, why)
    _networks(doing, acting_user, why)
    for plan in doing:
        user, row = plan.user, plan.row
        if user is None:
            raise TypeError("A row that is to be written is about somebody.")
        row.person = user.pk
        row.state = State.CREATED if plan.is_new_user else State.UPDATED
        profile = after.get(user.pk)
        row.profile_version = profile.version if profile else None


def open_networks(found: Sequence[Plan], acting_user: User) -> None:
    """Lock the networks that rows name, in one order."""
    for network in sorted({one for plan in found for one in plan.parsed.networks}):
        networks.opened(network, acting_user)


def save(rows: Sequence[ImportRow]) -> None:
    """Store what was found and done of rows, in one statement."""
    values = [{name: getattr(row, name) for name in ("id", *_SAVED)} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, [json.dumps(values, cls=DjangoJSONEncoder)])


_SAVED = {
    "state": "text",
    "faults": "jsonb",
    "email": "text",
    "external_id": "text",
    "person": "uuid",
    "before": "jsonb",
    "written": "jsonb",
    "profile_version": "integer",
}
_SAVE = (
    f"UPDATE experts_importrow AS row SET {', '.join(f'{name} = new.{name}' for name in _SAVED)} "  # noqa: S608
    f"FROM jsonb_to_recordset(%s::jsonb) AS new(id bigint, "
    f"{', '.join(f'{name} {kind}' for name, kind in _SAVED.items())}) WHERE row.id = new.id"
)


def _accounts(doing: Sequence[Plan], acting_user: User, why: str) -> None:
    made: list[User] = []
    changed: list[User] = []
    entries: list[AuditEntry] = []
    for plan in doing:
        user = plan.user
        if user is None:
            continue
        if plan.is_new_user:
            user.password = make_password(None)
            made.append(user)
            entries.append(
                audit.entry("account.invited", user, actor=acting_user, concerns=user.pk, reason=why)
            )
        elif plan.account:
            for name, (_, after) in plan.account.items():
                setattr(user, name, after)
            changed.append(user)
            changes = {name: list(pair) for name, pair in plan.account.items()}
            plan.row.before["account"] = changes
            entries.append(
                audit.entry(
                    "account.changed",
                    user,
                    actor=acting_user,
                    concerns=user.pk,
                    reason=why,
                    changes=changes,
                )
            )
    User.objects.bulk_create(made)
    if changed:
        User.objects.bulk_update(changed, ["email", "external_id", "language"])
    AuditEntry.objects.bulk_create(entries)


def _profiles(doing: Sequence[Plan], acting_user: User, why: str) -> dict[UUID, Profile]:
    made: list[writing.Change] = []
    changed: list[writing.Change] = []
    edits: list[editing.Edit] = []
    for plan in doing:
        profile = plan.profile
        if profile is None:
            continue
        if plan.is_new_profile:
            made.append((profile, plan.cleaned))
            plan.row.written["profile"] = True
        elif plan.sections:
            edits.append(editing.Edit(profile.pk, plan.sections, editing.snapshot(profile, plan.sections)))
            plan.row.before |= _before(plan, profile)
            changed.append((profile, plan.cleaned))
    writing.make(made)
    writing.write(changed)
    after = editing.begun([profile.pk for profile, _ in made], acting_user, reason=why) if made else {}
    return after | (editing.finish(edits, "profile.imported", acting_user, reason=why) if edits else {})


def _before(plan: Plan, profile: Profile) -> dict[str, Any]:
    """What an undo puts back: columns and lists as they are, and which items are new."""
    before: dict[str, Any] = {
        "columns": {name: getattr(profile, name) for name in plan.cleaned.columns},
        "items": [str(item.pk) for item in plans.added(plan)],
    }
    if plan.cleaned.topics is not None:
        before["topics"] = [
            {"topic": row["topic"], "level": row["level"], "years": row["years"]}
            for row in profile.topic_rows
        ]
    if plan.cleaned.languages is not None:
        before["languages"] = [
            {"language": row["language"], "level": row["level"]} for row in profile.language_rows
        ]
    return before


def _networks(doing: Sequence[Plan], acting_user: User, why: str) -> None:
    joining: dict[UUID, dict[UUID, Plan]] = {}
    for plan in doing:
        if plan.user is not None:
            for network in plan.networks or (plan.parsed.networks if plan.is_new_user else ()):
                joining.setdefault(network, {})[plan.user.pk] = plan
    for network in sorted(joining):
        places = networks.add_members(
            network, acting_user=acting_user, people=list(joining[network]), reason=why
        )
        for place in places:
            plan = joining[network][place.user_id]
            plan.row.written.setdefault("networks", []).append(str(network))
