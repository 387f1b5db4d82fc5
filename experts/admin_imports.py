"""Imports in the secretariat's admin: uploaded, checked, run and undone there by the usual actions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from config.errors import DomainError
from experts.actions import imports
from experts.admin_networks import ReadOnlyAdmin
from experts.imports import fields
from experts.models import Import, ImportRow, User

# How many refused rows are shown on an import's page; all are in /api/v1/imports/<id>/rows.
SHOWN = 100


class UploadForm(forms.Form):
    """A table."""

    file = forms.FileField(help_text="CSV in UTF-8, or XLSX; at most 20 MB.")


class SettingsForm(forms.Form):
    """What each column means, and whether it is all rows or none."""

    def __init__(self, held: Import, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "–"), *((one.name, f"{one.name}: {one.help}") for one in fields.FIELDS)]
        self.fields["mode"] = forms.ChoiceField(choices=Import.Mode.choices, initial=held.mode)
        for at, (column, name) in enumerate(zip(held.columns, held.mapping, strict=True)):
            self.fields[f"column{at}"] = forms.ChoiceField(
                label=column["heading"] or f"Column {at + 1}",
                choices=choices,
                initial=name,
                required=False,
                help_text=escape(", ".join(filter(None, column["samples"]))),  # forms show it as HTML
            )

    def mapping(self) -> list[str]:
        """The field of each column."""
        return [value for name, value in self.cleaned_data.items() if name.startswith("column")]


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    """Tables of people. A new one is uploaded; its columns' meanings are looked at; then the chosen ones are
    checked, run or undone."""

    list_display = ("file_name", "status", "mode", "rows_total", "progress", "created_by", "created_at")
    list_filter = ("status",)
    list_select_related = ("job", "created_by")
    actions = ("check_rows", "run", "undo", "stop", "discard")
    fields = ("file_name", "status", "mode", "rows_total", "progress", "told", "meanings", "refused")
    readonly_fields = fields
    change_list_template = "admin/experts/import/change_list.html"

    @admin.display(description="progress")
    def progress(self, held: Import) -> str:
        """How far the latest job is."""
        job = held.job
        return f"{job.done} of {job.total or '?'}, {job.faults} refused" if job else ""

    @admin.display(description="error")
    def told(self, held: Import) -> str:
        """Why the latest job failed."""
        return held.error["detail"] if held.error else ""

    @admin.display(description="columns")
    def meanings(self, held: Import) -> SafeString:
        """What each column means, and where to change that."""
        rows = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td></tr>",
            ((column["heading"], name) for column, name in zip(held.columns, held.mapping, strict=True)),
        )
        address = reverse("admin:experts_import_settings", args=[held.pk])
        return format_html('<table>{}</table><a href="{}">Change</a>', rows, address)

    @admin.display(description="refused and kept rows")
    def refused(self, held: Import) -> SafeString:
        """The first rows that have faults."""
        states = (ImportRow.State.REFUSED, ImportRow.State.KEPT)
        rows = held.rows.filter(state__in=states).order_by("number")[:SHOWN]
        return format_html_join(
            "",
            "<div>Row {}: {}</div>",
            (
                (row.number, "; ".join(f"{one['field']} {one['detail']}".strip() for one in row.faults))
                for row in rows
            ),
        )

    def get_urls(self) -> list[Any]:
        """The list's and an import's, and those of the two forms."""
        own = [
            path("upload/", self.admin_site.admin_view(self.upload), name="experts_import_upload"),
            path(
                "<uuid:import_id>/settings/",
                self.admin_site.admin_view(self.settings),
                name="experts_import_settings",
            ),
        ]
        return [*own, *super().get_urls()]

    def upload(self, request: HttpRequest) -> HttpResponse:
        """`imports.upload`."""
        form = UploadForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                held = imports.upload(acting_user=_person(request), upload=file, name=file.name)
            except DomainError as error:
                form.add_error("file", _told(error))
            else:
                return HttpResponseRedirect(reverse("admin:experts_import_settings", args=[held.pk]))
        return self._form(request, form, "Upload a table of people", is_upload=True)

    def settings(self, request: HttpRequest, import_id: UUID) -> HttpResponse:
        """`imports.configure`."""
        held = self.get_object(request, str(import_id))
        if held is None:
            raise Http404
        form = SettingsForm(held, request.POST or None)
        if form.is_valid():
            try:
                imports.configure(
                    held.pk,
                    acting_user=_person(request),
                    mapping=form.mapping(),
                    mode=form.cleaned_data["mode"],
                )
            except DomainError as error:
                form.add_error(None, _told(error))
            else:
                return HttpResponseRedirect(reverse("admin:experts_import_changelist"))
        return self._form(request, form, f"What the columns of {held} mean", is_upload=False)

    def _form(self, request: HttpRequest, form: forms.Form, title: str, *, is_upload: bool) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "form": form,
            "title": title,
            "is_upload": is_upload,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/experts/import/form.html", context)

    @admin.action(description="Check the chosen imports (writes nothing)")
    def check_rows(self, request: HttpRequest, rows: QuerySet[Import]) -> None:
        """`imports.check` of each."""
        self.act(request, rows, imports.check, "is being checked; its page tells what came of it")

    @admin.action(description="Run the chosen imports")
    def run(self, request: HttpRequest, rows: QuerySet[Import]) -> None:
        """`imports.run` of each."""
        self.act(request, rows, imports.run, "runs")

    @admin.action(description="Undo the chosen imports")
    def undo(self, request: HttpRequest, rows: QuerySet[Import]) -> None:
        """`imports.undo` of each."""
        self.act(request, rows, imports.undo, "is being undone")

    @admin.action(description="Stop the chosen imports")
    def stop(self, request: HttpRequest, rows: QuerySet[Import]) -> None:
        """`imports.cancel` of each."""
        self.act(request, rows, imports.cancel, "stops at its next step")

    @admin.action(description="Discard the chosen imports")
    def discard(self, request: HttpRequest, rows: QuerySet[Import]) -> None:
        """`imports.discard` of each."""
        self.act(request, rows, imports.discard, "is forgotten")


def _person(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise TypeError("The admin is for people who are signed in.")
    return user


def _told(error: DomainError) -> str:
    return "; ".join(fault.detail for fault in error.errors) or error.detail
