"""What goes with posts: files, edits, tags, people to name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from forums.actions import drafts, posts
from forums.models import Post, Visibility
from tests.contracts.matrix.base import Cast, cast_space, row
from tests.contracts.matrix.forums import INSIDE, OPEN, PRIVATE, SECRET, participants, readers_of
from tests.factories import files, forums


def a_file(visibility: str) -> Callable[[Cast], dict[str, object]]:
    """A picture of the expert's, with a reply in a space."""

    def thing(cast: Cast) -> dict[str, object]:
        space = cast_space(cast, visibility)
        attachment = files.attachment(cast.expert)
        forums.reply(forums.discussion(space), cast.expert, attachments=[attachment.pk])
        return {"id": attachment.pk}

    return thing


def an_unused_file(cast: Cast) -> dict[str, object]:
    return {"id": files.attachment(cast.expert).pk}


def an_edited_post(visibility: str) -> Callable[[Cast], dict[str, object]]:
    """A reply of the expert's, edited by its author and then by a moderator."""

    def thing(cast: Cast) -> dict[str, object]:
        space = cast_space(cast, visibility)
        reply = forums.reply(forums.discussion(space), cast.expert)
        posts.edit(reply.pk, acting_user=cast.expert, body="Second thoughts.")
        posts.edit(reply.pk, acting_user=cast.moderator, body="Third.", reason="Shorter.")
        return {"id": reply.pk, "version": 1}

    return thing


def a_quoted_post(cast: Cast) -> dict[str, object]:
    """A reply in an open space that quotes one of a secret space."""
    inside = forums.reply(forums.discussion(cast_space(cast, Visibility.SECRET)), cast.expert)
    space = cast_space(cast, Visibility.OPEN)
    reply: Post = forums.reply(
        forums.discussion(space), cast.expert, quotes=[{"post": inside.pk, "text": ""}]
    )
    return {"id": reply.pk}


def a_draft(cast: Cast) -> dict[str, object]:
    """What the expert is writing for a secret space."""
    space = cast_space(cast, Visibility.SECRET)
    fields: drafts.DraftFields = {"space": space.pk, "title": "Soon", "body": "More."}
    return {"id": drafts.create(fields, acting_user=cast.expert).pk}


def tagged(visibility: str) -> Callable[[Cast], dict[str, object]]:
    def thing(cast: Cast) -> dict[str, object]:
        space = cast_space(cast, visibility)
        forums.discussion(space, cast.expert, tags=["E-learning"])
        return {"slug": space.slug}

    return thing


THINGS = {
    "a file in an open space": a_file(OPEN),
    "a file in a private space": a_file(PRIVATE),
    "a file in a secret space": a_file(SECRET),
    "a file that goes with no post": an_unused_file,
    "an edited open post": an_edited_post(OPEN),
    "an edited secret post": an_edited_post(SECRET),
    "a post that quotes a secret one": a_quoted_post,
    "a draft of the expert's": a_draft,
    "a tagged discussion in an open space": tagged(OPEN),
    "a tagged discussion in a secret space": tagged(SECRET),
}

NAMED = {"q": "exp"}
READS_EDITS: dict[str, Any] = {"expert": 200, "moderator": 200, "space_owner": 200}


def in_secret(**more: int) -> dict[str, Any]:
    """Who belongs to a secret space is told why not; for others there is nothing."""
    return {"visitor": 401, "others": 404} | dict.fromkeys(INSIDE, 403) | more


ROWS = [
    row("GET /attachments", "a file in a secret space", visitor=401, others=200),
    row(
        "POST /attachments",
        "a file that goes with no post",
        body=files.form(files.picture()),
        headers=files.FORM,
        visitor=401,
        others=201,
    ),
    row("GET /attachments/{id}", "a file in an open space", others=200),
    row("GET /attachments/{id}", "a file in a private space", **readers_of(PRIVATE)),
    row("GET /attachments/{id}", "a file in a secret space", **readers_of(SECRET)),
    row("GET /attachments/{id}", "a file that goes with no post", expert=200, others=404),
    row("GET /attachments/{id}/content", "a file in an open space", others=200),
    row("GET /attachments/{id}/content", "a file in a private space", **readers_of(PRIVATE)),
    row("GET /attachments/{id}/content", "a file in a secret space", **readers_of(SECRET)),
    row("GET /attachments/{id}/content", "a file that goes with no post", expert=200, others=404),
    row(
        "PATCH /attachments/{id}",
        "a file in an open space",
        body={"alt": "A table."},
        visitor=401,
        expert=200,
        others=403,
    ),
    row(
        "PATCH /attachments/{id}",
        "a file in a secret space",
        body={"alt": "A table."},
        **in_secret(expert=200),
    ),
    row("DELETE /attachments/{id}", "a file in an open space", visitor=401, expert=409, others=403),
    row("DELETE /attachments/{id}", "a file that goes with no post", visitor=401, expert=204, others=404),
    row("GET /posts/{id}/revisions", "an edited open post", visitor=401, **READS_EDITS, others=403),
    row(
        "GET /posts/{id}/revisions",
        "an edited secret post",
        **in_secret(**READS_EDITS),
    ),
    row("GET /posts/{id}/revisions/{version}", "an edited open post", visitor=401, **READS_EDITS, others=403),
    row(
        "GET /posts/{id}/revisions/{version}",
        "an edited secret post",
        **in_secret(**READS_EDITS),
    ),
    row("GET /posts/{id}", "a post that quotes a secret one", others=200),
    row("GET /me/drafts", "a draft of the expert's", visitor=401, others=200),
    row("POST /me/drafts", "an open space", body={"topic": "So"}, visitor=401, others=201),
    row("GET /me/drafts/{id}", "a draft of the expert's", visitor=401, expert=200, others=404),
    row(
        "PATCH /me/drafts/{id}",
        "a draft of the expert's",
        body={"topic": "Sooner"},
        visitor=401,
        expert=200,
        others=404,
    ),
    row("DELETE /me/drafts/{id}", "a draft of the expert's", visitor=401, expert=204, others=404),
    row("POST /me/drafts/{id}/publish", "a draft of the expert's", visitor=401, expert=201, others=404),
    row("GET /spaces/{slug}/tags", "a tagged discussion in an open space", others=200),
    row("GET /spaces/{slug}/tags", "a tagged discussion in a secret space", **readers_of(SECRET)),
    row("GET /spaces/{slug}/mentions", "an open space", query=NAMED, **participants(200)),
    row("GET /spaces/{slug}/mentions", "a secret space", query=NAMED, **participants(200, outside=404)),
]
