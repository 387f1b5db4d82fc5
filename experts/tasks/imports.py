"""Imports of people, one at a time."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from experts import files, jobs
from experts.imports import running
from experts.models import Import

# How long an import can be looked at and undone: its rows hold what people say of themselves.
KEPT = timedelta(days=30)


@app.task(name="experts.work_on_import", queue="imports", lock="experts.imports")
def work(*, job_id: str) -> None:
    """Do a job of an import's; safe to repeat."""
    job = jobs.begin(UUID(job_id))
    if job is not None:
        running.work(job)


@app.periodic(cron="43 * * * *")
@app.task(name="experts.forget_imports", queueing_lock="experts.forget_imports")
def forget_imports(timestamp: int) -> None:  # noqa: ARG001 - given by procrastinate
    """Remove imports past their time, with what their rows hold."""
    old = Import.objects.filter(created_at__lte=timezone.now() - KEPT).exclude(status__in=Import.BUSY)
    for held in old.iterator():
        with transaction.atomic():
            files.forget(held.file)
            held.delete()
