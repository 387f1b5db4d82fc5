"""What search does by itself, by the clock. Every task may run twice, late, or beside itself."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from config.errors import Conflict
from search import frequencies, outbox, sweep
from search.engines.base import EngineError
from search.engines.postgres import PostgresEngine

log = structlog.get_logger("search.tasks")


@app.periodic(cron="23 2 * * *")
@app.task(name="search.sweep", queueing_lock="search.sweep", lock="search.sweep")
def sweep_engines(timestamp: int) -> None:  # noqa: ARG001 - given by procrastinate
    """Compare every engine with the database and mend what differs; the counts are in the log, in
    `search_status` and among the metrics."""
    for name in outbox.engines():
        try:
            swept = sweep.sweep(name)
        except (Conflict, EngineError) as error:
            log.warning("search.sweep.skipped", engine=name, reason=str(error)[:300])
        else:
            (log.warning if swept.faults else log.info)("search.swept", engine=name, **swept.counts())


@app.periodic(cron="51 3 * * *")
@app.task(name="search.count_words", queueing_lock="search.count_words", lock="search.count_words")
def count_words(timestamp: int) -> None:  # noqa: ARG001
    """How common words are, counted anew."""
    frequencies.count()


@app.periodic(cron="11 * * * *")
@app.task(name="search.prune", queueing_lock="search.prune")
def prune(timestamp: int) -> None:  # noqa: ARG001
    """Remove tombstones that no writer can be late for any more, and reports of former sweeps."""
    removed = PostgresEngine().prune()
    sweep.forget()
    log.info("search.pruned", tombstones=removed)
