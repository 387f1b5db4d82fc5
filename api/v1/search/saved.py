"""Searches that one keeps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.search import examples, saved_serializers, shown
from api.viewsets import ResourceViewSet
from forums import alerts
from forums.actions import saved_searches
from forums.models import SavedSearch

MOST_MATCHES = 200


class SavedSearchViewSet(ResourceViewSet[SavedSearch]):
    """Searches that one keeps, to run them again or to be told of what is new."""

    tag = "Search"
    model = SavedSearch

    @operation(
        "Your searches",
        response=saved_serializers.KeptSearch,
        paginated=True,
        sign_in=True,
        example=examples.KEPT_SEARCH,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """Those you keep, at most a hundred; the latest first."""
        return self.page(self.visible(), order=["-id"], represent=saved_serializers.kept_searches)

    @operation(
        "Keep a search",
        status=201,
        body=saved_serializers.KeptSearchInput,
        response=saved_serializers.KeptSearch,
        example=examples.KEPT_SEARCH,
        body_example={
            "name": "Visa fraud in Central Asia",
            "query": "visa fraud country:KG",
            "cadence": "daily",
        },
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """From now on you are told of what is new in it: of posts and discussions those written from now on,
        of experts and spaces those that it does not find today. What you may not read
        (any more) is not told."""
        given: dict[str, Any] = request.input
        search = saved_searches.save(
            name=given["name"], typed=given["query"], cadence=given["cadence"], acting_user=request.person
        )
        return self._answer(search, created=True)

    @operation(
        "A search you keep", response=saved_serializers.KeptSearch, sign_in=True, example=examples.KEPT_SEARCH
    )
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Its query, and how you are told. GET the address in `run` for its results."""
        return self._answer(self.find(id=id))

    @operation(
        "Change a search you keep",
        body=saved_serializers.KeptSearchChanges,
        response=saved_serializers.KeptSearch,
        example=examples.KEPT_SEARCH,
        body_example={"cadence": "weekly"},
    )
    def partial_update(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """With another query it begins anew: what answers now is not new."""
        given: dict[str, Any] = request.input
        search = saved_searches.change(
            id,
            name=given.get("name"),
            typed=given.get("query"),
            cadence=given.get("cadence"),
            acting_user=request.person,
            expected_version=request.expected_version,
        )
        return self._answer(search)

    @operation("Keep a search no longer")
    def destroy(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Its notices go with it."""
        saved_searches.remove(id, acting_user=request.person)
        return self.nothing()

    @operation(
        "What is new in a search",
        response=saved_serializers.KeptSearchMatches,
        sign_in=True,
        example=examples.KEPT_SEARCH_MATCHES,
    )
    def matches(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """What was found for it since you keep it, still answers it, and may be read by you now."""
        search = self.find(id=id)
        rows = search.matches.filter(found_at__isnull=False).order_by("-id").select_related("search")
        held = alerts.holding(rows[:MOST_MATCHES], request.viewer)
        wanted: dict[str, list[UUID]] = {}
        for one in held:
            wanted.setdefault(one.match.kind, []).append(one.match.object_id)
        objects = shown.fetcher(request.viewer)(wanted)
        return self.answer(saved_serializers.matches(held, objects))

    def _answer(self, search: SavedSearch, *, created: bool = False) -> HttpResponse:
        [body] = saved_serializers.kept_searches([search])
        if created:
            return self.created(body, location=f"/api/v1/me/searches/{search.pk}", version=search.version)
        return self.answer(body, version=search.version)
