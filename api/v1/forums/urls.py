"""Spaces, discussions, posts."""

from __future__ import annotations

from django.urls import URLPattern, path

from api.v1.forums.views.attachments import AttachmentViewSet
from api.v1.forums.views.discussions import DiscussionViewSet
from api.v1.forums.views.drafts import DraftViewSet
from api.v1.forums.views.events import DiscussionCountryViewSet, EventViewSet
from api.v1.forums.views.invitations import (
    InvitationLinkViewSet,
    MyInvitationViewSet,
    SpaceInvitationViewSet,
)
from api.v1.forums.views.members import JoinRequestViewSet, MemberViewSet, SpaceNetworkViewSet
from api.v1.forums.views.pictures import SpacePictureViewSet
from api.v1.forums.views.posts import PostViewSet
from api.v1.forums.views.reading import UnreadViewSet
from api.v1.forums.views.revisions import RevisionViewSet
from api.v1.forums.views.spaces import SpaceViewSet
from api.v1.forums.views.tags import SuggestionViewSet, TagViewSet

SPACE = "spaces/<slug:slug>"
DISCUSSION = "discussions/<uuid:id>"
POST = "posts/<uuid:id>"
DRAFT = "me/drafts/<uuid:id>"
ATTACHMENT = "attachments/<uuid:id>"

urlpatterns: list[URLPattern] = [
    path("spaces", SpaceViewSet.as_view({"get": "list", "post": "create"})),
    path(SPACE, SpaceViewSet.as_view({"get": "retrieve", "patch": "partial_update"})),
    path(f"{SPACE}/summary", SpaceViewSet.as_view({"get": "summary"})),
    path(f"{SPACE}/archive", SpaceViewSet.as_view({"post": "archive", "delete": "restore"})),
    path(f"{SPACE}/members", MemberViewSet.as_view({"get": "list"})),
    path(f"{SPACE}/members/<uuid:id>", MemberViewSet.as_view({"put": "update", "delete": "destroy"})),
    path(f"{SPACE}/networks", SpaceNetworkViewSet.as_view({"get": "list"})),
    path(
        f"{SPACE}/networks/<slug:network>",
        SpaceNetworkViewSet.as_view({"put": "update", "delete": "destroy"}),
    ),
    path(f"{SPACE}/join", MemberViewSet.as_view({"post": "join"})),
    path(f"{SPACE}/leave", MemberViewSet.as_view({"post": "leave"})),
    path(f"{SPACE}/requests", JoinRequestViewSet.as_view({"get": "list", "post": "create"})),
    path(f"{SPACE}/requests/<uuid:id>", JoinRequestViewSet.as_view({"delete": "destroy"})),
    path(f"{SPACE}/requests/<uuid:id>/accept", JoinRequestViewSet.as_view({"post": "accept"})),
    path(f"{SPACE}/requests/<uuid:id>/decline", JoinRequestViewSet.as_view({"post": "decline"})),
    path(
        f"{SPACE}/picture",
        SpacePictureViewSet.as_view({"get": "picture", "put": "set_picture", "delete": "remove_picture"}),
    ),
    path(f"{SPACE}/read", UnreadViewSet.as_view({"post": "read_space"})),
    path("me/unread", UnreadViewSet.as_view({"get": "retrieve"})),
    path("me/unread/read", UnreadViewSet.as_view({"post": "read"})),
    path(f"{SPACE}/invitations", SpaceInvitationViewSet.as_view({"get": "list", "post": "create"})),
    path(f"{SPACE}/invitations/<uuid:id>", SpaceInvitationViewSet.as_view({"delete": "destroy"})),
    path("me/invitations", MyInvitationViewSet.as_view({"get": "list"})),
    path("me/invitations/<uuid:id>/accept", MyInvitationViewSet.as_view({"post": "accept"})),
    path("me/invitations/<uuid:id>/decline", MyInvitationViewSet.as_view({"post": "decline"})),
    path("invitations/<slug:token>", InvitationLinkViewSet.as_view({"get": "look"})),
    path("invitations/<slug:token>/accept", InvitationLinkViewSet.as_view({"post": "accept"})),
    path(f"{SPACE}/discussions", DiscussionViewSet.as_view({"get": "table", "post": "create"})),
    path(f"{SPACE}/tags", TagViewSet.as_view({"get": "list"})),
    path(f"{SPACE}/mentions", SuggestionViewSet.as_view({"get": "mentions"})),
    path("discussions", DiscussionViewSet.as_view({"get": "list"})),
    path(
        DISCUSSION,
        DiscussionViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path("events", EventViewSet.as_view({"get": "list"})),
    path("events/<uuid:id>", EventViewSet.as_view({"get": "retrieve"})),
    path(f"{DISCUSSION}/event", EventViewSet.as_view({"put": "update", "delete": "destroy"})),
    path(
        f"{DISCUSSION}/countries",
        DiscussionCountryViewSet.as_view({"get": "countries", "put": "set_countries"}),
    ),
    path(f"{DISCUSSION}/posts", PostViewSet.as_view({"get": "list", "post": "create"})),
    path(f"{DISCUSSION}/read", DiscussionViewSet.as_view({"post": "read"})),
    path(f"{DISCUSSION}/like", DiscussionViewSet.as_view({"post": "like", "delete": "unlike"})),
    path(f"{DISCUSSION}/accept", DiscussionViewSet.as_view({"post": "accept", "delete": "unaccept"})),
    path(f"{DISCUSSION}/pin", DiscussionViewSet.as_view({"post": "pin", "delete": "unpin"})),
    path(f"{DISCUSSION}/close", DiscussionViewSet.as_view({"post": "close", "delete": "reopen"})),
    path(f"{DISCUSSION}/lock", DiscussionViewSet.as_view({"post": "close", "delete": "reopen"})),
    path(f"{DISCUSSION}/archive", DiscussionViewSet.as_view({"post": "archive", "delete": "reopen"})),
    path(f"{DISCUSSION}/hide", DiscussionViewSet.as_view({"post": "hide", "delete": "unhide"})),
    path(f"{DISCUSSION}/kind", DiscussionViewSet.as_view({"post": "kind"})),
    path(POST, PostViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"})),
    path(f"{POST}/like", PostViewSet.as_view({"post": "like", "delete": "unlike"})),
    path(f"{POST}/likes", PostViewSet.as_view({"get": "likes"})),
    path(f"{POST}/revisions", RevisionViewSet.as_view({"get": "list"})),
    path(f"{POST}/revisions/<int:version>", RevisionViewSet.as_view({"get": "retrieve_edit"})),
    path(f"{POST}/replies", PostViewSet.as_view({"get": "replies", "post": "reply"})),
    path("me/drafts", DraftViewSet.as_view({"get": "list", "post": "create"})),
    path(DRAFT, DraftViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"})),
    path(f"{DRAFT}/publish", DraftViewSet.as_view({"post": "publish"})),
    path("attachments", AttachmentViewSet.as_view({"get": "list", "post": "create"})),
    path(
        ATTACHMENT,
        AttachmentViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path(f"{ATTACHMENT}/content", AttachmentViewSet.as_view({"get": "content"})),
]
