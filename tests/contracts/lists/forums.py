"""Spaces, their people, discussions, posts."""

from __future__ import annotations

from collections.abc import Mapping

from experts.models import User
from forums.actions import memberships, posts
from forums.models import Joining, Role, Visibility
from tests.contracts.lists.base import List
from tests.factories import experts, forums


def spaces(count: int, asker: User) -> Mapping[str, object]:
    """Each with topics of its own; every other one the asker's."""
    for number in range(count):
        space = forums.space()
        space.topics.add(experts.topic())
        if number % 2:
            forums.join(space, Role.MEMBER, asker)
    return {}


def members(count: int, asker: User) -> Mapping[str, object]:
    space = forums.space(owner=asker)
    for _ in range(count - 1):
        forums.join(space)
    return {"slug": space.slug}


def networks(count: int, asker: User) -> Mapping[str, object]:
    space = forums.space(owner=asker)
    for _ in range(count):
        forums.grant(space, experts.network())
    return {"slug": space.slug}


def requests(count: int, asker: User) -> Mapping[str, object]:
    space = forums.space(Visibility.PRIVATE, owner=asker, joining=Joining.ASK)
    for _ in range(count):
        memberships.ask(space.pk, acting_user=forums.person(), message="Please.")
    return {"slug": space.slug}


def table(count: int, asker: User) -> Mapping[str, object]:
    """Each by another author, last replied to by another."""
    space = forums.space(owner=asker)
    for _ in range(count):
        discussion = forums.discussion(space, forums.join(space))
        forums.reply(discussion, forums.join(space))
    return {"slug": space.slug}


def everywhere(count: int, asker: User) -> Mapping[str, object]:
    """Each in another space."""
    for _ in range(count):
        space = forums.space(owner=asker)
        forums.reply(forums.discussion(space, forums.join(space)), forums.join(space))
    return {}


def thread(count: int, asker: User) -> Mapping[str, object]:
    """Each post by another author, liked by the asker, in answer to the one before."""
    space = forums.space(owner=asker)
    discussion = forums.discussion(space, forums.join(space))
    last = None
    for number in range(count - 1):
        last = forums.reply(last if last is not None and number % 10 else discussion, forums.join(space))
        posts.like(last.pk, acting_user=asker)
    return {"id": discussion.pk}


def replies(count: int, asker: User) -> Mapping[str, object]:
    space = forums.space(owner=asker)
    post = forums.reply(forums.discussion(space))
    for _ in range(count):
        forums.reply(post, forums.join(space))
    return {"id": post.pk}


def likes(count: int, asker: User) -> Mapping[str, object]:
    space = forums.space(owner=asker)
    post = forums.reply(forums.discussion(space))
    for _ in range(count):
        posts.like(post.pk, acting_user=forums.join(space))
    return {"id": post.pk}


LISTS = [
    List("GET /spaces", spaces, query={"sort": "activity"}),
    List("GET /spaces", spaces),
    List("GET /spaces/{slug}/members", members),
    List("GET /spaces/{slug}/networks", networks),
    List("GET /spaces/{slug}/requests", requests),
    List("GET /spaces/{slug}/discussions", table),
    List("GET /discussions", everywhere),
    List("GET /discussions/{id}/posts", thread),
    List("GET /discussions/{id}/posts", thread, query={"view": "tree"}),
    List("GET /posts/{id}/replies", replies),
    List("GET /posts/{id}/likes", likes),
]
