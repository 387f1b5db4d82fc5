"""Networks, the people in them, and their coverage."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F
from django.http import HttpResponse

from api import tables
from api.operations import operation
from api.requests import ApiRequest
from api.v1.networks import examples, serializers
from api.viewsets import ResourceViewSet, get
from experts import coverage, network_policies
from experts.actions import networks
from experts.models import Network, NetworkMembership
from experts.policies import require


class NetworkViewSet(ResourceViewSet[Network]):
    """Networks of people."""

    tag = "Networks"
    model = Network

    def network(self, network: Network, *, status: int = 200) -> HttpResponse:
        """`NetworkCard`, with the version in the ETag for who may edit it."""
        [body] = serializers.networks([network], self.request.viewer)
        version = network.version if "edit" in body["allowed_actions"] else None
        if status == 201:
            return self.created(body, location=f"/api/v1/networks/{network.slug}", version=version)
        return self.answer(body, version=version)

    @operation("Networks", response=serializers.NetworkCard, paginated=True, example=examples.NETWORK)
    def list(self, request: ApiRequest) -> HttpResponse:
        """All of them; who is in one is another question."""
        return self.page(
            self.visible(),
            order=["slug"],
            represent=lambda page: serializers.networks(page, request.viewer),
        )

    @operation("A network", response=serializers.NetworkCard, example=examples.NETWORK)
    def retrieve(self, request: ApiRequest, slug: str) -> HttpResponse:
        """What it is called and for, and what you may do in it."""
        return self.network(self.find(slug=slug))

    @operation(
        "Make a network",
        status=201,
        body=serializers.NewNetwork,
        response=serializers.NetworkCard,
        example=examples.NETWORK,
        body_example={"slug": "border-colleges", "names": {"en": "Border Colleges"}},
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """The secretariat's. The slug is for good."""
        values = dict(request.input)
        network = networks.create(acting_user=request.person, purpose=values.pop("purposes", {}), **values)
        return self.network(network, status=201)

    @operation(
        "Change a network",
        body=serializers.NetworkInput,
        response=serializers.NetworkCard,
        example=examples.NETWORK,
        body_example={"names": {"en": "National Focal Points Network"}},
    )
    def partial_update(self, request: ApiRequest, slug: str) -> HttpResponse:
        """The secretariat's: names and purposes, each replaced whole."""
        network = networks.edit(
            self.find(slug=slug).pk,
            acting_user=request.person,
            names=request.input.get("names"),
            purpose=request.input.get("purposes"),
            expected_version=request.expected_version,
        )
        return self.network(network)

    @operation("Leave a network")
    def leave(self, request: ApiRequest, slug: str) -> HttpResponse:
        """409 for who is designated: withdraw the designation to step down."""
        networks.leave(self.find(slug=slug).pk, acting_user=request.person)
        return self.nothing()

    @operation(
        "Coverage of a network",
        sign_in=True,
        query=serializers.CoverageFormat,
        response=serializers.CoverageReport,
        example=examples.COVERAGE,
        also=tables.ALSO,
    )
    def coverage(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Which States have whom, since and until when; which have nobody; what lapses within 60 days. For
        the network's people and the secretariat. As CSV or XLSX by Accept, or by `format=`."""
        network = self.find(slug=slug)
        require(network_policies.see_coverage, request.viewer, network)
        found = coverage.of(network, request.viewer)
        if (form := tables.asked(request)) != "json":
            return tables.answer(f"coverage-{slug}", form, coverage.HEADINGS, found.rows())
        return self.answer(serializers.report(found))


class MemberViewSet(ResourceViewSet[NetworkMembership]):
    """People in networks."""

    tag = "Networks"
    model = NetworkMembership

    def network(self, slug: str) -> Network:
        """The network of the address, or 404."""
        found: Network = get(Network.objects.visible(self.request.viewer), slug=slug)
        return found

    def member(self, row: NetworkMembership, *, location: str = "") -> HttpResponse:
        """`NetworkMember`."""
        row = NetworkMembership.objects.select_related("user", "country").get(pk=row.pk)
        [body] = serializers.members([row], self.request.viewer)
        return self.created(body, location=location) if location else self.answer(body)

    @operation(
        "People of a network",
        query=serializers.MemberFilters,
        response=serializers.NetworkMember,
        paginated=True,
        example=examples.MEMBER,
        also=tables.ALSO,
    )
    def list(self, request: ApiRequest, slug: str) -> HttpResponse:
        """The network's people see one another, save those who keep their names from them; others see those
        whose published profile shows them both names and networks. By name."""
        rows = self.visible().filter(network=self.network(slug)).select_related("user", "country")
        if role := request.query.get("role"):
            rows = rows.filter(role=role)
        rows = rows.annotate(name=F("user__name"))
        if (form := tables.asked(request)) != "json":
            table = serializers.members_table(tables.few(rows.order_by("name", "id")))
            return tables.answer(f"{slug}-members", form, serializers.MEMBERS_HEADINGS, table)
        return self.page(
            rows,
            order=["name", "id"],
            represent=lambda page: serializers.members(page, request.viewer),
        )

    @operation(
        "Add a person to a network",
        status=201,
        body=serializers.NewMember,
        response=serializers.NetworkMember,
        example=examples.MEMBER,
        body_example={"person": examples.PERSON["id"], "role": "authority", "country": "AT"},
    )
    def create(self, request: ApiRequest, slug: str) -> HttpResponse:
        """The co-ordinator's and the secretariat's. The person has the network's rights at once."""
        place = networks.add_member(self.network(slug).pk, acting_user=request.person, **request.input)
        return self.member(place, location=f"/api/v1/networks/{slug}/members")

    @operation(
        "Give a person another role",
        body=serializers.MemberRoleInput,
        response=serializers.NetworkMember,
        example=examples.MEMBER,
        body_example={"role": "authority", "country": "AT"},
    )
    def update(self, request: ApiRequest, slug: str, person: UUID) -> HttpResponse:
        """The co-ordinator's and the secretariat's; co-ordinators are appointed by the secretariat alone."""
        return self.member(
            networks.set_role(self.network(slug).pk, person, acting_user=request.person, **request.input)
        )

    @operation("Remove a person from a network")
    def destroy(self, request: ApiRequest, slug: str, person: UUID) -> HttpResponse:
        """Their rights are gone at once. 409 for who is designated: withdraw the designation."""
        networks.remove_member(self.network(slug).pk, person, acting_user=request.person)
        return self.nothing()
