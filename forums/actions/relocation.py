"""Giving posts another place: another discussion, position, parent and path. Used by `moves`, which asks
and logs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from config.errors import Conflict
from experts.models import AuditEntry
from forums.models import Discussion, Post, PostMove

_PLACE = """
UPDATE forums_post AS post
SET discussion_id = %(discussion)s, position = place.position, parent_id = place.parent,
    path = place.path::integer[]
FROM unnest(%(posts)s::uuid[], %(positions)s::integer[], %(parents)s::uuid[], %(paths)s::text[])
    AS place(post, position, parent, path)
WHERE post.id = place.post
"""
# Who read so far in the old discussion has read as many of the posts that went.
_MARK_SPLIT = """
INSERT INTO forums_readmark (user_id, discussion_id, position, read_at)
SELECT mark.user_id, %(to)s, count(*), mark.read_at
FROM forums_readmark AS mark
JOIN unnest(%(positions)s::integer[]) AS moved(position) ON moved.position <= mark.position
WHERE mark.discussion_id = %(from)s
GROUP BY mark.user_id, mark.read_at
"""
# Who had read all of the target has read what they had read of the other one too. Of anybody else one
# position cannot tell that; they meet the merged posts as unread, rather than miss one.
_MARK_MERGED = """
UPDATE forums_readmark AS mark SET position = %(end)s + of_other.read
FROM (
    SELECT other.user_id, count(*) AS read
    FROM forums_readmark AS other
    JOIN unnest(%(positions)s::integer[]) AS moved(position) ON moved.position <= other.position
    WHERE other.discussion_id = %(from)s
    GROUP BY other.user_id
) AS of_other
WHERE mark.discussion_id = %(to)s AND mark.user_id = of_other.user_id AND mark.position >= %(end)s
"""
_FOLLOW_TOO = """
INSERT INTO forums_follow (id, user_id, level, discussion_id, created_at)
SELECT gen_random_uuid(), user_id, level, %(to)s, now() FROM forums_follow
WHERE discussion_id = %(from)s AND level = ANY(%(levels)s)
ON CONFLICT (discussion_id, user_id) WHERE discussion_id IS NOT NULL DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post stands in a discussion."""

    post_id: UUID
    position: int
    parent_id: UUID | None
    path: tuple[int, ...]


def split_off(posts: Sequence[Post]) -> list[Place]:
    """Places in a new discussion for posts (whole threads, in flat order): the first one opens it, the others
    stay below what they replied to as far as that comes along."""
    position = {post.position: number for number, post in enumerate(posts, start=1)}
    moved, opening = {post.pk for post in posts}, posts[0]
    return [
        Place(
            post.pk,
            position[post.position],
            post.parent_id if post.parent_id in moved and post.parent_id != opening.pk else None,
            tuple(position[step] for step in post.path if position.get(step, 1) > 1),
        )
        for post in posts
    ]


def appended(posts: Sequence[Post], *, end: int) -> list[Place]:
    """Places after position ``end`` of another discussion for all posts of one (in flat order): its opening
    post becomes a reply, with all others below it. `Conflict` where a thread would become too deep."""
    position = {post.position: end + number for number, post in enumerate(posts, start=1)}
    opening = posts[0]
    if any(len(post.path) >= Post.MAX_DEPTH for post in posts):
        raise Conflict(f"A thread would become more than {Post.MAX_DEPTH} deep.", code="too_deep")
    return [
        Place(
            post.pk,
            position[post.position],
            None if post == opening else post.parent_id or opening.pk,
            (position[opening.position], *(position[step] for step in post.path)),
        )
        for post in posts
    ]


def move(places: Sequence[Place], to: Discussion) -> None:
    """Put posts to their places, all at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            _PLACE,
            {
                "discussion": to.pk,
                "posts": [place.post_id for place in places],
                "positions": [place.position for place in places],
                "parents": [place.parent_id for place in places],
                "paths": ["{" + ",".join(map(str, place.path)) + "}" for place in places],
            },
        )


def keep(entry: AuditEntry, posts: Iterable[Post], places: Iterable[Place], to: Discussion) -> None:
    """Remember where posts stood. ``posts`` are as they were before."""
    PostMove.objects.bulk_create(
        PostMove(
            entry=entry,
            post_id=post.pk,
            from_discussion_id=post.discussion_id,
            from_position=post.position,
            from_parent_id=post.parent_id,
            from_path=post.path,
            to_discussion=to,
            to_position=place.position,
        )
        for post, place in zip(posts, places, strict=True)
    )


def back(moves: Iterable[PostMove]) -> list[Place]:
    """The places where posts stood."""
    return [Place(m.post_id, m.from_position, m.from_parent_id, tuple(m.from_path)) for m in moves]


def mark_split(posts: Sequence[Post], source: Discussion, to: Discussion) -> None:
    """Marks of how far people have read, for a discussion split off ``source``."""
    _run(_MARK_SPLIT, source, to, positions=[post.position for post in posts])


def mark_merged(posts: Sequence[Post], source: Discussion, to: Discussion, *, end: int) -> None:
    """Marks of how far people have read ``to``, after ``source``'s posts were put behind position ``end``."""
    _run(_MARK_MERGED, source, to, positions=[post.position for post in posts], end=end)


def follow_too(source: Discussion, to: Discussion, levels: Sequence[str]) -> None:
    """Who follows ``source`` at one of these levels follows ``to`` likewise, unless they chose otherwise."""
    _run(_FOLLOW_TOO, source, to, levels=list(levels))


def _run(statement: str, source: Discussion, to: Discussion, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"from": source.pk, "to": to.pk, **values})
