"""Keeping the engines in step with the database: the outbox is drained, row by row, as often as it takes.

**Why the index always ends up with the latest state.** A batch (1) claims rows, (2) takes a version from a
sequence, (3) reads the things anew, (4) writes them under that version, unless a higher one is there, and
(5) removes the rows. Let two batches carry the same thing. A change is visible to whoever claims its row,
for the row was committed with it. If the batch with the later change also has the higher version, its write
wins. If it has the lower one, then the other batch took its version after that, and read after it: it has
read the later change too. So whatever has the highest version has read every change that was claimed
before; late, repeated and reordered batches do no harm. Step 3 needs a snapshot of its own (READ COMMITTED,
PostgreSQL's default).

Removals are versioned as well: PostgreSQL keeps a tombstone, Elasticsearch remembers for an hour.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import OperationalError, close_old_connections, connection, transaction

from search import outbox, registry
from search.engines import ENGINES
from search.engines.base import Engine, EngineError
from search.layers import Layered, layered
from search.models import OutboxRow

BATCH = 500  # things a batch
IDLE_SECONDS = 0.25  # between looks at an empty outbox
LONGEST_PAUSE = 300  # seconds until a failed row is tried again, at most
LOCK = 0x5EA2C4  # of all who write engines (shared) and of who changes which indices are written (exclusive)

type Thing = tuple[str, UUID]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Drained:
    """What a batch did."""

    rows: int
    failed: int


def drain(engine_names: Iterable[str] | None = None) -> int:
    """Index everything that is due, now; the number of rows done. What failed stays, and was logged."""
    done = 0
    for name in engine_names or outbox.engines():
        while (batch := drain_batch(ENGINES[name]())).rows:
            done += batch.rows - batch.failed
    return done


def follow(stop: threading.Event) -> None:
    """Drain for ever, every engine in a thread of its own so that one that is down delays no other."""
    threads = [
        threading.Thread(target=_follow, args=(name, stop), name=f"index {name}") for name in outbox.engines()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _follow(name: str, stop: threading.Event) -> None:
    engine = ENGINES[name]()
    try:
        while not stop.is_set():
            try:
                batch = drain_batch(engine)
            except EngineError as error:
                logger.warning("Indexing in %s waits: %s", name, error)
                stop.wait(2)
                continue
            except Exception:
                logger.exception("Indexing in %s failed; trying again.", name)
                close_old_connections()
                stop.wait(2)
                continue
            if batch.rows - batch.failed < BATCH:
                stop.wait(IDLE_SECONDS)
    finally:
        connection.close()


def drain_batch(engine: Engine, *, size: int = BATCH) -> Drained:
    """Carry one batch from the outbox into an engine. Raises `EngineError` when the engine does not answer;
    the rows stay, untouched."""
    with transaction.atomic():
        rows = _claim(engine.name, size)
        if not rows:
            return Drained(0, 0)
        shared(engine.name)
        version = next_version()
        things = {(row.kind, row.object_id) for row in rows}
        documents, removed, failed = load(things)
        # The rows of restricting changes may only go once nobody can find the former state any more. An idle
        # indexer has the time to show everything at once.
        at_once = len(rows) < size or any(row.restricting for row in rows)
        failed |= engine.write(documents, removed, version=version, visible_at_once=at_once)
        _settle(rows, failed)
    return Drained(len(rows), sum((row.kind, row.object_id) in failed for row in rows))


def load(things: Iterable[Thing]) -> tuple[list[Layered], list[Thing], set[Thing]]:
    """The documents of these things as they are now, those to remove, and those that could not be read."""
    by_kind: dict[str, list[UUID]] = {}
    for kind, object_id in things:
        by_kind.setdefault(kind, []).append(object_id)
    documents: list[Layered] = []
    removed: list[Thing] = []
    failed: set[Thing] = set()
    for kind, ids in by_kind.items():
        loaded, broken = _load(kind, sorted(ids))
        documents += loaded
        failed |= broken
        found = {(kind, one.document.id) for one in loaded}
        removed += [(kind, object_id) for object_id in ids if (kind, object_id) not in found | broken]
    return documents, removed, failed


def _load(kind: str, ids: Sequence[UUID]) -> tuple[list[Layered], set[Thing]]:
    """One that cannot be read does not keep the others waiting: then each is read alone."""
    try:
        source = registry.source(kind)
        with transaction.atomic():
            return list(_layered(source, ids)), set()
    except OperationalError:
        raise
    except Exception:
        if len(ids) == 1:
            logger.exception("Cannot read %s %s for the index.", kind, ids[0])
            return [], {(kind, ids[0])}
    documents: list[Layered] = []
    broken: set[Thing] = set()
    for one in ids:
        loaded, unread = _load(kind, [one])
        documents += loaded
        broken |= unread
    return documents, broken


def _layered(source: registry.Source, ids: Sequence[UUID]) -> Iterator[Layered]:
    for document in source.load(ids):
        one = layered(document)
        if one.narrow and not source.has_narrow:
            raise ValueError(f"A {source.kind} has facts that not all its readers may read.")
        yield one


_CLAIM = """
SELECT id, kind, object_id, restricting, attempts FROM search_outbox
WHERE engine = %s AND not_before <= statement_timestamp()
ORDER BY restricting DESC, id LIMIT %s FOR UPDATE SKIP LOCKED
"""


def _claim(engine: str, size: int) -> list[OutboxRow]:
    return list(OutboxRow.objects.raw(_CLAIM, [engine, size]))


def _settle(rows: Sequence[OutboxRow], failed: set[Thing]) -> None:
    """Remove the rows that are done; put the failed ones off, each time for longer."""
    done = [row.pk for row in rows if (row.kind, row.object_id) not in failed]
    OutboxRow.objects.filter(pk__in=done).delete()
    again = [row.pk for row in rows if (row.kind, row.object_id) in failed]
    if again:
        with connection.cursor() as cursor:
            cursor.execute(
                """UPDATE search_outbox SET attempts = least(attempts + 1, 1000), not_before =
                statement_timestamp() + least(power(2, least(attempts, 20)), %s) * interval '1 second' WHERE
                id = ANY(%s)""",
                [LONGEST_PAUSE, again],
            )


def waiting(engine: str) -> tuple[int, float]:
    """How many rows wait, and for how many seconds the oldest has waited."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*), coalesce(extract(epoch FROM statement_timestamp() - min(created_at)), 0)
            FROM search_outbox WHERE engine = %s""",
            [engine],
        )
        count, seconds = cursor.fetchone()
    return count, float(seconds)


def next_version() -> int:
    """A version that is higher than all before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('search_version')")
        (version,) = cursor.fetchone()
    return int(version)


def shared(engine: str) -> None:
    """Inside a transaction: write to an engine, beside others, until its end. Before a version is taken."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s), pg_advisory_xact_lock_shared(%s, hashtext(%s))",
            [LOCK, LOCK, engine],
        )


def settled_version(engine: str) -> int:
    """A version such that every write to the engine under it, or under a lower one, is committed or undone.

    Waits for the batches under way, while new ones wait for it: a second or so.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [LOCK, engine])
        try:
            # A sequence that has given nothing yet has its first value as the last one.
            cursor.execute("SELECT last_value - (NOT is_called)::int FROM search_version")
            (version,) = cursor.fetchone()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK, engine])
    return int(version)


def exclusively() -> None:
    """Inside a transaction: wait until nobody writes to an engine, and keep all from it until the end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
