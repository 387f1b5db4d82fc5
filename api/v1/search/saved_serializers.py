"""Kept searches: what is asked and answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from api.serializers import Input, Output
from api.v1.experts.serializers import ExpertCard
from api.v1.forums.serializers.discussions import DiscussionRow
from api.v1.forums.serializers.spaces import SpaceCard
from api.v1.search.serializers import DISCUSSION, EXPERT, POST, SPACE, FoundPost
from forums.alerts import Held
from forums.models import Cadence, SavedSearch

CADENCES = Cadence.choices
QUERY_HELP = (
    "As typed into the search; filters too are written into it: `topic:drugs country:KG type:expert`."
)


class KeptSearch(Output):
    """A search that you keep; nobody else knows of it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    query = serializers.CharField(help_text=QUERY_HELP)
    cadence = serializers.ChoiceField(
        choices=CADENCES,
        help_text="When e-mail about new results goes out; at none you are not told of them at all.",
    )
    run = serializers.CharField(help_text="The address of its results: GET it.")
    created = serializers.DateTimeField()
    allowed_actions = serializers.ListField(child=serializers.CharField())


class KeptSearchInput(Input):
    name = serializers.CharField(max_length=100)
    query = serializers.CharField(max_length=1_000, help_text=QUERY_HELP)
    cadence = serializers.ChoiceField(choices=CADENCES, default=Cadence.DAILY.value)


class KeptSearchChanges(Input):
    name = serializers.CharField(max_length=100, required=False)
    query = serializers.CharField(max_length=1_000, required=False, help_text=QUERY_HELP)
    cadence = serializers.ChoiceField(choices=CADENCES, required=False)


class _Match(Output):
    id = serializers.UUIDField()
    title = serializers.CharField()
    found = serializers.DateTimeField()


class ExpertMatch(_Match):
    type = serializers.ChoiceField(choices=EXPERT)
    object = ExpertCard()


class DiscussionMatch(_Match):
    type = serializers.ChoiceField(choices=DISCUSSION)
    object = DiscussionRow()


class PostMatch(_Match):
    type = serializers.ChoiceField(choices=POST)
    object = FoundPost()


class SpaceMatch(_Match):
    type = serializers.ChoiceField(choices=SPACE)
    object = SpaceCard()


MATCH = PolymorphicProxySerializer(
    component_name="KeptSearchMatch",
    serializers={
        "expert": ExpertMatch,
        "discussion": DiscussionMatch,
        "post": PostMatch,
        "space": SpaceMatch,
    },
    resource_type_field_name="type",
    many=True,
)


class KeptSearchMatches(Output):
    """What is new since you kept the search, the latest first, at most two hundred."""

    results = MATCH


def kept_searches(rows: Sequence[SavedSearch]) -> list[dict[str, Any]]:
    """`KeptSearch` of each, for their owner."""
    return [
        {
            "id": row.pk,
            "name": row.name,
            "query": row.query,
            "cadence": row.cadence,
            "run": f"/api/v1/search?{urlencode({'q': row.query})}",
            "created": row.created_at,
            "allowed_actions": ["edit", "delete"],
        }
        for row in rows
    ]


def matches(
    held: Sequence[Held], objects: Mapping[str, Mapping[UUID, object]]
) -> dict[str, list[dict[str, Any]]]:
    """`KeptSearchMatches`; what was not fetched is left out."""
    return {
        "results": [
            {
                "id": one.match.object_id,
                "title": one.title,
                "found": one.match.found_at,
                "type": one.match.kind,
                "object": objects[one.match.kind][one.match.object_id],
            }
            for one in held
            if one.match.object_id in objects[one.match.kind]
        ]
    }
