"""A space's picture."""

from __future__ import annotations

from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from config.errors import NotFound, require_version
from experts import audit, files
from experts.models import User
from experts.policies import require
from forums import policies
from forums.actions.common import locked, viewer_of
from forums.models import Space


@transaction.atomic
def set_picture(
    space_id: UUID, *, acting_user: User, upload: File[bytes], expected_version: int | None = None
) -> Space:
    """Give the space a picture, made anew from what was sent (see `experts.files.photo`); the one before is
    deleted. Owners; raises `Stale` for another version than expected."""
    space = _editable(space_id, acting_user, expected_version)
    made = files.photo(upload)
    files.forget(space.picture)
    space.picture.save("picture.jpg", made, save=False)
    return _finished(space, "space.picture_set", acting_user)


@transaction.atomic
def remove_picture(space_id: UUID, *, acting_user: User, expected_version: int | None = None) -> Space:
    """Delete the picture; `NotFound` where there is none. Owners."""
    space = _editable(space_id, acting_user, expected_version)
    if not space.picture:
        raise NotFound
    files.forget(space.picture)
    space.picture = ""
    return _finished(space, "space.picture_removed", acting_user)


def _editable(space_id: UUID, acting_user: User, expected_version: int | None) -> Space:
    viewer = viewer_of(acting_user)
    space = locked(Space.objects.visible(viewer), pk=space_id)
    require(policies.edit_space, viewer, space)
    require_version(space.version, expected_version)
    return space


def _finished(space: Space, verb: str, acting_user: User) -> Space:
    space.version += 1
    space.save(update_fields=["picture", "version"])
    audit.record(verb, space, actor=acting_user, space_id=space.pk)
    return space
