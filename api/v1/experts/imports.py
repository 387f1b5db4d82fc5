"""Imports of people from tables: endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework import serializers

from api.operations import operation
from api.requests import ApiRequest
from api.serializers import Input, Output, Query
from api.v1.experts.jobs import EXAMPLE as JOB
from api.v1.experts.jobs import JobState, job_state
from api.viewsets import ResourceViewSet
from config.errors import NotFound
from experts import import_policies, policies
from experts.actions import imports
from experts.imports import fields, sources
from experts.models import Import, ImportRow, Job
from search.viewer import Viewer

ROW = {
    "number": 17,
    "state": "refused",
    "email": "ana.kovac@example.org",
    "external_id": "HR-204",
    "person": None,
    "faults": [
        {
            "field": "languages",
            "code": "unknown_choice",
            "detail": "One of A1, A2, B1, B2, C1, C2, native.",
        }
    ],
}
EXAMPLE = {
    "id": "0196f2a0-7a31-7c1e-9d7f-2f6f0f9b1c22",
    "file": {"name": "experts.csv", "type": "csv", "size": 52110},
    "status": "checked",
    "mode": "all_or_nothing",
    "columns": [
        {"heading": "E-mail", "samples": ["ana.kovac@example.org"], "field": "email"},
        {"heading": "First name", "samples": ["Ana"], "field": "given_name"},
        {"heading": "Remarks", "samples": [""], "field": ""},
    ],
    "rows_total": 204,
    "job": JOB | {"kind": "import_check", "file": None},
    "error": None,
    "created": "2026-05-04T09:30:00Z",
    "allowed_actions": ["configure", "check", "run", "discard"],
}
FIELD = {"name": "email", "help": "The account's address.", "headings": ["E-mail", "Courriel"]}


class ImportFile(Output):
    name = serializers.CharField()
    type = serializers.CharField(help_text="`csv` or `xlsx`.")
    size = serializers.IntegerField(help_text="Bytes.")


class ImportColumn(Output):
    heading = serializers.CharField()
    samples = serializers.ListField(child=serializers.CharField(), help_text="From the first rows.")
    field = serializers.CharField(help_text="What it means (see /imports/fields); empty for nothing.")


class ImportFailure(Output):
    code = serializers.CharField()
    detail = serializers.CharField()


class ImportState(Output):
    """A table of people."""

    id = serializers.UUIDField()
    file = ImportFile()
    status = serializers.ChoiceField(choices=Import.Status.choices)
    mode = serializers.ChoiceField(choices=Import.Mode.choices)
    columns = ImportColumn(many=True)
    rows_total = serializers.IntegerField(allow_null=True, help_text="Null until the file was read.")
    job = JobState(allow_null=True, help_text="The latest; its `result` counts rows by state.")
    error = ImportFailure(allow_null=True, help_text="Why the latest job failed.")
    created = serializers.DateTimeField()
    allowed_actions = serializers.ListField(child=serializers.CharField())


class RowFault(Output):
    field = serializers.CharField(help_text="Empty, where it is about the row as a whole.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ImportedRow(Output):
    number = serializers.IntegerField(help_text="As spreadsheets count: the headings are row 1.")
    state = serializers.ChoiceField(choices=ImportRow.State.choices)
    email = serializers.CharField()
    external_id = serializers.CharField()
    person = serializers.UUIDField(allow_null=True, help_text="Whom it is about, if they are there.")
    faults = RowFault(many=True)


class ImportField(Output):
    name = serializers.CharField()
    help = serializers.CharField()
    headings = serializers.ListField(
        child=serializers.CharField(), help_text="Headings that suggest it, in the working languages."
    )


class ImportUpload(Input):
    file = serializers.FileField(
        max_length=200, allow_empty_file=True, help_text="A CSV (UTF-8) or XLSX of at most 20 MB."
    )


class ImportSettings(Input):
    mapping = serializers.ListField(
        child=serializers.CharField(max_length=40, allow_blank=True),
        max_length=sources.MAX_COLUMNS,
        required=False,
        help_text="A field for each column, in the columns' order; empty for none.",
    )
    mode = serializers.ChoiceField(choices=Import.Mode.choices, required=False)


class RowFilters(Query):
    state = serializers.ListField(
        child=serializers.ChoiceField(choices=ImportRow.State.choices), required=False, max_length=9
    )


def states(rows: Sequence[Import], viewer: Viewer) -> list[dict[str, Any]]:
    """`ImportState` of each; their jobs are selected with them."""
    return [
        {
            "id": held.pk,
            "file": {"name": held.file_name, "type": held.file_type, "size": held.file_size},
            "status": held.status,
            "mode": held.mode,
            "columns": [
                {**column, "field": name} for column, name in zip(held.columns, held.mapping, strict=True)
            ],
            "rows_total": held.rows_total,
            "job": _job(held.job) if held.job else None,
            "error": held.error,
            "created": held.created_at,
            "allowed_actions": policies.allowed_actions(import_policies.IMPORT, viewer, held),
        }
        for held in rows
    ]


def _job(job: Job) -> dict[str, Any]:
    return job_state(job) | {"allowed_actions": []}  # an import's job is given up through the import


def imported_rows(rows: Sequence[ImportRow]) -> list[dict[str, Any]]:
    """`ImportedRow` of each."""
    return [
        {
            "number": row.number,
            "state": row.state,
            "email": row.email,
            "external_id": row.external_id,
            "person": row.person,
            "faults": row.faults,
        }
        for row in rows
    ]


class ImportViewSet(ResourceViewSet[Import]):
    """Imports of people from tables: for the secretariat."""

    tag = "Imports"
    model = Import

    def held(self, held: Import, *, created: bool = False) -> HttpResponse:
        """`ImportState`, with the version of its settings in the ETag."""
        [body] = states([held], self.request.viewer)
        if created:
            return self.created(body, location=f"/api/v1/imports/{held.pk}", version=held.version)
        return self.answer(body, version=held.version)

    def work(self, held: Import) -> HttpResponse:
        """202 with the job that is at work."""
        if held.job is None:
            raise NotFound
        return self.accepted(job_state(held.job), location=f"/api/v1/jobs/{held.job.pk}")

    @operation("Imports", sign_in=True, response=ImportState, paginated=True, example=EXAMPLE)
    def list(self, request: ApiRequest) -> HttpResponse:
        """The secretariat's, of the last 30 days, the latest first."""
        policies.require(policies.secretariat, request.viewer, None)
        return self.page(
            self.visible().select_related("job"),
            order=["-id"],
            represent=lambda page: states(page, request.viewer),
        )

    @operation(
        "Upload a table",
        status=201,
        scope="moderate",
        files=True,
        max_bytes=sources.MAX_BYTES + 64 * 1024,
        body=ImportUpload,
        response=ImportState,
        example=EXAMPLE,
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """A CSV in UTF-8 (commas, semicolons or tabs) or the first sheet of an XLSX, at most 20 MB, 100,000
        rows and 100 columns, told by its content. What the columns mean is suggested by their headings, in
        six languages: look at it, change it (PATCH), then check."""
        file = request.input["file"]
        held = imports.upload(acting_user=request.person, upload=file, name=file.name or "")
        return self.held(held, created=True)

    @operation("What columns can mean", sign_in=True, response=ImportField, whole=True, example=FIELD)
    def fields(self, request: ApiRequest) -> HttpResponse:
        """See docs/imports.md for how cells are written."""
        policies.require(policies.secretariat, request.viewer, None)
        return self.whole(
            [{"name": one.name, "help": one.help, "headings": list(one.headings)} for one in fields.FIELDS]
        )

    @operation("An import", sign_in=True, response=ImportState, example=EXAMPLE)
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """How far it is, and what may be done with it."""
        return self.held(self.find(self.visible().select_related("job"), id=id))

    @operation(
        "Say what the columns mean",
        scope="moderate",
        body=ImportSettings,
        response=ImportState,
        example=EXAMPLE,
        body_example={"mapping": ["email", "given_name", ""], "mode": "row_wise"},
    )
    def partial_update(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """And whether all rows are imported or none, or every row that is right. As long as nothing was
        written."""
        held = imports.configure(
            id, acting_user=request.person, expected_version=request.expected_version, **request.input
        )
        return self.held(held)

    @operation("Discard an import", scope="moderate")
    def destroy(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Its file and rows are forgotten; what it wrote stays, and can be undone no more."""
        imports.discard(id, acting_user=request.person)
        return self.nothing()

    @operation("Check an import", status=202, scope="moderate", response=JobState, example=JOB)
    def check(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The dry run: says of every row what would become of it, and what is wrong with it, and writes
        nothing. This confirms the mapping."""
        return self.work(imports.check(id, acting_user=request.person))

    @operation("Run an import", status=202, scope="moderate", response=JobState, example=JOB)
    def run(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Does what the check announced. 409 where all rows are wanted and some are refused. One that was
        stopped goes on."""
        return self.work(imports.run(id, acting_user=request.person))

    @operation("Undo an import", status=202, scope="moderate", response=JobState, example=JOB)
    def undo(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Puts back what was there, row by row. What somebody has changed since is kept: `state=kept` lists
        those rows, with the reason."""
        return self.work(imports.undo(id, acting_user=request.person))

    @operation("Stop an import", scope="moderate", response=ImportState, example=EXAMPLE)
    def cancel(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The job at work ends at its next step. What a row-wise run has written by then stays, and can be
        undone."""
        return self.held(imports.cancel(id, acting_user=request.person))


class ImportRowViewSet(ResourceViewSet[ImportRow]):
    """Rows of an import."""

    tag = "Imports"
    model = ImportRow

    @operation(
        "Rows of an import",
        sign_in=True,
        query=RowFilters,
        response=ImportedRow,
        paginated=True,
        example=ROW,
    )
    def list(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The report: what would become, or became, of each row, and what is wrong with it."""
        held = Import.objects.visible(request.viewer).filter(pk=id).first()
        if held is None:
            raise NotFound
        rows = self.visible().filter(import_of=held)
        if wanted := request.query.get("state"):
            rows = rows.filter(state__in=wanted)
        return self.page(
            rows.defer("cells", "flaws", "before", "written"), order=["number", "id"], represent=imported_rows
        )
