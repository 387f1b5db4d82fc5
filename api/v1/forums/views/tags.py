"""A space's tags; people to name while writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from rest_framework import serializers

from api.operations import operation
from api.requests import ApiRequest
from api.serializers import Output, Query
from api.v1.forums.serializers.common import Person, person
from api.v1.forums.views import examples, lookup
from api.viewsets import ApiViewSet
from experts.policies import require
from forums import policies, tags
from forums.actions import writing
from forums.models import Space, Tag

SUGGESTIONS = 10
ORDERS: Mapping[str, Sequence[str]] = {"use": ["-discussions", "name", "id"], "name": ["name", "id"]}


class TagOutput(Output):
    """A tag of a space."""

    name = serializers.CharField()
    discussions = serializers.IntegerField(help_text="Those that you may read.")


class TagFilters(Query):
    q = serializers.CharField(max_length=100, required=False, help_text="The beginning of it.")
    sort = serializers.ChoiceField(choices=list(ORDERS), default="use")


class Typed(Query):
    q = serializers.CharField(max_length=100, help_text="The beginning of a name, or of a part of it.")


class TagViewSet(ApiViewSet):
    """Tags of spaces."""

    tag = "Discussions"

    @operation("Tags of a space", response=TagOutput, query=TagFilters, paginated=True, example=examples.TAG)
    def list(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Those in use, the most used first, or by name."""
        space_id = lookup.readable_space_id(request.viewer, slug)
        rows = tags.used(request.viewer, space_id)
        if typed := request.query.get("q"):
            rows = rows.filter(name__startswith=tags.name(typed))
        return self.page(rows, order=ORDERS[request.query["sort"]], represent=_tags)


class SuggestionViewSet(ApiViewSet):
    """People to name while writing."""

    tag = "Posts"

    @operation(
        "People to name in a space",
        response=Person,
        query=Typed,
        whole=True,
        sign_in=True,
        throttle="suggest",
        example=examples.ELIF,
    )
    def mentions(self, request: ApiRequest, slug: str) -> HttpResponse:
        """At most ten whose name begins so, of those who can read the space: nobody else would be told. For
        who takes part in it."""
        space = Space.objects.get(pk=lookup.readable_space_id(request.viewer, slug))
        require(policies.start_discussion, request.viewer, space)
        people = writing.people_like(space, request.query["q"], limit=SUGGESTIONS)
        return self.whole([person(user) for user in people])


def _tags(rows: Sequence[Tag]) -> list[dict[str, Any]]:
    return [{"name": row.name, "discussions": row.discussions} for row in rows]  # type: ignore[attr-defined]
