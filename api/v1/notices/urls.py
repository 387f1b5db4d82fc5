"""Notices, preferences, follows."""

from __future__ import annotations

from django.urls import URLPattern, path

from api.v1.notices.views import FollowViewSet, NoticeViewSet

urlpatterns: list[URLPattern] = [
    path("me/notifications", NoticeViewSet.as_view({"get": "list"})),
    path("me/notifications/count", NoticeViewSet.as_view({"get": "count"})),
    path("me/notifications/read", NoticeViewSet.as_view({"post": "read"})),
    path(
        "me/notifications/preferences",
        NoticeViewSet.as_view({"get": "preferences", "patch": "edit_preferences"}),
    ),
    path("me/follows", FollowViewSet.as_view({"get": "list"})),
    path(
        "discussions/<uuid:id>/follow",
        FollowViewSet.as_view({"post": "discussion", "delete": "not_discussion"}),
    ),
    path("spaces/<slug:slug>/follow", FollowViewSet.as_view({"post": "space", "delete": "not_space"})),
    path(
        "spaces/<slug:slug>/tags/<str:name>/follow",
        FollowViewSet.as_view({"post": "of_tag", "delete": "not_of_tag"}),
    ),
    path("topics/<slug:slug>/follow", FollowViewSet.as_view({"post": "topic", "delete": "not_topic"})),
]
