"""The audit log as it is read, appeals, sanctions, settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from rest_framework import serializers

from api.serializers import Input, Output, Query
from api.v1.forums.serializers.common import Person, ReasonInput, SpaceLink, actions, person, space_link
from experts import history
from experts.models import AuditEntry, User
from experts.policies import allowed_actions
from forums import access, moderation_policies, policies
from forums.actions import undoing
from forums.models import Appeal, ModerationSettings, Sanction
from search.viewer import Viewer


class ObjectLink(Output):
    type = serializers.CharField(help_text="What it is: discussion, post, sanction, … Expect new ones.")
    id = serializers.UUIDField()


class EntryOutput(Output):
    """One act. Entries are never changed or removed; undoing one writes another."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    verb = serializers.CharField(help_text="For example discussion.closed; undone: discussion.closed.undone.")
    actor = Person()
    reason = serializers.CharField()
    object = ObjectLink()
    space = SpaceLink(allow_null=True)
    concerns = Person(allow_null=True, help_text="Whom the act concerns; they were told of it.")
    changed = serializers.ListField(
        child=serializers.CharField(),
        help_text="What the act changed, without sections of a profile that are not for you.",
    )
    changes = serializers.DictField(
        allow_null=True, help_text="Before and after, by field; null where that is not for you."
    )
    undoes = serializers.UUIDField(allow_null=True)
    undone_by = serializers.UUIDField(allow_null=True)
    appeal = serializers.UUIDField(allow_null=True)
    allowed_actions = actions()


class LogQuery(Query):
    space = serializers.SlugField(max_length=80, required=False)
    actor = serializers.UUIDField(required=False)
    concerns = serializers.UUIDField(required=False, help_text="Whom it concerns.")
    object = serializers.UUIDField(required=False)
    verb = serializers.CharField(
        max_length=60, required=False, help_text="A verb, or its beginning: `discussion.` finds all of them."
    )


class AppealOutput(Output):
    """An appeal: somebody else than who acted decides it, once."""

    id = serializers.UUIDField()
    entry = serializers.UUIDField(help_text="The act appealed, at /moderation/audit/{id}.")
    verb = serializers.CharField()
    act_reason = serializers.CharField(help_text="Why it was done.")
    space = SpaceLink(allow_null=True)
    appellant = Person()
    text = serializers.CharField()
    status = serializers.ChoiceField(choices=Appeal.Status.choices)
    for_secretariat = serializers.BooleanField()
    created = serializers.DateTimeField()
    decided = serializers.DateTimeField(allow_null=True)
    decided_by = Person(allow_null=True)
    decision = serializers.CharField()
    allowed_actions = actions()


class AppealsQuery(Query):
    status = serializers.ChoiceField(choices=Appeal.Status.choices, required=False)
    mine = serializers.BooleanField(required=False, help_text="Only those that you made (or did not make).")


class AppealInput(Input):
    entry = serializers.UUIDField(help_text="The act; it is in the notice that told you of it.")
    text = serializers.CharField(max_length=5_000)


class AppealDecision(ReasonInput):
    grant = serializers.BooleanField(help_text="True undoes the act.")


class SanctionOutput(Output):
    """A warning, a silence or a ban, in a space with all below it, or on the whole site (``space`` null)."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Sanction.Kind.choices)
    user = Person()
    space = SpaceLink(allow_null=True)
    reason = serializers.CharField()
    created = serializers.DateTimeField()
    created_by = Person()
    ends = serializers.DateTimeField(allow_null=True)
    lifted = serializers.DateTimeField(allow_null=True)
    allowed_actions = actions()


class SanctionsQuery(Query):
    kind = serializers.ChoiceField(choices=Sanction.Kind.choices, required=False)
    user = serializers.UUIDField(required=False)
    space = serializers.SlugField(max_length=80, required=False)
    active = serializers.BooleanField(required=False, help_text="Those that hold now, or that do not.")


class SanctionInput(ReasonInput):
    user = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Sanction.Kind.choices)
    space = serializers.SlugField(
        max_length=80,
        required=False,
        allow_null=True,
        help_text="By default the whole site (the secretariat).",
    )
    ends_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="By default it holds until it is lifted."
    )


class SettingsOutput(Output):
    """What is checked before a post of somebody who is no moderator appears."""

    first_posts_held = serializers.IntegerField(
        help_text="A person's first so many posts wait for a moderator."
    )
    slow_mode_seconds = serializers.IntegerField(
        help_text="A person waits so long between two posts; 0 for no wait."
    )
    banned_words = serializers.ListField(child=serializers.CharField())
    max_links = serializers.IntegerField(allow_null=True, help_text="Per post; null for no limit.")


class SettingsChanges(Input):
    first_posts_held = serializers.IntegerField(min_value=0, max_value=20)
    slow_mode_seconds = serializers.IntegerField(min_value=0, max_value=86_400)
    banned_words = serializers.ListField(child=serializers.CharField(max_length=100), max_length=200)
    max_links = serializers.IntegerField(min_value=0, max_value=100, allow_null=True)


# What acts of the forums are about. What entries about other things changed is not for moderation to show.
OF_FORUMS = frozenset({"space", "discussion", "post", "case", "sanction", "appeal"})


def entries(rows: Sequence[AuditEntry], viewer: Viewer) -> list[dict[str, Any]]:
    """`EntryOutput` of each. The actor and the appeal are loaded; two queries for all rows."""
    people = User.objects.in_bulk({row.concerns for row in rows if row.concerns})
    undone = dict(
        AuditEntry.objects.filter(undoes__in=[row.pk for row in rows]).values_list("undoes_id", "pk")
    )
    return [_entry(row, people, undone.get(row.pk), viewer) for row in rows]


def appeals(rows: Iterable[Appeal], viewer: Viewer) -> list[dict[str, Any]]:
    """`AppealOutput` of each. The entry and the people are loaded."""
    return [
        {
            "id": row.pk,
            "entry": row.entry_id,
            "verb": row.entry.verb,
            "act_reason": row.entry.reason,
            "space": _space(row.entry.space_id, viewer),
            "appellant": person(row.appellant),
            "text": row.text,
            "status": row.status,
            "for_secretariat": row.for_secretariat,
            "created": row.created_at,
            "decided": row.decided_at,
            "decided_by": person(row.decided_by) if row.decided_by else None,
            "decision": row.decision,
            "allowed_actions": allowed_actions(moderation_policies.APPEAL, viewer, row),
        }
        for row in rows
    ]


def sanctions(rows: Iterable[Sanction], viewer: Viewer) -> list[dict[str, Any]]:
    """`SanctionOutput` of each. People are loaded."""
    return [
        {
            "id": row.pk,
            "kind": row.kind,
            "user": person(row.user),
            "space": _space(row.space_id, viewer),
            "reason": row.reason,
            "created": row.created_at,
            "created_by": person(row.created_by),
            "ends": row.ends_at,
            "lifted": row.lifted_at,
            "allowed_actions": allowed_actions(moderation_policies.SANCTION, viewer, row),
        }
        for row in rows
    ]


def settings(row: ModerationSettings) -> dict[str, Any]:
    """`SettingsOutput`."""
    return {
        "first_posts_held": row.first_posts_held,
        "slow_mode_seconds": row.slow_mode_seconds,
        "banned_words": row.banned_words,
        "max_links": row.max_links,
    }


def _entry(
    row: AuditEntry, people: Mapping[UUID, User], undone_by: UUID | None, viewer: Viewer
) -> dict[str, Any]:
    about = people.get(row.concerns) if row.concerns else None
    made = getattr(row, "appeal", None)
    may_undo = (
        undone_by is None and undoing.is_undoable(row) and moderation_policies.undo(viewer, row) is None
    )
    return {
        "id": row.pk,
        "at": row.at,
        "verb": row.verb,
        "actor": person(row.actor),
        "reason": row.reason,
        "object": {"type": row.object_type, "id": row.object_id},
        "space": _space(row.space_id, viewer),
        "concerns": person(about) if about else None,
        "changed": history.fields(row, viewer),
        "changes": _changes(row, viewer),
        "undoes": row.undoes_id,
        "undone_by": undone_by,
        "appeal": made.pk if made else None,
        "allowed_actions": ["undo"] if may_undo else [],
    }


def _changes(row: AuditEntry, viewer: Viewer) -> dict[str, Any] | None:
    """What a moderator of the space may know: a space that they are not shown stays unnamed."""
    if row.object_type not in OF_FORUMS:
        return None
    if row.space_id is not None and not policies.moderates(viewer, row.space_id):
        return None
    shown = {str(space_id) for space_id in access.spaces(viewer)}
    return {
        field: [value if value in shown else None for value in pair] if field == "space_id" else pair
        for field, pair in row.changes.items()
    }


def _space(space_id: UUID | None, viewer: Viewer) -> dict[str, Any] | None:
    if space_id is None or space_id not in access.spaces(viewer):
        return None
    return space_link(space_id, viewer)
