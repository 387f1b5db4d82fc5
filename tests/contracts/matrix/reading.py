"""What is not read."""

from __future__ import annotations

from typing import Any

from forums.models import Visibility
from tests.contracts.matrix.base import Cast, cast_space, row
from tests.factories import forums

INSIDE = ("observer", "space_member", "expert", "moderator", "space_owner")
READERS: dict[str, Any] = dict.fromkeys(INSIDE, 200)


def something_new(cast: Cast) -> dict[str, object]:
    """In a secret space."""
    space = cast_space(cast, Visibility.SECRET)
    forums.discussion(space, cast.expert)
    return {"slug": space.slug}


THINGS = {"something new in a secret space": something_new}
ROWS = [
    row("GET /me/unread", "something new in a secret space", visitor=401, others=200),
    row("POST /me/unread/read", "something new in a secret space", visitor=401, others=200),
    row(
        "POST /spaces/{slug}/read",
        "something new in a secret space",
        body={},
        visitor=401,
        others=404,
        **READERS,
    ),
]
