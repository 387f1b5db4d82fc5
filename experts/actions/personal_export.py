"""Everything that is kept about somebody, in one archive, for that person alone."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import PurePath
from typing import Any
from uuid import UUID

import orjson
from django.core.files.base import File
from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from config.errors import Conflict
from experts import audit, jobs, personal
from experts.models import Job, User
from experts.personal import Held
from search.viewer import self_token

KIND = "export_me"
MEDIA_TYPE = "application/zip"
KEPT = timedelta(days=1)
_MEMORY = 8 * 1024 * 1024
_CHUNK = 1024 * 1024


def ask(*, acting_user: User) -> Job:
    """Have the archive made; `Conflict` while one is being made."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=acting_user.pk)
        waiting = (Job.Status.QUEUED, Job.Status.RUNNING)
        if Job.objects.filter(owner=acting_user, kind=KIND, status__in=waiting).exists():
            raise Conflict("An export is being made already.", code="export_running")
        job = jobs.ask(KIND, owner=acting_user, total=len(personal.all_held()))
        audit.record("account.export_asked", acting_user, actor=acting_user, concerns=acting_user.pk)
        make.defer(job_id=str(job.pk))
        return job


@app.task(name="experts.export_me", retry=RetryStrategy(max_attempts=3, exponential_wait=10))
def make(job_id: str) -> None:
    """Make the archive: a file of JSON per table, and the person's files."""
    job = jobs.begin(UUID(job_id))
    if job is None:
        return
    with tempfile.SpooledTemporaryFile(max_size=_MEMORY) as kept:
        try:
            with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
                rows = _write(archive, job)
        except jobs.CancelledError:
            jobs.cancelled(job)
            return
        kept.seek(0)
        with transaction.atomic():
            name = f"{job.created_at:%Y-%m-%d}-everything-about-me.zip"
            tokens = frozenset({self_token(job.owner_id)})
            content: File[bytes] = File(kept)
            jobs.keep_file(job, content, name=name, media_type=MEDIA_TYPE, tokens=tokens, kept=KEPT)
            jobs.succeed(job, rows=rows)


def _write(archive: zipfile.ZipFile, job: Job) -> int:
    """Fill the archive; returns how many rows went in."""
    rows = 0
    for done, part in enumerate(personal.all_held(), start=1):
        rows += _write_rows(archive, part, job.owner)
        _write_files(archive, part, job.owner)
        jobs.tell(job, done=done, faults=0)
        jobs.stop_if_asked(job)
    return rows


def _write_rows(archive: zipfile.ZipFile, part: Held, user: User) -> int:
    """``<name>.json``: a list, written row by row. Nothing where the person is given nothing of the table."""
    rows = part.exported(user)
    first = next(rows, None)
    if first is None:
        return 0
    number = 0
    with archive.open(f"{part.name}.json", "w") as file:
        for number, row in enumerate(_chain(first, rows), start=1):
            file.write(b"[\n" if number == 1 else b",\n")
            file.write(orjson.dumps(row, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS))
        file.write(b"\n]\n")
    return number


def _write_files(archive: zipfile.ZipFile, part: Held, user: User) -> None:
    if part.model is Job:
        return  # archives like this one
    for number, (stored, given) in enumerate(part.stored(user), start=1):
        own = PurePath(stored.name or "").suffix
        name = PurePath(given).name if given else f"{part.name}{own}"
        with stored.open("rb") as source, archive.open(f"files/{part.name}/{number}-{name}", "w") as target:
            for chunk in source.chunks(_CHUNK):
                target.write(chunk)


def _chain(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest
