"""Whether this process lives, whether it can serve, and a few figures for Prometheus."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Iterable
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from api.renderers import encode
from config.errors import NotFound, Unavailable
from search import outbox
from search.selection import engine_status

log = structlog.get_logger("api.health")

_BACKLOG = """
SELECT engine, count(o.id), coalesce(extract(epoch FROM now() - min(o.created_at)), 0),
    count(o.id) FILTER (WHERE o.restricting), count(o.id) FILTER (WHERE o.attempts > 0)
FROM unnest(%s::text[]) AS e (engine) LEFT JOIN search_outbox AS o USING (engine)
GROUP BY engine ORDER BY engine
"""
_SWEPT = """
SELECT DISTINCT ON (engine) engine, extract(epoch FROM now() - finished_at), missing, stale, orphaned
FROM search_searchsweep WHERE engine = ANY(%s) ORDER BY engine, id DESC
"""
_JOBS = """
SELECT queue_name, status::text, count(*) FROM procrastinate_jobs
WHERE status IN ('todo', 'doing', 'failed') GROUP BY queue_name, status
"""


@require_safe
def live(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """200 as long as this process answers at all."""
    return _json({"status": "alive"}, 200)


@require_safe
def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """200 when requests can be served: the database answers and all migrations are applied; 503 otherwise.

    ``search`` names the engine that answers searches; ``degraded`` when it is not the one that is set.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        migrated = _migrated()
    except DatabaseError as error:
        log.warning("health.database", kind=type(error.__cause__).__name__)
        return _json({"status": "unavailable", "database": "does not answer"}, 503)
    if not migrated:
        return _json({"status": "unavailable", "database": "migrations are missing"}, 503)
    search = engine_status()
    return _json(
        {"status": "ready", "database": "ok", "search": search.engine, "degraded": search.degraded}, 200
    )


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus' text format, for METRICS_TOKEN (as Bearer) or, without one set, for this
    machine."""
    if not _may_read_metrics(request):
        raise NotFound
    try:
        with connection.cursor() as cursor:
            cursor.execute(_BACKLOG, [outbox.engines()])
            backlog = cursor.fetchall()
            cursor.execute(_SWEPT, [outbox.engines()])
            swept = cursor.fetchall()
            cursor.execute(_JOBS)
            jobs = cursor.fetchall()
    except DatabaseError:
        raise Unavailable from None
    lines = [
        *_gauge("community_search_outbox_rows", ((row[0], row[1]) for row in backlog)),
        *_gauge("community_search_outbox_oldest_seconds", ((row[0], round(row[2])) for row in backlog)),
        *_gauge("community_search_outbox_restricting_rows", ((row[0], row[3]) for row in backlog)),
        *_gauge("community_search_outbox_failed_rows", ((row[0], row[4]) for row in backlog)),
        *_gauge("community_search_swept_seconds_ago", ((row[0], round(row[1])) for row in swept)),
        *_gauge("community_search_sweep_missing", ((row[0], row[2]) for row in swept)),
        *_gauge("community_search_sweep_stale", ((row[0], row[3]) for row in swept)),
        *_gauge("community_search_sweep_orphaned", ((row[0], row[4]) for row in swept)),
        "# TYPE community_jobs gauge",
        *(f'community_jobs{{queue="{queue}",status="{status}"}} {number}' for queue, status, number in jobs),
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _gauge(name: str, values: Iterable[tuple[str, int]]) -> list[str]:
    """A figure of each search engine."""
    return [f"# TYPE {name} gauge", *(f'{name}{{engine="{engine}"}} {value}' for engine, value in values)]


def _may_read_metrics(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return secrets.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    try:
        here = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # a unix socket has no address, and a proxy in front of it
        return False
    return here and "X-Forwarded-For" not in request.headers


def _migrated() -> bool:
    """Whether every migration is applied; once they are, they stay so while this process lives."""
    if not _migrated_once:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated_once.append(True)
    return True


_migrated_once: list[bool] = []


def _json(body: dict[str, Any], status: int) -> HttpResponse:
    response = HttpResponse(encode(body), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
