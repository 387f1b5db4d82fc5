"""Jobs: what was deferred is run here as a worker would run it, in the test's own transaction."""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def waiting(task: str = "") -> list[ProcrastinateJob]:
    """Jobs that wait, the oldest first."""
    rows = ProcrastinateJob.objects.filter(status="todo").order_by("id")
    return list(rows.filter(task_name=task) if task else rows)


def forget() -> None:
    """Remove all jobs: where a test commits, nobody else does."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def run(task: str = "") -> int:
    """Run the waiting jobs (of one task), and those that they defer; returns how many."""
    number = 0
    while jobs := waiting(task):
        for job in jobs:
            app.tasks[job.task_name].func(**job.args)
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])
            number += 1
    return number
