"""Which engine answers: Elasticsearch where one is set and well, else PostgreSQL, and then *degraded*.

A circuit breaker per process: when Elasticsearch fails, it is left alone for a while; then one request
looks whether it answers again (which takes 0.3 s at most), and the others do not wait for it. It is also
passed over while it has no index yet, or is so far behind the outbox that PostgreSQL knows better.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.conf import settings

from config.errors import Unavailable
from search import outbox
from search.engines.base import Engine, EngineError, Refused, TooSlow
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.postgres import PostgresEngine
from search.outbox import ELASTICSEARCH, POSTGRES

LEFT_ALONE_SECONDS = 5.0
MOST_BEHIND_SECONDS = 60.0  # that rows for Elasticsearch may wait longer than those for PostgreSQL

log = structlog.get_logger("search")


class SearchTooSlow(Unavailable):
    """The question takes longer than a search may. HTTP 503."""

    code = "search_too_slow"
    detail = "This search takes too long. Add a word or a filter."


@dataclass(frozen=True, slots=True)
class Status:
    """Which engine answers, and whether it is not the one that is set."""

    engine: str
    degraded: bool


class Breaker:
    """Whether Elasticsearch is asked; one per process, shared by its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._look_again_at: float | None = None  # None: it is well

    @property
    def is_open(self) -> bool:
        """Whether Elasticsearch is being left alone."""
        return self._look_again_at is not None

    def lets_through(self, engine: Engine) -> bool:
        """Whether to ask the engine now. After a failure, one caller at a time finds out."""
        if self._look_again_at is None:
            return True
        with self._lock:
            if self._look_again_at is None:
                return True
            if time.monotonic() < self._look_again_at:
                return False
            self._look_again_at = (
                time.monotonic() + LEFT_ALONE_SECONDS
            )  # the others need not wait for this one
        try:
            engine.check()
        except EngineError:
            return False
        self.recovered()
        return True

    def failed(self, error: Exception) -> None:
        """Leave it alone for a while."""
        if not self.is_open:
            log.warning("search.degraded", reason=str(error)[:300])
        self._look_again_at = time.monotonic() + LEFT_ALONE_SECONDS

    def recovered(self) -> None:
        """Ask it again."""
        if self.is_open:
            log.info("search.recovered")
        self._look_again_at = None


BREAKER = Breaker()


def ask[T](question: Callable[[Engine], T]) -> tuple[T, Status]:
    """The answer of the engine that can give one, and which one that was.

    Raises `SearchTooSlow` (503) for a question that the engine which answers cannot carry out in time.
    """
    try:
        if settings.SEARCH["ELASTICSEARCH_URL"] and BREAKER.lets_through(ElasticsearchEngine()):
            withdrawn, behind = outbox.pending(ELASTICSEARCH, POSTGRES)
            if behind <= MOST_BEHIND_SECONDS:
                try:
                    answer = question(ElasticsearchEngine(withdrawn))
                    return answer, Status(ELASTICSEARCH, degraded=False)
                except TooSlow:
                    raise
                except Refused as error:  # PostgreSQL answers this one; the next may be another
                    log.warning("search.refused", reason=str(error)[:300])
                except EngineError as error:
                    BREAKER.failed(error)
        return question(PostgresEngine()), Status(
            POSTGRES, degraded=bool(settings.SEARCH["ELASTICSEARCH_URL"])
        )
    except TooSlow as error:
        raise SearchTooSlow from error


def engine_status() -> Status:
    """Which engine answers now; asks Elasticsearch, for 0.3 s at most."""
    if not settings.SEARCH["ELASTICSEARCH_URL"]:
        return Status(POSTGRES, degraded=False)
    try:
        ElasticsearchEngine().check()
    except EngineError as error:
        BREAKER.failed(error)
        return Status(POSTGRES, degraded=True)
    BREAKER.recovered()
    _, behind = outbox.pending(ELASTICSEARCH, POSTGRES)
    is_behind = behind > MOST_BEHIND_SECONDS
    return Status(POSTGRES if is_behind else ELASTICSEARCH, degraded=is_behind)
