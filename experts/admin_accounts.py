"""Requests for accounts in the secretariat's admin: read there, decided by the usual actions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from experts.actions import registrations
from experts.admin_networks import ReadOnlyAdmin
from experts.models import Registration


@admin.register(Registration)
class RegistrationAdmin(ReadOnlyAdmin):
    """Who asks for an account, and what became of it."""

    list_display = ("name", "email", "language", "status", "asked_at", "decided_at")
    list_filter = ("status",)
    search_fields = ("name", "email")
    ordering = ("-id",)
    exclude = ("user",)
    actions = ("accept", "refuse")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What the worker has looked at."""
        return super().get_queryset(request).exclude(status=Registration.Status.NEW)

    @admin.action(description="Accept: make the accounts, and send the links")
    def accept(self, request: HttpRequest, rows: QuerySet[Registration]) -> None:
        """`registrations.accept` of each."""
        self.act(request, rows, registrations.accept, "accepted")

    @admin.action(description="Refuse (POST /registrations/{id}/refuse gives a note as well)")
    def refuse(self, request: HttpRequest, rows: QuerySet[Registration]) -> None:
        """`registrations.refuse` of each."""
        self.act(request, rows, registrations.refuse, "refused")
