"""How much a person wants to hear of a space, a discussion, a topic, a tag of a space."""

from __future__ import annotations

from typing import TypedDict
from uuid import UUID

from django.db import transaction

from config.errors import Conflict, Invalid, NotFound
from experts.models import Topic, User
from experts.references import topics_by_slug
from forums import tags
from forums.actions.common import viewer_of
from forums.models import Discussion, Follow, Space, Tag

MAX_FOLLOWS = 1_000


class _Thing(TypedDict, total=False):
    """One of them."""

    space: Space
    discussion: Discussion
    topic: Topic
    tag: Tag


@transaction.atomic
def follow(
    level: str,
    *,
    acting_user: User,
    space_id: UUID | None = None,
    discussion_id: UUID | None = None,
    topic: str | None = None,
    tag: str | None = None,
) -> Follow:
    """Watch, follow or mute one thing, instead of what was chosen for it before. A ``tag`` is the space's.

    `NotFound` for what the person cannot read, and for a tag that no discussion which they may read has;
    `Conflict` for the thousand-and-first.
    """
    if level not in Follow.Level:
        raise Invalid.field("/level", f"One of {', '.join(Follow.Level.values)}.", code="unknown_choice")
    thing = _thing(acting_user, space_id, discussion_id, topic, tag)
    # The person's own row, so that the limit holds for two at once.
    User.objects.select_for_update(no_key=True).get(pk=acting_user.pk)
    chosen = Follow.objects.filter(user=acting_user, **thing).first()
    if chosen is None:
        if Follow.objects.filter(user=acting_user).count() >= MAX_FOLLOWS:
            raise Conflict(f"At most {MAX_FOLLOWS} things are followed.", code="too_many_follows")
        return Follow.objects.create(user=acting_user, level=level, **thing)
    chosen.level = level
    chosen.save(update_fields=["level"])
    return chosen


@transaction.atomic
def unfollow(
    *,
    acting_user: User,
    space_id: UUID | None = None,
    discussion_id: UUID | None = None,
    topic: str | None = None,
    tag: str | None = None,
) -> None:
    """Choose nothing for it any more. Also for what the person cannot read any more, and for a tag that is no
    longer in use."""
    chosen = Follow.objects.filter(user=acting_user)
    if topic is not None:
        chosen.filter(topic=_topic(topic)).delete()
    elif space_id is not None and tag is not None:
        chosen.filter(tag__space_id=space_id, tag__name=tags.name(tag)).delete()
    elif space_id is not None:
        chosen.filter(space_id=space_id).delete()
    elif discussion_id is not None:
        chosen.filter(discussion_id=discussion_id).delete()


def _thing(
    user: User, space_id: UUID | None, discussion_id: UUID | None, topic: str | None, tag: str | None
) -> _Thing:
    viewer = viewer_of(user)
    if topic is not None:
        return {"topic": _topic(topic)}
    if discussion_id is not None:
        discussion = Discussion.objects.visible(viewer).filter(pk=discussion_id).first()
        if discussion is not None:
            return {"discussion": discussion}
    elif space_id is not None:
        space = Space.objects.readable(viewer).filter(pk=space_id).first()
        if space is not None and tag is None:
            return {"space": space}
        if space is not None and tag is not None:
            used = tags.used(viewer, space.pk).filter(name=tags.name(tag)).first()
            if used is not None:
                return {"tag": used}
    raise NotFound


def _topic(slug: str) -> Topic:
    found = topics_by_slug([slug]).get(slug)
    if found is None:
        raise NotFound
    return found
