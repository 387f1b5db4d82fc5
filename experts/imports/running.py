"""The work of an import, batch by batch: reading the file, checking, running, undoing.

Every batch is one transaction that also says how far the work is, so that a job whose worker was killed goes
on where it was, with nothing done twice or by half. An import of all rows or none is one transaction
altogether; how far it is is then told on a connection of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import batched, islice

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, QuerySet

from config.errors import Conflict, DomainError
from experts import audit, files, jobs, policies, viewers
from experts.imports import sources, undoing, writing
from experts.imports.known import Known, load
from experts.imports.plans import BATCH, Plan, Seen, complete, understand
from experts.models import Import, ImportRow, Job, User
from search.viewer import Viewer

State = ImportRow.State
Status = Import.Status

TO_WRITE = (State.CREATE, State.UPDATE, State.UNCHANGED)
# How often a batch is tried whose people somebody else is entering at the same moment.
TRIES = 3


class RowsRefusedError(Exception):
    """Rows of an import of all or none turned out to be wrong."""

    def __init__(self, refused: list[ImportRow]) -> None:
        super().__init__(f"{len(refused)} rows")
        self.refused = refused


def summary(held: Import) -> dict[str, int]:
    """How many rows there are of each state."""
    counts = held.rows.order_by().values_list("state").annotate(found=Count("pk"))
    return dict(sorted(counts))


def check(held: Import, job: Job) -> None:
    """Read the file, unless that was done, and say of every row what would become of it; nothing else."""
    if not held.is_staged:
        _stage(held, job)
    if job.total is None:
        job.total = held.rows_total
        job.save(update_fields=["total"])
    if not job.cursor:
        held.rows.exclude(state=State.PENDING).update(state=State.PENDING, faults=[], person=None)
    known = load()
    looked_at = held.rows.filter(number__lte=job.cursor).values_list("number", "email", "external_id")
    seen = Seen(looked_at.iterator(chunk_size=5_000))
    for rows in _batches(held.rows.all(), job):
        with transaction.atomic():
            viewer = _secretariat(job.owner)
            plans = understand(rows, held, known)
            for plan in plans:
                seen.check(plan.row, plan.parsed)
            complete(plans, viewer, lock=False)
            writing.save(rows)
            _tell(job, rows)


def run(held: Import, job: Job) -> None:
    """Do what the check has announced. Raises `RowsRefusedError`, with nothing written, where it is all or
    none."""
    if held.mode == Import.Mode.ROW_WISE:
        _run_row_wise(held, job)
    else:
        _run_all(held, job)


def undo(held: Import, job: Job) -> None:
    """Take back what was written."""
    for rows in _batches(held.rows.filter(state__in=ImportRow.WRITTEN), job):
        with transaction.atomic():
            _secretariat(job.owner)
            undoing.undo(rows, held, job.owner)
            writing.save(rows)
            _tell(job, rows, faults=(State.KEPT,))


def _run_row_wise(held: Import, job: Job) -> None:
    known = load()
    for rows in _batches(held.rows.filter(state__in=TO_WRITE), job):
        for left in reversed(range(TRIES)):
            try:
                with transaction.atomic():
                    _write(rows, held, job.owner, known)
                    writing.save(rows)
                    _tell(job, rows)
                break
            except IntegrityError as error:
                # Somebody entered one of these people at the same moment: now they are found.
                if not left:
                    raise Conflict(
                        "Others kept changing the same people.", code="changed_meanwhile"
                    ) from error
                job.refresh_from_db(fields=["done", "faults", "cursor"])


def _run_all(held: Import, job: Job) -> None:
    """One transaction. The job's own row is written by nothing in it, lest its progress waits for itself."""
    known = load()
    done, refused = 0, []
    with jobs.progress(job) as progress, transaction.atomic():
        for rows in _batches(held.rows.filter(state__in=TO_WRITE), job, from_the_start=True):
            _write(rows, held, job.owner, known)
            writing.save(rows)
            done += len(rows)
            refused += [row for row in rows if row.state == State.REFUSED]
            progress.tell(done=done, faults=len(refused))
        if refused:
            raise RowsRefusedError(refused)
    job.done = done


def _write(rows: Sequence[ImportRow], held: Import, acting_user: User, known: Known) -> None:
    viewer = _secretariat(acting_user)
    for row in rows:
        row.before, row.written = {}, {}
    plans: list[Plan] = understand(rows, held, known)
    # Networks first, in one order, then people: as every other action that takes both.
    writing.open_networks(plans, acting_user)
    complete(plans, viewer, lock=True)
    writing.write(plans, held, acting_user)


def _stage(held: Import, job: Job) -> None:
    """Read the file's rows into the database, going on after those that are there; then the file goes."""
    last = held.rows.aggregate(last=Max("number"))["last"] or 1
    with held.file.open("rb") as stored, sources.table(stored, held.file_type) as found:
        for lines in batched(islice(found, 1, None), 1_000):
            jobs.stop_if_asked(job)
            ImportRow.objects.bulk_create(
                ImportRow(import_of=held, number=line.number, cells=line.cells, flaws=line.flaws)
                for line in lines
                if line.number > last
            )
    with transaction.atomic():
        held.rows_total = held.rows.count()
        if not held.rows_total:
            raise sources.nothing()
        held.is_staged = True
        files.forget(held.file)
        held.file = ""
        held.save(update_fields=["rows_total", "is_staged", "file"])


def _batches(
    rows: QuerySet[ImportRow], job: Job, *, from_the_start: bool = False
) -> Iterator[list[ImportRow]]:
    """The rows in their order, those after the job's cursor; stops where the job is given up."""
    last = 0 if from_the_start else job.cursor
    while batch := list(rows.filter(number__gt=last).order_by("number")[:BATCH]):
        jobs.stop_if_asked(job)
        last = batch[-1].number
        yield batch


def _tell(job: Job, rows: Sequence[ImportRow], faults: Sequence[str] = (State.REFUSED,)) -> None:
    counts = Counter(row.state for row in rows)
    jobs.tell(
        job,
        done=job.done + len(rows),
        faults=job.faults + sum(counts[state] for state in faults),
        cursor=rows[-1].number,
    )


def _secretariat(acting_user: User) -> Viewer:
    """Who works, as they are now: an office taken away meanwhile ends the work."""
    acting_user.refresh_from_db(fields=["status", "is_staff"])
    viewer = viewers.resolve(acting_user)
    policies.require(policies.secretariat, viewer, None)
    return viewer


# What a job does -------------------------------------------------------------------------------------------

_WORK = {"import_check": check, "import_run": run, "import_undo": undo}
# The status after success, after being given up or failing, by kind of job.
_AFTER = {
    "import_check": (Status.CHECKED, Status.UPLOADED),
    "import_run": (Status.DONE, Status.STOPPED),
    "import_undo": (Status.UNDONE, Status.STOPPED),
}
_VERBS = {"import_check": "import.checked", "import_run": "import.run", "import_undo": "import.undone"}


def work(job: Job) -> None:
    """Do a job of an import's, and leave job and import in the state that tells what became of it.

    What nobody expected is told as such, and raised.
    """
    held = Import.objects.filter(job=job).first()
    if held is None:
        jobs.fail(job, Conflict("The import is not there any more.", code="gone"))
        return
    good, bad = _AFTER[job.kind]
    if job.kind == "import_run" and held.mode == Import.Mode.ALL_OR_NOTHING:
        bad = Status.CHECKED
    try:
        _WORK[job.kind](held, job)
    except jobs.CancelledError:
        _end(held, job, bad)
        jobs.cancelled(job, **summary(held))
    except RowsRefusedError as error:
        writing.save(_unwritten(error.refused))
        told = Conflict("Nothing was written: rows turned out to be wrong. See them.", code="rows_refused")
        _end(held, job, bad, told)
        jobs.fail(job, told, **summary(held))
    except DomainError as error:
        _end(held, job, Status.FAILED if not held.is_staged else bad, error)
        jobs.fail(job, error)
    except Exception:
        broken = jobs.OurMistake()
        _end(held, job, bad, broken)
        jobs.fail(job, broken)
        raise
    else:
        with transaction.atomic():
            _end(held, job, good)
            jobs.succeed(job, **summary(held))


def _unwritten(rows: Sequence[ImportRow]) -> list[ImportRow]:
    for row in rows:
        row.before, row.written, row.profile_version = {}, {}, None
    return list(rows)


def _end(held: Import, job: Job, status: str, error: DomainError | None = None) -> None:
    held.status = status
    held.error = None
    if error is not None:
        told = error.errors[0] if error.errors else error
        held.error = {"code": told.code, "detail": told.detail}
    held.save(update_fields=["status", "error"])
    audit.record(_VERBS[job.kind], held, actor=job.owner, changes={"status": [None, status]})
