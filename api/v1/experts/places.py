"""Countries and organisations: shapes and endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from rest_framework import serializers

from api.operations import operation
from api.requests import ApiRequest
from api.serializers import Output, Query
from api.v1.experts import examples
from api.v1.experts.serializers import ExpertCard, cards
from api.v1.forums.serializers.discussions import DiscussionRow, discussions
from api.v1.forums.serializers.events import EventOutput, events
from api.v1.forums.views.events import EVENT
from api.v1.forums.views.examples import DISCUSSION_ROW
from api.viewsets import ApiViewSet, ResourceViewSet, get
from config.errors import NotFound
from experts import directory, disclosure
from experts.directory import Filters
from experts.models import AgencyKind, Country, Designation, Organisation, Profile
from experts.references import regions
from forums.models import Discussion, DiscussionCountry, Event
from forums.querysets import DiscussionQuerySet
from search.viewer import Viewer

# What a country profile shows of each kind; the rest is in the lists it points to.
SHOWN = 20


class Region(Output):
    key = serializers.CharField()
    name = serializers.CharField(help_text="In the asker's language.")


class CountryCard(Output):
    code = serializers.CharField(help_text="ISO 3166-1 alpha-2.")
    name = serializers.CharField(help_text="In the asker's language.")
    status = serializers.ChoiceField(choices=Country.Standing.choices)
    region = Region()
    expert_count = serializers.IntegerField(
        help_text="How many you can find, by duty country or nationality."
    )


class OrganisationCard(Output):
    slug = serializers.CharField()
    name = serializers.CharField(help_text="In the asker's language.")
    kind = serializers.ChoiceField(choices=AgencyKind.choices)
    country = serializers.CharField(allow_null=True, help_text="Code.")
    url = serializers.CharField()


class FocalPoint(Output):
    network = serializers.CharField(help_text="Slug.")
    kind = serializers.ChoiceField(choices=Designation.Kind.choices)
    person = serializers.UUIDField()
    name = serializers.CharField()
    since = serializers.DateField()


class CountryCounts(Output):
    """How much of each there is for you: exact."""

    focal_points = serializers.IntegerField()
    experts = serializers.IntegerField()
    organisations = serializers.IntegerField()
    events = serializers.IntegerField(help_text="That are not over.")
    discussions = serializers.IntegerField()


class CountryProfile(CountryCard):
    """What of a State there is for you. Lists are cut at 20; `/experts?country=`, `/events?country=` and
    `/countries/{code}/discussions` have the rest."""

    counts = CountryCounts()
    focal_points = FocalPoint(many=True)
    experts = ExpertCard(many=True)
    organisations = OrganisationCard(many=True)
    events = EventOutput(many=True, help_text="Held in the State, those to come, the next first.")
    discussions = DiscussionRow(many=True, help_text="About the State, the latest first.")


class CountryFilters(Query):
    status = serializers.ChoiceField(choices=Country.Standing.choices, required=False)
    region = serializers.CharField(max_length=40, required=False)


class OrganisationFilters(Query):
    country = serializers.CharField(max_length=2, required=False)
    kind = serializers.ChoiceField(choices=AgencyKind.choices, required=False)


COUNTRY = {
    "code": "KG",
    "name": "Kyrgyzstan",
    "status": "participating",
    "region": {"key": "central_asia", "name": "Central Asia and Mongolia"},
    "expert_count": 12,
}
ORGANISATION = {
    "slug": "kg-border-guard",
    "name": "Kyrgyz Border Guard (fictitious)",
    "kind": "border_guard",
    "country": "KG",
    "url": "",
}
FOCAL_POINT = {
    "network": "national-focal-points",
    "kind": "primary",
    "person": examples.ID,
    "name": "Ingrid Solheim",
    "since": "2025-11-01",
}


class CountryViewSet(ApiViewSet):
    """States and Partners."""

    tag = "Countries"

    @operation("Countries", response=CountryCard, whole=True, query=CountryFilters, example=COUNTRY)
    def list(self, request: ApiRequest) -> HttpResponse:
        """All participating States and Partners for Co-operation, by code. Counts are exact for you."""
        rows = Country.objects.order_by("code")
        if status := request.query.get("status"):
            rows = rows.filter(status=status)
        if region := request.query.get("region"):
            if region not in regions():
                raise NotFound
            rows = rows.filter(region=region)
        counts = directory.counts_by_country(request.viewer)
        return self.whole([_country(row, counts, request.language) for row in rows])

    @operation(
        "A country's profile",
        response=CountryProfile,
        example=COUNTRY
        | {
            "counts": {"focal_points": 1, "experts": 1, "organisations": 1, "events": 1, "discussions": 1},
            "focal_points": [FOCAL_POINT],
            "experts": [examples.CARD],
            "organisations": [ORGANISATION],
            "events": [EVENT],
            "discussions": [DISCUSSION_ROW],
        },
    )
    def retrieve(self, request: ApiRequest, code: str) -> HttpResponse:
        """Its focal points in the networks, experts, organisations, events and discussions, each as you may
        see it."""
        viewer = request.viewer
        country = get(Country.objects.all(), code=code.upper())
        experts = directory.find(viewer, Filters(countries=[country.code]))
        designations = _designations(viewer, country)
        organisations = country.organisations.order_by("name", "pk")
        happening = _events(viewer, country)
        talked = _discussions(viewer, country)
        counts = {
            "focal_points": designations.count(),
            "experts": experts.count(),
            "organisations": organisations.count(),
            "events": happening.count(),
            "discussions": talked.count(),
        }
        shown_experts = experts.with_content(request.language, disclosure.CARD).order_by("sort_name", "pk")
        latest = talked.order_by("-last_post_at", "-id").with_reading(viewer)
        return self.answer(
            {
                **_country(country, {country.code: counts["experts"]}, request.language),
                "counts": counts,
                "focal_points": _focal_points(designations[:SHOWN]),
                "experts": cards(list(shown_experts[:SHOWN]), viewer),
                "organisations": [_organisation(row, request.language) for row in organisations[:SHOWN]],
                "events": events(list(happening[:SHOWN]), viewer),
                "discussions": discussions(list(latest[:SHOWN]), viewer),
            }
        )

    @operation("Discussions about a country", response=DiscussionRow, paginated=True, example=DISCUSSION_ROW)
    def discussions(self, request: ApiRequest, code: str) -> HttpResponse:
        """Those that you may read, the latest first."""
        country = get(Country.objects.all(), code=code.upper())
        rows = _discussions(request.viewer, country).with_reading(request.viewer)
        return self.page(
            rows,
            order=["-last_post_at", "-id"],
            represent=lambda page: discussions(page, request.viewer),
        )


class OrganisationViewSet(ResourceViewSet[Organisation]):
    """Services, ministries, academies and others that experts work for."""

    tag = "Organisations"
    model = Organisation

    @operation(
        "Organisations",
        response=OrganisationCard,
        query=OrganisationFilters,
        paginated=True,
        example=ORGANISATION,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """By name."""
        rows = Organisation.objects.all()
        if country := request.query.get("country"):
            rows = rows.filter(country=get(Country.objects.all(), code=country.upper()))
        if kind := request.query.get("kind"):
            rows = rows.filter(kind=kind)
        language = request.language
        return self.page(
            rows, order=["name", "pk"], represent=lambda page: [_organisation(row, language) for row in page]
        )

    @operation("An organisation", response=OrganisationCard, example=ORGANISATION)
    def show(self, request: ApiRequest, slug: str) -> HttpResponse:
        """By its slug."""
        return self.answer(_organisation(get(Organisation.objects.all(), slug=slug), request.language))


def _country(country: Country, counts: Mapping[str, int], language: str) -> dict[str, Any]:
    region = regions()[country.region]
    return {
        "code": country.code,
        "name": country.names.get(language) or country.names["en"],
        "status": country.status,
        "region": {"key": country.region, "name": region.get(language) or region["en"]},
        "expert_count": counts.get(country.code, 0),
    }


def _organisation(organisation: Organisation, language: str) -> dict[str, Any]:
    return {
        "slug": organisation.slug,
        "name": organisation.names.get(language) or organisation.name,
        "kind": organisation.kind,
        "country": organisation.country_id,
        "url": organisation.url,
    }


def _designations(viewer: Viewer, country: Country) -> QuerySet[Designation]:
    """Designations in force that the viewer may see, of people whose names they may know."""
    rows: QuerySet[Designation] = (
        Designation.objects.visible(viewer)
        .in_force()
        .filter(country=country, user__in=Profile.objects.visible(viewer).values("pk"))
        .select_related("network", "user")
        .order_by("network__slug", "kind", "valid_from", "pk")
    )
    return rows


def _events(viewer: Viewer, country: Country) -> QuerySet[Event]:
    rows: QuerySet[Event] = (
        Event.objects.visible(viewer)
        .to_come(timezone.now())
        .filter(country=country)
        .select_related("discussion", "country")
        .order_by("starts_at", "discussion_id")
    )
    return rows


def _discussions(viewer: Viewer, country: Country) -> DiscussionQuerySet:
    """Published discussions about a State, with their authors."""
    about = DiscussionCountry.objects.filter(country=country).values("discussion_id")
    return Discussion.objects.visible(viewer).published().filter(pk__in=about).with_names()


def _focal_points(rows: Iterable[Designation]) -> list[dict[str, Any]]:
    return [
        {
            "network": row.network.slug,
            "kind": row.kind,
            "person": row.user_id,
            "name": row.user.name,
            "since": row.valid_from,
        }
        for row in rows
    ]
