"""Every figure that is kept beside what it counts, recomputed from scratch: what ``verify_counters``
compares.

A new denormalised figure needs a row here, else nobody can prove it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection, transaction

from forums.querysets import UNPUBLISHED


@dataclass(frozen=True, slots=True)
class Figures:
    """Columns of a table and the statement that computes them anew: ``id`` and a column of each name.

    Rows that the statement does not give have 0 in all of them.
    """

    table: str
    columns: tuple[str, ...]
    computed: str


class Difference(NamedTuple):
    """A figure that is not what it should be."""

    table: str
    id: Any
    column: str
    kept: Any
    computed: Any


_UNPUBLISHED = ", ".join(f"'{status}'" for status in UNPUBLISHED)
_COUNTED = f"status NOT IN ({_UNPUBLISHED}) AND hidden_at IS NULL AND deleted_at IS NULL"

# People who wrote in a space and have no row there.
_MISSING_CONTRIBUTORS = f"""
SELECT discussion.space_id, post.author_id AS user_id, count(*) AS posts
FROM forums_discussion AS discussion JOIN forums_post AS post ON post.discussion_id = discussion.id
WHERE {_COUNTED} AND post.state = 'published' AND NOT EXISTS (
    SELECT FROM forums_spacecontributor AS held
    WHERE held.space_id = discussion.space_id AND held.user_id = post.author_id
)
GROUP BY discussion.space_id, post.author_id
"""  # noqa: S608 - a constant

# In this order: later ones are computed from earlier ones' rows only where those are facts, not figures.
FIGURES = (
    Figures(
        "forums_post",
        ("like_count",),
        "SELECT post_id AS id, count(*) AS like_count FROM forums_postlike GROUP BY post_id",
    ),
    Figures(
        "forums_post",
        ("descendant_count",),
        """
        SELECT above.id, count(*) AS descendant_count
        FROM forums_post AS post
        CROSS JOIN LATERAL unnest(array_prepend(1, post.path)) AS line(position)
        JOIN forums_post AS above
            ON above.discussion_id = post.discussion_id AND above.position = line.position
            AND above.id <> post.id
        WHERE post.state = 'published'
        GROUP BY above.id
        """,
    ),
    Figures(
        "forums_post",
        ("attachment_count",),
        "SELECT post_id AS id, count(*) AS attachment_count FROM forums_postattachment GROUP BY post_id",
    ),
    Figures(
        "forums_tag",
        ("discussion_count",),
        f"""
        SELECT tag.id, count(*) AS discussion_count
        FROM forums_tag AS tag
        JOIN forums_discussion AS discussion ON discussion.space_id = tag.space_id
            AND tag.name = ANY(discussion.tags) AND {_COUNTED}
        GROUP BY tag.id
        """,  # noqa: S608
    ),
    Figures(
        "forums_discussion",
        ("reply_count", "like_count", "view_count", "last_position", "last_post_at", "last_post_by_id"),
        """
        SELECT discussion.id,
            (SELECT count(*) FROM forums_post
             WHERE discussion_id = discussion.id AND state = 'published' AND position > 1) AS reply_count,
            (SELECT count(*) FROM forums_postlike AS liked JOIN forums_post AS post ON post.id = liked.post_id
             WHERE post.discussion_id = discussion.id AND post.position = 1) AS like_count,
            (SELECT coalesce(sum(count), 0) FROM forums_viewtally WHERE discussion_id = discussion.id)
            + (SELECT count(*) FROM forums_discussionview
               WHERE discussion_id = discussion.id AND is_counted) AS view_count,
            -- positions are never given twice, so it may be higher than any that is there
            greatest(discussion.last_position, (SELECT coalesce(max(position), 0) FROM forums_post
             WHERE discussion_id = discussion.id)) AS last_position,
            coalesce(latest.created_at, discussion.created_at) AS last_post_at,
            coalesce(latest.author_id, discussion.author_id) AS last_post_by_id
        FROM forums_discussion AS discussion
        LEFT JOIN LATERAL (
            SELECT created_at, author_id FROM forums_post
            WHERE discussion_id = discussion.id AND state = 'published' ORDER BY position DESC LIMIT 1
        ) AS latest ON TRUE
        """,
    ),
    Figures(
        "forums_spacecontributor",
        ("post_count",),
        f"""
        SELECT contributor.id, count(*) AS post_count
        FROM forums_spacecontributor AS contributor
        JOIN forums_discussion AS discussion ON discussion.space_id = contributor.space_id AND {_COUNTED}
        JOIN forums_post AS post
            ON post.discussion_id = discussion.id AND post.author_id = contributor.user_id
        WHERE post.state = 'published'
        GROUP BY contributor.id
        """,  # noqa: S608
    ),
    Figures(
        "forums_space",
        ("question_count", "discussion_count", "reply_count", "contributor_count", "member_count"),
        f"""
        SELECT space.id,
            coalesce(of_discussions.questions, 0) AS question_count,
            coalesce(of_discussions.discussions, 0) AS discussion_count,
            coalesce(of_posts.replies, 0) AS reply_count,
            coalesce(of_posts.authors, 0) AS contributor_count,
            (SELECT count(*) FROM forums_membership WHERE space_id = space.id) AS member_count
        FROM forums_space AS space
        LEFT JOIN (
            SELECT space_id, count(*) AS discussions, count(*) FILTER (WHERE kind = 'question') AS questions
            FROM forums_discussion WHERE {_COUNTED} GROUP BY space_id
        ) AS of_discussions ON of_discussions.space_id = space.id
        LEFT JOIN (
            SELECT space_id, count(*) FILTER (WHERE position > 1) AS replies,
                   count(DISTINCT post.author_id) AS authors
            FROM forums_discussion AS discussion
            JOIN forums_post AS post ON post.discussion_id = discussion.id
            WHERE {_COUNTED} AND post.state = 'published' GROUP BY space_id
        ) AS of_posts ON of_posts.space_id = space.id
        """,  # noqa: S608
    ),
)  # fmt: skip


def differences(*, limit: int = 1_000) -> list[Difference]:
    """Figures that are not what they should be, at most ``limit`` of each table."""
    found = [difference for figures in FIGURES for difference in _differences(figures, limit)]
    with connection.cursor() as cursor:
        cursor.execute(f"{_MISSING_CONTRIBUTORS} LIMIT %s", [limit])
        for space_id, user_id, posts in cursor.fetchall():
            row = f"{space_id}, {user_id}"
            found.append(Difference("forums_spacecontributor", row, "post_count", None, posts))
    return found


def fix() -> int:
    """Set every figure to what it should be; returns how many rows were changed."""
    with transaction.atomic():
        return sum(_fix(figures) for figures in FIGURES)


def _differences(figures: Figures, limit: int) -> Iterator[Difference]:
    wrong = " OR ".join(f"kept.{c} IS DISTINCT FROM {_computed(c)}" for c in figures.columns)
    columns = ", ".join(f"kept.{c}, {_computed(c)}" for c in figures.columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kept.id, {columns} FROM {figures.table} AS kept"  # noqa: S608 - all of it is from here
            f" LEFT JOIN ({figures.computed}) AS computed ON computed.id = kept.id WHERE {wrong} LIMIT %s",
            [limit],
        )
        for row_id, *values in cursor.fetchall():
            pairs = zip(figures.columns, values[::2], values[1::2], strict=True)
            yield from (
                Difference(figures.table, row_id, column, kept, computed)
                for column, kept, computed in pairs
                if kept != computed
            )


def _fix(figures: Figures) -> int:
    sets = ", ".join(f"{c} = {_computed(c)}" for c in figures.columns)
    wrong = " OR ".join(f"kept.{c} IS DISTINCT FROM {_computed(c)}" for c in figures.columns)
    with connection.cursor() as cursor:
        if figures.table == "forums_spacecontributor":
            cursor.execute(
                "INSERT INTO forums_spacecontributor (space_id, user_id, post_count)"  # noqa: S608
                f" SELECT space_id, user_id, 0 FROM ({_MISSING_CONTRIBUTORS}) AS missing"
            )
        cursor.execute(
            f"UPDATE {figures.table} AS kept SET {sets} FROM {figures.table} AS same"  # noqa: S608
            f" LEFT JOIN ({figures.computed}) AS computed ON computed.id = same.id"
            f" WHERE same.id = kept.id AND ({wrong})"
        )
        return int(cursor.rowcount)


def _computed(column: str) -> str:
    # Where there is nothing to count there is no row; discussions and spaces always have one.
    return f"computed.{column}" if column.startswith("last_") else f"coalesce(computed.{column}, 0)"
