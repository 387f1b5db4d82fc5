"""How far people have read, and what is viewed."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from threading import Lock
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from config.errors import NotFound
from experts.models import User
from experts.policies import require
from forums import access, policies
from forums import reading as unread
from forums.actions import notices
from forums.actions.common import viewer_of
from forums.models import Discussion, ReadMark
from forums.querysets import DiscussionQuerySet
from search.viewer import Viewer

_MARK = """
INSERT INTO forums_readmark AS mark (user_id, discussion_id, position, read_at)
VALUES (%(user)s, %(discussion)s, %(position)s, %(now)s)
ON CONFLICT (user_id, discussion_id) DO UPDATE SET position = excluded.position, read_at = excluded.read_at
WHERE %(back)s OR excluded.position > mark.position
"""
_MARK_MANY = """
INSERT INTO forums_readmark AS mark (user_id, discussion_id, position, read_at)
SELECT %(user)s, given.discussion, given.position, %(now)s
FROM unnest(%(discussions)s::uuid[], %(positions)s::integer[]) AS given(discussion, position)
ON CONFLICT (user_id, discussion_id) DO UPDATE SET position = excluded.position, read_at = excluded.read_at
WHERE excluded.position > mark.position
"""
# The commit does not wait for the disk: a crash loses the views of the last moments, and nothing else.
_VIEW = """
WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', TRUE))
INSERT INTO forums_discussionview (discussion_id, viewer, hour, is_counted)
SELECT %(discussion)s, %(viewer)s, %(hour)s, FALSE FROM unhurried
ON CONFLICT (discussion_id, viewer, hour) DO NOTHING
"""
_FOLD = """
WITH picked AS (
    SELECT id, discussion_id FROM forums_discussionview WHERE NOT is_counted ORDER BY id LIMIT %(batch)s
    FOR UPDATE SKIP LOCKED
), free AS (
    SELECT id FROM forums_discussion WHERE id IN (SELECT discussion_id FROM picked)
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
), counted AS (
    UPDATE forums_discussionview AS view SET is_counted = TRUE
    FROM picked JOIN free ON free.id = picked.discussion_id WHERE view.id = picked.id
    RETURNING view.discussion_id
)
UPDATE forums_discussion AS discussion SET view_count = view_count + views.number
FROM (SELECT discussion_id, count(*) AS number FROM counted GROUP BY discussion_id) AS views
WHERE discussion.id = views.discussion_id
RETURNING views.number
"""
# An hour back is never asked again: its rows become a tally per day.
_TALLY = """
WITH gone AS (
    DELETE FROM forums_discussionview WHERE id IN (
        SELECT id FROM forums_discussionview WHERE is_counted AND hour < %(before)s
        LIMIT %(batch)s FOR UPDATE SKIP LOCKED
    )
    RETURNING discussion_id, hour
)
INSERT INTO forums_viewtally AS tally (discussion_id, day, count)
SELECT discussion_id, (hour AT TIME ZONE 'UTC')::date, count(*) FROM gone GROUP BY 1, 2 ORDER BY 1, 2
ON CONFLICT (discussion_id, day) DO UPDATE SET count = tally.count + excluded.count
"""


@transaction.atomic
def mark_read(
    discussion_id: UUID, *, acting_user: User, position: int | None = None, back: bool = False
) -> ReadMark:
    """Note that a person has read up to ``position`` (None: to the end). Marks move forward only, unless
    ``back``.
    """
    viewer = viewer_of(acting_user)
    discussion = Discussion.objects.visible(viewer).filter(pk=discussion_id).first()
    if discussion is None:
        raise NotFound
    require(policies.mark_read, viewer, discussion)
    reached = discussion.last_position if position is None else min(position, discussion.last_position)
    with connection.cursor() as cursor:
        cursor.execute(
            _MARK,
            {
                "user": acting_user.pk,
                "discussion": discussion.pk,
                "position": reached,
                "now": timezone.now(),
                "back": back,
            },
        )
    notices.read_up_to(acting_user.pk, discussion.pk, reached)
    return ReadMark.objects.get(user=acting_user, discussion=discussion)


@transaction.atomic
def mark_space_read(space_id: UUID, *, acting_user: User, below: bool = False) -> int:
    """Note that a person has read all that is in a space now, and with ``below`` in the spaces below it;
    returns how many discussions had something new. `NotFound` for a space they do not read."""
    viewer = viewer_of(acting_user)
    readable = access.readable_space_ids(viewer)
    if space_id not in readable:
        raise NotFound
    spaces = [
        other
        for other in readable
        if other == space_id or (below and space_id in access.spaces(viewer)[other].ancestor_ids)
    ]
    return _mark_all(
        Discussion.objects.visible(viewer).counted().filter(space_id__in=spaces), viewer, acting_user
    )


@transaction.atomic
def mark_everything_read(*, acting_user: User) -> int:
    """Note that a person has read everything that counts as unread for them now; returns how many discussions
    had something new."""
    viewer = viewer_of(acting_user)
    return _mark_all(unread.own(viewer), viewer, acting_user)


def _mark_all(rows: DiscussionQuerySet, viewer: Viewer, user: User) -> int:
    """In the order of discussions, so that two of one person never wait for each other crosswise."""
    behind = rows.with_reading(viewer).filter(
        Q(read_position__isnull=True) | Q(read_position__lt=F("last_position"))
    )
    marks = list(behind.order_by("pk").values_list("pk", "last_position"))
    ids = [discussion_id for discussion_id, _ in marks]
    with connection.cursor() as cursor:
        cursor.execute(
            _MARK_MANY,
            {
                "user": user.pk,
                "discussions": ids,
                "positions": [position for _, position in marks],
                "now": timezone.now(),
            },
        )
    notices.read_all(user.pk, ids)
    return len(marks)


def view(discussion_id: UUID, *, viewer_key: str) -> None:
    """Note that somebody looked at a discussion that is there for them; one person counts once an hour.

    ``viewer_key`` is the person's id, or for a visitor a hash that tells nothing (64 characters at most).
    """
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    if not _seen.add((discussion_id, viewer_key, hour)):
        return
    with connection.cursor() as cursor:
        cursor.execute(_VIEW, {"discussion": discussion_id, "viewer": viewer_key, "hour": hour})


def fold_views(*, batch: int = 5_000) -> int:
    """Add views to the discussions' counters, one batch; returns how many. Run by a job every minute.

    Discussions that somebody is writing to are left for the next time.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FOLD, {"batch": batch})
        return sum(row[0] for row in cursor.fetchall())


def tally_views(*, now: datetime | None = None, batch: int = 50_000) -> int:
    """Turn the single views of past hours into one figure per discussion and day; returns how many figures
    changed, 0 when nothing is left to do."""
    before = (now or timezone.now()).replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_TALLY, {"before": before, "batch": batch})
        return int(cursor.rowcount)


class _Recent:
    """What this process has noted of late: spares a statement that would change nothing. Bounded."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._new: set[Hashable] = set()
        self._old: set[Hashable] = set()
        self._lock = Lock()

    def add(self, item: Hashable) -> bool:
        """Whether the item is new here."""
        with self._lock:
            if item in self._new or item in self._old:
                return False
            if len(self._new) >= self._size:
                self._old, self._new = self._new, set()
            self._new.add(item)
            return True

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._new.clear()
            self._old.clear()


_seen = _Recent(20_000)
