"""Networks, designations, rosters and call-outs."""

from __future__ import annotations

from django.urls import URLPattern, path

from api.v1.networks.call_outs import CallOutInvitationViewSet, CallOutViewSet, SelectionViewSet
from api.v1.networks.designations import DesignationViewSet
from api.v1.networks.rosters import BlackoutViewSet, RosterMemberViewSet, RosterViewSet
from api.v1.networks.views import MemberViewSet, NetworkViewSet

MEMBER = "networks/<slug:slug>/members/<uuid:person>"
DESIGNATION = "designations/<uuid:id>"
ROSTER_MEMBER = "rosters/<slug:slug>/members/<uuid:person>"
CALL_OUT = "call-outs/<uuid:id>"
INVITATION = f"{CALL_OUT}/invitations/<uuid:invitation>"

urlpatterns: list[URLPattern] = [
    path("networks", NetworkViewSet.as_view({"get": "list", "post": "create"})),
    path("networks/<slug:slug>", NetworkViewSet.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("networks/<slug:slug>/leave", NetworkViewSet.as_view({"post": "leave"})),
    path("networks/<slug:slug>/coverage", NetworkViewSet.as_view({"get": "coverage"})),
    path("networks/<slug:slug>/members", MemberViewSet.as_view({"get": "list", "post": "create"})),
    path(MEMBER, MemberViewSet.as_view({"put": "update", "delete": "destroy"})),
    path("networks/<slug:slug>/designations", DesignationViewSet.as_view({"get": "list", "post": "create"})),
    path(DESIGNATION, DesignationViewSet.as_view({"get": "retrieve"})),
    path(f"{DESIGNATION}/confirm", DesignationViewSet.as_view({"post": "confirm"})),
    path(f"{DESIGNATION}/renew", DesignationViewSet.as_view({"post": "renew"})),
    path(f"{DESIGNATION}/withdraw", DesignationViewSet.as_view({"post": "withdraw"})),
    path(f"{DESIGNATION}/succeed", DesignationViewSet.as_view({"post": "succeed"})),
    path(f"{DESIGNATION}/letter", DesignationViewSet.as_view({"get": "letter", "put": "attach_letter"})),
    path("rosters", RosterViewSet.as_view({"get": "list", "post": "create"})),
    path("rosters/<slug:slug>", RosterViewSet.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("rosters/<slug:slug>/members", RosterMemberViewSet.as_view({"get": "list", "post": "create"})),
    path(f"{ROSTER_MEMBER}/admit", RosterMemberViewSet.as_view({"post": "admit"})),
    path(f"{ROSTER_MEMBER}/decline", RosterMemberViewSet.as_view({"post": "decline"})),
    path(f"{ROSTER_MEMBER}/retire", RosterMemberViewSet.as_view({"post": "retire"})),
    path("me/blackouts", BlackoutViewSet.as_view({"get": "list", "post": "create"})),
    path("me/blackouts/<uuid:id>", BlackoutViewSet.as_view({"delete": "destroy"})),
    path("call-outs", CallOutViewSet.as_view({"get": "list", "post": "create"})),
    path(CALL_OUT, CallOutViewSet.as_view({"get": "retrieve", "patch": "partial_update"})),
    path(f"{CALL_OUT}/close", CallOutViewSet.as_view({"post": "close"})),
    path(f"{CALL_OUT}/cancel", CallOutViewSet.as_view({"post": "cancel"})),
    path(f"{CALL_OUT}/candidates", CallOutViewSet.as_view({"get": "candidates"})),
    path(f"{CALL_OUT}/invitations", CallOutInvitationViewSet.as_view({"get": "list", "post": "create"})),
    path(f"{INVITATION}/accept", CallOutInvitationViewSet.as_view({"post": "accept"})),
    path(f"{INVITATION}/decline", CallOutInvitationViewSet.as_view({"post": "decline"})),
    path(f"{INVITATION}/withdraw", CallOutInvitationViewSet.as_view({"post": "withdraw"})),
    path(f"{CALL_OUT}/selection", SelectionViewSet.as_view({"get": "list", "post": "create"})),
    path(f"{CALL_OUT}/selection/<uuid:person>", SelectionViewSet.as_view({"delete": "destroy"})),
]
