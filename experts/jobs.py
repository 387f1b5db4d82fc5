"""Long work: asked for in an action's transaction, done by the worker, told of at /jobs/{id}.

A task of procrastinate gets a job's id, takes it up with `begin`, tells how far it is, and ends it with
`succeed`, `fail` or `cancelled`. It may be run again after its worker was killed (see
`experts.tasks.stalled`): it then goes on, or starts anew, without doing anything twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import connection, transaction
from django.utils import timezone

from config.errors import Conflict, DomainError, NotFound
from experts import files, viewers
from experts.models import Job, User

# How long a job can be asked for. Its figures are wanted for a while; a file holds what may be read today.
KEPT = timedelta(days=7)
FILE_KEPT = timedelta(hours=1)

Status = Job.Status


class OurMistake(DomainError):
    """Nobody expected it; the log says what."""

    status = 500
    code = "server_error"
    detail = "Something went wrong on our side."


class CancelledError(Exception):
    """Somebody asked for the job to be given up."""


def ask(kind: str, *, owner: User, total: int | None = None, **parameters: Any) -> Job:
    """A job that waits; the caller defers its task in the same transaction."""
    return Job.objects.create(
        kind=kind, owner=owner, total=total, parameters=parameters, expires_at=timezone.now() + KEPT
    )


def begin(job_id: UUID) -> Job | None:
    """Take a job up, or take it up again; None where it is over or gone."""
    with transaction.atomic():
        job: Job | None = (
            Job.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=job_id).first()
        )
        if job is None or job.is_over:
            return None
        job.status = Status.RUNNING
        job.started_at = job.started_at or timezone.now()
        job.save(update_fields=["status", "started_at"])
        return job


def cancel(job_id: UUID, *, acting_user: User) -> Job:
    """Give up one's own job: at the next step of its work. `Conflict` where it is over."""
    with transaction.atomic():
        viewer = viewers.resolve(acting_user)
        job: Job | None = Job.objects.visible(viewer).select_for_update().filter(pk=job_id).first()
        if job is None:
            raise NotFound
        ask_to_stop(job)
        return job


def ask_to_stop(job: Job) -> None:
    """Note that a job is to be given up; the caller has asked whether it may be."""
    if job.is_over:
        raise Conflict("It is over already.", code="job_over")
    job.cancel_asked = True
    job.save(update_fields=["cancel_asked"])


def stop_if_asked(job: Job) -> None:
    """Raise `CancelledError` where somebody asked for it."""
    if Job.objects.filter(pk=job.pk, cancel_asked=True).exists():
        raise CancelledError


def tell(job: Job, *, done: int, faults: int, cursor: int = 0) -> None:
    """Write how far it is, in the transaction of what was done."""
    job.done, job.faults, job.cursor = done, faults, cursor
    job.save(update_fields=["done", "faults", "cursor"])


class Progress:
    """Tells how far a job is while the transaction of its work is still open: on a connection of its own."""

    def __init__(self, job: Job, own: Any) -> None:
        self._job = job
        self._own = own

    def tell(self, *, done: int, faults: int = 0) -> None:
        """Write the figures; they are there for others at once."""
        with self._own.cursor() as cursor:
            cursor.execute(
                "UPDATE experts_job SET done = %s, faults = %s WHERE id = %s", [done, faults, self._job.pk]
            )


@contextmanager
def progress(job: Job) -> Iterator[Progress]:
    """A `Progress` for a job whose row the caller's transaction does not touch."""
    own = connection.copy()
    try:
        yield Progress(job, own)
    finally:
        own.close()


def succeed(job: Job, **result: Any) -> None:
    """It is done."""
    _end(job, Status.SUCCEEDED, result=result)


def fail(job: Job, error: DomainError, **result: Any) -> None:
    """It could not be done, for a reason that a person is told."""
    told = {"code": error.code, "detail": error.detail}
    if error.errors:
        told = {"code": error.errors[0].code, "detail": error.errors[0].detail}
    _end(job, Status.FAILED, result=result, error=told)


def cancelled(job: Job, **result: Any) -> None:
    """It was given up."""
    _end(job, Status.CANCELLED, result=result)


def keep_file(
    job: Job,
    content: File[bytes],
    *,
    name: str,
    media_type: str,
    tokens: frozenset[str],
    kept: timedelta = FILE_KEPT,
) -> None:
    """Put the file that a job made to it: for its owner, as long as they are in these audiences."""
    job.file.save(name, content, save=False)
    job.file_name, job.file_type, job.tokens = name, media_type, sorted(tokens)
    job.expires_at = timezone.now() + kept
    job.save(update_fields=["file", "file_name", "file_type", "tokens", "expires_at"])


def remove_expired() -> int:
    """Remove jobs past their time, with their files; returns how many."""
    removed = 0
    for job in Job.objects.filter(expires_at__lte=timezone.now()).iterator():
        with transaction.atomic():
            files.forget(job.file)
            job.delete()
        removed += 1
    return removed


def _end(job: Job, status: str, *, result: Mapping[str, Any], error: Mapping[str, str] | None = None) -> None:
    job.status, job.result, job.error = status, dict(result), dict(error) if error else None
    job.ended_at = timezone.now()
    job.save(update_fields=["status", "result", "error", "ended_at"])
