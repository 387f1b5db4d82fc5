"""The statements that write notices. Each is one statement, whatever the number of people told.

A notice that is still unread takes up what follows of the same kind about the same thing: a storm of replies
makes one. Rows are taken in the order of people, so that two writers never wait for each other crosswise.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from forums.models import Cadence, Notice, NoticePreferences, SavedSearch

# Notices to be mailed "at once" wait so long, to go out together with what follows.
GATHERING = dt.timedelta(minutes=1)

_DEFAULTS = json.dumps(NoticePreferences.DEFAULTS)

# How much the person hears of a discussion: what they chose for it, else for one of its topics or tags, else
# for its space or the nearest space above. Of several topics and tags the loudest counts. What follows are
# compared with are arrays that are known beforehand, so that each is looked up in its index.
_PLACES = """
    SELECT array_prepend(id, (SELECT array_agg(above ORDER BY depth DESC)
                              FROM unnest(ancestor_ids) WITH ORDINALITY AS ancestor(above, depth))) AS spaces
    FROM forums_space WHERE id = %(space)s
"""
_OF_DISCUSSION = """(
        follow.discussion_id = %(discussion)s
        OR follow.space_id = ANY((SELECT spaces FROM place)::uuid[])
        OR follow.topic_id = ANY(ARRAY(
            SELECT topic_id FROM forums_discussion_topics WHERE discussion_id = %(discussion)s
        ))
        OR follow.tag_id = ANY(ARRAY(
            SELECT tag.id FROM forums_discussion AS tagged
            JOIN forums_tag AS tag ON tag.space_id = %(space)s AND tag.name = ANY(tagged.tags)
            WHERE tagged.id = %(discussion)s
        ))
    )"""
_NEAREST = f"""
    SELECT DISTINCT ON (follow.user_id) follow.user_id, follow.level
    FROM forums_follow AS follow
    WHERE {{whose}} {_OF_DISCUSSION}
    ORDER BY follow.user_id,
        CASE WHEN follow.discussion_id IS NOT NULL THEN 0
             WHEN follow.topic_id IS NOT NULL OR follow.tag_id IS NOT NULL THEN 1
             ELSE 1 + array_position((SELECT spaces FROM place), follow.space_id) END,
        CASE follow.level WHEN 'watching' THEN 0 WHEN 'following' THEN 1 ELSE 2 END
"""  # noqa: S608 - put together from constants, as all below
_WRITE = """
    INSERT INTO forums_notice AS notice (
        id, user_id, reason, about, post_ids, actor_ids, count, entry_id, case_id, invitation_id,
        created_at, updated_at, due_at
    )
    SELECT gen_random_uuid(), told.user_id, told.reason, %(about)s, %(posts)s::uuid[], %(actors)s::uuid[], 1,
        %(entry)s, %(case)s, %(invitation)s, %(now)s, %(now)s,
        CASE coalesce(preferences.cadences ->> told.reason, %(defaults)s::jsonb ->> told.reason)
            WHEN 'at_once' THEN %(due)s::timestamptz
        END
    FROM told
    JOIN experts_user AS person
        ON person.id = told.user_id AND person.status = 'active' AND NOT person.is_system
    LEFT JOIN forums_noticepreferences AS preferences ON preferences.user_id = told.user_id
    ORDER BY told.user_id, told.reason
    ON CONFLICT (user_id, reason, about) WHERE read_at IS NULL DO UPDATE SET
        post_ids = (excluded.post_ids || array_remove(notice.post_ids, excluded.post_ids[1]))[1:%(kept)s],
        actor_ids = (excluded.actor_ids || array_remove(notice.actor_ids, excluded.actor_ids[1]))[1:%(kept)s],
        count = notice.count + 1,
        updated_at = excluded.updated_at
"""
_TELL = f"""
WITH told AS (
    SELECT * FROM unnest(%(people)s::uuid[], %(reasons)s::text[]) AS given(user_id, reason)
){_WRITE}
"""  # noqa: S608
_TELL_OF_POST = f"""
WITH place AS ({_PLACES}), nearest AS ({_NEAREST.format(whose="follow.user_id = ANY(%(people)s::uuid[]) AND")}
), told AS (
    SELECT given.user_id, given.reason
    FROM unnest(%(people)s::uuid[], %(reasons)s::text[]) AS given(user_id, reason)
    LEFT JOIN nearest ON nearest.user_id = given.user_id
    WHERE nearest.level IS DISTINCT FROM 'muted'
), written AS ({_WRITE} RETURNING 1)
SELECT EXISTS (
    SELECT 1 FROM forums_follow AS follow
    WHERE follow.level <> 'muted' AND follow.user_id <> %(author)s AND {_OF_DISCUSSION}
)
"""  # noqa: S608
_TELL_FOLLOWERS = f"""
WITH place AS ({_PLACES}), nearest AS ({_NEAREST.format(whose="")}
), told AS (
    SELECT nearest.user_id, %(reason)s AS reason
    FROM nearest
    WHERE nearest.level = ANY(%(levels)s::text[]) AND nearest.user_id <> %(author)s
      AND NOT EXISTS (
          SELECT 1 FROM forums_notice AS known
          WHERE known.user_id = nearest.user_id AND known.about = %(about)s AND %(post)s = ANY(known.post_ids)
            AND known.reason IN ('mention', 'reply', 'watching', 'new_discussion')
      )
){_WRITE}
"""  # noqa: S608


def tell(
    people: Sequence[UUID],
    reason: Notice.Reason,
    *,
    about: UUID,
    post_id: UUID | None = None,
    actor_id: UUID | None = None,
    entry_id: UUID | None = None,
    case_id: UUID | None = None,
    invitation_id: UUID | None = None,
) -> None:
    """Tell each of these people. Accounts that are not active hear nothing."""
    if not people:
        return
    values = _values(dict.fromkeys(people, reason), about=about, post_id=post_id, actor_id=actor_id) | {
        "entry": entry_id,
        "case": case_id,
        "invitation": invitation_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TELL, values)


def tell_of_post(
    people: Mapping[UUID, Notice.Reason],
    *,
    post_id: UUID,
    author_id: UUID,
    discussion_id: UUID,
    space_id: UUID,
) -> bool:
    """Tell these people of a post, unless they muted the discussion (or what it is in).

    Returns whether anybody follows any of it, and so `tell_followers` has something to do.
    """
    values = _values(people, about=discussion_id, post_id=post_id, actor_id=author_id) | {
        "discussion": discussion_id,
        "space": space_id,
        "author": author_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TELL_OF_POST, values)
        followed: bool = cursor.fetchone()[0]
    return followed


def tell_followers(
    reason: Notice.Reason,
    levels: Sequence[str],
    *,
    post_id: UUID,
    author_id: UUID,
    discussion_id: UUID,
    space_id: UUID,
) -> int:
    """Tell everyone whose nearest choice is one of ``levels``, but for the author and who was told of this
    post already; returns how many. May run twice: the second time nobody is told."""
    values = _values({}, about=discussion_id, post_id=post_id, actor_id=author_id) | {
        "reason": reason,
        "levels": list(levels),
        "post": post_id,
        "discussion": discussion_id,
        "space": space_id,
        "author": author_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TELL_FOLLOWERS, values)
        told: int = cursor.rowcount
    return told


def found(search: SavedSearch, count: int, *, now: dt.datetime) -> Notice:
    """Tell of ``count`` new things in a kept query; the caller is the only one who does so for its owner.

    An unread notice takes them up, unless it was mailed: then it begins anew, or the same things would be
    mailed again and again.
    """
    due = now + GATHERING if search.cadence == Cadence.AT_ONCE else None
    unread = Notice.objects.filter(user_id=search.user_id, about=search.pk, read_at__isnull=True)
    notice = unread.filter(reason=Notice.Reason.SAVED_SEARCH).select_for_update(no_key=True).first()
    if notice is None:
        notice = Notice(
            user_id=search.user_id,
            reason=Notice.Reason.SAVED_SEARCH,
            about=search.pk,
            saved_search=search,
            count=0,
            created_at=now,
        )
    elif notice.mailed_at is not None:
        notice.matches.update(notice=None)
        notice.count, notice.created_at, notice.mailed_at = 0, now, None
    notice.count += count
    notice.updated_at = now
    notice.due_at = notice.due_at or due
    notice.save()
    return notice


def _values(
    people: Mapping[UUID, Notice.Reason], *, about: UUID, post_id: UUID | None, actor_id: UUID | None
) -> dict[str, Any]:
    now = timezone.now()
    return {
        "people": list(people),
        "reasons": [str(reason) for reason in people.values()],
        "about": about,
        "posts": [post_id] if post_id else [],
        "actors": [actor_id] if actor_id else [],
        "entry": None,
        "case": None,
        "invitation": None,
        "now": now,
        "due": now + GATHERING,
        "defaults": _DEFAULTS,
        "kept": Notice.KEPT,
    }
