"""Invitations into spaces."""

from __future__ import annotations

from collections.abc import Mapping

from experts.models import User
from forums.actions import invitations
from forums.models import Visibility
from tests.contracts.lists.base import List
from tests.factories import experts, forums


def of_space(count: int, asker: User) -> Mapping[str, object]:
    """Each by another moderator, to another person or network."""
    space = forums.space(owner=asker)
    for number in range(count):
        by = forums.join(space, "moderator")
        whom = {"network": experts.network().slug} if number % 2 else {"person": forums.person().pk}
        invitations.invite(space.pk, acting_user=by, **whom)
    return {"slug": space.slug}


def mine(count: int, asker: User) -> Mapping[str, object]:
    """Each into another space."""
    for _ in range(count):
        space = forums.space(Visibility.SECRET)
        invitations.invite(space.pk, acting_user=forums.owner_of(space), person=asker.pk)
    return {}


LISTS = [List("GET /spaces/{slug}/invitations", of_space), List("GET /me/invitations", mine)]
