"""Asking for lists as files."""

from __future__ import annotations

from django.db import transaction

from config.errors import Conflict
from experts import directory, exporting, jobs, viewers
from experts.directory import Filters
from experts.models import Job, User
from experts.tasks import exports as tasks

# How many exports of one person may wait or run.
AT_A_TIME = 3


def experts(*, acting_user: User, filters: Filters, form: str, language: str) -> Job:
    """Have the directory, narrowed by filters, made as a CSV or XLSX: whatever the person may read then.

    Raises `NotFound` for a filter that names what is not there, `Conflict` while too many wait.
    """
    with transaction.atomic():
        directory.find(viewers.resolve(acting_user), filters)
        waiting = Job.objects.filter(
            owner=acting_user, kind=exporting.KIND, status__in=[Job.Status.QUEUED, Job.Status.RUNNING]
        )
        if waiting.count() >= AT_A_TIME:
            raise Conflict(f"{AT_A_TIME} exports of yours wait already.", code="too_many_exports")
        job = jobs.ask(
            exporting.KIND,
            owner=acting_user,
            filters=exporting.parameters(filters),
            format=form,
            language=language,
        )
        tasks.work.defer(job_id=str(job.pk))
        return job
