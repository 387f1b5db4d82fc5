"""Spaces, people in them, discussions and posts for tests; made by the actions, so that every figure is
right.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from django.db import transaction

from experts.models import Network, User
from forums import grants
from forums.actions import discussions, posts, sanctions
from forums.models import Discussion, Post, Role, Sanction, Space, Visibility
from tests.factories import experts

_numbers = count(1)


def person(name: str = "", **fields: Any) -> User:
    """An active member of the site."""
    return experts.user(**({"name": name} if name else {}), **fields)


def space(
    visibility: str = Visibility.OPEN,
    *,
    owner: User | None = None,
    parent: Space | None = None,
    **fields: Any,
) -> Space:
    """A space with an owner (somebody new unless given). ``joining`` is the usual one of its visibility."""
    number = next(_numbers)
    values = {
        "slug": f"space-{number}",
        "title": f"Space {number}",
        "joining": Visibility(visibility).joinings[0],
        "ancestor_ids": [*parent.ancestor_ids, parent.pk] if parent else [],
    } | fields
    made = Space.objects.create(visibility=visibility, parent=parent, **values)
    join(made, Role.OWNER, owner or person())
    return made


def join(where: Space, role: str = Role.MEMBER, user: User | None = None) -> User:
    """Somebody (new unless given) with a role in a space."""
    user = user or person()
    with transaction.atomic():
        grants.give(where.pk, {user.pk: role})
    return user


def grant(where: Space, network: Network, role: str = Role.MEMBER) -> None:
    """A role in a space for a whole network."""
    with transaction.atomic():
        grants.give_network(where.pk, network, role)


def ban(where: Space | None, user: User, *, kind: str = Sanction.Kind.BAN) -> Sanction:
    """A ban from a space (None: from the site) that holds until lifted."""
    by = person(is_staff=True)
    if where is not None:
        join(where, Role.OWNER, by)
    return sanctions.impose(
        user.pk, kind, acting_user=by, reason="For the test.", space_id=where.pk if where else None
    )


def owner_of(where: Space) -> User:
    """One of the owners of a space."""
    return User.objects.filter(space_memberships__space=where, space_memberships__role=Role.OWNER)[0]


def discussion(where: Space, author: User | None = None, **fields: Any) -> Discussion:
    """A discussion, by the space's owner unless an author is given (who must take part in the space)."""
    values = {"title": f"Discussion {next(_numbers)}", "body": "What do you think?"} | fields
    return discussions.start(where.pk, acting_user=author or owner_of(where), **values)


def question(where: Space, author: User | None = None, **fields: Any) -> Discussion:
    """A question."""
    return discussion(where, author, kind=Discussion.Kind.QUESTION, **fields)


def reply(to: Discussion | Post, author: User | None = None, **fields: Any) -> Post:
    """A reply to a discussion or to a post, by the space's owner unless an author is given."""
    parent = to if isinstance(to, Post) else None
    where = to.discussion if isinstance(to, Post) else to
    return posts.reply(
        where.pk,
        acting_user=author or owner_of(where.space),
        parent_id=parent.pk if parent else None,
        **({"body": f"Reply {next(_numbers)}"} | fields),
    )
