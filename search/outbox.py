"""Writing the outbox: called by actions, inside their transaction."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from search.documents import key
from search.models import OutboxRow

POSTGRES = "postgres"
ELASTICSEARCH = "elasticsearch"


def engines() -> list[str]:
    """The engines kept in step: PostgreSQL always, Elasticsearch where one is set."""
    return [POSTGRES, ELASTICSEARCH] if settings.SEARCH["ELASTICSEARCH_URL"] else [POSTGRES]


def enqueue(
    kind: str, ids: Iterable[UUID], *, restricting: bool = False, withdraw: str | None = None
) -> None:
    """Have these things re-indexed. Must run in the transaction of the change (raises outside of one).

    ``restricting``: somebody may no longer see them (or part of them); queries exclude them from now on until
    they are re-indexed. ``withdraw`` names a wider handle to exclude meanwhile (``discussion:<id>`` for all
    posts of a discussion) and goes with the row of each id.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "The search outbox is written in the change's transaction."
        )
    OutboxRow.objects.bulk_create(
        OutboxRow(
            engine=engine,
            kind=kind,
            object_id=object_id,
            key=withdraw or key(kind, object_id),
            restricting=restricting or withdraw is not None,
        )
        for object_id in ids
        for engine in engines()
    )


# The oldest row is found by the index that draining uses. Failed rows are left out: one that cannot be
# indexed at all says nothing of the others.
_PENDING = """
SELECT (SELECT coalesce(array_agg(DISTINCT key), '{}') FROM search_outbox
        WHERE engine = %(engine)s AND restricting),
       (SELECT created_at FROM search_outbox WHERE engine = %(engine)s AND NOT restricting AND attempts = 0
        ORDER BY id LIMIT 1) AS oldest,
       (SELECT created_at FROM search_outbox WHERE engine = %(other)s AND NOT restricting AND attempts = 0
        ORDER BY id LIMIT 1) AS oldest_of_other,
       statement_timestamp()
"""


def pending(engine: str, other: str) -> tuple[list[str], float]:
    """The keys withdrawn from an engine, and for how many seconds longer than the other its rows have
    waited."""
    with connection.cursor() as cursor:
        cursor.execute(_PENDING, {"engine": engine, "other": other})
        keys, oldest, oldest_of_other, now = cursor.fetchone()
    behind = ((oldest_of_other or now) - oldest).total_seconds() if oldest else 0.0
    return keys, behind


def withdrawn(engine: str) -> list[str]:
    """The keys of restricting changes that an engine has not got yet: what carries one must not be found."""
    rows = OutboxRow.objects.filter(engine=engine, restricting=True)
    return list(rows.order_by().values_list("key", flat=True).distinct())
