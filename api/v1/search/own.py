"""One's choices about search, and what one searched for lately."""

from __future__ import annotations

from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.search import own_serializers as shapes
from api.viewsets import ApiViewSet
from experts.actions import searching
from experts.models import RecentSearch, SearchPreferences

CHOICES = {"found_by_posts": True, "keeps_recent": True}
RECENT = {"query": "visa fraud", "used": "2026-03-02T08:15:00Z"}


class SearchChoicesViewSet(ApiViewSet):
    """What you choose about search."""

    tag = "Search"

    @operation("What you choose about search", response=shapes.SearchChoices, sign_in=True, example=CHOICES)
    def retrieve(self, request: ApiRequest) -> HttpResponse:
        """Until you change something, everything is on."""
        row = SearchPreferences.objects.filter(user=request.person).first() or SearchPreferences()
        return self.answer(shapes.choices(row), version=row.version)

    @operation(
        "Change what you choose about search",
        body=shapes.SearchChoicesChanges,
        response=shapes.SearchChoices,
        example=CHOICES,
        body_example={"found_by_posts": False},
    )
    def partial_update(self, request: ApiRequest) -> HttpResponse:
        """It holds from the next search on. Without `keeps_recent`, what was kept is forgotten."""
        row = searching.choose(
            **request.input, acting_user=request.person, expected_version=request.expected_version
        )
        return self.answer(shapes.choices(row), version=row.version)


class RecentSearchViewSet(ApiViewSet):
    """What you searched for lately."""

    tag = "Search"

    @operation("Your recent searches", response=shapes.Recent, whole=True, sign_in=True, example=RECENT)
    def list(self, request: ApiRequest) -> HttpResponse:
        """At most fifty, the latest first. Nobody else sees them."""
        rows = RecentSearch.objects.filter(user=request.person).order_by("-used_at", "-pk")
        return self.whole([shapes.recent(row) for row in rows])

    @operation("Remember a search", body=shapes.RecentInput, body_example={"query": "visa fraud"})
    def remember(self, request: ApiRequest) -> HttpResponse:
        """Searching alone keeps nothing: send here what a person really searched for. Nothing is kept where
        you chose that."""
        searching.remember(request.input["query"], acting_user=request.person)
        return self.nothing()

    @operation("Forget your recent searches")
    def destroy(self, request: ApiRequest) -> HttpResponse:
        """All of them."""
        searching.forget(acting_user=request.person)
        return self.nothing()
