"""Invitations into spaces."""

from __future__ import annotations

from forums.actions import invitations
from forums.invitation_links import secret
from forums.models import Invitation, Visibility
from tests.contracts.matrix.base import Cast, cast_space, row
from tests.contracts.matrix.moderation import in_secret, moderators


def an_invitation(cast: Cast) -> dict[str, object]:
    """The peer is invited into a secret space."""
    space = cast_space(cast, Visibility.SECRET)
    made = invitations.invite(space.pk, acting_user=cast.moderator, person=cast.peer.pk)
    return {"slug": space.slug, "id": made.pk}


def a_link(cast: Cast) -> dict[str, object]:
    space = cast_space(cast, Visibility.SECRET)
    made: Invitation = invitations.invite(space.pk, acting_user=cast.moderator)
    return {"slug": space.slug, "token": secret(made.pk)}


def an_open_space(cast: Cast) -> dict[str, object]:
    return {"slug": cast_space(cast, Visibility.OPEN).slug}


THINGS = {
    "an invitation into a secret space": an_invitation,
    "a link into a secret space": a_link,
    "a space to invite into": an_open_space,
    "a space to invite moderators into": an_open_space,
}
ROWS = [
    row("GET /spaces/{slug}/invitations", "a space to invite into", **moderators()),
    row("GET /spaces/{slug}/invitations", "an invitation into a secret space", **in_secret()),
    row("POST /spaces/{slug}/invitations", "a space to invite into", body={}, **moderators(201)),
    row("POST /spaces/{slug}/invitations", "an invitation into a secret space", body={}, **in_secret(201)),
    row(
        "POST /spaces/{slug}/invitations",
        "a space to invite moderators into",
        body={"role": "moderator"},
        visitor=401,
        others=403,
        space_owner=201,
    ),
    row("DELETE /spaces/{slug}/invitations/{id}", "an invitation into a secret space", **in_secret(204)),
    row("GET /me/invitations", "an invitation into a secret space", visitor=401, others=200),
    row(
        "POST /me/invitations/{id}/accept",
        "an invitation into a secret space",
        visitor=401,
        others=404,
        peer=200,
    ),
    row(
        "POST /me/invitations/{id}/decline",
        "an invitation into a secret space",
        visitor=401,
        others=404,
        peer=204,
    ),
    row("GET /invitations/{token}", "a link into a secret space", others=200),
    row(
        "POST /invitations/{token}/accept",
        "a link into a secret space",
        visitor=401,
        banned=403,
        others=200,
    ),
]
