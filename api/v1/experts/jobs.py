"""Long work: how far it is, giving it up, the file it made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models.fields.files import FieldFile
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from rest_framework import serializers

from api.operations import operation
from api.requests import ApiRequest
from api.serializers import Output
from api.viewsets import ResourceViewSet
from config.errors import NotFound
from experts import jobs, tables
from experts.models import Job

EXAMPLE = {
    "id": "0196f2a0-7a31-7c1e-9d7f-2f6f0f9b1c11",
    "kind": "export_experts",
    "status": "succeeded",
    "done": 1204,
    "total": 1204,
    "faults": 0,
    "result": {"rows": 1204},
    "error": None,
    "file": {
        "name": "experts.csv",
        "type": "text/csv",
        "url": "/api/v1/jobs/0196f2a0-7a31-7c1e-9d7f-2f6f0f9b1c11/file",
    },
    "created": "2026-05-04T09:30:00Z",
    "started": "2026-05-04T09:30:01Z",
    "ended": "2026-05-04T09:30:04Z",
    "expires": "2026-05-04T10:30:04Z",
    "allowed_actions": [],
}


class JobError(Output):
    code = serializers.CharField()
    detail = serializers.CharField()


class JobFile(Output):
    name = serializers.CharField()
    type = serializers.CharField(help_text="Media type.")
    url = serializers.CharField()


class JobState(Output):
    """Long work that I asked for."""

    id = serializers.UUIDField()
    kind = serializers.CharField(help_text="What is done, e.g. `import_check`, `export_experts`.")
    status = serializers.ChoiceField(choices=Job.Status.choices)
    done = serializers.IntegerField(help_text="How many of `total` are done.")
    total = serializers.IntegerField(allow_null=True, help_text="Null while it is not known.")
    faults = serializers.IntegerField(help_text="How many of those done were refused.")
    result = serializers.DictField(help_text="Figures of what was done, once it is over.")
    error = JobError(allow_null=True, help_text="Why it failed.")
    file = JobFile(allow_null=True, help_text="What it made, for its owner alone, until `expires`.")
    created = serializers.DateTimeField()
    started = serializers.DateTimeField(allow_null=True)
    ended = serializers.DateTimeField(allow_null=True)
    expires = serializers.DateTimeField(help_text="When the job is forgotten, with its file.")
    allowed_actions = serializers.ListField(child=serializers.CharField())


def job_state(job: Job) -> dict[str, Any]:
    """`JobState` of a job."""
    return {
        "id": job.pk,
        "kind": job.kind,
        "status": job.status,
        "done": job.done,
        "total": job.total,
        "faults": job.faults,
        "result": job.result,
        "error": job.error,
        "file": {"name": job.file_name, "type": job.file_type, "url": f"/api/v1/jobs/{job.pk}/file"}
        if job.file
        else None,
        "created": job.created_at,
        "started": job.started_at,
        "ended": job.ended_at,
        "expires": job.expires_at,
        "allowed_actions": [] if job.is_over else ["cancel"],
    }


class JobViewSet(ResourceViewSet[Job]):
    """Long work."""

    tag = "Jobs"
    model = Job

    @operation("A job", sign_in=True, response=JobState, example=EXAMPLE)
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """How far it is; for who asked for it. Ask again after a second or two until it is over."""
        return self.answer(job_state(self.find(id=id)))

    @operation("Give up a job", response=JobState, example=EXAMPLE)
    def cancel(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """It stops at its next step; 409 where it is over."""
        return self.answer(job_state(jobs.cancel(id, acting_user=request.person)))

    @operation(
        "The file a job made",
        sign_in=True,
        status=200,
        also={
            tables.CSV: "A table.",
            tables.XLSX: "A table.",
            "application/zip": "Several files.",
        },
    )
    def file(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """For who asked for it, and only as long as they are in every audience they were in when it was made;
        404 otherwise, and once it has expired."""
        job = self.find(id=id)
        if not job.file or not request.viewer.tokens.issuperset(job.tokens):
            raise NotFound
        response = StreamingHttpResponse(_chunks(job.file), content_type=tables.content_type(job.file_type))
        disposition = content_disposition_header(as_attachment=True, filename=job.file_name)
        response.headers["Content-Disposition"] = disposition or "attachment"
        response.headers["Content-Length"] = str(job.file.size)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "private, no-store"
        return response  # type: ignore[return-value]  # streamed: what follows takes either


def _chunks(file: FieldFile) -> Iterator[bytes]:
    """The file bit by bit; opened when the first is asked for, closed after the last."""
    with file.open("rb") as stored:
        yield from stored.chunks()
