"""People of a space: members, networks, requests to join."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F
from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.forums.serializers import common
from api.v1.forums.serializers import members as shapes
from api.v1.forums.serializers import spaces as space_shapes
from api.v1.forums.views import examples, lookup
from api.viewsets import ApiViewSet, get
from forums import access, policies
from forums.actions import memberships as actions
from forums.models import JoinRequest, Membership, NetworkGrant, Space


class MemberViewSet(ApiViewSet):
    """Members of a space."""

    tag = "Spaces"

    @operation(
        "Members of a space",
        response=shapes.Member,
        query=shapes.MemberFilters,
        paginated=True,
        sign_in=True,
        example=examples.MEMBER,
    )
    def list(self, request: ApiRequest, slug: str) -> HttpResponse:
        """By name. People who have access through a network are not listed one by one: see its networks."""
        space = Space.objects.get(pk=lookup.readable_space_id(request.viewer, slug))
        rows = Membership.objects.filter(space=space).select_related("user")
        if roles := request.query.get("role"):
            rows = rows.filter(role__in=roles)
        return self.page(
            rows.annotate(name=F("user__name")),
            order=["name", "id"],
            represent=lambda page: shapes.members(page, space, request.viewer),
        )

    @operation(
        "Set a member's role",
        body=shapes.RoleInput,
        response=shapes.Member,
        scope="moderate",
        example=examples.MEMBER,
        body_example={"role": "moderator"},
    )
    def update(self, request: ApiRequest, slug: str, id: UUID) -> HttpResponse:
        """Owners. A space keeps at least one owner."""
        space = Space.objects.get(pk=lookup.readable_space_id(request.viewer, slug))
        membership = actions.set_role(space.pk, id, acting_user=request.person, **request.input)
        access.forget(request.viewer)
        return self.answer(shapes.members([membership], space, request.viewer)[0])

    @operation("Remove a member", query=common.ReasonQuery, scope="moderate")
    def destroy(self, request: ApiRequest, slug: str, id: UUID) -> HttpResponse:
        """Moderators remove observers and members, owners anybody. What the person wrote stays; they
        are told why."""
        space_id = lookup.readable_space_id(request.viewer, slug)
        actions.remove(space_id, id, acting_user=request.person, **request.query)
        return self.nothing()

    @operation("Join a space", response=space_shapes.SpaceDetail, example=examples.SPACE)
    def join(self, request: ApiRequest, slug: str) -> HttpResponse:
        """If it is free to join. Joining twice is joining once."""
        actions.join(lookup.space_id(request.viewer, slug), acting_user=request.person)
        access.forget(request.viewer)
        return self.answer(space_shapes.space(lookup.space(request.viewer, slug), request.viewer))

    @operation("Leave a space")
    def leave(self, request: ApiRequest, slug: str) -> HttpResponse:
        """The last owner cannot leave."""
        actions.leave(lookup.space_id(request.viewer, slug), acting_user=request.person)
        return self.nothing()


class SpaceNetworkViewSet(ApiViewSet):
    """Networks whose people have a role in a space."""

    tag = "Spaces"

    @operation(
        "Networks in a space",
        response=shapes.SpaceNetwork,
        paginated=True,
        sign_in=True,
        example=examples.SPACE_NETWORK,
    )
    def list(self, request: ApiRequest, slug: str) -> HttpResponse:
        """All their people have the role, now and whoever joins the network later."""
        space = Space.objects.get(pk=lookup.readable_space_id(request.viewer, slug))
        rows = NetworkGrant.objects.filter(space=space).select_related("network")
        return self.page(
            rows, order=["id"], represent=lambda page: shapes.networks(page, space, request.viewer)
        )

    @operation(
        "Give a network a role in a space",
        body=shapes.NetworkRoleInput,
        response=shapes.SpaceNetwork,
        scope="moderate",
        example=examples.SPACE_NETWORK,
        body_example={"role": "member"},
    )
    def update(self, request: ApiRequest, slug: str, network: str) -> HttpResponse:
        """Owners."""
        space = Space.objects.get(pk=lookup.readable_space_id(request.viewer, slug))
        grant = actions.set_network_role(space.pk, network, request.input["role"], acting_user=request.person)
        access.forget(request.viewer)
        return self.answer(shapes.networks([grant], space, request.viewer)[0])

    @operation("Take a network's role in a space away", scope="moderate")
    def destroy(self, request: ApiRequest, slug: str, network: str) -> HttpResponse:
        """Owners. Its people keep what they have as members."""
        actions.remove_network(
            lookup.readable_space_id(request.viewer, slug), network, acting_user=request.person
        )
        return self.nothing()


class JoinRequestViewSet(ApiViewSet):
    """Requests to join a space."""

    tag = "Spaces"

    @operation(
        "Requests to join a space",
        response=shapes.JoinRequestOutput,
        query=shapes.RequestFilters,
        paginated=True,
        sign_in=True,
        scope="read",
        example=examples.JOIN_REQUEST,
    )
    def list(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Newest first. Moderators see all; everybody else their own."""
        viewer = request.viewer
        space_id = lookup.space_id(viewer, slug)
        rows = JoinRequest.objects.filter(space_id=space_id).select_related("user", "space")
        if not policies.moderates(viewer, space_id):
            rows = rows.filter(user=request.person)
        if status := request.query.get("status"):
            rows = rows.filter(status=status)
        return self.page(rows, order=["-id"], represent=lambda page: shapes.join_requests(page, viewer))

    @operation(
        "Ask to join a space",
        body=shapes.JoinRequestInput,
        response=shapes.JoinRequestOutput,
        status=201,
        example=examples.JOIN_REQUEST,
        body_example={"message": "I am the gender focal person of my academy.", "answers": []},
    )
    def create(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Moderators decide. Asking again changes the request that waits."""
        space_id = lookup.space_id(request.viewer, slug)
        asked = actions.ask(space_id, acting_user=request.person, **request.input)
        return self.created(self._body(asked, request), location=f"/api/v1/spaces/{slug}/requests/{asked.pk}")

    @operation("Take a request back", response=None)
    def destroy(self, request: ApiRequest, slug: str, id: UUID) -> HttpResponse:
        """Your own, as long as it waits."""
        self._require_in_space(request, slug, id)
        actions.withdraw_request(id, acting_user=request.person)
        return self.nothing()

    @operation(
        "Accept a request",
        body=shapes.RequestDecision,
        response=shapes.JoinRequestOutput,
        scope="moderate",
        example=examples.JOIN_REQUEST,
        body_example={"note": "Welcome!"},
    )
    def accept(self, request: ApiRequest, slug: str, id: UUID) -> HttpResponse:
        """Moderators. The person is a member from now on."""
        return self._decide(request, slug, id, accept=True)

    @operation(
        "Decline a request",
        body=shapes.RequestRefusal,
        response=shapes.JoinRequestOutput,
        scope="moderate",
        example=examples.JOIN_REQUEST,
        body_example={"note": "This space is for instructors."},
    )
    def decline(self, request: ApiRequest, slug: str, id: UUID) -> HttpResponse:
        """Moderators. The person is told why, and may ask again."""
        return self._decide(request, slug, id, accept=False)

    def _decide(self, request: ApiRequest, slug: str, id: UUID, *, accept: bool) -> HttpResponse:
        self._require_in_space(request, slug, id)
        decided = actions.decide_request(id, acting_user=request.person, accept=accept, **request.input)
        return self.answer(self._body(decided, request))

    def _require_in_space(self, request: ApiRequest, slug: str, id: UUID) -> None:
        space_id = lookup.space_id(request.viewer, slug)
        get(JoinRequest.objects.filter(space_id=space_id), pk=id)

    @staticmethod
    def _body(row: JoinRequest, request: ApiRequest) -> dict[str, object]:
        return shapes.join_requests([row], request.viewer)[0]
