"""Flags, queues, acts, the log, appeals, sanctions."""

from __future__ import annotations

from django.urls import URLPattern, path

from api.v1.moderation.views.acts import DiscussionActViewSet, PostActViewSet
from api.v1.moderation.views.cases import CaseViewSet, FlagViewSet
from api.v1.moderation.views.log import AppealViewSet, AuditViewSet, SanctionViewSet, SettingsViewSet

SPACE = "spaces/<slug:slug>"
DISCUSSION = "discussions/<uuid:id>"
POST = "posts/<uuid:id>"
CASE = "moderation/flags/<uuid:id>"
ENTRY = "moderation/audit/<uuid:id>"
APPEAL = "moderation/appeals/<uuid:id>"

urlpatterns: list[URLPattern] = [
    path(f"{POST}/flag", FlagViewSet.as_view({"post": "of_post"})),
    path(f"{DISCUSSION}/flag", FlagViewSet.as_view({"post": "of_discussion"})),
    path(f"{SPACE}/queue", CaseViewSet.as_view({"get": "queue"})),
    path("moderation/flags", CaseViewSet.as_view({"get": "list"})),
    path(CASE, CaseViewSet.as_view({"get": "retrieve"})),
    path(f"{CASE}/assign", CaseViewSet.as_view({"post": "assign"})),
    path(f"{CASE}/escalate", CaseViewSet.as_view({"post": "escalate"})),
    path(f"{CASE}/decide", CaseViewSet.as_view({"post": "decide"})),
    path(f"{POST}/approve", PostActViewSet.as_view({"post": "approve"})),
    path(f"{POST}/hide", PostActViewSet.as_view({"post": "hide", "delete": "unhide"})),
    path(f"{POST}/restore", PostActViewSet.as_view({"post": "restore"})),
    path(f"{DISCUSSION}/restore", DiscussionActViewSet.as_view({"post": "restore"})),
    path(f"{DISCUSSION}/move", DiscussionActViewSet.as_view({"post": "move"})),
    path(f"{DISCUSSION}/split", DiscussionActViewSet.as_view({"post": "split"})),
    path(f"{DISCUSSION}/merge", DiscussionActViewSet.as_view({"post": "merge"})),
    path("moderation/audit", AuditViewSet.as_view({"get": "list"})),
    path(ENTRY, AuditViewSet.as_view({"get": "retrieve"})),
    path(f"{ENTRY}/undo", AuditViewSet.as_view({"post": "undo"})),
    path("moderation/appeals", AppealViewSet.as_view({"get": "list", "post": "create"})),
    path(APPEAL, AppealViewSet.as_view({"get": "retrieve"})),
    path(f"{APPEAL}/decide", AppealViewSet.as_view({"post": "decide"})),
    path("moderation/sanctions", SanctionViewSet.as_view({"get": "list", "post": "create"})),
    path(
        "moderation/sanctions/<uuid:id>",
        SanctionViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
    ),
    path(f"{SPACE}/moderation", SettingsViewSet.as_view({"get": "of_space", "patch": "edit_of_space"})),
    path("moderation/settings", SettingsViewSet.as_view({"get": "of_site", "patch": "edit_of_site"})),
]
