"""Notices as they are told: with what the person may read of them now, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from experts.models import User
from forums import access, alerts
from forums.access import SpaceAccess
from forums.models import Discussion, Notice, Post
from search.viewer import Viewer

NAMED = 3
# Notices of people, not of what they wrote.
OF_ACTORS = (Notice.Reason.LIKE, Notice.Reason.JOIN_REQUEST)


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice. ``posts`` are those of it that may be read, the latest first, with author and discussion;
    ``people`` at most three of who wrote, liked or asks; ``count`` how many it tells of; ``space`` that of an
    act or of requests to join, as far as it is there for the person; ``found`` what (still) answers a kept
    search, the latest first."""

    notice: Notice
    count: int
    posts: Sequence[Post] = ()
    people: Sequence[User] = ()
    discussion: Discussion | None = None
    space: SpaceAccess | None = None
    found: Sequence[alerts.Held] = ()


@dataclass(slots=True)
class _Found:
    posts: Mapping[UUID, Post] = field(default_factory=dict)
    discussions: Mapping[UUID, Discussion] = field(default_factory=dict)
    people: Mapping[UUID, User] = field(default_factory=dict)
    spaces: Mapping[UUID, SpaceAccess] = field(default_factory=dict)
    matches: Mapping[UUID, Sequence[alerts.Held]] = field(default_factory=dict)


def show(rows: Sequence[Notice], viewer: Viewer) -> list[Shown]:
    """Each of these notices, which are visible to the viewer and have ``entry`` and ``saved_search`` loaded.
    At most three queries (and those of `alerts.told`, where it was not asked yet)."""
    acts = [row.entry for row in rows if row.entry is not None]
    post_ids = {post_id for row in rows for post_id in row.post_ids}
    post_ids |= {act.object_id for act in acts if act.object_type == "post"}
    discussion_ids = {act.object_id for act in acts if act.object_type == "discussion"}
    actor_ids = {actor_id for row in rows if row.reason in OF_ACTORS for actor_id in row.actor_ids}
    found = _Found(spaces=access.spaces(viewer))
    if post_ids:
        posts = Post.objects.visible(viewer).select_related("author", "discussion")
        found.posts = posts.in_bulk(post_ids)
    if discussion_ids:
        found.discussions = Discussion.objects.visible(viewer).in_bulk(discussion_ids)
    if actor_ids:
        found.people = User.objects.in_bulk(actor_ids)
    if any(row.saved_search_id for row in rows):
        found.matches = alerts.told(viewer)
    return [_shown(row, found) for row in rows]


def _shown(row: Notice, found: _Found) -> Shown:
    if row.saved_search_id is not None:
        held = found.matches.get(row.pk, ())
        return Shown(row, len(held), found=held)
    posts = [found.posts[post_id] for post_id in row.post_ids if post_id in found.posts]
    if row.reason == Notice.Reason.LIKE:
        people = [found.people[actor_id] for actor_id in row.actor_ids if actor_id in found.people]
        return Shown(row, row.count, posts, people[:NAMED], posts[0].discussion if posts else None)
    if row.entry is not None:
        here = found.spaces.get(row.entry.space_id) if row.entry.space_id else None
        return Shown(row, 1, discussion=_discussion_of(row.entry.object_id, found), space=here)
    if row.reason == Notice.Reason.JOIN_REQUEST:
        asking = [found.people[actor_id] for actor_id in row.actor_ids if actor_id in found.people]
        return Shown(row, row.count, people=asking[:NAMED], space=found.spaces.get(row.about))
    authors = {post.author_id: post.author for post in posts}
    # Of the posts that are no longer kept by id it is not known any more how many can still be read.
    unreadable = len(row.post_ids) - len(posts)
    return Shown(
        row,
        max(1, row.count - unreadable),
        posts,
        list(authors.values())[:NAMED],
        posts[0].discussion if posts else None,
    )


def _discussion_of(object_id: UUID, found: _Found) -> Discussion | None:
    if object_id in found.posts:
        return found.posts[object_id].discussion
    return found.discussions.get(object_id)
