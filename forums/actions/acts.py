"""What every act of moderation has: a reason, an entry in the audit log, and somebody who is told.

An entry's ``changes`` are what the act changed, before and after, so that it can be undone from them alone
(`forums.actions.undoing`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models

from config.errors import Conflict
from experts import audit
from experts.models import AuditEntry, User
from forums import text
from forums.actions import notices

MAX_REASON = 2_000


class MovedOn(Conflict):
    """What an act changed was changed again since. HTTP 409."""

    code = "state_moved_on"
    detail = "It has changed since. Undo first what was done later."


@dataclass(frozen=True, slots=True)
class Reverted:
    """What an undo brought back, and what that changed, for its entry in the log."""

    thing: models.Model
    changes: Mapping[str, object]


def reason_given(reason: str) -> str:
    """The reason of an act, cleaned; `Invalid` on ``/reason`` where there is none."""
    return text.body(reason, pointer="/reason", length=MAX_REASON)


def reason_of(acting_user: User, author_id: UUID, reason: str) -> str:
    """The same, where authors themselves need not say why."""
    own = acting_user.pk == author_id
    return text.body(reason, pointer="/reason", length=MAX_REASON, blank=own)


def note(
    verb: str,
    obj: models.Model,
    *,
    actor: User,
    reason: str,
    concerns: UUID | None,
    space_id: UUID | None,
    changes: Mapping[str, object] | None = None,
    undoes: AuditEntry | None = None,
    also: Collection[UUID] = (),
) -> AuditEntry:
    """Log an act and tell the person it concerns (and ``also`` these), in the act's transaction."""
    entry = audit.record(
        verb,
        obj,
        actor=actor,
        reason=reason,
        changes=changes,
        concerns=concerns,
        space_id=space_id,
        undoes=undoes,
    )
    notices.moderated(entry, also=also)
    return entry


def state(obj: models.Model, fields: Iterable[str]) -> dict[str, object]:
    """These fields as the audit log keeps them: times as RFC 3339 text, ids as text."""
    return {field: logged(getattr(obj, field)) for field in fields}


def difference(before: Mapping[str, object], obj: models.Model) -> dict[str, object]:
    """``changes`` for the log: the fields of ``before`` that are otherwise now, each with both values."""
    after = state(obj, before)
    return {field: [old, after[field]] for field, old in before.items() if after[field] != old}


def values_before(obj: models.Model, entry: AuditEntry, *, but_not: Collection[str] = ()) -> dict[str, Any]:
    """The columns' values before an act; raises `MovedOn` unless they are now as the act left them."""
    values = {}
    for field, (before, after) in entry.changes.items():
        if field in but_not:
            continue
        if logged(getattr(obj, field)) != after:
            raise MovedOn
        column: Any = type(obj)._meta.get_field(field)  # noqa: SLF001 - Django's public API
        values[field] = column.to_python(before)
    return values


def logged(value: object) -> object:
    """A value as JSON."""
    match value:
        case dt.datetime():
            return value.isoformat()
        case UUID():
            return str(value)
    return value
