"""Who can read a space: the rule of `forums.access` asked the other way round, of people instead of spaces.

A test holds the two forms equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from experts.models import NetworkMembership, User
from forums.access import READ
from forums.models import (
    Sanction,
    Space,
    SpaceGroupObjectPermission,
    SpaceUserObjectPermission,
    Visibility,
)


def of(space: Space) -> QuerySet[User, Any]:
    """Active people who can read a space: by its own rule and by those of all spaces above it."""
    people = User.objects.filter(status=User.Status.ACTIVE, is_system=False)
    line = [*space.ancestor_ids, space.pk]
    kept = dict(Space.objects.filter(pk__in=line).values_list("pk", "visibility"))
    closed = [space_id for space_id in line if kept[space_id] != Visibility.OPEN]
    for space_id in closed:
        above = line[: line.index(space_id) + 1]
        people = people.filter(_allowed(space_id, kept[space_id]), ~Exists(_bans(above)))
    return people


def _allowed(space_id: UUID, visibility: str) -> Q:
    """What a person needs in the space itself."""
    if visibility == Visibility.MEMBERS_ONLY:
        return Q()
    own = SpaceUserObjectPermission.objects.filter(
        content_object=space_id, permission__codename=READ, user=OuterRef("pk")
    )
    granted = SpaceGroupObjectPermission.objects.filter(content_object=space_id, permission__codename=READ)
    through = NetworkMembership.objects.current().filter(
        network__group__in=granted.values("group"), user=OuterRef("pk")
    )
    return Q(Exists(own)) | Q(Exists(through))


def _bans(spaces: Sequence[UUID]) -> QuerySet[Sanction, Any]:
    """Bans of a person from one of these spaces or from the site."""
    return Sanction.objects.active().filter(
        Q(space_id__in=spaces) | Q(space__isnull=True), kind=Sanction.Kind.BAN, user=OuterRef("pk")
    )
