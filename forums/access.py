"""What a viewer may do in which space: the one rule that everything in the forums asks.

Resolved once per viewer in one query, kept in the viewer's memo. A space is *readable* if its own rule and
those of all spaces above it let the viewer read; *listed* (its card is shown) if the spaces above it are
readable and its own rule lists it. A ban takes away everything that a visitor does not have; it, a silence
and archiving hold for the spaces below too.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from experts.network_roles import networks
from search.viewer import Viewer

# Permissions of `Space.Meta.permissions`, as asked here.
READ, TAKE_PART, MODERATE, MANAGE = "read_space", "take_part_in_space", "moderate_space", "manage_space"


class SpaceAccess(NamedTuple):
    """What one viewer has in one space that is at least listed for them.

    ``role`` is the viewer's own membership; permissions may also come through a network.
    """

    slug: str
    title: str
    visibility: str
    joining: str
    ancestor_ids: frozenset[UUID]
    readable: bool
    permissions: frozenset[str] = frozenset()
    role: str | None = None
    banned: bool = False
    silenced: bool = False
    archived: bool = False

    def has(self, permission: str) -> bool:
        """Whether the viewer reads the space and holds the permission in it."""
        return self.readable and permission in self.permissions


class _Row(NamedTuple):
    id: UUID
    slug: str
    title: str
    visibility: str
    joining: str
    ancestor_ids: list[UUID]
    archived: bool
    permissions: list[str] | None
    role: str | None
    banned: bool
    silenced: bool


# One statement instead of four querysets: it runs in every request. Visitors have no grants and no sanctions.
# A grant to a group is a grant to its network, and who is in a network is said by the viewer's tokens alone.
_SPACES_OF_VIEWER = """
WITH granted AS (
    SELECT held.content_object_id AS space_id, array_agg(DISTINCT permission.codename) AS codenames
    FROM (
        SELECT content_object_id, permission_id FROM forums_spaceuserobjectpermission WHERE user_id = %(user)s
        UNION ALL
        SELECT grants.content_object_id, grants.permission_id
        FROM forums_spacegroupobjectpermission AS grants
        JOIN experts_network AS network ON network.group_id = grants.group_id
        WHERE network.id = ANY(%(networks)s)
    ) AS held
    JOIN auth_permission AS permission ON permission.id = held.permission_id
    GROUP BY held.content_object_id
), sanctioned AS (
    SELECT space_id, bool_or(kind = 'ban') AS banned, bool_or(kind = 'silence') AS silenced
    FROM forums_sanction
    WHERE user_id = %(user)s AND lifted_at IS NULL AND (ends_at IS NULL OR ends_at > now())
    GROUP BY space_id
)
SELECT space.id, space.slug, space.title, space.visibility, space.joining, space.ancestor_ids,
       space.archived_at IS NOT NULL, granted.codenames, membership.role,
       coalesce(here.banned, FALSE) OR coalesce(everywhere.banned, FALSE),
       coalesce(here.silenced, FALSE) OR coalesce(everywhere.silenced, FALSE)
FROM forums_space AS space
LEFT JOIN granted ON granted.space_id = space.id
LEFT JOIN forums_membership AS membership ON membership.space_id = space.id AND membership.user_id = %(user)s
LEFT JOIN sanctioned AS here ON here.space_id = space.id
LEFT JOIN sanctioned AS everywhere ON everywhere.space_id IS NULL
WHERE space.visibility <> 'secret' OR granted.codenames IS NOT NULL
ORDER BY cardinality(space.ancestor_ids)
"""


def spaces(viewer: Viewer) -> Mapping[UUID, SpaceAccess]:
    """Every space that is listed for the viewer, with what they have there."""
    if "spaces" not in viewer.memo:
        viewer.memo["spaces"] = _resolve(viewer)
    found: Mapping[UUID, SpaceAccess] = viewer.memo["spaces"]
    return found


def listed_space_ids(viewer: Viewer) -> list[UUID]:
    """The spaces whose card the viewer is shown."""
    return viewer.ids("listed spaces", _listed_ones)


def readable_space_ids(viewer: Viewer) -> list[UUID]:
    """The spaces whose content the viewer may read."""
    return viewer.ids("readable spaces", _readable)


def spaces_with(viewer: Viewer, permission: str) -> list[UUID]:
    """The readable spaces where the viewer holds a permission."""
    return viewer.ids(permission, partial(_with, permission))


def by_slug(viewer: Viewer, slug: str) -> tuple[UUID, SpaceAccess] | None:
    """The listed space of that slug, without another query."""
    found = (pair for pair in spaces(viewer).items() if pair[1].slug == slug)
    return next(found, None)


def forget(viewer: Viewer) -> None:
    """Drop what was resolved, after an action changed it in this very transaction."""
    viewer.forget()


def _listed_ones(viewer: Viewer) -> list[UUID]:
    return list(spaces(viewer))


def _readable(viewer: Viewer) -> list[UUID]:
    return [space_id for space_id, access in spaces(viewer).items() if access.readable]


def _with(permission: str, viewer: Viewer) -> list[UUID]:
    return [space_id for space_id, access in spaces(viewer).items() if access.has(permission)]


def _resolve(viewer: Viewer) -> dict[UUID, SpaceAccess]:
    with connection.cursor() as cursor:
        cursor.execute(_SPACES_OF_VIEWER, {"user": viewer.user_id, "networks": networks(viewer)})
        rows = [_Row(*row) for row in cursor.fetchall()]
    merged: dict[UUID, SpaceAccess] = {}
    for row in rows:  # parents come before their children
        above = [merged.get(ancestor) for ancestor in row.ancestor_ids]
        if not all(parent is not None and parent.readable for parent in above):
            continue
        parents = [parent for parent in above if parent is not None]
        banned = row.banned or any(parent.banned for parent in parents)
        permissions = frozenset() if banned else frozenset(row.permissions or ())
        readable = _reads(viewer, row.visibility, permissions, banned=banned)
        if not readable and not _listed(viewer, row.visibility, banned=banned):
            continue
        merged[row.id] = SpaceAccess(
            slug=row.slug,
            title=row.title,
            visibility=row.visibility,
            joining=row.joining,
            ancestor_ids=frozenset(row.ancestor_ids),
            readable=readable,
            permissions=permissions,
            role=row.role,
            banned=banned,
            silenced=row.silenced or any(parent.silenced for parent in parents),
            archived=row.archived or any(parent.archived for parent in parents),
        )
    return merged


def _reads(viewer: Viewer, visibility: str, permissions: frozenset[str], *, banned: bool) -> bool:
    if visibility == "open" or READ in permissions:
        return True
    return visibility == "members_only" and viewer.is_signed_in and not banned


def _listed(viewer: Viewer, visibility: str, *, banned: bool) -> bool:
    """Whether the card of a space is shown though its content is not: private ones, to members of the
    site.
    """
    return visibility == "private" and viewer.is_signed_in and not banned
