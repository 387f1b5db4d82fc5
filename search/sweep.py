"""Comparing an engine with the database, and mending it: what is missing, stale, or should not be there.

The outbox keeps the engines in step; the sweep is there for what no outbox can know of: a restored backup,
a disk that lost something, a row written by hand. What it finds is looked at again before it is called a
fault, for the world moves on meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import batched
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from search import indexer, registry
from search.engines import ENGINES
from search.engines.base import Engine, Stored
from search.models import OutboxRow, SearchSweep
from search.rebuild import alone

BATCH = 500
REPORTS_KEPT = timedelta(days=90)


@dataclass(slots=True)
class Swept:
    """What a sweep found: ids by kind, and how many things it compared."""

    compared: int = 0
    missing: dict[str, list[UUID]] = field(default_factory=dict)
    stale: dict[str, list[UUID]] = field(default_factory=dict)
    orphaned: dict[str, list[UUID]] = field(default_factory=dict)

    @property
    def faults(self) -> int:
        """How many things differed."""
        return sum(len(ids) for found in (self.missing, self.stale, self.orphaned) for ids in found.values())

    def counts(self) -> dict[str, int]:
        """The figures for a log line."""
        return {
            "compared": self.compared,
            "missing": sum(map(len, self.missing.values())),
            "stale": sum(map(len, self.stale.values())),
            "orphaned": sum(map(len, self.orphaned.values())),
        }


def sweep(name: str, *, mend: bool = True, report: Callable[[str], None] = lambda _: None) -> Swept:
    """Compare an engine with the database; what differs is put into its outbox if ``mend``.

    Raises `EngineError` when the engine does not answer, `config.errors.Conflict` when a rebuild runs.
    """
    engine = ENGINES[name]()
    swept = Swept()
    with alone():
        for kind in registry.kinds():
            for ids in _things(engine, kind):
                swept.compared += len(ids)
                _compare(engine, kind, ids, swept)
            report(f"{name}: {kind}, {swept.compared} compared, {swept.faults} differ")
        if mend:
            for found in (swept.missing, swept.stale, swept.orphaned):
                for kind, ids in found.items():
                    with transaction.atomic():
                        OutboxRow.objects.bulk_create(
                            OutboxRow(engine=name, kind=kind, object_id=one, key=f"{kind}:{one}")
                            for one in ids
                        )
        SearchSweep.objects.create(engine=name, **swept.counts())
    return swept


def last(name: str) -> SearchSweep | None:
    """What the latest sweep of an engine found."""
    return SearchSweep.objects.filter(engine=name).order_by("-id").first()


def forget() -> int:
    """Remove reports that are older than `REPORTS_KEPT`; returns how many."""
    return SearchSweep.objects.filter(finished_at__lt=timezone.now() - REPORTS_KEPT).delete()[0]


def _things(engine: Engine, kind: str) -> Iterator[list[UUID]]:
    """The ids of a kind that are in the database, in the engine, or in both, in batches."""

    def merged() -> Iterator[UUID]:
        there = iter(registry.source(kind).all_ids(None))
        kept = (one.id for one in engine.stored(kind))
        a, b = next(there, None), next(kept, None)
        while a is not None or b is not None:
            if b is None or (a is not None and a < b):
                yield a  # type: ignore[misc]  # one of both is there
                a = next(there, None)
            elif a is None or b < a:
                yield b
                b = next(kept, None)
            else:
                yield a
                a, b = next(there, None), next(kept, None)

    return map(list, batched(merged(), BATCH))


def _compare(engine: Engine, kind: str, ids: Collection[UUID], swept: Swept) -> None:
    suspect = [one for one, wanted, kept in _pairs(engine, kind, ids) if wanted != kept]
    if not suspect:
        return
    # A fault is what still differs while nothing waits in the outbox and the thing itself holds still.
    suspect = list(set(suspect) - _waiting(engine, kind, suspect))
    pairs = list(_pairs(engine, kind, suspect))
    wanted_still = _digests(kind, suspect)
    waiting = _waiting(engine, kind, suspect)
    for one, wanted, kept in pairs:
        if wanted == kept or one in waiting or wanted_still.get(one) != wanted:
            continue
        found = swept.missing if kept is None else swept.orphaned if wanted is None else swept.stale
        found.setdefault(kind, []).append(one)


def _pairs(engine: Engine, kind: str, ids: Collection[UUID]) -> Iterator[tuple[UUID, str | None, str | None]]:
    """For each id the digest it should have, and the one it has; None where it should not be, or is not."""
    wanted = _digests(kind, ids)
    stored: dict[UUID, Stored] = {one.id: one for one in engine.stored(kind, ids=ids)}
    for one in ids:
        kept = stored.get(one)
        yield one, wanted.get(one), kept.digest if kept else None


def _digests(kind: str, ids: Collection[UUID]) -> dict[UUID, str]:
    documents, _, _ = indexer.load((kind, one) for one in ids)
    return {one.document.id: one.digest for one in documents}


def _waiting(engine: Engine, kind: str, ids: Collection[UUID]) -> set[UUID]:
    rows = OutboxRow.objects.filter(engine=engine.name, kind=kind, object_id__in=list(ids))
    return set(rows.values_list("object_id", flat=True))
