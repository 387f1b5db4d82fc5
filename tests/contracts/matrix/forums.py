"""Spaces, their people, discussions, posts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from experts.models import Network
from forums.actions import discussions, memberships, spaces
from forums.models import Joining, Space, Visibility
from tests.contracts.matrix.base import Cast, cast_space, row
from tests.contracts.matrix.moderation import WHY, in_secret, moderators
from tests.factories import experts, forums


def a_space(visibility: str, **fields: Any) -> Callable[[Cast], dict[str, object]]:
    def thing(cast: Cast) -> dict[str, object]:
        space = cast_space(cast, visibility, **fields)
        network: Network = experts.network()
        forums.grant(space, network)
        return {"slug": space.slug, "id": cast.space_member.pk, "network": network.slug}

    return thing


def an_archived_space(cast: Cast) -> dict[str, object]:
    thing = a_space(Visibility.OPEN)(cast)
    space = Space.objects.get(slug=thing["slug"])
    spaces.archive(space.pk, acting_user=cast.space_owner, reason="For the test.")
    return thing


def a_request(cast: Cast) -> dict[str, object]:
    """The peer asks to come into a private space."""
    space = cast_space(cast, Visibility.PRIVATE, joining=Joining.ASK)
    made = memberships.ask(space.pk, acting_user=cast.peer, message="Please.")
    return {"slug": space.slug, "id": made.pk}


def a_discussion(visibility: str, **fields: Any) -> Callable[[Cast], dict[str, object]]:
    """A question by the expert, answered by another member."""

    def thing(cast: Cast) -> dict[str, object]:
        space = cast_space(cast, visibility)
        question = forums.question(space, cast.expert, **fields)
        reply = forums.reply(question, cast.space_member)
        return {"slug": space.slug, "id": question.pk, "reply": reply.pk}

    return thing


def changed(
    change: Callable[..., object], visibility: str = Visibility.OPEN
) -> Callable[[Cast], dict[str, object]]:
    """A discussion after an act of the owner."""

    def thing(cast: Cast) -> dict[str, object]:
        made = a_discussion(visibility)(cast)
        change(made["id"], acting_user=cast.space_owner, reason="For the test.")
        return made

    return thing


def answered(cast: Cast) -> dict[str, object]:
    made = a_discussion(Visibility.OPEN)(cast)
    discussions.accept_answer(made["id"], made["reply"], acting_user=cast.expert)  # type: ignore[arg-type]
    return made


def a_post(visibility: str) -> Callable[[Cast], dict[str, object]]:
    """A reply by the expert."""

    def thing(cast: Cast) -> dict[str, object]:
        space = cast_space(cast, visibility)
        reply = forums.reply(forums.discussion(space), cast.expert)
        return {"slug": space.slug, "id": reply.pk}

    return thing


OPEN, MEMBERS_ONLY, PRIVATE, SECRET = Visibility
THINGS = {
    "an open space": a_space(OPEN),
    "a space for members of the site": a_space(MEMBERS_ONLY),
    "a private space": a_space(PRIVATE),
    "a secret space": a_space(SECRET),
    "an archived space": an_archived_space,
    "a request to join a private space": a_request,
    "an open question": a_discussion(OPEN),
    "a question for members of the site": a_discussion(MEMBERS_ONLY),
    "a private question": a_discussion(PRIVATE),
    "a secret question": a_discussion(SECRET),
    "an answered question": answered,
    "a closed question": changed(discussions.close),
    "an archived question": changed(discussions.archive),
    "a hidden question": changed(discussions.hide),
    "a pinned question": changed(discussions.pin),
    "an open post": a_post(OPEN),
    "a private post": a_post(PRIVATE),
    "a secret post": a_post(SECRET),
}

INSIDE = ("observer", "space_member", "expert", "moderator", "space_owner")
TEXT = {"body": "What I think."}


def readers_of(visibility: str) -> dict[str, Any]:
    """Who reads what is in a space: everybody, the site's members, or only its own."""
    if visibility == OPEN:
        return {"others": 200}
    if visibility == MEMBERS_ONLY:
        return {"visitor": 404, "banned": 404, "others": 200}
    return dict.fromkeys(INSIDE, 200) | {"others": 404}


def card_of_private() -> dict[str, Any]:
    """A private space's card is listed to members of the site, but not to who is banned from it."""
    return {"visitor": 404, "banned": 404, "others": 200}


def participants(status: int, *, outside: int = 403, **more: int) -> dict[str, Any]:
    """What those may do who take part: members, moderators, owners."""
    members = dict.fromkeys(("space_member", "expert", "moderator", "space_owner"), status)
    return members | {"visitor": 401, "observer": 403, "others": outside} | more


def inside(status: int, **more: int) -> dict[str, Any]:
    """What all who belong to the space get, and what others do."""
    return dict.fromkeys(INSIDE, status) | more


def owners(status: int = 200, *, others: int = 403, **more: int) -> dict[str, Any]:
    """What only owners may do."""
    return {"visitor": 401, "others": others, "space_owner": status} | more


def owners_in_secret(status: int = 200, **more: int) -> dict[str, Any]:
    inside = dict.fromkeys(("observer", "space_member", "expert", "moderator"), 403)
    return {"visitor": 401, "others": 404, "space_owner": status} | inside | more


def reply(thing: dict[str, object]) -> dict[str, object]:
    return {"post": thing["reply"]}


ROWS = [
    # Spaces
    row("GET /spaces", "a secret space", others=200),
    row(
        "POST /spaces",
        "an open space",
        body={"title": "Another", "visibility": "open"},
        visitor=401,
        others=403,
        secretariat=201,
    ),
    row("GET /spaces/{slug}", "an open space", others=200),
    row("GET /spaces/{slug}", "a space for members of the site", **readers_of(MEMBERS_ONLY)),
    row("GET /spaces/{slug}", "a private space", **card_of_private()),
    row("GET /spaces/{slug}", "a secret space", **readers_of(SECRET)),
    row("GET /spaces/{slug}", "an archived space", others=200),
    row("PATCH /spaces/{slug}", "an open space", body={"purpose": "Another."}, **owners()),
    row("PATCH /spaces/{slug}", "a secret space", body={"purpose": "Another."}, **owners_in_secret()),
    row("GET /spaces/{slug}/summary", "an open space", others=200),
    row("GET /spaces/{slug}/summary", "a private space", **readers_of(PRIVATE)),
    row("GET /spaces/{slug}/summary", "a secret space", **readers_of(SECRET)),
    row("POST /spaces/{slug}/archive", "an open space", body=WHY, **owners()),
    row("POST /spaces/{slug}/archive", "a secret space", body=WHY, **owners_in_secret()),
    row("DELETE /spaces/{slug}/archive", "an archived space", **owners()),
    # Their people
    row("GET /spaces/{slug}/members", "a private space", visitor=401, **readers_of(PRIVATE)),
    row("GET /spaces/{slug}/members", "a secret space", visitor=401, **readers_of(SECRET)),
    row("PUT /spaces/{slug}/members/{id}", "an open space", body={"role": "observer"}, **owners()),
    row("PUT /spaces/{slug}/members/{id}", "a secret space", body={"role": "observer"}, **owners_in_secret()),
    row("DELETE /spaces/{slug}/members/{id}", "an open space", query=WHY, **moderators(204)),
    row("DELETE /spaces/{slug}/members/{id}", "a secret space", query=WHY, **in_secret(204)),
    row("GET /spaces/{slug}/networks", "an open space", visitor=401, others=200),
    row("GET /spaces/{slug}/networks", "a secret space", visitor=401, **readers_of(SECRET)),
    row("PUT /spaces/{slug}/networks/{network}", "an open space", body={"role": "observer"}, **owners()),
    row(
        "PUT /spaces/{slug}/networks/{network}",
        "a secret space",
        body={"role": "observer"},
        **owners_in_secret(),
    ),
    row("DELETE /spaces/{slug}/networks/{network}", "an open space", **owners(204)),
    row("DELETE /spaces/{slug}/networks/{network}", "a secret space", **owners_in_secret(204)),
    row("POST /spaces/{slug}/join", "an open space", visitor=401, banned=403, others=200),
    row(
        "POST /spaces/{slug}/join",
        "a private space",
        **inside(200, visitor=401, banned=404, others=403),
    ),
    row("POST /spaces/{slug}/join", "a secret space", visitor=401, **readers_of(SECRET)),
    # The owner is not the only one here: who banned somebody is one too.
    row(
        "POST /spaces/{slug}/leave",
        "an open space",
        **inside(204, visitor=401, banned=204, others=403),
    ),
    row(
        "POST /spaces/{slug}/leave",
        "a secret space",
        **inside(204, visitor=401, others=404),
    ),
    # Moderators get all of them, others their own.
    row(
        "GET /spaces/{slug}/requests",
        "a request to join a private space",
        visitor=401,
        banned=404,
        others=200,
    ),
    row(
        "POST /spaces/{slug}/requests",
        "a private space",
        body={},
        **inside(403, visitor=401, banned=404, others=201),
    ),
    row(
        "POST /spaces/{slug}/requests",
        "a secret space",
        body={},
        **inside(403, visitor=401, others=404),
    ),
    row(
        "DELETE /spaces/{slug}/requests/{id}",
        "a request to join a private space",
        visitor=401,
        peer=204,
        others=404,
    ),
    row(
        "POST /spaces/{slug}/requests/{id}/accept",
        "a request to join a private space",
        body={},
        **moderators(others=404),
    ),
    row(
        "POST /spaces/{slug}/requests/{id}/decline",
        "a request to join a private space",
        body={"note": "For instructors only."},
        **moderators(others=404),
    ),
    # Discussions
    row("GET /spaces/{slug}/discussions", "an open question", others=200),
    row("GET /spaces/{slug}/discussions", "a private question", **readers_of(PRIVATE)),
    row("GET /spaces/{slug}/discussions", "a secret question", **readers_of(SECRET)),
    row(
        "POST /spaces/{slug}/discussions",
        "an open space",
        body={"topic": "Another", **TEXT},
        **participants(201),
    ),
    row(
        "POST /spaces/{slug}/discussions",
        "a secret space",
        body={"topic": "Another", **TEXT},
        **participants(201, outside=404),
    ),
    row(
        "POST /spaces/{slug}/discussions",
        "an archived space",
        body={"topic": "Another", **TEXT},
        visitor=401,
        others=403,
    ),
    row("GET /discussions", "a secret question", others=200),
    row("GET /discussions/{id}", "an open question", others=200),
    row("GET /discussions/{id}", "a question for members of the site", **readers_of(MEMBERS_ONLY)),
    row("GET /discussions/{id}", "a private question", **readers_of(PRIVATE)),
    row("GET /discussions/{id}", "a secret question", **readers_of(SECRET)),
    row("GET /discussions/{id}", "a hidden question", others=404, moderator=200, space_owner=200),
    row(
        "PATCH /discussions/{id}",
        "an open question",
        body={"topic": "Another", "reason": "Clearer."},
        **moderators(expert=200),
    ),
    row(
        "PATCH /discussions/{id}",
        "a secret question",
        body={"topic": "Another", "reason": "Clearer."},
        **in_secret(expert=200),
    ),
    row("DELETE /discussions/{id}", "an open question", query=WHY, **moderators(204)),
    row("DELETE /discussions/{id}", "a secret question", query=WHY, **in_secret(204)),
    row("GET /discussions/{id}/posts", "an open question", others=200),
    row("GET /discussions/{id}/posts", "a private question", **readers_of(PRIVATE)),
    row("GET /discussions/{id}/posts", "a secret question", **readers_of(SECRET)),
    row("GET /discussions/{id}/posts", "a hidden question", others=404, moderator=200, space_owner=200),
    row("POST /discussions/{id}/posts", "an open question", body=TEXT, **participants(201)),
    row("POST /discussions/{id}/posts", "a secret question", body=TEXT, **participants(201, outside=404)),
    row("POST /discussions/{id}/posts", "a closed question", body=TEXT, **moderators(201)),
    row("POST /discussions/{id}/posts", "an archived question", body=TEXT, visitor=401, others=403),
    row("POST /discussions/{id}/read", "an open question", body={}, visitor=401, others=200),
    row(
        "POST /discussions/{id}/read",
        "a secret question",
        body={},
        **(readers_of(SECRET) | {"visitor": 401}),
    ),
    row("POST /discussions/{id}/like", "an open question", **participants(200, expert=403)),
    row("POST /discussions/{id}/like", "a secret question", **participants(200, outside=404, expert=403)),
    row("DELETE /discussions/{id}/like", "an open question", **participants(200, expert=403)),
    row(
        "POST /discussions/{id}/accept",
        "an open question",
        body=reply,
        **moderators(expert=200),
    ),
    row("POST /discussions/{id}/accept", "a secret question", body=reply, **in_secret(expert=200)),
    row("DELETE /discussions/{id}/accept", "an answered question", **moderators(expert=200)),
    row("POST /discussions/{id}/pin", "an open question", body=WHY, **moderators()),
    row("POST /discussions/{id}/pin", "a secret question", body=WHY, **in_secret()),
    row("DELETE /discussions/{id}/pin", "a pinned question", query=WHY, **moderators()),
    row("POST /discussions/{id}/close", "an open question", body=WHY, **moderators()),
    row("POST /discussions/{id}/close", "a secret question", body=WHY, **in_secret()),
    row("DELETE /discussions/{id}/close", "a closed question", query=WHY, **moderators()),
    row("POST /discussions/{id}/lock", "an open question", body=WHY, **moderators()),
    row("DELETE /discussions/{id}/lock", "a closed question", query=WHY, **moderators()),
    row("POST /discussions/{id}/archive", "an open question", body=WHY, **moderators()),
    row("DELETE /discussions/{id}/archive", "an archived question", query=WHY, **moderators()),
    row("POST /discussions/{id}/hide", "an open question", body=WHY, **moderators()),
    row("POST /discussions/{id}/hide", "a secret question", body=WHY, **in_secret()),
    row("DELETE /discussions/{id}/hide", "a hidden question", query=WHY, **moderators(others=404)),
    row(
        "POST /discussions/{id}/kind",
        "an open question",
        body={"kind": "discussion", **WHY},
        **moderators(),
    ),
    # Posts
    row("GET /posts/{id}", "an open post", others=200),
    row("GET /posts/{id}", "a private post", **readers_of(PRIVATE)),
    row("GET /posts/{id}", "a secret post", **readers_of(SECRET)),
    row("PATCH /posts/{id}", "an open post", body=TEXT | {"reason": "Spelling."}, **moderators(expert=200)),
    row("PATCH /posts/{id}", "a secret post", body=TEXT | {"reason": "Spelling."}, **in_secret(expert=200)),
    row("DELETE /posts/{id}", "an open post", query=WHY, **moderators(204, expert=204)),
    row("DELETE /posts/{id}", "a secret post", query=WHY, **in_secret(204, expert=204)),
    row("POST /posts/{id}/like", "an open post", **participants(200, expert=403)),
    row("POST /posts/{id}/like", "a secret post", **participants(200, outside=404, expert=403)),
    row("DELETE /posts/{id}/like", "an open post", **participants(200, expert=403)),
    row("GET /posts/{id}/likes", "an open post", visitor=401, others=200),
    row("GET /posts/{id}/likes", "a secret post", visitor=401, **readers_of(SECRET)),
    row("GET /posts/{id}/replies", "an open post", others=200),
    row("GET /posts/{id}/replies", "a secret post", **readers_of(SECRET)),
    row("POST /posts/{id}/replies", "an open post", body=TEXT, **participants(201)),
    row("POST /posts/{id}/replies", "a secret post", body=TEXT, **participants(201, outside=404)),
]
