"""Finding the space that an address names, without a query of its own; and discussions that are elsewhere
now."""

from __future__ import annotations

from uuid import UUID

from api.requests import ApiRequest
from config.errors import Invalid, NotFound
from forums import access
from forums.actions import moves
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


def moved_discussion(request: ApiRequest, id: UUID) -> str | None:
    """The address instead of one of a discussion that was merged into another, or of a post (``around``) that
    was split off; None unless the viewer reads where it leads."""
    target, query = moves.target_of(request.viewer, id), request.query_params.copy()
    position = request.query.get("around", "")
    post = moves.moved_post(request.viewer, id, int(position)) if position.isdigit() else None
    if post is not None:
        target, query["around"] = post.discussion_id, str(post.position)
    elif position and target:
        query.pop("around")
    if target is None:
        return None
    path = request.path.replace(str(id), str(target), 1)
    return f"{path}?{query.urlencode()}" if query else path


def space(viewer: Viewer, slug: str) -> Space:
    """The space itself, with its topics."""
    rows = Space.objects.with_activity(viewer).prefetch_related("topics", "featured_topics")
    return rows.get(pk=space_id(viewer, slug))
