"""Designations and rosters in the secretariat's admin: read there, changed by the usual actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from config.errors import DomainError
from experts import viewers
from experts.actions import designations, rosters
from experts.models import Designation, RosterMember, User
from search.viewer import Viewer

if TYPE_CHECKING:  # generic for the type checker only
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(ModelAdmin):
    """Shows the rows that are visible to who asks; nothing is typed in, what happens to them happens by
    actions.

    It is for the whole secretariat: who may do what is asked of the policies, not of Django's model
    permissions.
    """

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What is not there for the person by the API is not there here."""
        rows: QuerySet[Any] = self.model.objects.visible(viewer_of(request))
        if ordering := self.get_ordering(request):
            rows = rows.order_by(*ordering)
        return rows

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the room is on the person's start page."""
        return viewer_of(request).is_secretariat

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """The secretariat; of which rows, `get_queryset` says."""
        return viewer_of(request).is_secretariat

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the framework's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Seeing is enough to be offered the actions, which ask for themselves."""
        return self.has_view_permission(request, obj) and obj is None

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def act(self, request: HttpRequest, rows: QuerySet[Any], act: Callable[..., Any], done: str) -> None:
        """Do an action to each chosen row, and tell what became of it, row by row."""
        acting_user = request.user
        if not isinstance(acting_user, User):
            raise TypeError("The admin is for people who are signed in.")
        for row in rows:
            row_id: UUID = row.pk
            try:
                act(row_id, acting_user=acting_user)
            except DomainError as error:
                told = "; ".join(fault.detail for fault in error.errors) or error.detail
                self.message_user(request, f"{row}: {told}", messages.ERROR)
            else:
                self.message_user(request, f"{row}: {done}.")


def viewer_of(request: HttpRequest) -> Viewer:
    """Who asks, resolved once a request."""
    found: Viewer | None = getattr(request, "viewer", None)
    if found is None:
        found = viewers.resolve(request.user)
        request.viewer = found  # type: ignore[attr-defined]
    return found


@admin.register(Designation)
class DesignationAdmin(ReadOnlyAdmin):
    """Who is designated by which State, and what waits to be confirmed."""

    list_display = ("country", "network", "user", "kind", "status", "valid_from", "valid_to")
    list_filter = ("status", "network", "kind")
    list_select_related = ("country", "network", "user")
    search_fields = ("user__name", "country__code")
    date_hierarchy = "valid_to"
    actions = ("confirm", "withdraw")

    @admin.action(description="Confirm the chosen proposals")
    def confirm(self, request: HttpRequest, rows: QuerySet[Designation]) -> None:
        """`designations.confirm` of each."""
        self.act(request, rows, designations.confirm, "confirmed")

    @admin.action(description="Withdraw the chosen designations")
    def withdraw(self, request: HttpRequest, rows: QuerySet[Designation]) -> None:
        """`designations.withdraw` of each."""
        self.act(request, rows, designations.withdraw, "withdrawn")


@admin.register(RosterMember)
class RosterMemberAdmin(ReadOnlyAdmin):
    """Who stands on which roster, and who has applied."""

    list_display = ("user", "roster", "status", "applied_at", "decided_at")
    list_filter = ("status", "roster")
    list_select_related = ("user", "roster")
    search_fields = ("user__name",)
    actions = ("admit", "decline", "retire")

    @admin.action(description="Admit the chosen applicants")
    def admit(self, request: HttpRequest, rows: QuerySet[RosterMember]) -> None:
        """`rosters.admit` of each."""
        self.act(request, rows, rosters.admit, "admitted")

    @admin.action(description="Decline the chosen applications")
    def decline(self, request: HttpRequest, rows: QuerySet[RosterMember]) -> None:
        """`rosters.decline` of each."""
        self.act(request, rows, rosters.decline, "declined")

    @admin.action(description="End the chosen places")
    def retire(self, request: HttpRequest, rows: QuerySet[RosterMember]) -> None:
        """`rosters.retire` of each."""
        self.act(request, rows, rosters.retire, "ended")
