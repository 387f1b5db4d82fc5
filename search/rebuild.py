"""Filling an engine from the database: at the start, and when documents are to be analyzed or kept otherwise.

Searches and changes go on meanwhile. Elasticsearch gets a new index, which the indexer also writes from its
first moment on, and which takes the former one's place when it is full; PostgreSQL is written over in
place. Nothing needs catching up: a change before the new index existed is read from the database, a later
one is indexed as any other, and versions decide where both meet (see `search.indexer`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import batched
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from config.errors import Conflict
from search import frequencies, indexer, registry, taxonomy
from search.engines import ENGINES
from search.engines.base import Engine, EngineError
from search.models import SearchRebuild
from search.outbox import POSTGRES

BATCH = 2_000
PART = 500  # documents that an engine takes in while as many are read
LOCK = 0x5EA2C5  # one rebuild or sweep at a time

type Report = Callable[[str], None]


def is_needed(engine: Engine) -> bool:
    """Whether the engine was never filled, or keeps documents in a former way."""
    last = SearchRebuild.objects.filter(engine=engine.name, finished_at__isnull=False).order_by("-id").first()
    return last is None or (last.fingerprint, last.target) != (engine.fingerprint(), engine.target())


def rebuild(name: str, *, report: Report, restart: bool = False) -> int:
    """Fill an engine anew; goes on with an unfinished run unless ``restart``. The number of documents.

    Raises `EngineError` when the engine does not answer (run it again: it goes on), `Conflict` when another
    rebuild or sweep runs.
    """
    engine = ENGINES[name]()
    taxonomy.forget()
    with alone():
        run = _unfinished(engine, restart=restart) or _begin(engine)
        report(f"{name}: filling {run.target}")
        for kind in registry.kinds():
            if kind not in run.kinds:
                _fill(engine, run, kind, report)
        with transaction.atomic():
            indexer.exclusively()
            engine.finish(run.target, started=run.version)
            run.finished_at = timezone.now()
            run.save(update_fields=["finished_at"])
    if name == POSTGRES:
        frequencies.count()
    report(f"{name}: {run.documents} documents")
    return run.documents


class alone:  # noqa: N801 - reads as a statement: with alone()
    """Keeps others from rebuilding and sweeping meanwhile; raises `Conflict` if one is at it."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                raise Conflict("A rebuild or a sweep of the search index is running.", code="rebuild_running")

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _unfinished(engine: Engine, *, restart: bool) -> SearchRebuild | None:
    """The run to go on with: the latest, if it is not finished, not of a former way, and its target is
    there."""
    last = SearchRebuild.objects.filter(engine=engine.name).order_by("-id").first()
    if restart or last is None or last.finished_at or last.fingerprint != engine.fingerprint():
        return None
    return last if last.target in engine.targets() else None


def _begin(engine: Engine) -> SearchRebuild:
    with transaction.atomic():
        indexer.exclusively()
        version = indexer.next_version()
        return SearchRebuild.objects.create(
            engine=engine.name, target=engine.begin(), fingerprint=engine.fingerprint(), version=version
        )


def _fill(engine: Engine, run: SearchRebuild, kind: str, report: Report) -> None:
    for ids in _batches(kind, run.after):
        with transaction.atomic():
            indexer.shared(engine.name)
            version = indexer.next_version()
            written, broken = _carry(engine, run, kind, ids, version)
            run.after = ids[-1]
            run.documents += written
            run.save(update_fields=["after", "documents"])
        if broken:
            report(f"{engine.name}: {broken} of kind {kind} could not be read; see the log")
        report(f"{engine.name}: {kind} {run.documents}")
    run.kinds = [*run.kinds, kind]
    run.after = None
    run.save(update_fields=["kinds", "after"])


def _carry(
    engine: Engine, run: SearchRebuild, kind: str, ids: Sequence[UUID], version: int
) -> tuple[int, int]:
    """From the database into the engine, which may take in one part while the next is read; how many
    documents were written, and how many could not be read."""
    written = unread = 0
    writing: list[Future[set[indexer.Thing]]] = []
    with ThreadPoolExecutor(1) as apart:
        for part in batched(ids, PART if engine.is_apart else len(ids)):
            documents, removed, broken = indexer.load((kind, object_id) for object_id in part)
            write = partial(
                engine.write, documents, removed, version=version, visible_at_once=False, only=run.target
            )
            if engine.is_apart:
                writing.append(apart.submit(write))
                failed = writing.pop(0).result() if len(writing) > 1 else set()
            else:
                failed = write()
            _refuse(engine, kind, failed)
            written += len(documents)
            unread += len(broken)
        for rest in writing:
            _refuse(engine, kind, rest.result())
    return written, unread


def _refuse(engine: Engine, kind: str, failed: set[indexer.Thing]) -> None:
    if failed:
        raise EngineError(f"{engine.name} refused {len(failed)} documents of kind {kind}; see the log.")


def _batches(kind: str, after: UUID | None) -> Iterator[list[UUID]]:
    return map(list, batched(registry.source(kind).all_ids(after), BATCH))
