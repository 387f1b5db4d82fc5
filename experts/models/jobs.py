"""Long work that somebody asked for: how far it is, what came of it, and the file that it made."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from uuid_utils.compat import uuid7

from experts.job_querysets import JobQuerySet


def file_path(job: Job, _name: str) -> str:
    """Where a job's file is kept: a name that tells nothing."""
    return f"jobs/{job.pk}/{uuid4()}"


class Job(models.Model):
    """A piece of work, done by the worker. Only `experts.jobs` writes it.

    ``cursor`` says how far the work is in its own terms; where batches are committed one by one it is written
    in each batch's transaction, so that a job that is run again goes on where it was. ``tokens`` are the
    audiences its owner was in when the file was made: whoever has lost one of them does not get it any more.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", "waits"
        RUNNING = "running", "runs"
        SUCCEEDED = "succeeded", "succeeded"
        FAILED = "failed", "failed"
        CANCELLED = "cancelled", "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=30, help_text="What is done, e.g. import_run")
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    done = models.PositiveIntegerField(default=0, help_text="How many of the total are done.")
    total = models.PositiveIntegerField(null=True, blank=True, help_text="Null while it is not known.")
    faults = models.PositiveIntegerField(default=0, help_text="How many of those done were refused.")
    cursor = models.PositiveIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    parameters = models.JSONField(default=dict, help_text="What was asked for.")
    result = models.JSONField(default=dict, help_text="Figures of what was done.")
    error = models.JSONField(null=True, blank=True, help_text='{"code": "…", "detail": "…"}')
    file = models.FileField(upload_to=file_path, max_length=120, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_type = models.CharField(max_length=80, blank=True)
    tokens = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(help_text="When it is removed, with its file.")

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-id"], name="job_owner"),
            models.Index(fields=["expires_at"], name="job_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be done."""
        return self.status not in {self.Status.QUEUED, self.Status.RUNNING}
