"""Roles as object permissions: the one place that writes memberships, network grants and what they permit.

A role in a space is a named set of guardian permissions on it, held by a person (`Membership`) or by a whole
network (`NetworkGrant`). The callers, actions, hold the space's row lock, so that two of them cannot
interleave.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.contrib.auth.models import Permission

from experts.models import Network
from forums import counters
from forums.access import MANAGE, MODERATE, READ, TAKE_PART
from forums.models import (
    Membership,
    NetworkGrant,
    Role,
    SpaceGroupObjectPermission,
    SpaceUserObjectPermission,
)

PERMISSIONS: Mapping[str, frozenset[str]] = {
    Role.OBSERVER: frozenset({READ}),
    Role.MEMBER: frozenset({READ, TAKE_PART}),
    Role.MODERATOR: frozenset({READ, TAKE_PART, MODERATE}),
    Role.OWNER: frozenset({READ, TAKE_PART, MODERATE, MANAGE}),
}


def rank(role: str) -> int:
    """0 for an observer to 3 for an owner."""
    return list(Role).index(Role(role))


def give(space_id: UUID, roles: Mapping[UUID, Role | str]) -> int:
    """Give each person exactly this role, instead of the one they have; returns how many became members."""
    members = set(
        Membership.objects.filter(space_id=space_id, user_id__in=roles).values_list("user_id", flat=True)
    )
    Membership.objects.bulk_create(
        [
            Membership(space_id=space_id, user_id=user_id, role=role)
            for user_id, role in sorted(roles.items())
        ],
        update_conflicts=True,
        unique_fields=["space", "user"],
        update_fields=["role"],
    )
    SpaceUserObjectPermission.objects.filter(content_object_id=space_id, user_id__in=roles).delete()
    ids = _permission_ids()
    SpaceUserObjectPermission.objects.bulk_create(
        SpaceUserObjectPermission(content_object_id=space_id, user_id=user_id, permission_id=ids[codename])
        for user_id, role in roles.items()
        for codename in PERMISSIONS[role]
    )
    joined = len(roles.keys() - members)
    counters.members(space_id, joined)
    return joined


def take(space_id: UUID, user_ids: Collection[UUID]) -> int:
    """Take these people's role away; returns how many were members."""
    left, _ = Membership.objects.filter(space_id=space_id, user_id__in=user_ids).delete()
    SpaceUserObjectPermission.objects.filter(content_object_id=space_id, user_id__in=user_ids).delete()
    counters.members(space_id, -left)
    return left


def give_network(space_id: UUID, network: Network, role: Role | str) -> NetworkGrant:
    """Give all people of a network exactly this role, now and whoever joins it later."""
    grant, _ = NetworkGrant.objects.update_or_create(
        space_id=space_id, network=network, defaults={"role": role}
    )
    SpaceGroupObjectPermission.objects.filter(content_object_id=space_id, group_id=network.group_id).delete()
    ids = _permission_ids()
    SpaceGroupObjectPermission.objects.bulk_create(
        SpaceGroupObjectPermission(
            content_object_id=space_id, group_id=network.group_id, permission_id=ids[codename]
        )
        for codename in PERMISSIONS[role]
    )
    return grant


def take_network(space_id: UUID, network: Network) -> bool:
    """Take a network's role away; whether it had one."""
    taken, _ = NetworkGrant.objects.filter(space_id=space_id, network=network).delete()
    SpaceGroupObjectPermission.objects.filter(content_object_id=space_id, group_id=network.group_id).delete()
    return bool(taken)


def _permission_ids() -> dict[str, int]:
    of_spaces = Permission.objects.filter(content_type__app_label="forums", content_type__model="space")
    return dict(of_spaces.values_list("codename", "id"))
