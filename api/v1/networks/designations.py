"""Designations: endpoints."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.networks import examples, serializers
from api.viewsets import ResourceViewSet, get
from experts import network_policies
from experts.actions import designations
from experts.models import Designation, Network
from experts.policies import require


class DesignationViewSet(ResourceViewSet[Designation]):
    """Official designations in networks."""

    tag = "Designations"
    model = Designation

    def loaded(self) -> QuerySet[Designation]:
        """What is there for who asks, with what is shown of it."""
        rows = Designation.objects.visible(self.request.viewer).with_successor()
        return rows.select_related("network", "country", "user")

    def designation(self, designation_id: UUID, *, status: int = 200) -> HttpResponse:
        """`DesignationOut`, with the version in the ETag for who may change it."""
        row = self.find(self.loaded(), id=designation_id)
        [body] = serializers.designations([row], self.request.viewer)
        version = row.version if body["allowed_actions"] else None
        if status == 201:
            return self.created(body, location=f"/api/v1/designations/{row.pk}", version=version)
        return self.answer(body, version=version)

    @operation(
        "Designations of a network",
        query=serializers.DesignationFilters,
        response=serializers.DesignationOut,
        paginated=True,
        example=examples.DESIGNATION,
    )
    def list(self, request: ApiRequest, slug: str) -> HttpResponse:
        """All to the co-ordinator and the secretariat, a State's to its authority; to others those in force
        of people whom they may see in the network. Those that end first on top."""
        network = get(Network.objects.visible(request.viewer), slug=slug)
        rows = self.loaded().filter(network=network)
        for name in ("country", "kind", "status"):
            if value := request.query.get(name):
                rows = rows.filter(**{name: value})
        return self.page(
            rows,
            order=["valid_to", "id"],
            represent=lambda page: serializers.designations(page, request.viewer),
        )

    @operation(
        "Propose a designation",
        status=201,
        body=serializers.Proposal,
        response=serializers.DesignationOut,
        example=examples.DESIGNATION,
        body_example={
            "person": examples.PERSON["id"],
            "country": "AT",
            "kind": "primary",
            "valid_from": "2027-01-01",
            "valid_to": "2028-12-31",
        },
    )
    def create(self, request: ApiRequest, slug: str) -> HttpResponse:
        """By the State's national authority in the network. It gives nothing until it is confirmed."""
        network = get(Network.objects.visible(request.viewer), slug=slug)
        made = designations.propose(network.pk, acting_user=request.person, **request.input)
        return self.designation(made.pk, status=201)

    @operation("A designation", response=serializers.DesignationOut, example=examples.DESIGNATION)
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Its present state."""
        return self.designation(id)

    @operation("Confirm a designation", response=serializers.DesignationOut, example=examples.DESIGNATION)
    def confirm(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """By the network's co-ordinator. From its first day the person is in the network; where it succeeds
        another, that one ends the day before. 409 if the State has another primary then."""
        designations.confirm(id, acting_user=request.person)
        return self.designation(id)

    @operation(
        "Renew a designation",
        body=serializers.Renewal,
        response=serializers.DesignationOut,
        example=examples.DESIGNATION,
        body_example={"valid_to": "2029-12-31"},
    )
    def renew(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """By the State's authority, to a later last day."""
        designations.renew(id, acting_user=request.person, **request.input)
        return self.designation(id)

    @operation(
        "Withdraw a designation",
        body=serializers.Why,
        response=serializers.DesignationOut,
        example=examples.DESIGNATION,
        body_example={"reason": "She moved to another ministry."},
    )
    def withdraw(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """By the State's authority, the co-ordinator or the person; what it gave is gone at once."""
        designations.withdraw(id, acting_user=request.person, **request.input)
        return self.designation(id)

    @operation(
        "Name a successor",
        status=201,
        body=serializers.Succession,
        response=serializers.DesignationOut,
        example=examples.DESIGNATION,
        body_example={
            "person": examples.PERSON["id"],
            "valid_from": "2027-03-01",
            "valid_to": "2029-02-28",
        },
    )
    def succeed(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Answers the successor's designation: a proposal, by the State's authority; in place at once, by the
        co-ordinator or the secretariat."""
        made = designations.succeed(id, acting_user=request.person, **request.input)
        return self.designation(made.pk, status=201)

    @operation(
        "Read the letter of a designation", sign_in=True, also={"application/pdf": "The letter."}, status=200
    )
    def letter(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """For the State's authority, the co-ordinator, the secretariat and the person."""
        row = self.find(self.loaded(), id=id)
        require(network_policies.read_letter, request.viewer, row)
        with row.letter.open() as letter:
            response = HttpResponse(letter.read(), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'attachment; filename="designation-{row.pk}.pdf"'
        return response

    @operation(
        "Attach the letter of a designation",
        files=True,
        body=serializers.Letter,
        response=serializers.DesignationOut,
        example=examples.DESIGNATION,
    )
    def attach_letter(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """A PDF, told by its content; it replaces one that was there."""
        designations.attach_letter(
            id,
            acting_user=request.person,
            letter=request.input["file"],
            expected_version=request.expected_version,
        )
        return self.designation(id)
