"""Topics, countries and organisations: shapes and endpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from rest_framework import serializers

from api.operations import operation
from api.requests import ApiRequest
from api.serializers import Input, Output, Query
from api.v1.experts import examples
from api.v1.experts.serializers import ExpertCard, cards
from api.viewsets import ApiViewSet, ResourceViewSet, get
from config.errors import NotFound
from experts import directory, disclosure
from experts.actions import topics
from experts.directory import Filters
from experts.models import AgencyKind, Country, Designation, Organisation, Profile, Topic
from experts.references import regions, topics_by_slug
from search.viewer import Viewer

# What a country profile shows of each kind; the rest is in the lists it points to.
SHOWN_ON_COUNTRY = 20


class TopicNode(Output):
    slug = serializers.CharField()
    label = serializers.CharField(help_text="In the asker's language.")  # type: ignore[assignment]
    parent = serializers.CharField(allow_null=True, help_text="Slug.")  # type: ignore[assignment]
    depth = serializers.IntegerField(help_text="1 at the top.")
    expert_count = serializers.IntegerField(help_text="How many you can find, those of sub-topics included.")


class TopicDetail(TopicNode):
    labels = serializers.DictField(child=serializers.CharField(), help_text="By working language.")
    synonyms = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), help_text="By working language."
    )
    above = TopicNode(many=True, help_text="From the top down.")
    below = TopicNode(many=True, help_text="The sub-topics.")
    allowed_actions = serializers.ListField(child=serializers.CharField())


def _labels() -> serializers.DictField:
    return serializers.DictField(
        child=serializers.CharField(max_length=120), help_text="By working language; English at least."
    )


class TopicChanges(Input):
    slug = serializers.RegexField(r"^[a-z0-9-]{1,80}$", max_length=80, required=False)
    labels = _labels()
    synonyms = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=120), max_length=40),
        required=False,
        help_text="By working language.",
    )


class NewTopic(TopicChanges):
    slug = serializers.RegexField(r"^[a-z0-9-]{1,80}$", max_length=80)
    parent = serializers.CharField(  # type: ignore[assignment]
        max_length=80, required=False, allow_null=True, help_text="Slug; null for the top."
    )


class TopicMove(Input):
    parent = serializers.CharField(  # type: ignore[assignment]
        max_length=80, allow_null=True, help_text="Slug; null for the top."
    )


class TopicMerge(Input):
    into = serializers.CharField(max_length=80, help_text="Slug of the topic that stays.")


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


class CountryProfile(CountryCard):
    """What of a State there is for you. Lists are cut at 20; `/experts?country=` and the like have the
    rest."""

    focal_points = FocalPoint(many=True)
    experts = ExpertCard(many=True)
    organisations = OrganisationCard(many=True)


class CountryFilters(Query):
    status = serializers.ChoiceField(choices=Country.Standing.choices, required=False)
    region = serializers.CharField(max_length=40, required=False)


class OrganisationFilters(Query):
    country = serializers.CharField(max_length=2, required=False)
    kind = serializers.ChoiceField(choices=AgencyKind.choices, required=False)


NODE = {
    "slug": "forged-documents",
    "label": "Forged documents",
    "parent": "travel-document-security",
    "depth": 2,
    "expert_count": 41,
}
DETAIL = NODE | {
    "labels": {"en": "Forged documents", "fr": "Faux documents"},
    "synonyms": {"en": ["fakes"]},
    "above": [],
    "below": [],
    "allowed_actions": [],
}
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


class TopicViewSet(ApiViewSet):
    """The taxonomy."""

    tag = "Topics"

    @operation("Topics", response=TopicNode, whole=True, example=NODE)
    def list(self, request: ApiRequest) -> HttpResponse:
        """The whole tree, each topic after the one above it. Counts are exact for you."""
        counts = directory.counts_by_topic(request.viewer)
        return self.whole(_nodes(list(Topic.objects.order_by("path")), counts, request.language))

    @operation("A topic", response=TopicDetail, example=DETAIL)
    def retrieve(self, request: ApiRequest, slug: str) -> HttpResponse:
        """By its slug, or by one that it, or a topic merged into it, had before."""
        topic = topics_by_slug([slug]).get(slug)
        if topic is None:
            raise NotFound
        return self._detail(request, topic)

    @operation(
        "Add a topic",
        scope="moderate",
        status=201,
        body=NewTopic,
        response=TopicDetail,
        example=DETAIL,
        body_example={"slug": "forged-documents", "labels": {"en": "Forged documents"}, "parent": None},
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """The secretariat keeps the tree; at most five levels."""
        values = dict(request.input)
        topic = topics.create(acting_user=request.person, names=values.pop("labels"), **values)
        return self._detail(request, topic, status=201)

    @operation(
        "Change a topic",
        scope="moderate",
        body=TopicChanges,
        response=TopicDetail,
        example=DETAIL,
        body_example={"synonyms": {"en": ["fakes", "fraudulent documents"]}},
    )
    def partial_update(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Labels and synonyms are given whole. A former slug keeps working."""
        topic = topics.edit(
            slug,
            acting_user=request.person,
            changes=request.input,
            expected_version=request.expected_version,
        )
        return self._detail(request, topic)

    @operation(
        "Move a topic",
        scope="moderate",
        body=TopicMove,
        response=TopicDetail,
        example=DETAIL,
        body_example={"parent": "travel-document-security"},
    )
    def move(self, request: ApiRequest, slug: str) -> HttpResponse:
        """With everything below it."""
        topic = topics.move(slug, acting_user=request.person, **request.input)
        return self._detail(request, topic)

    @operation(
        "Merge a topic into another",
        scope="moderate",
        body=TopicMerge,
        response=TopicDetail,
        example=DETAIL,
        body_example={"into": "forged-documents"},
    )
    def merge(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Whatever had this topic has the other; its slugs lead there. It cannot be undone."""
        topic = topics.merge(slug, acting_user=request.person, **request.input)
        return self._detail(request, topic)

    def _detail(self, request: ApiRequest, topic: Topic, *, status: int = 200) -> HttpResponse:
        ancestors = [topic.path[:end] for end in range(Topic.steplen, len(topic.path), Topic.steplen)]
        family = Topic.objects.filter(path__startswith=topic.path, depth__lte=topic.depth + 1)
        tree = list((family | Topic.objects.filter(path__in=ancestors)).order_by("path"))
        nodes = _nodes(tree, directory.counts_by_topic(request.viewer), request.language)
        [itself] = (node for node in nodes if node["depth"] == topic.depth)
        actions = ["edit", "move", "merge"] if request.viewer.is_secretariat else []
        body = {
            **itself,
            "labels": topic.labels,
            "synonyms": topic.synonyms,
            "above": [node for node in nodes if node["depth"] < topic.depth],
            "below": [node for node in nodes if node["depth"] > topic.depth],
            "allowed_actions": actions,
        }
        version = topic.version if actions else None
        if status == 201:
            return self.created(body, location=f"/api/v1/topics/{topic.slug}", version=version)
        return self.answer(body, version=version)


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
        | {"focal_points": [FOCAL_POINT], "experts": [examples.CARD], "organisations": [ORGANISATION]},
    )
    def retrieve(self, request: ApiRequest, code: str) -> HttpResponse:
        """Its focal points in the networks, experts and organisations, each as you may see it."""
        viewer, language = request.viewer, request.language
        country = get(Country.objects.all(), code=code.upper())
        found = directory.find(viewer, Filters(countries=[country.code]))
        experts = found.with_content(language, disclosure.CARD).order_by("sort_name", "pk")
        organisations = country.organisations.order_by("name", "pk")[:SHOWN_ON_COUNTRY]
        return self.answer(
            {
                **_country(country, directory.counts_by_country(viewer), language),
                "focal_points": _focal_points(viewer, country),
                "experts": cards(list(experts[:SHOWN_ON_COUNTRY]), viewer),
                "organisations": [_organisation(row, language) for row in organisations],
            }
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


def _nodes(tree: Sequence[Topic], counts: Mapping[str, int], language: str) -> list[dict[str, Any]]:
    by_path = {topic.path: topic for topic in tree}
    nodes = []
    for topic in tree:
        parent = by_path.get(topic.path[: -Topic.steplen])
        nodes.append(
            {
                "slug": topic.slug,
                "label": topic.labels.get(language) or topic.labels["en"],
                "parent": parent.slug if parent else None,
                "depth": topic.depth,
                "expert_count": counts.get(topic.path, 0),
            }
        )
    return nodes


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


def _focal_points(viewer: Viewer, country: Country) -> list[dict[str, Any]]:
    """Designations in force that the viewer may see, of people whose names they may know."""
    rows = (
        Designation.objects.visible(viewer)
        .in_force()
        .filter(country=country, user__in=Profile.objects.visible(viewer).values("pk"))
        .select_related("network", "user")
        .order_by("network__slug", "kind", "valid_from", "pk")[:SHOWN_ON_COUNTRY]
    )
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
