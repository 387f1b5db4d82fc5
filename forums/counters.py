"""The figures kept beside discussions, posts and spaces: changed only here, in the transaction of what they
count.

Only what every reader of a space may read is counted: published posts, and for a space those of discussions
that are published and neither hidden nor deleted (`Discussion.is_counted`). Statements name rows in the order
discussion → posts → contributors (by person) → space → tags, so that two transactions never wait for each
other crosswise; callers hold the discussion's row lock. ``manage.py verify_counters`` recomputes every figure
(`forums.proof`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, F

from forums import tags
from forums.models import Discussion, Post, Space

# Posts of one more (or one less) person make a contributor; the first reply of the day costs no more than
# others.
_CONTRIBUTED = """
WITH contributor AS (
    INSERT INTO forums_spacecontributor AS held (space_id, user_id, post_count)
    SELECT %(space)s, author.id, author.posts
    FROM unnest(%(authors)s::uuid[], %(posts)s::integer[]) AS author(id, posts) ORDER BY author.id
    ON CONFLICT (space_id, user_id) DO UPDATE SET post_count = held.post_count + excluded.post_count
    RETURNING held.user_id, held.post_count
)
UPDATE forums_space
SET question_count = question_count + %(questions)s,
    discussion_count = discussion_count + %(discussions)s,
    reply_count = reply_count + %(replies)s,
    contributor_count = contributor_count + (
        SELECT count(*) FROM contributor
        JOIN unnest(%(authors)s::uuid[], %(posts)s::integer[]) AS author(id, posts)
            ON author.id = contributor.user_id
        WHERE contributor.post_count = author.posts
    )
WHERE id = %(space)s
"""
_UNCONTRIBUTED = """
WITH held AS (
    SELECT contributor.id, author.posts
    FROM forums_spacecontributor AS contributor
    JOIN unnest(%(authors)s::uuid[], %(posts)s::integer[]) AS author(id, posts)
        ON author.id = contributor.user_id
    WHERE contributor.space_id = %(space)s
    ORDER BY contributor.user_id FOR UPDATE OF contributor
), contributor AS (
    UPDATE forums_spacecontributor AS changed SET post_count = post_count - held.posts
    FROM held WHERE changed.id = held.id
    RETURNING changed.post_count
)
UPDATE forums_space
SET question_count = question_count - %(questions)s,
    discussion_count = discussion_count - %(discussions)s,
    reply_count = reply_count - %(replies)s,
    contributor_count = contributor_count - (SELECT count(*) FROM contributor WHERE post_count = 0)
WHERE id = %(space)s
"""
# Everything a discussion keeps about its posts, from its posts.
_RECOUNT = """
WITH below AS (
    SELECT discussion_id, above.position, count(*) AS posts
    FROM forums_post AS post
    CROSS JOIN LATERAL unnest(array_prepend(1, path)) AS above(position)
    WHERE discussion_id = ANY(%(discussions)s::uuid[]) AND state = 'published'
      AND post.position > 1 AND above.position <> post.position
    GROUP BY discussion_id, above.position
), counted AS (
    UPDATE forums_post AS post SET descendant_count = coalesce(below.posts, 0)
    FROM forums_post AS same
    LEFT JOIN below ON below.discussion_id = same.discussion_id AND below.position = same.position
    WHERE same.id = post.id AND same.discussion_id = ANY(%(discussions)s::uuid[])
      AND post.descendant_count <> coalesce(below.posts, 0)
)
UPDATE forums_discussion AS discussion
SET reply_count = (
        SELECT count(*) FROM forums_post
        WHERE discussion_id = discussion.id AND state = 'published' AND position > 1
    ),
    like_count = coalesce(
        (SELECT like_count FROM forums_post WHERE discussion_id = discussion.id AND position = 1), 0
    ),
    last_post_at = coalesce(latest.created_at, discussion.created_at),
    last_post_by_id = coalesce(latest.author_id, discussion.author_id)
FROM forums_discussion AS same
LEFT JOIN LATERAL (
    SELECT created_at, author_id FROM forums_post
    WHERE discussion_id = same.id AND state = 'published' ORDER BY position DESC LIMIT 1
) AS latest ON TRUE
WHERE same.id = discussion.id AND discussion.id = ANY(%(discussions)s::uuid[])
"""
# Every author of these discussions in each of the spaces: rows are made where there are none, and so locked.
_CLAIM = """
INSERT INTO forums_spacecontributor AS held (space_id, user_id, post_count)
SELECT space.id, author.id, 0
FROM unnest(%(spaces)s::uuid[]) AS space(id)
CROSS JOIN (
    SELECT DISTINCT author_id AS id FROM forums_post
    WHERE discussion_id = ANY(%(discussions)s::uuid[]) AND state = 'published'
) AS author
ORDER BY space.id, author.id
ON CONFLICT (space_id, user_id) DO UPDATE SET post_count = held.post_count
"""
# A reply's own thread in one statement: the discussion, the posts above it, and how far its author has read.
_REPLIED = """
WITH discussion AS (
    UPDATE forums_discussion
    SET reply_count = reply_count + 1, last_position = %(position)s,
        last_post_at = %(at)s, last_post_by_id = %(author)s
    WHERE id = %(discussion)s
), above AS (
    UPDATE forums_post SET descendant_count = descendant_count + 1
    WHERE discussion_id = %(discussion)s AND position = ANY(%(above)s)
)
INSERT INTO forums_readmark AS mark (user_id, discussion_id, position, read_at)
VALUES (%(author)s, %(discussion)s, %(position)s, %(at)s)
ON CONFLICT (user_id, discussion_id)
DO UPDATE SET position = greatest(mark.position, excluded.position), read_at = excluded.read_at
"""


def opened(discussion: Discussion) -> None:
    """A discussion became readable for the space's readers: published, shown again, or moved here."""
    authors = _authors(discussion)
    _run(
        _CONTRIBUTED,
        discussion.space_id,
        authors,
        questions=int(discussion.kind == Discussion.Kind.QUESTION),
        discussions=1,
        replies=discussion.reply_count,
    )
    tags.recount(discussion.space_id, before=(), after=discussion.tags)


def withdrawn(discussion: Discussion) -> None:
    """A discussion stopped being readable for the space's readers: hidden, deleted, or moved away."""
    authors = _authors(discussion)
    _run(
        _UNCONTRIBUTED,
        discussion.space_id,
        authors,
        questions=int(discussion.kind == Discussion.Kind.QUESTION),
        discussions=1,
        replies=discussion.reply_count,
    )
    tags.recount(discussion.space_id, before=discussion.tags, after=())


def kind_changed(discussion: Discussion, *, before: str) -> None:
    """A discussion became, or ceased to be, a question. ``discussion.kind`` is the new one."""
    change = int(discussion.kind == Discussion.Kind.QUESTION) - int(before == Discussion.Kind.QUESTION)
    if change and discussion.is_counted:
        Space.objects.filter(pk=discussion.space_id).update(question_count=F("question_count") + change)


def replied(discussion: Discussion, post: Post) -> None:
    """A new published reply, just inserted at the discussion's next position."""
    with connection.cursor() as cursor:
        cursor.execute(
            _REPLIED,
            {
                "discussion": discussion.pk,
                "position": post.position,
                "at": post.created_at,
                "author": post.author_id,
                "above": _above(post),
            },
        )
    discussion.reply_count += 1
    discussion.last_position = post.position
    discussion.last_post_at, discussion.last_post_by_id = post.created_at, post.author_id
    if discussion.is_counted:
        _run(_CONTRIBUTED, discussion.space_id, {post.author_id: 1}, replies=1)


def held(discussion: Discussion, post: Post) -> None:
    """A new reply that waits for a moderator, just inserted at the discussion's next position: it takes the
    position, and counts nowhere. Its author has read it."""
    Discussion.objects.filter(pk=discussion.pk).update(last_position=post.position)
    discussion.last_position = post.position


def post_shown(discussion: Discussion, post: Post) -> None:
    """A post that was there already became published (approved, shown again, restored)."""
    _post_changed(discussion, post, 1)


def post_withdrawn(discussion: Discussion, post: Post) -> None:
    """A published post was hidden or deleted; call it after its new state is saved."""
    _post_changed(discussion, post, -1)


def liked(post: Post, change: int) -> None:
    """A like was added (1) or taken back (-1)."""
    if post.is_opening:
        Discussion.objects.filter(pk=post.discussion_id).update(like_count=F("like_count") + change)
    Post.objects.filter(pk=post.pk).update(like_count=F("like_count") + change)
    post.like_count += change


def claim(discussion_ids: Collection[UUID], space_ids: Collection[UUID]) -> None:
    """Take every row that moving these discussions' posts between these spaces changes, in the order of all
    others (people, then spaces), so that it never waits crosswise for a reply or another move."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"spaces": sorted(space_ids), "discussions": list(discussion_ids)})
    list(
        Space.objects.filter(pk__in=space_ids).order_by("pk").select_for_update(no_key=True).values_list("pk")
    )


def recount(*discussions: Discussion) -> None:
    """Figures of discussions whose posts were moved: replies, likes, the last post, and what is below each
    post. The caller takes them out of their space's figures before, and brings them back after."""
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT, {"discussions": [discussion.pk for discussion in discussions]})
    for discussion in discussions:
        discussion.refresh_from_db(fields=["reply_count", "like_count", "last_post_at", "last_post_by"])


def members(space_id: UUID, change: int) -> None:
    """Memberships were added (positive) or removed (negative)."""
    if change:
        Space.objects.filter(pk=space_id).update(member_count=F("member_count") + change)


def last_post(discussion: Discussion) -> tuple[datetime, UUID]:
    """When and by whom the last published post was written; the discussion's own where there is none."""
    latest = (
        Post.objects.filter(discussion_id=discussion.pk, state=Post.State.PUBLISHED)
        .order_by("-position")
        .values_list("created_at", "author_id")
        .first()
    )
    return latest or (discussion.created_at, discussion.author_id)


def _post_changed(discussion: Discussion, post: Post, change: int) -> None:
    discussion.last_post_at, discussion.last_post_by_id = last_post(discussion)
    replies = 0 if post.is_opening else change
    Discussion.objects.filter(pk=discussion.pk).update(
        reply_count=F("reply_count") + replies,
        last_post_at=discussion.last_post_at,
        last_post_by_id=discussion.last_post_by_id,
    )
    discussion.reply_count += replies
    if not post.is_opening:
        Post.objects.filter(discussion_id=discussion.pk, position__in=_above(post)).update(
            descendant_count=F("descendant_count") + change
        )
    if discussion.is_counted:
        statement = _CONTRIBUTED if change > 0 else _UNCONTRIBUTED
        _run(statement, discussion.space_id, {post.author_id: 1}, replies=abs(replies))


def _above(post: Post) -> list[int]:
    """Positions of the posts above one in the tree, the opening post included."""
    return [1, *post.path[:-1]]


def _authors(discussion: Discussion) -> dict[UUID, int]:
    published = Post.objects.filter(discussion_id=discussion.pk, state=Post.State.PUBLISHED)
    return dict(published.values_list("author_id").annotate(posts=Count("id")).order_by())


def _run(
    statement: str,
    space_id: UUID,
    authors: Mapping[UUID, int],
    *,
    questions: int = 0,
    discussions: int = 0,
    replies: int = 0,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "space": space_id,
                "authors": list(authors),
                "posts": list(authors.values()),
                "questions": questions,
                "discussions": discussions,
                "replies": replies,
            },
        )
