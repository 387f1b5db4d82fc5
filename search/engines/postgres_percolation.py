"""Which documents answer which of a person's kept queries: a search turned round.

Few documents (what has just changed, or what was found before) are held against few queries, in one
statement; no index of words is needed. PostgreSQL alone is asked: it is always there, and its documents are
written in the transaction that says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from search.engines import lexemes, postgres_sql
from search.engines.postgres import ask
from search.models import SearchDocument
from search.query import Query
from search.viewer import Viewer
from search.weights import AGELESS

SECONDS = 10.0
MOST_DOCUMENTS = 2_000  # at once; more than any batch writes under one version

type Thing = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class Asked:
    """A kept query. Of what is written on a day (not of experts and spaces) only what was written ``since``
    counts."""

    query: Query
    since: datetime


@dataclass(frozen=True, slots=True)
class Match:
    """A document that the viewer may know of, and that answers the query of this number."""

    number: int
    kind: str
    id: UUID
    title: str
    group: UUID | None
    author: UUID | None

    @property
    def thing(self) -> Thing:
        """Kind and id."""
        return self.kind, self.id


_CHANGED = "JOIN search_searchdocument AS d ON d.changed > %(after)s AND d.changed <= %(upto)s"
_OF_THESE = """JOIN unnest(%(of)s::int[], %(kinds)s::text[], %(ids)s::uuid[]) AS t (number, kind, id)
    ON t.number = a.number JOIN search_searchdocument AS d ON d.kind = t.kind AND d.object_id = t.id"""


def _statement(documents: str) -> str:
    """A document answers if no clause is met that must not be, and none is unmet that must be."""
    return f"""
WITH {postgres_sql.WITHDRAWN}, clause AS MATERIALIZED (
    SELECT number, tsquery::tsquery AS tsquery, required
    FROM unnest(%(numbers)s::int[], %(tsqueries)s::text[], %(required)s::bool[])
        AS c (number, tsquery, required)
), asked AS MATERIALIZED (
    SELECT * FROM unnest(
        %(searches)s::int[], %(written)s::timestamptz[], %(since)s::timestamptz[], %(until)s::timestamptz[]
    ) AS a (number, written, since, until)
)
SELECT a.number, d.kind, d.object_id, d.title, d."group", d.author
FROM asked AS a {documents} AND {postgres_sql.SCOPE}
  AND (d.kind = ANY(%(ageless)s) OR d.created_at >= a.written)
  AND (a.since IS NULL OR d.created_at >= a.since) AND (a.until IS NULL OR d.created_at < a.until)
  AND NOT EXISTS (
    SELECT FROM clause AS c WHERE c.number = a.number AND c.required <> (d.vector @@ c.tsquery OR EXISTS (
        SELECT FROM search_searchlayer AS l
        WHERE l.document_id = d.id AND l.vector @@ c.tsquery AND {postgres_sql.LAYER_SCOPE}
    ))
  )
ORDER BY a.number, d.created_at DESC, d.object_id DESC
"""  # noqa: S608 - put together from constants


def changed(asked: Sequence[Asked], viewer: Viewer, *, after: int, upto: int) -> list[Match]:
    """What changed under the versions ``after`` < version ≤ ``upto`` and answers, by number of the query,
    newest first. Raises `EngineError`."""
    return _matches(asked, viewer, _CHANGED, {"after": after, "upto": upto})


def among(asked: Sequence[Asked], viewer: Viewer, things: Sequence[tuple[int, Thing]]) -> list[Match]:
    """Those of ``things`` (each with the number of its query) that answer now. Raises `EngineError`."""
    given = {
        "of": [number for number, _ in things],
        "kinds": [kind for _, (kind, _) in things],
        "ids": [object_id for _, (_, object_id) in things],
    }
    return _matches(asked, viewer, _OF_THESE, given) if things else []


def reach(after: int, upto: int) -> int:
    """How far to go from ``after`` towards ``upto`` so that no more than `MOST_DOCUMENTS` are looked at;
    ``upto`` where there are no more."""
    versions = SearchDocument.objects.filter(changed__gt=after, changed__lte=upto).order_by("changed")
    beyond = versions.values_list("changed", flat=True)[MOST_DOCUMENTS : MOST_DOCUMENTS + 1].first()
    return upto if beyond is None else max(beyond - 1, after + 1)


def _matches(asked: Sequence[Asked], viewer: Viewer, documents: str, given: dict[str, Any]) -> list[Match]:
    clauses = [
        (number, lexemes.any_of(clause.leaves), is_required)
        for number, one in enumerate(asked)
        for some, is_required in (((*one.query.text, *one.query.filters), True), (one.query.excluded, False))
        for clause in some
    ]
    parameters = postgres_sql.scope(viewer) | given
    parameters |= {
        "numbers": [number for number, _, _ in clauses],
        "tsqueries": [tsquery for _, tsquery, _ in clauses],
        "required": [is_required for _, _, is_required in clauses],
        "searches": list(range(len(asked))),
        "written": [one.since for one in asked],
        "since": [one.query.since for one in asked],
        "until": [one.query.until for one in asked],
        "ageless": list(AGELESS),
    }
    return [Match(*row) for row in ask(_statement(documents), parameters, seconds=SECONDS)]
