"""Notices and follows."""

from __future__ import annotations

from collections.abc import Mapping

from experts.models import User
from forums.actions import discussions, follows, posts
from tests.contracts.lists.base import List
from tests.factories import experts, forums
from tests.factories import moderation as make


def followed(count: int, asker: User) -> Mapping[str, object]:
    """Discussions, spaces, topics and tags."""
    for number in range(count):
        if number % 4 == 0:
            follows.follow("watching", acting_user=asker, topic=experts.topic().slug)
        elif number % 4 == 1:
            follows.follow("watching", acting_user=asker, space_id=forums.space().pk)
        elif number % 4 == 2:
            space = forums.discussion(forums.space(), tags=["visa"]).space
            follows.follow("watching", acting_user=asker, space_id=space.pk, tag="visa")
        else:
            discussion = forums.discussion(forums.space())
            follows.follow("watching", acting_user=asker, discussion_id=discussion.pk)
    return {}


def notices(count: int, asker: User) -> Mapping[str, object]:
    """Replies, likes and acts, each about another discussion in another space, by other people."""
    for _ in range(-(-count // 3)):
        space = forums.space()
        discussion = forums.discussion(space, make.member(space, asker))
        forums.reply(discussion, make.member(space))
        posts.like(discussion.posts.get(position=1).pk, acting_user=make.member(space))
        discussions.close(discussion.pk, acting_user=make.moderator(space), reason=make.WHY)
    return {}


LISTS = [
    List("GET /me/notifications", notices, budget=8),
    List("GET /me/follows", followed, budget=4),
]
