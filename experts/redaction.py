"""Taking a person out of the audit log: that something was done stays, what was written of the person goes.

Entries about the account and the profile lose all values. In other entries that concern the person or were
made by them, only what holds their name, addresses or number goes: the rest tells of discussions, spaces and
networks, and is needed to read and undo what was done there. See docs/adr/0007.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q

from experts.models import AuditEntry, Erasure, Profile, User

# Shorter words stand in too much that has nothing to do with the person.
_SHORTEST = 4


def words_of(user: User, erasure: Erasure) -> frozenset[str]:
    """The names, addresses and number by which the person can be known."""
    found = {erasure.name, user.email, user.email.partition("@")[0]}
    profile = Profile.objects.filter(pk=user.pk).first()
    if profile is not None:
        found |= {
            f"{profile.given_name} {profile.family_name}",
            profile.given_name,
            profile.family_name,
            profile.original_name,
            profile.contact_email,
            profile.contact_phone,
            profile.orcid,
        }
    return frozenset(word for word in found if len(word) >= _SHORTEST)


def redact_audit(user: User, words: Collection[str], *, at: datetime) -> None:
    """Redact every entry that concerns the person or is theirs."""
    about = Q(object_id=user.pk) | Q(concerns=user.pk) | Q(actor=user)
    for entry in AuditEntry.objects.filter(about).iterator(chunk_size=500):
        is_about_person = entry.object_id == user.pk
        reason = "" if is_about_person or _names(entry.reason, words) else entry.reason
        changes = {
            name: [None, None] if is_about_person and name != "status" else _without(values, words)
            for name, values in entry.changes.items()
        }
        if reason != entry.reason or changes != entry.changes:
            AuditEntry.objects.filter(pk=entry.pk).update(reason=reason, changes=changes, erased_at=at)


def _names(value: Any, words: Collection[str]) -> bool:
    text = str(value).casefold()
    return any(word.casefold() in text for word in words)


def _without(value: Any, words: Collection[str]) -> Any:
    """The value with None for every text in it that holds one of the words."""
    if isinstance(value, dict):
        return {name: _without(part, words) for name, part in value.items()}
    if isinstance(value, list):
        return [_without(part, words) for part in value]
    return None if isinstance(value, str) and _names(value, words) else value
