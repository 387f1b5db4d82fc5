"""Call-outs, candidates, invitations and selection: endpoints."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.networks import examples, roster_serializers
from api.v1.networks.serializers import Why
from api.viewsets import ApiViewSet, ResourceViewSet, get
from config.errors import Invalid
from experts import ranking, roster_policies
from experts.actions import call_outs
from experts.models import CallOut, Deployment, Invitation, Roster
from experts.policies import require


class CallOutViewSet(ResourceViewSet[CallOut]):
    """Calls for people of a roster."""

    tag = "Call-outs"
    model = CallOut

    def loaded(self) -> QuerySet[CallOut]:
        """What is there for who asks, with what is shown of it."""
        rows = CallOut.objects.visible(self.request.viewer).select_related("roster", "country")
        return rows.prefetch_related("requirements__topic")

    def call_out(self, call_out_id: UUID, *, status: int = 200) -> HttpResponse:
        """`CallOutCard`, with the version in the ETag for who may edit it."""
        row = self.find(self.loaded(), id=call_out_id)
        [body] = roster_serializers.call_outs([row], self.request.viewer)
        version = row.version if "edit" in body["allowed_actions"] else None
        if status == 201:
            return self.created(body, location=f"/api/v1/call-outs/{row.pk}", version=version)
        return self.answer(body, version=version)

    @operation(
        "Call-outs",
        sign_in=True,
        query=roster_serializers.CallOutFilters,
        response=roster_serializers.CallOutCard,
        paginated=True,
        example=examples.CALL_OUT,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """All to the secretariat; to others those of rosters they are admitted to, and those they are invited
        to. The latest first."""
        rows = self.loaded()
        if slug := request.query.get("roster"):
            rows = rows.filter(roster=get(Roster.objects.visible(request.viewer), slug=slug))
        if status := request.query.get("status"):
            rows = rows.filter(status=status)
        return self.page(
            rows,
            order=["-starts_on", "-id"],
            represent=lambda page: roster_serializers.call_outs(page, request.viewer),
        )

    @operation(
        "Announce a call-out",
        status=201,
        body=roster_serializers.NewCallOut,
        response=roster_serializers.CallOutCard,
        example=examples.CALL_OUT,
        body_example={
            name: examples.CALL_OUT[name]
            for name in ("roster", "title", "role", "place", "starts_on", "ends_on", "number", "topics")
        },
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """The secretariat's. What restricts it stands in it openly."""
        values = dict(request.input)
        slug = values.pop("roster")
        roster = Roster.objects.visible(request.viewer).filter(slug=slug).first()
        if roster is None:
            raise Invalid.field("/roster", "There is no such roster.", code="unknown_roster")
        made = call_outs.announce(roster.pk, acting_user=request.person, values=values)
        return self.call_out(made.pk, status=201)

    @operation("A call-out", response=roster_serializers.CallOutCard, example=examples.CALL_OUT)
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """What it asks for, where and when."""
        return self.call_out(id)

    @operation(
        "Change a call-out",
        body=roster_serializers.CallOutInput,
        response=roster_serializers.CallOutCard,
        example=examples.CALL_OUT,
        body_example={"number": 4},
    )
    def partial_update(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The secretariat's, while it is open. Lists replace the list. 409 for other days once somebody is
        selected."""
        call_outs.edit(
            id,
            acting_user=request.person,
            values=request.input,
            expected_version=request.expected_version,
        )
        return self.call_out(id)

    @operation("Close a call-out", response=roster_serializers.CallOutCard, example=examples.CALL_OUT)
    def close(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Nobody more is invited or selected; selections stand."""
        call_outs.close(id, acting_user=request.person)
        return self.call_out(id)

    @operation(
        "Cancel a call-out",
        body=Why,
        response=roster_serializers.CallOutCard,
        example=examples.CALL_OUT,
        body_example={"reason": "The host postponed it."},
    )
    def cancel(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Everybody selected is free again, and told; the missions go from their profiles."""
        call_outs.cancel(id, acting_user=request.person, **request.input)
        return self.call_out(id)

    @operation(
        "Candidates for a call-out",
        sign_in=True,
        query=roster_serializers.CandidatesQuery,
        response=roster_serializers.Candidates,
        example=examples.CANDIDATES,
    )
    def candidates(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Members of the roster who meet what is essential and are free, the fittest first, each rank
        explained in words and data. Only what you may read counts: a hidden section is as an empty one."""
        rows = CallOut.objects.visible(request.viewer).select_related("country")
        row = get(rows, pk=id)
        require(roster_policies.run_call_out, request.viewer, row)
        found = ranking.rank(row, request.viewer, skip=request.query["skip"], limit=request.query["limit"])
        return self.answer(roster_serializers.candidates(found))


class CallOutInvitationViewSet(ResourceViewSet[Invitation]):
    """Asking people whether they would go."""

    tag = "Call-outs"
    model = Invitation

    def loaded(self, call_out_id: UUID) -> QuerySet[Invitation]:
        """Those of a call-out that are there for who asks; 404 where the call-out is not."""
        call_out = get(CallOut.objects.visible(self.request.viewer), pk=call_out_id)
        rows = Invitation.objects.visible(self.request.viewer).filter(call_out=call_out)
        return rows.select_related("user", "call_out")

    def invitation(self, row: Invitation) -> HttpResponse:
        """`CallOutInvitation`."""
        [body] = roster_serializers.invitations([row], self.request.viewer)
        return self.answer(body)

    @operation(
        "Invitations to a call-out",
        sign_in=True,
        response=roster_serializers.CallOutInvitation,
        paginated=True,
        example=examples.INVITATION,
    )
    def list(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """All to the secretariat; to others their own."""
        return self.page(
            self.loaded(id),
            order=["id"],
            represent=lambda page: roster_serializers.invitations(page, request.viewer),
        )

    @operation(
        "Invite to a call-out",
        status=201,
        whole=True,
        body=roster_serializers.NewInvitations,
        response=roster_serializers.CallOutInvitation,
        example=examples.INVITATION,
        body_example={
            "persons": [examples.PERSON["id"]],
            "respond_by": "2026-12-15T12:00:00Z",
            "message": "Would you go?",
        },
    )
    def create(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The secretariat asks members of the roster; all or none of those named."""
        made = call_outs.invite(id, acting_user=request.person, **request.input)
        rows = self.loaded(id).filter(pk__in=[row.pk for row in made])
        response = self.whole(roster_serializers.invitations(list(rows), request.viewer))
        response.status_code = 201
        response.headers["Location"] = f"/api/v1/call-outs/{id}/invitations"
        return response

    @operation(
        "Accept an invitation",
        body=roster_serializers.InvitationAnswer,
        response=roster_serializers.CallOutInvitation,
        example=examples.INVITATION,
        body_example={"answer": "Gladly."},
    )
    def accept(self, request: ApiRequest, id: UUID, invitation: UUID) -> HttpResponse:
        """By the invited person, before the deadline. 409 for who is booked on one of the days."""
        found = get(self.loaded(id), pk=invitation)
        call_outs.accept(found.pk, acting_user=request.person, **request.input)
        return self.invitation(get(self.loaded(id), pk=invitation))

    @operation(
        "Decline an invitation",
        body=roster_serializers.InvitationAnswer,
        response=roster_serializers.CallOutInvitation,
        example=examples.INVITATION,
        body_example={"answer": "Not this time."},
    )
    def decline(self, request: ApiRequest, id: UUID, invitation: UUID) -> HttpResponse:
        """By the invited person, also after having accepted, until selected."""
        found = get(self.loaded(id), pk=invitation)
        call_outs.decline(found.pk, acting_user=request.person, **request.input)
        return self.invitation(get(self.loaded(id), pk=invitation))

    @operation(
        "Withdraw an invitation",
        response=roster_serializers.CallOutInvitation,
        example=examples.INVITATION,
    )
    def withdraw(self, request: ApiRequest, id: UUID, invitation: UUID) -> HttpResponse:
        """By the secretariat, until the person is selected."""
        found = get(self.loaded(id), pk=invitation)
        call_outs.withdraw_invitation(found.pk, acting_user=request.person)
        return self.invitation(get(self.loaded(id), pk=invitation))


class SelectionViewSet(ApiViewSet):
    """Who goes."""

    tag = "Call-outs"

    def loaded(self, call_out_id: UUID) -> QuerySet[Deployment]:
        """Selections of a call-out that are there for who asks; 404 where the call-out is not."""
        call_out = get(CallOut.objects.visible(self.request.viewer), pk=call_out_id)
        rows = Deployment.objects.visible(self.request.viewer).booked().filter(call_out=call_out)
        return rows.select_related("user")

    @operation(
        "Selection of a call-out",
        sign_in=True,
        response=roster_serializers.SelectedPerson,
        paginated=True,
        example=examples.SELECTED,
    )
    def list(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """All to the secretariat; to others their own."""
        return self.page(
            self.loaded(id),
            order=["id"],
            represent=lambda page: roster_serializers.selected(page, request.viewer),
        )

    @operation(
        "Select people for a call-out",
        status=201,
        whole=True,
        body=roster_serializers.Selection,
        response=roster_serializers.SelectedPerson,
        example=examples.SELECTED,
        body_example={"persons": [examples.PERSON["id"]]},
    )
    def create(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The secretariat selects among those who accepted; all or none of those named. Books them for the
        days and puts the mission on their profiles."""
        made = call_outs.select(id, acting_user=request.person, **request.input)
        rows = self.loaded(id).filter(pk__in=[row.pk for row in made])
        response = self.whole(roster_serializers.selected(list(rows), request.viewer))
        response.status_code = 201
        response.headers["Location"] = f"/api/v1/call-outs/{id}/selection"
        return response

    @operation("Release a selected person")
    def destroy(self, request: ApiRequest, id: UUID, person: UUID) -> HttpResponse:
        """By the secretariat: the person is free again, the mission goes from the profile."""
        call_outs.release(id, person, acting_user=request.person)
        return self.nothing()
