"""Importing people from tables: upload, say what the columns mean, check, run, cancel, undo, discard.

All of it is the secretariat's: `NotFound` to others who ask for an import, `Denied` to who uploads one. What
takes long is a job (see `experts.jobs`); one import is worked on at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import PurePath
from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from config.errors import Conflict, Invalid, NotFound, require_version
from experts import audit, files, import_policies, jobs, viewers
from experts.imports import fields, sources
from experts.models import Import, ImportRow, Job, User
from experts.policies import Policy, require, secretariat
from experts.tasks import imports as tasks

Status = Import.Status

# How many rows of the file are shown with the columns.
SAMPLES = 3
MAX_SAMPLE = 80


def upload(*, acting_user: User, upload: File[bytes], name: str) -> Import:
    """Take a table in, and suggest what its columns mean. Nothing of it is believed before it is checked.

    Raises `Invalid` for what is no table (see `experts.imports.sources.kind_of`), `TableTooLarge`.
    """
    require(secretariat, viewers.resolve(acting_user), None)
    kind = sources.kind_of(upload)
    with sources.table(upload, kind) as found:
        headings, *samples = islice(found, 1 + SAMPLES)
    if not samples:
        raise sources.nothing()
    with transaction.atomic():
        held = Import(
            created_by=acting_user,
            file_name=PurePath(name.replace("\\", "/")).name[:200],
            file_type=kind,
            file_size=upload.size,
            columns=[
                {"heading": heading[:200], "samples": [line.cells[at][:MAX_SAMPLE] for line in samples]}
                for at, heading in enumerate(headings.cells)
            ],
            mapping=fields.suggest(headings.cells),
        )
        upload.seek(0)
        held.file.save(f"table.{kind}", upload, save=False)
        held.save(force_insert=True)
        audit.record("import.uploaded", held, actor=acting_user, changes={"file": [None, held.file_name]})
        return held


def configure(
    import_id: UUID,
    *,
    acting_user: User,
    mapping: Sequence[str] | None = None,
    mode: str | None = None,
    expected_version: int | None = None,
) -> Import:
    """Say what the columns mean, and whether it is all rows or none. A check made before counts no more."""
    with transaction.atomic():
        held = _opened(import_id, acting_user, import_policies.configure)
        require_version(held.version, expected_version)
        changes: dict[str, list[object]] = {}
        if mapping is not None and list(mapping) != held.mapping:
            fields.check(mapping, len(held.columns))
            changes["mapping"] = [held.mapping, list(mapping)]
            held.mapping = list(mapping)
            held.status = Status.UPLOADED
        if mode is not None and mode != held.mode:
            if mode not in Import.Mode.values:
                raise Invalid.field(
                    "/mode", f"One of {', '.join(Import.Mode.values)}.", code="unknown_choice"
                )
            changes["mode"] = [held.mode, mode]
            held.mode = mode
        if changes:
            held.version += 1
            held.save(update_fields=["mapping", "mode", "status", "version"])
            audit.record("import.configured", held, actor=acting_user, changes=changes)
        return held


def check(import_id: UUID, *, acting_user: User) -> Import:
    """Have every row looked at, and nothing written: the dry run. Confirms the mapping."""
    with transaction.atomic():
        held = _opened(import_id, acting_user, import_policies.check)
        fields.check(held.mapping, len(held.columns))
        return _start(held, "import_check", Status.CHECKING, acting_user, total=held.rows_total)


def run(import_id: UUID, *, acting_user: User) -> Import:
    """Have done what the check announced. `Conflict` where all rows were wanted and some are refused."""
    with transaction.atomic():
        held = _opened(import_id, acting_user, import_policies.run)
        if held.mode == Import.Mode.ALL_OR_NOTHING and _of(held, ImportRow.State.REFUSED):
            raise Conflict(
                "Some rows are refused, and it is all or nothing: correct the file, or go row by row.",
                code="rows_refused",
            )
        waiting = _of(held, ImportRow.State.CREATE, ImportRow.State.UPDATE, ImportRow.State.UNCHANGED)
        return _start(held, "import_run", Status.RUNNING, acting_user, total=waiting)


def undo(import_id: UUID, *, acting_user: User) -> Import:
    """Have taken back what was written, row by row, except what somebody has changed since."""
    with transaction.atomic():
        held = _opened(import_id, acting_user, import_policies.undo)
        return _start(held, "import_undo", Status.UNDOING, acting_user, total=_of(held, *ImportRow.WRITTEN))


def cancel(import_id: UUID, *, acting_user: User) -> Import:
    """Give up the job that is at work, at its next step; whoever of the secretariat asked for it."""
    with transaction.atomic():
        held = _opened(import_id, acting_user, import_policies.cancel)
        job = Job.objects.select_for_update().filter(pk=held.job_id).first()
        audit.record("import.cancelled", held, actor=acting_user)
        if job is None or job.is_over:  # who asked for it is gone, and the job with them
            held.status = Status.UPLOADED if held.status == Status.CHECKING else Status.STOPPED
            held.save(update_fields=["status"])
        else:
            jobs.ask_to_stop(job)
            held.job = job
        return held


def discard(import_id: UUID, *, acting_user: User) -> None:
    """Forget an import: its file and rows are gone, and what it wrote can be undone no more."""
    with transaction.atomic():
        held = _opened(import_id, acting_user, import_policies.discard)
        audit.record("import.discarded", held, actor=acting_user, changes={"file": [held.file_name, None]})
        files.forget(held.file)
        held.delete()


def _opened(import_id: UUID, acting_user: User, policy: Policy[Import]) -> Import:
    viewer = viewers.resolve(acting_user)
    held: Import | None = (
        Import.objects.visible(viewer).select_for_update(of=("self",)).filter(pk=import_id).first()
    )
    if held is None:
        raise NotFound
    require(policy, viewer, held)
    return held


def _of(held: Import, *states: str) -> int:
    return held.rows.filter(state__in=states).count()


def _start(held: Import, kind: str, status: str, acting_user: User, *, total: int | None) -> Import:
    held.job = jobs.ask(kind, owner=acting_user, total=total)
    held.status, held.error = status, None
    held.save(update_fields=["job", "status", "error"])
    tasks.work.defer(job_id=str(held.job.pk))
    audit.record(f"{kind.replace('_', '.', 1)}_asked", held, actor=acting_user)
    return held
