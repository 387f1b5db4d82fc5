"""Invitations into spaces: what is sent and answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from api.serializers import Input, Output, Query
from api.v1.forums.serializers.common import Person, SpaceLink, actions, person
from api.v1.forums.serializers.members import NetworkLink
from experts.labels import pick
from forums import policies
from forums.actions.invitations import MAX_MESSAGE, MAX_USES
from forums.models import Invitation, Role
from search.viewer import Viewer

INVITED = [choice for choice in Role.choices if choice[0] != Role.OWNER]


class InvitationOutput(Output):
    """An invitation into a space. Of those that are addressed to you, you are told what you need."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Invitation.Kind.choices)
    status = serializers.ChoiceField(choices=Invitation.Status.choices)
    space = SpaceLink()
    role = serializers.ChoiceField(choices=INVITED)
    person = Person(allow_null=True, help_text="Whom it is to.")
    network = NetworkLink(allow_null=True, help_text="Or all people of this network.")
    email = serializers.CharField(
        allow_null=True, help_text="Or who gets the link at this address; told to moderators alone."
    )
    message = serializers.CharField()
    invited_by = Person()
    created = serializers.DateTimeField()
    expires = serializers.DateTimeField()
    max_uses = serializers.IntegerField(allow_null=True, help_text="Null: as often as one likes.")
    uses = serializers.IntegerField()
    allowed_actions = actions()


class NewInvitationOutput(InvitationOutput):
    """An invitation just made."""

    link = serializers.CharField(
        allow_null=True,
        help_text="To pass on, of the kind `link`: it is shown here, once, and never again. What follows its"
        " last slash is the token of /invitations/{token}.",
    )


class InvitationInput(Input):
    """One of person, email and network; none of them makes a link to pass on."""

    person = serializers.UUIDField(required=False)
    email = serializers.EmailField(
        max_length=254, required=False, help_text="It is sent a link, in your language."
    )
    network = serializers.SlugField(max_length=80, required=False)
    role = serializers.ChoiceField(choices=INVITED, required=False)
    message = serializers.CharField(max_length=MAX_MESSAGE, required=False, allow_blank=True)
    expires = serializers.DateTimeField(required=False, help_text="By default in 30 days; a year at most.")
    max_uses = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_USES,
        help_text="By default once for a person or an address, and as often as one likes for the others.",
    )


class InvitationFilters(Query):
    holds = serializers.BooleanField(required=False, help_text="Only those that can (not) be accepted now.")


def invitations(rows: Sequence[Invitation], viewer: Viewer) -> list[dict[str, Any]]:
    """`InvitationOutput` of each; space, person, network and inviter are loaded. No query."""
    now = timezone.now()
    return [
        {
            "id": row.pk,
            "kind": row.kind,
            "status": row.status(now),
            "space": {"id": row.space.pk, "slug": row.space.slug, "title": row.space.title},
            "role": row.role,
            "person": person(row.user) if row.user else None,
            "network": _network(row, viewer),
            "email": row.email or None if policies.moderates(viewer, row.space_id) else None,
            "message": row.message,
            "invited_by": person(row.created_by),
            "created": row.created_at,
            "expires": row.expires_at,
            "max_uses": row.max_uses,
            "uses": row.use_count,
            "allowed_actions": _actions(row, viewer, holds=row.status(now) == Invitation.Status.HOLDS),
        }
        for row in rows
    ]


def _network(row: Invitation, viewer: Viewer) -> dict[str, Any] | None:
    if row.network is None:
        return None
    return {"slug": row.network.slug, "name": pick(row.network.names, viewer.language)}


def _actions(row: Invitation, viewer: Viewer, *, holds: bool) -> list[str]:
    if not holds or not viewer.is_signed_in:
        return []
    may_revoke = policies.moderates(viewer, row.space_id) and policies.invite(viewer, row.space) is None
    mine = row.user_id == viewer.user_id or (row.network_id is not None and not may_revoke)
    return [
        *(["accept", "decline"] if mine else []),
        *(["accept"] if row.token_digest is not None and not may_revoke else []),
        *(["revoke"] if may_revoke else []),
    ]
