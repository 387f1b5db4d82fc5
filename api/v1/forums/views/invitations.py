"""Invitations into spaces."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.forums.serializers import invitations as shapes
from api.v1.forums.serializers import spaces as space_shapes
from api.v1.forums.views import examples, lookup
from api.viewsets import ApiViewSet, ResourceViewSet, get
from config.errors import NotFound
from experts.policies import require
from forums import access, policies
from forums.actions import invitations as actions
from forums.invitation_links import secret
from forums.models import Invitation, Membership, Space

INVITATION: dict[str, Any] = {
    "id": "019a1b2c-2100-7f60-8a1b-2c3d4e5f6071",
    "kind": "person",
    "status": "holds",
    "space": examples.SPACE_LINK,
    "role": "member",
    "person": examples.ELIF,
    "network": None,
    "email": None,
    "message": "You spoke of this in Vienna.",
    "invited_by": examples.SOFIA,
    "created": "2026-03-02T08:15:00Z",
    "expires": "2026-04-01T08:15:00Z",
    "max_uses": 1,
    "uses": 0,
    "allowed_actions": ["accept", "decline"],
}


class SpaceInvitationViewSet(ApiViewSet):
    """Invitations into one space."""

    tag = "Spaces"

    @operation(
        "Invitations into a space",
        response=shapes.InvitationOutput,
        query=shapes.InvitationFilters,
        paginated=True,
        sign_in=True,
        example=INVITATION,
    )
    def list(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Newest first. Moderators."""
        space = self._space(request, slug)
        require(policies.see_moderation, request.viewer, space)
        rows = _loaded(Invitation.objects.filter(space=space))
        if (holds := request.query.get("holds")) is not None:
            held = Invitation.objects.holding().filter(space=space)
            rows = rows.filter(pk__in=held) if holds else rows.exclude(pk__in=held)
        return self.page(rows, order=["-id"], represent=lambda page: shapes.invitations(page, request.viewer))

    @operation(
        "Invite into a space",
        body=shapes.InvitationInput,
        response=shapes.NewInvitationOutput,
        status=201,
        scope="moderate",
        example=INVITATION | {"link": None, "allowed_actions": ["revoke"]},
        body_example={"person": examples.ELIF["id"], "message": "You spoke of this in Vienna."},
    )
    def create(self, request: ApiRequest, slug: str) -> HttpResponse:
        """One person, an e-mail address, all people of a network, or whoever you pass the link on to.
        Moderators; owners alone invite moderators. Who is invited is told, and may come in without asking,
        into a secret space too; not past a space above that they may not read.
        """
        given = dict(request.input)
        given["expires_at"] = given.pop("expires", None)
        made = actions.invite(self._space(request, slug).pk, acting_user=request.person, **given)
        [body] = shapes.invitations([_loaded(Invitation.objects).get(pk=made.pk)], request.viewer)
        is_link = made.kind == Invitation.Kind.LINK
        body["link"] = f"{settings.BASE_URL}/invitations/{secret(made.pk)}" if is_link else None
        return self.created(body, location=f"/api/v1/spaces/{slug}/invitations/{made.pk}")

    @operation("Take an invitation back", scope="moderate")
    def destroy(self, request: ApiRequest, slug: str, id: UUID) -> HttpResponse:
        """Moderators. Whoever came in by it stays."""
        space = self._space(request, slug)
        require(policies.see_moderation, request.viewer, space)
        get(Invitation.objects.filter(space=space), pk=id)
        actions.revoke(id, acting_user=request.person)
        return self.nothing()

    @staticmethod
    def _space(request: ApiRequest, slug: str) -> Space:
        return Space.objects.get(pk=lookup.readable_space_id(request.viewer, slug))


class MyInvitationViewSet(ResourceViewSet[Invitation]):
    """Invitations to you."""

    tag = "Spaces"
    model = Invitation

    @operation(
        "Invitations to you",
        response=shapes.InvitationOutput,
        paginated=True,
        sign_in=True,
        example=INVITATION,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """Those that hold, to you or to a network you are in, newest first."""
        rows = _loaded(Invitation.objects.addressed_to(request.viewer))
        return self.page(rows, order=["-id"], represent=lambda page: shapes.invitations(page, request.viewer))

    @operation("Accept an invitation", response=space_shapes.SpaceDetail, example=examples.SPACE, status=200)
    def accept(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """You belong to the space from now on."""
        return _entered(self, actions.accept(id, acting_user=request.person))

    @operation("Decline an invitation")
    def decline(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Who invited is not told. One to a whole network stays for its other people, and for you."""
        actions.decline(id, acting_user=request.person)
        return self.nothing()


class InvitationLinkViewSet(ApiViewSet):
    """Links of invitations."""

    tag = "Spaces"

    @operation("An invitation's link", response=shapes.InvitationOutput, example=INVITATION)
    def look(self, request: ApiRequest, token: str) -> HttpResponse:
        """What it leads to, as long as it holds: whoever has the link is told the space's title, of a secret
        one too."""
        [body] = shapes.invitations([actions.by_token(token)], request.viewer)
        return self.answer(body)

    @operation("Come in by a link", response=space_shapes.SpaceDetail, example=examples.SPACE, status=200)
    def accept(self, request: ApiRequest, token: str) -> HttpResponse:
        """You belong to the space from now on. Coming in twice counts once."""
        return _entered(self, actions.redeem(token, acting_user=request.person))


def _loaded(rows: Any) -> QuerySet[Invitation]:
    loaded: QuerySet[Invitation] = rows.select_related("space", "user", "network", "created_by")
    return loaded


def _entered(view: ApiViewSet, membership: Membership) -> HttpResponse:
    viewer = view.request.viewer
    access.forget(viewer)
    if membership.space_id not in access.spaces(viewer):
        raise NotFound  # closed to them in this very moment
    slug = access.spaces(viewer)[membership.space_id].slug
    return view.answer(space_shapes.space(lookup.space(viewer, slug), viewer))
