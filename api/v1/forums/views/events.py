"""Events, and the States a discussion is about: endpoints."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from api.operations import operation
from api.requests import ApiRequest
from api.v1.forums.serializers import events as shapes
from api.v1.forums.views import examples, lookup
from api.viewsets import ResourceViewSet, get
from experts.models import Country
from forums.actions import events as actions
from forums.models import Discussion, DiscussionCountry, Event

EVENT = {
    "id": "019a1b2c-3000-7f60-8a1b-2c3d4e5f6071",
    "topic": "Vienna, 19-20 September: on-line training development",
    "space": examples.SPACE_LINK,
    "starts": "2026-09-19T07:00:00Z",
    "ends": "2026-09-20T15:00:00Z",
    "time_zone": "Europe/Vienna",
    "country": {"code": "AT", "name": "Austria"},
    "place": "Vienna, Hofburg",
    "link": "",
    "allowed_actions": ["edit", "remove"],
}
COUNTRIES = {"countries": ["AT", "KG"]}


class EventViewSet(ResourceViewSet[Event]):
    """What discussions invite to."""

    tag = "Events"
    model = Event

    def loaded(self) -> QuerySet[Event]:
        """Visible events with what they show."""
        return self.visible().select_related("discussion", "country")

    @operation(
        "Events", response=shapes.EventOutput, query=shapes.EventFilters, paginated=True, example=EVENT
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """Of the discussions that you may read, those to come, the next first."""
        rows = self.loaded()
        if not request.query["past"]:
            rows = rows.filter(ends_at__gte=timezone.now())
        if code := request.query.get("country"):
            rows = rows.filter(country=get(Country.objects.all(), code=code.upper()))
        if slug := request.query.get("space"):
            rows = rows.filter(
                discussion__space=lookup.related_space_id(request.viewer, slug, pointer="/space")
            )
        return self.page(
            rows,
            order=["starts_at", "discussion_id"],
            represent=lambda page: shapes.events(page, request.viewer),
        )

    @operation("An event", response=shapes.EventOutput, example=EVENT)
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """By the id of its discussion."""
        [body] = shapes.events([self.find(self.loaded(), id=id)], request.viewer)
        return self.answer(body)

    @operation(
        "Say when and where",
        body=shapes.EventInput,
        response=shapes.EventOutput,
        example=EVENT,
        body_example={
            "starts": "2026-09-19T09:00:00+02:00",
            "ends": "2026-09-20T17:00:00+02:00",
            "time_zone": "Europe/Vienna",
            "country": "AT",
            "place": "Vienna, Hofburg",
        },
    )
    def update(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Makes the discussion an invitation, or changes what was said. Who may edit the discussion."""
        given = dict(request.input)
        actions.set_event(
            id,
            acting_user=request.person,
            starts_at=given.pop("starts"),
            ends_at=given.pop("ends"),
            **given,
        )
        [body] = shapes.events([get(self.loaded(), pk=id)], request.viewer)
        return self.answer(body)

    @operation("It is no event")
    def destroy(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The discussion stays."""
        actions.remove_event(id, acting_user=request.person)
        return self.nothing()


class DiscussionCountryViewSet(ResourceViewSet[Discussion]):
    """Which States a discussion is about."""

    tag = "Discussions"
    model = Discussion

    @operation("States a discussion is about", response=shapes.CountriesOfDiscussion, example=COUNTRIES)
    def countries(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Their codes; the discussion stands in their profiles."""
        rows = DiscussionCountry.objects.filter(discussion=self.find(id=id)).order_by("country_id")
        return self.answer({"countries": list(rows.values_list("country_id", flat=True))})

    @operation(
        "Say which States a discussion is about",
        body=shapes.CountriesInput,
        response=shapes.CountriesOfDiscussion,
        example=COUNTRIES,
        body_example=COUNTRIES,
    )
    def set_countries(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Who may edit the discussion."""
        codes = actions.set_countries(id, request.input["countries"], acting_user=request.person)
        return self.answer({"countries": codes})
