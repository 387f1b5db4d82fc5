"""Flags, and the cases they make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rest_framework import serializers

from api.serializers import Input, Output, Query
from api.v1.forums.serializers.common import Person, ReasonInput, SpaceLink, actions, person, space_link
from api.v1.moderation.serializers.log import EntryOutput, entries
from experts.models import AuditEntry
from experts.policies import allowed_actions
from forums import access, moderation_policies, text
from forums.actions.moderation import DECISIONS
from forums.models import Case, Flag, Post
from search.viewer import Viewer

REASONS = Flag.Reason.choices
HISTORY = 100


class FlagOutput(Output):
    """A flag as who set it gets it back. What becomes of it is the moderators' business."""

    id = serializers.UUIDField()
    post = serializers.UUIDField()
    reason = serializers.ChoiceField(choices=REASONS)
    note = serializers.CharField()
    created = serializers.DateTimeField()


class CaseFlag(Output):
    person = Person()
    reason = serializers.ChoiceField(choices=REASONS)
    note = serializers.CharField()
    created = serializers.DateTimeField()


class CasePost(Output):
    """The post as moderators see it; handed to the secretariat of a space that it does not read, only what it
    said then."""

    id = serializers.UUIDField()
    author = Person()
    discussion = serializers.UUIDField(allow_null=True)
    topic = serializers.CharField(allow_null=True, help_text="The discussion's title.")
    position = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(choices=Post.State.choices)
    body = serializers.CharField(help_text="Markdown; in a list its beginning.")
    created = serializers.DateTimeField()


class ReasonCount(Output):
    reason = serializers.ChoiceField(choices=REASONS)
    count = serializers.IntegerField()


class CaseOutput(Output):
    """Why a post is before the moderators: flags, or that it is held until approved."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Case.Kind.choices)
    status = serializers.ChoiceField(choices=Case.Status.choices)
    space = SpaceLink(allow_null=True, help_text="Null for one that you do not read.")
    post = CasePost()
    reasons = ReasonCount(many=True, help_text="Of the flags, the most frequent first.")
    about_moderator = serializers.BooleanField(help_text="The author moderated the space.")
    escalated = serializers.DateTimeField(allow_null=True)
    assigned_to = Person(allow_null=True)
    opened = serializers.DateTimeField()
    decided = serializers.DateTimeField(allow_null=True)
    decided_by = Person(allow_null=True)
    allowed_actions = actions()


class CaseDetail(CaseOutput):
    flags = CaseFlag(many=True)
    history = EntryOutput(many=True, help_text="What was done about the case and the post, the latest first.")


class QueueQuery(Query):
    status = serializers.ChoiceField(
        choices=["open", "decided"], default="open", help_text="Open ones, or those that are decided."
    )
    kind = serializers.ChoiceField(choices=Case.Kind.choices, required=False)
    assigned = serializers.RegexField(
        r"^(me|nobody|[0-9a-f-]{36})$", required=False, help_text="`me`, `nobody`, or a person's id."
    )


class FlagInput(Input):
    reason = serializers.ChoiceField(choices=REASONS)
    note = serializers.CharField(
        max_length=2_000, required=False, allow_blank=True, help_text="Needed with the reason `other`."
    )


class AssignInput(Input):
    user = serializers.UUIDField(allow_null=True, help_text="Who looks after it; null for nobody.")


class DecisionInput(ReasonInput):
    decision = serializers.ChoiceField(
        choices=list(DECISIONS),
        help_text="`dismiss`: nothing is wrong (a held post appears); `uphold`: it is, and was dealt with; "
        "`hide` or `delete`: the post, or the discussion that it opens.",
    )


def flag(row: Flag) -> dict[str, Any]:
    """`FlagOutput` of a flag."""
    return {
        "id": row.pk,
        "post": row.case.post_id,
        "reason": row.reason,
        "note": row.note,
        "created": row.created_at,
    }


def cases(rows: Sequence[Case], viewer: Viewer) -> list[dict[str, Any]]:
    """`CaseOutput` of each. The post with its author and discussion, and people, are loaded; one query
    more."""
    counts: dict[UUID, Counter[str]] = {row.pk: Counter() for row in rows}
    for case_id, reason in Flag.objects.filter(case__in=counts).values_list("case_id", "reason"):
        counts[case_id][reason] += 1
    return [_case(row, counts[row.pk], viewer, length=300) for row in rows]


def case(row: Case, viewer: Viewer) -> dict[str, Any]:
    """`CaseDetail`, in three queries more."""
    flags = list(Flag.objects.filter(case=row).select_related("user").order_by("id"))
    log = AuditEntry.objects.filter(object_id__in=[row.pk, row.post_id]).select_related("actor", "appeal")
    return _case(row, Counter(flag.reason for flag in flags), viewer, length=None) | {
        "flags": [
            {
                "person": person(flag.user),
                "reason": flag.reason,
                "note": flag.note,
                "created": flag.created_at,
            }
            for flag in flags
        ],
        "history": entries(list(log.order_by("-at")[:HISTORY]), viewer),
    }


def _case(row: Case, reasons: Counter[str], viewer: Viewer, *, length: int | None) -> dict[str, Any]:
    post, discussion = row.post, row.post.discussion
    here = access.spaces(viewer).get(discussion.space_id)
    reads = here is not None and here.readable
    body = post.body if reads else row.escalated_text
    return {
        "id": row.pk,
        "kind": row.kind,
        "status": row.status,
        "space": space_link(discussion.space_id, viewer) if reads else None,
        "post": {
            "id": post.pk,
            "author": person(post.author),
            "discussion": discussion.pk if reads else None,
            "topic": discussion.title if reads else None,
            "position": post.position if reads else None,
            "state": post.state,
            "body": body if length is None else text.shortened(body, length),
            "created": post.created_at,
        },
        "reasons": [{"reason": reason, "count": count} for reason, count in reasons.most_common()],
        "about_moderator": row.is_about_moderator,
        "escalated": row.escalated_at,
        "assigned_to": person(row.assigned_to) if row.assigned_to else None,
        "opened": row.opened_at,
        "decided": row.decided_at,
        "decided_by": person(row.decided_by) if row.decided_by else None,
        "allowed_actions": allowed_actions(moderation_policies.CASE, viewer, row),
    }
