"""How much a person wants to hear of a space, a discussion, a topic."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from config.errors import Conflict, Invalid, NotFound
from experts.models import Topic, User
from experts.references import topics_by_slug
from forums.actions.common import viewer_of
from forums.models import Discussion, Follow, Space

MAX_FOLLOWS = 1_000


@transaction.atomic
def follow(
    level: str,
    *,
    acting_user: User,
    space_id: UUID | None = None,
    discussion_id: UUID | None = None,
    topic: str | None = None,
) -> Follow:
    """Watch, follow or mute one thing, instead of what was chosen for it before.

    `NotFound` for what the person cannot read; `Conflict` for the thousand-and-first.
    """
    if level not in Follow.Level:
        raise Invalid.field("/level", f"One of {', '.join(Follow.Level.values)}.", code="unknown_choice")
    thing = _thing(acting_user, space_id, discussion_id, topic)
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
) -> None:
    """Choose nothing for it any more. Also for what the person cannot read any more."""
    if topic is not None:
        Follow.objects.filter(user=acting_user, **_thing(acting_user, None, None, topic)).delete()
    elif space_id is not None:
        Follow.objects.filter(user=acting_user, space_id=space_id).delete()
    elif discussion_id is not None:
        Follow.objects.filter(user=acting_user, discussion_id=discussion_id).delete()


def _thing(
    user: User, space_id: UUID | None, discussion_id: UUID | None, topic: str | None
) -> dict[str, Space | Discussion | Topic]:
    viewer = viewer_of(user)
    found: Space | Discussion | Topic | None = None
    if space_id is not None:
        name, found = "space", Space.objects.readable(viewer).filter(pk=space_id).first()
    elif discussion_id is not None:
        name, found = "discussion", Discussion.objects.visible(viewer).filter(pk=discussion_id).first()
    else:
        name, found = "topic", topics_by_slug([topic or ""]).get(topic or "")
    if found is None:
        raise NotFound
    return {name: found}
