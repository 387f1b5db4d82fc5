"""Writing the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import models

from experts.models import AuditEntry, User


def entry(
    verb: str,
    obj: models.Model,
    *,
    actor: User,
    reason: str = "",
    changes: Mapping[str, object] | None = None,
    audiences: Mapping[str, object] | None = None,
    concerns: UUID | None = None,
    space_id: UUID | None = None,
    undoes: AuditEntry | None = None,
) -> AuditEntry:
    """An act's entry, not saved yet: for acts on many things, whose entries are written together."""
    return AuditEntry(
        verb=verb,
        actor=actor,
        object_type=obj._meta.model_name or "",  # noqa: SLF001 - Django documents it
        object_id=obj.pk,
        concerns=concerns,
        space_id=space_id,
        reason=reason,
        changes=dict(changes or {}),
        audiences=dict(audiences or {}),
        undoes=undoes,
    )


def record(verb: str, obj: models.Model, *, actor: User, **details: Any) -> AuditEntry:
    """Note an act in the transaction that does it; ``details`` are those of `entry`. ``changes`` maps a field
    to ``[before, after]``.

    ``audiences`` goes with changes of a profile: the tokens of each section that changed, as they are now.
    """
    noted = entry(verb, obj, actor=actor, **details)
    noted.save(force_insert=True)
    return noted
