"""Reported messages in the secretariat's admin: the queue, and who is barred from writing."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from experts.actions import contact_reports
from experts.admin_networks import ReadOnlyAdmin
from experts.models import ContactBlock, ContactReport


@admin.register(ContactReport)
class ContactReportAdmin(ReadOnlyAdmin):
    """What waits, with the one message that was reported; no other of its conversation."""

    list_display = ("created_at", "status", "author", "reporter", "reason", "decided_by")
    list_filter = ("status",)
    list_select_related = ("message__sender", "reporter", "decided_by")
    fields = (
        *("status", "author", "reporter", "text", "reason", "created_at"),
        *("decided_by", "decided_at", "note"),
    )
    readonly_fields = fields
    ordering = ("status", "-id")
    actions = ("dismiss", "uphold", "uphold_and_bar")

    @admin.display(description="written by")
    def author(self, report: ContactReport) -> str:
        """The name of who wrote it."""
        return str(report.message.sender)

    @admin.display(description="message")
    def text(self, report: ContactReport) -> str:
        """What was written."""
        return report.message.text

    @admin.action(description="Dismiss the chosen reports")
    def dismiss(self, request: HttpRequest, rows: QuerySet[ContactReport]) -> None:
        """`contact_reports.decide` of each."""
        self.act(request, rows, partial(contact_reports.decide, uphold=False), "dismissed")

    @admin.action(description="Uphold the chosen reports")
    def uphold(self, request: HttpRequest, rows: QuerySet[ContactReport]) -> None:
        """`contact_reports.decide` of each."""
        self.act(request, rows, partial(contact_reports.decide, uphold=True), "upheld")

    @admin.action(description="Uphold, and bar the authors from writing to people")
    def uphold_and_bar(self, request: HttpRequest, rows: QuerySet[ContactReport]) -> None:
        """`contact_reports.decide` of each, with ``bar_sender``."""
        decide = partial(contact_reports.decide, uphold=True, bar_sender=True)
        self.act(request, rows, decide, "upheld; its author is barred")


@admin.register(ContactBlock)
class BarAdmin(ReadOnlyAdmin):
    """Whom the secretariat has barred. What people block for themselves is not here."""

    list_display = ("blocked", "created_at")
    list_select_related = ("blocked",)
    fields = ("blocked", "created_at")
    readonly_fields = fields
    ordering = ("-id",)
    actions = ("lift",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The secretariat's own."""
        return super().get_queryset(request).filter(blocker__isnull=True)

    @admin.action(description="Let the chosen people write again")
    def lift(self, request: HttpRequest, rows: QuerySet[ContactBlock]) -> None:
        """`contact_reports.lift_bar` of each."""
        people = {row.pk: row.blocked_id for row in rows}
        self.act(
            request,
            rows,
            lambda bar_id, *, acting_user: contact_reports.lift_bar(people[bar_id], acting_user=acting_user),
            "may write again",
        )
