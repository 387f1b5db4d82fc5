"""People of a space: what is sent and answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from api.serializers import Input, Output, Query
from api.v1.forums.serializers.common import Person, SpaceLink, actions, person, space_link
from experts.labels import pick
from forums import policies
from forums.actions.memberships import MAX_MESSAGE
from forums.models import JoinRequest, Membership, NetworkGrant, Role, Space
from search.viewer import Viewer


class Member(Output):
    """A person's membership of a space."""

    person = Person()
    role = serializers.ChoiceField(choices=Role.choices)
    joined = serializers.DateTimeField()
    allowed_actions = actions()


def members(rows: Sequence[Membership], space: Space, viewer: Viewer) -> list[dict[str, Any]]:
    """`Member` of each membership of one space; the person is loaded."""
    manages = policies.manage(viewer, space) is None
    return [
        {
            "person": person(row.user),
            "role": row.role,
            "joined": row.joined_at,
            "allowed_actions": [
                *(["set_role"] if manages else []),
                *(["remove"] if policies.remove_member(viewer, space, row.role) is None else []),
            ],
        }
        for row in rows
    ]


class MemberFilters(Query):
    role = serializers.ListField(
        child=serializers.ChoiceField(choices=Role.choices), required=False, max_length=4
    )


class RoleInput(Input):
    role = serializers.ChoiceField(choices=Role.choices)
    reason = serializers.CharField(max_length=2_000, required=False, allow_blank=True)


class NetworkLink(Output):
    slug = serializers.SlugField()
    name = serializers.CharField(help_text="In the language asked for.")


class SpaceNetwork(Output):
    """A network all of whose people have a role in the space."""

    network = NetworkLink()
    role = serializers.ChoiceField(choices=Role.choices)
    since = serializers.DateTimeField()
    allowed_actions = actions()


def networks(rows: Sequence[NetworkGrant], space: Space, viewer: Viewer) -> list[dict[str, Any]]:
    """`SpaceNetwork` of each grant; the network is loaded."""
    allowed = ["set_role", "remove"] if policies.manage(viewer, space) is None else []
    return [
        {
            "network": {"slug": row.network.slug, "name": pick(row.network.names, viewer.language)},
            "role": row.role,
            "since": row.created_at,
            "allowed_actions": allowed,
        }
        for row in rows
    ]


class NetworkRoleInput(Input):
    role = serializers.ChoiceField(choices=[choice for choice in Role.choices if choice[0] != Role.OWNER])


class Answer(Output):
    question = serializers.CharField()
    answer = serializers.CharField()


class JoinRequestOutput(Output):
    """A person asks to become a member of a space."""

    id = serializers.UUIDField()
    space = SpaceLink()
    person = Person()
    status = serializers.ChoiceField(choices=JoinRequest.Status.choices)
    message = serializers.CharField()
    answers = Answer(many=True)
    created = serializers.DateTimeField()
    decided = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(help_text="What the moderator told the person.")
    allowed_actions = actions()


def join_requests(rows: Sequence[JoinRequest], viewer: Viewer) -> list[dict[str, Any]]:
    """`JoinRequestOutput` of each request; person and space are loaded."""
    return [
        {
            "id": row.pk,
            "space": space_link(row.space_id, viewer),
            "person": person(row.user),
            "status": row.status,
            "message": row.message,
            "answers": row.answers,
            "created": row.created_at,
            "decided": row.decided_at,
            "note": row.note,
            "allowed_actions": _request_actions(row, viewer),
        }
        for row in rows
    ]


def _request_actions(row: JoinRequest, viewer: Viewer) -> list[str]:
    if row.status != JoinRequest.Status.WAITING:
        return []
    if row.user_id == viewer.user_id:
        return ["withdraw"]
    return ["accept", "decline"] if policies.decide_requests(viewer, row.space) is None else []


class RequestFilters(Query):
    status = serializers.ChoiceField(choices=JoinRequest.Status.choices, required=False)


class JoinRequestInput(Input):
    message = serializers.CharField(max_length=MAX_MESSAGE, required=False, allow_blank=True)
    answers = serializers.ListField(
        child=serializers.CharField(max_length=MAX_MESSAGE),
        required=False,
        max_length=10,
        help_text="To the space's `join_questions`, in their order.",
    )


class RequestRefusal(Input):
    note = serializers.CharField(max_length=MAX_MESSAGE, help_text="Why: what the person is told.")


class RequestDecision(Input):
    note = serializers.CharField(
        max_length=MAX_MESSAGE, required=False, allow_blank=True, help_text="What the person is told."
    )
