"""How what was found is shown: each kind as its room shows it, fetched through the room's ``visible``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from api.v1.experts import serializers as experts
from api.v1.forums.serializers import common, discussions, spaces
from experts import disclosure, prepared
from experts.dates import today
from experts.models import Profile
from forums.models import Discussion, Post, Space
from search.results import Fetch, Objects
from search.viewer import Viewer

type Shown = dict[str, Any]


def fetcher(viewer: Viewer) -> Fetch:
    """Gives the objects of each kind that the viewer may see: all kinds in one message to the database."""

    def fetch(wanted: Mapping[str, Sequence[UUID]]) -> Objects:
        questions = [
            prepared.Question(build=ASKED[kind], viewer=viewer, key=(today(),), values={"ids": ids})
            for kind, ids in wanted.items()
        ]
        return {
            kind: {shown["id"]: shown for shown in SHOWN[kind](rows, viewer)}
            for kind, rows in zip(wanted, prepared.rows_of_each(questions), strict=True)
        }

    return fetch


def _experts(viewer: Viewer, _day: date) -> QuerySet[Profile]:
    rows = Profile.objects.visible(viewer).filter(pk__any=prepared.given("ids"))
    return rows.with_content(viewer.language, disclosure.CARD)


def _discussions(viewer: Viewer, _day: date) -> QuerySet[Discussion]:
    rows = Discussion.objects.visible(viewer).published().filter(pk__any=prepared.given("ids"))
    return rows.with_reading(viewer).with_names()


def _spaces(viewer: Viewer, _day: date) -> QuerySet[Space]:
    return Space.objects.visible(viewer).with_activity(viewer).filter(pk__any=prepared.given("ids"))


def _posts(viewer: Viewer, _day: date) -> QuerySet[Post]:
    rows = Post.objects.visible(viewer).filter(pk__any=prepared.given("ids"))
    return rows.select_related("author", "discussion").defer("body", "html")


def _found_posts(rows: Sequence[Post], viewer: Viewer) -> list[Shown]:
    """`serializers.FoundPost` of each."""
    return [
        {
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
        for row in rows
    ]


# What can be found: which of it is there for a viewer (by day, on which a text may depend), how it is shown.
ASKED: Mapping[str, Callable[[Viewer, date], QuerySet[Any]]] = {
    "expert": _experts,
    "discussion": _discussions,
    "post": _posts,
    "space": _spaces,
}
SHOWN: Mapping[str, Callable[[Sequence[Any], Viewer], list[Shown]]] = {
    "expert": experts.cards,
    "discussion": discussions.discussions,
    "post": _found_posts,
    "space": spaces.space_cards,
}
