"""How what was found is shown: each kind as its room shows it, fetched through the room's ``visible``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from api.v1.experts import serializers as experts
from api.v1.forums.serializers import common, discussions, spaces
from experts import disclosure
from experts.models import Profile
from forums.models import Discussion, Post, Space
from search.results import Fetch
from search.viewer import Viewer

type Shown = Mapping[UUID, dict[str, Any]]


def fetcher(viewer: Viewer) -> Fetch:
    """Gives the objects of a kind that the viewer may see; one query a kind."""

    def fetch(kind: str, ids: Sequence[UUID]) -> Mapping[UUID, object]:
        return SHOWN[kind](viewer, ids)

    return fetch


def _experts(viewer: Viewer, ids: Sequence[UUID]) -> Shown:
    rows = Profile.objects.visible(viewer).filter(pk__in=ids)
    return _by_id(experts.cards(list(rows.with_content(viewer.language, disclosure.CARD)), viewer))


def _discussions(viewer: Viewer, ids: Sequence[UUID]) -> Shown:
    rows = Discussion.objects.visible(viewer).published().filter(pk__in=ids)
    rows = rows.with_reading(viewer).with_names()
    return _by_id(discussions.discussions(list(rows), viewer))


def _spaces(viewer: Viewer, ids: Sequence[UUID]) -> Shown:
    rows = Space.objects.visible(viewer).with_activity(viewer).filter(pk__in=ids)
    return _by_id(spaces.space_cards(list(rows), viewer))


def _posts(viewer: Viewer, ids: Sequence[UUID]) -> Shown:
    """`serializers.FoundPost` of each."""
    rows = Post.objects.visible(viewer).filter(pk__in=ids).select_related("author", "discussion")
    return {
        row.pk: {
            "id": row.pk,
            "discussion": {"id": row.discussion_id, "topic": row.discussion.title},
            "space": common.space_link(row.discussion.space_id, viewer),
            "position": row.position,
            "author": common.person(row.author),
            "language": row.language,
            "created": row.created_at,
            "likes": row.like_count,
            "accepted": row.discussion.accepted_post_id == row.pk,
        }
        for row in rows.defer("body", "html")
    }


def _by_id(shown: Sequence[dict[str, Any]]) -> Shown:
    return {one["id"]: one for one in shown}


SHOWN: Mapping[str, Callable[[Viewer, Sequence[UUID]], Shown]] = {
    "expert": _experts,
    "discussion": _discussions,
    "post": _posts,
    "space": _spaces,
}
