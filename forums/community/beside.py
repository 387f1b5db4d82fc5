"""What goes with the posts of an archive: what they quote, what they said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from forums import text
from forums.actions import writing
from forums.community.archive import Line
from forums.community.copying import copy
from forums.models import Post


class Place(NamedTuple):
    """Where a post stands."""

    id: UUID
    discussion: str
    path: tuple[int, ...]
    is_opening: bool
    version: int  # as the archive has it


def quotes(batch: Sequence[Line], places: Mapping[str, Place]) -> int:
    """Let posts quote what the lines say; returns how many are new. A post that says something else now (it
    was edited since) has the quotes of that."""
    ids = [places[name].id for name in {line.fields["post"] for line in batch}]
    posts = Post.objects.order_by("pk").select_for_update(no_key=True).in_bulk(ids)
    changed: dict[UUID, Post] = {}
    new = 0
    for line in batch:
        place = places[line.fields["post"]]
        post, quoted = posts[place.id], places[line.fields["quoted"]].id
        quote = {"post": str(quoted), "text": writing.quoted(line.fields["text"])}
        if post.version == place.version and quote not in post.quotes:
            post.quotes.append(quote)
            changed[post.pk] = post
            new += 1
    Post.objects.bulk_update(changed.values(), ["quotes"])
    return new


def revisions(batch: Sequence[Line], places: Mapping[str, Place], users: Mapping[str, UUID]) -> int:
    """Keep what posts said before; returns how many versions are new. A post that has no such version here
    (the archive's is a later one) stays as it is."""
    ids = {place.id for place in places.values()}
    versions = dict(Post.objects.filter(pk__in=ids).values_list("pk", "version"))
    rows: list[tuple[object, ...]] = []
    for line in batch:
        given, post_id = line.fields, places[line.fields["post"]].id
        if given["version"] < versions[post_id]:
            editor, at = users[given["replaced_by"]], given["replaced_at"]
            body = text.body(given["body"], blank=True)
            what: tuple[object, ...] = (uuid7(), post_id, given["version"], body, given["language"], "[]", [])
            rows.append((*what, editor, at, given["reason"]))
    return copy("forums_postrevision", _REVISION, rows, unique=("post_id", "version"))


_REVISION = (
    "id", "post_id", "version", "body", "language", "quotes", "attachment_ids", "replaced_by_id",
    "replaced_at", "reason",
)  # fmt: skip
