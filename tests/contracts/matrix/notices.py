"""Notices, preferences, follows: one's own, of what one reads."""

from __future__ import annotations

from typing import Any

from forums.models import Role, Space, Visibility
from tests.contracts.matrix.base import Cast, row
from tests.factories import experts, forums


def _space(cast: Cast, visibility: str) -> Space:
    space = forums.space(visibility, owner=cast.space_owner)
    forums.join(space, Role.OBSERVER, cast.observer)
    forums.join(space, Role.MEMBER, cast.space_member)
    forums.join(space, Role.MEMBER, cast.banned)
    forums.join(space, Role.MODERATOR, cast.moderator)
    forums.ban(space, cast.banned)
    return space


def nothing(cast: Cast) -> dict[str, object]:
    return {}


def to_follow_openly(cast: Cast) -> dict[str, object]:
    space = _space(cast, Visibility.OPEN)
    return {"slug": space.slug, "id": forums.discussion(space, tags=["visa"]).pk, "name": "visa"}


def to_follow_in_secret(cast: Cast) -> dict[str, object]:
    space = _space(cast, Visibility.SECRET)
    return {"slug": space.slug, "id": forums.discussion(space, tags=["visa"]).pk, "name": "visa"}


def a_topic(cast: Cast) -> dict[str, object]:
    return {"slug": experts.topic("risk-analysis").slug}


THINGS = {
    "no notices": nothing,
    "a discussion to follow in an open space": to_follow_openly,
    "a discussion to follow in a secret space": to_follow_in_secret,
    "a topic to follow": a_topic,
}
OPENLY, IN_SECRET = "a discussion to follow in an open space", "a discussion to follow in a secret space"
WATCH = {"level": "watching"}
INSIDERS: dict[str, Any] = {"observer": 200, "space_member": 200, "moderator": 200, "space_owner": 200}
GONE: dict[str, Any] = dict.fromkeys(INSIDERS, 204)

ROWS = [
    row("GET /me/notifications", "no notices", visitor=401, others=200),
    row("GET /me/notifications/count", "no notices", visitor=401, others=200),
    row("POST /me/notifications/read", "no notices", body={}, visitor=401, others=200),
    row("GET /me/notifications/preferences", "no notices", visitor=401, others=200),
    row(
        "PATCH /me/notifications/preferences",
        "no notices",
        body={"cadences": {"like": "none"}},
        visitor=401,
        others=200,
    ),
    row("GET /me/follows", "no notices", visitor=401, others=200),
    row("POST /discussions/{id}/follow", OPENLY, body=WATCH, visitor=401, others=200),
    row("POST /discussions/{id}/follow", IN_SECRET, body=WATCH, visitor=401, others=404, **INSIDERS),
    # Whether there is such a discussion is not told by it.
    row("DELETE /discussions/{id}/follow", IN_SECRET, visitor=401, others=204),
    row("POST /spaces/{slug}/follow", OPENLY, body=WATCH, visitor=401, others=200),
    row("POST /spaces/{slug}/follow", IN_SECRET, body=WATCH, visitor=401, others=404, **INSIDERS),
    row("DELETE /spaces/{slug}/follow", IN_SECRET, visitor=401, others=404, **GONE),
    row("POST /spaces/{slug}/tags/{name}/follow", OPENLY, body=WATCH, visitor=401, others=200),
    row(
        "POST /spaces/{slug}/tags/{name}/follow",
        IN_SECRET,
        body=WATCH,
        visitor=401,
        others=404,
        **INSIDERS,
    ),
    row("DELETE /spaces/{slug}/tags/{name}/follow", IN_SECRET, visitor=401, others=404, **GONE),
    row("POST /topics/{slug}/follow", "a topic to follow", body=WATCH, visitor=401, others=200),
    row("DELETE /topics/{slug}/follow", "a topic to follow", visitor=401, others=204),
]
