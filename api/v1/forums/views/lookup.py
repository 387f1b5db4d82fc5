"""Finding the space that an address names, without a query of its own."""

from __future__ import annotations

from uuid import UUID

from config.errors import Invalid, NotFound
from forums import access
from forums.models import Space
from search.viewer import Viewer


def space_id(viewer: Viewer, slug: str) -> UUID:
    """The id of a space whose card the viewer is shown; `NotFound` otherwise."""
    found = access.by_slug(viewer, slug)
    if found is None:
        raise NotFound
    return found[0]


def readable_space_id(viewer: Viewer, slug: str) -> UUID:
    """The id of a space whose content the viewer may read; `NotFound` otherwise."""
    found = access.by_slug(viewer, slug)
    if found is None or not found[1].readable:
        raise NotFound
    return found[0]


def related_space_id(viewer: Viewer, slug: str, *, pointer: str) -> UUID:
    """The id of a readable space that a filter or a body names; `Invalid` at ``pointer`` otherwise."""
    found = access.by_slug(viewer, slug)
    if found is None or not found[1].readable:
        raise Invalid.field(pointer, "There is no such space.", code="unknown_space")
    return found[0]


def space(viewer: Viewer, slug: str) -> Space:
    """The space itself, with its topics."""
    return Space.objects.prefetch_related("topics", "featured_topics").get(pk=space_id(viewer, slug))
