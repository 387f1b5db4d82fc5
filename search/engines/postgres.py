"""The engine that is always there: PostgreSQL, with documents in tables beside the rooms' own."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import DataError, OperationalError, connection, transaction
from django.db.models import Count
from psycopg.errors import ProgramLimitExceeded, QueryCanceled

from search.analysis import WORD, fold
from search.engines import lexemes, postgres_sql
from search.engines.base import EngineError, Hit, Page, Request, Sort, Speaking, Stored, Suggestion, TooSlow
from search.layers import Layer, Layered, Passage
from search.models import SearchDocument
from search.viewer import Viewer

logger = logging.getLogger(__name__)

TARGET = "tables"
ANALYSIS = 1  # grows when `search.analysis`, `search.layers` or `search.engines.lexemes` make other words
TOMBSTONES_KEPT = timedelta(days=1)  # an indexer that is later than this has long been given up

# Rows come as one JSON text: hundreds of rows as parameters of their own cost the driver more than the rest.
_UPSERT = """
INSERT INTO search_searchdocument AS kept
    (kind, object_id, version, digest, container, "group", author, audience, keys, title, title_words,
    created_at, likes, accepted, findable_by_author, vector, terms, passages, written_at, changed)
SELECT kind, object_id, version, digest, container, "group", author, audience, keys, title, title_words,
    created_at, likes, accepted, findable_by_author, vector, terms, passages, now(), version
FROM json_to_recordset(%s::json) AS row (
    kind text, object_id uuid, version bigint, digest text, container uuid, "group" uuid, author uuid,
    audience text[], keys text[], title text, title_words tsvector, created_at timestamptz, likes int,
    accepted boolean, findable_by_author boolean, vector tsvector, terms text[], passages jsonb
)
ON CONFLICT (kind, object_id) DO UPDATE SET
    version = excluded.version, digest = excluded.digest, container = excluded.container,
    "group" = excluded."group", author = excluded.author, audience = excluded.audience, keys = excluded.keys,
    title = excluded.title, title_words = excluded.title_words, created_at = excluded.created_at,
    likes = excluded.likes, accepted = excluded.accepted, findable_by_author = excluded.findable_by_author,
    vector = excluded.vector, terms = excluded.terms, passages = excluded.passages, written_at = now(),
    changed = CASE WHEN kept.digest = excluded.digest THEN kept.changed ELSE excluded.changed END
WHERE kept.version <= excluded.version
RETURNING id, kind, object_id
"""
_INSERT_LAYERS = """
INSERT INTO search_searchlayer (document_id, audience, vector, terms, passages)
SELECT document_id, audience, vector, terms, passages FROM json_to_recordset(%s::json) AS row (
    document_id bigint, audience text[], vector tsvector, terms text[], passages jsonb
)
"""
# Guesses at a misspelt word come from these; what is shorter or has digits is not guessed at.
_LEARN = """
INSERT INTO search_searchword (word)
SELECT word FROM unnest(%s::text[]) AS learnt (word)
WHERE NOT EXISTS (SELECT FROM search_searchword AS known WHERE known.word = learnt.word)
ORDER BY word ON CONFLICT DO NOTHING
"""


class PostgresEngine:
    """See `search.engines.base.Engine`."""

    name = postgres_sql.ENGINE
    is_apart = False

    # ---- asking

    def search(self, request: Request, viewer: Viewer) -> Page:
        """Find, count and sort, in one statement."""
        sql, parameters = postgres_sql.statement(request, viewer)
        total, facets, hits = ask(sql, parameters)[0]
        found = [_hit(row, request.sort) for row in hits or ()]
        counted: dict[str, list[tuple[str, int]]] = {name: [] for name in request.facets}
        for name, value, documents in facets or ():
            counted[name].append((value, documents))
        return Page(
            hits=tuple(found[: request.limit]),
            total=total,
            facets=counted,
            has_more=len(found) > request.limit,
        )

    def totals(self, requests: Sequence[Request], viewer: Viewer) -> list[int]:
        """How much each of these would find, in one statement."""
        if not requests:
            return []
        sql, parameters = postgres_sql.counting(requests, viewer)
        return list(ask(sql, parameters)[0])

    def suggest(
        self, words: Sequence[str], viewer: Viewer, *, kinds: Collection[str], limit: int
    ) -> list[Suggestion]:
        """Things whose titles have these words, the last one only begun."""
        rows = ask(
            f"""WITH {postgres_sql.WITHDRAWN}
            SELECT found.* FROM unnest(%(kinds)s::text[]) AS wanted (kind) CROSS JOIN LATERAL (
                SELECT d.kind, d.object_id, d.title FROM search_searchdocument AS d
                WHERE d.title_words @@ %(words)s::tsquery AND d.kind = wanted.kind AND {postgres_sql.SCOPE}
                ORDER BY d.likes DESC, d.created_at DESC, d.object_id DESC LIMIT %(limit)s
            ) AS found""",  # noqa: S608
            postgres_sql.scope(viewer)
            | {"words": lexemes.starting_with(words), "kinds": list(kinds), "limit": limit},
        )
        return [Suggestion(kind=kind, id=object_id, title=title) for kind, object_id, title in rows]

    def known(self, words: Collection[str], viewer: Viewer) -> set[str]:
        """Those of the folded words that stand in any text the viewer may read."""
        rows = ask(
            f"""WITH {postgres_sql.WITHDRAWN}
            SELECT asked.word FROM unnest(%(words)s::text[], %(queries)s::text[]) AS asked (word, query)
            WHERE EXISTS (
                SELECT FROM search_searchdocument AS d
                WHERE d.vector @@ asked.query::tsquery AND {postgres_sql.SCOPE}
            ) OR EXISTS (
                SELECT FROM search_searchlayer AS l JOIN search_searchdocument AS d ON d.id = l.document_id
                WHERE l.vector @@ asked.query::tsquery AND {postgres_sql.LAYER_SCOPE} AND {postgres_sql.SCOPE}
            )""",  # noqa: S608
            postgres_sql.scope(viewer)
            | {"words": list(words), "queries": [lexemes.word(word) for word in words]},
        )
        return {word for (word,) in rows}

    def passages(self, kind: str, ids: Collection[UUID], viewer: Viewer) -> Mapping[UUID, Sequence[Passage]]:
        """The texts of these things that the viewer may read."""
        rows = ask(
            f"""WITH {postgres_sql.WITHDRAWN}
            SELECT d.object_id, d.passages::json, (
                SELECT json_agg(l.passages) FROM search_searchlayer AS l
                WHERE l.document_id = d.id AND {postgres_sql.LAYER_SCOPE}
            )
            FROM search_searchdocument AS d
            WHERE d.kind = %(kind)s AND d.object_id = ANY(%(ids)s::uuid[]) AND {postgres_sql.SCOPE}""",  # noqa: S608
            postgres_sql.scope(viewer) | {"kind": kind, "ids": list(ids)},
        )
        return {
            object_id: [*opened, *(one for layer in narrow or () for one in layer)]
            for object_id, opened, narrow in rows
        }

    def check(self) -> None:
        """It answers whenever the database does; without the database nothing does."""

    # ---- keeping

    def write(
        self,
        documents: Sequence[Layered],
        removed: Collection[tuple[str, UUID]],
        *,
        version: int,
        visible_at_once: bool,  # it is, as soon as the transaction is committed
        only: str | None = None,  # noqa: ARG002 - there is one target
    ) -> set[tuple[str, UUID]]:
        """Store and remove in the caller's transaction. One that PostgreSQL refuses delays no other."""
        try:
            with transaction.atomic():
                _write(documents, removed, version)
        except (DataError, OperationalError) as error:
            if isinstance(error, OperationalError) and not isinstance(error.__cause__, ProgramLimitExceeded):
                raise
            if len(documents) == 1 and not removed:
                thing = (documents[0].document.kind, documents[0].document.id)
                logger.exception("PostgreSQL refused %s:%s.", *thing)
                return {thing}
            failed: set[tuple[str, UUID]] = set()
            for one in documents:
                failed |= self.write([one], [], version=version, visible_at_once=visible_at_once)
            with transaction.atomic():
                _write([], removed, version)
            return failed
        return set()

    def stored(
        self, kind: str, *, after: UUID | None = None, ids: Collection[UUID] | None = None
    ) -> Iterator[Stored]:
        """What is kept of one kind, by ascending id; tombstones are not kept things."""
        rows = SearchDocument.objects.filter(kind=kind, audience__len__gt=0).order_by("object_id")
        if after is not None:
            rows = rows.filter(object_id__gt=after)
        if ids is not None:
            rows = rows.filter(object_id__in=list(ids))
        for object_id, digest in rows.values_list("object_id", "digest").iterator(chunk_size=2_000):
            yield Stored(id=object_id, digest=digest)

    def count(self) -> Mapping[str, int]:
        """How many documents there are of each kind."""
        rows = SearchDocument.objects.filter(audience__len__gt=0).values_list("kind")
        return dict(rows.annotate(number=Count("id")).order_by("kind"))

    # ---- rebuilding: documents are written over in place, so that searches go on meanwhile

    def fingerprint(self) -> str:
        """Of the analysis: its version."""
        return f"analysis {ANALYSIS}"

    def target(self) -> str:
        """The tables."""
        return TARGET

    def targets(self) -> Collection[str]:
        """The tables."""
        return [TARGET]

    def begin(self) -> str:
        """Nothing to prepare."""
        return TARGET

    def finish(self, target: str, *, started: int) -> None:  # noqa: ARG002
        """Remove what the rebuild did not meet, and tombstones that nobody needs any more."""
        unmet = SearchDocument.objects.filter(version__lt=started, audience__len__gt=0)
        unmet.delete()
        self.prune()

    def prune(self) -> int:
        """Remove tombstones that are old enough; returns how many."""
        old = datetime.now(UTC) - TOMBSTONES_KEPT
        return SearchDocument.objects.filter(audience=[], written_at__lt=old).delete()[0]


def _write(documents: Sequence[Layered], removed: Collection[tuple[str, UUID]], version: int) -> None:
    """In one order for all writers, so that none deadlock."""
    rows = {(one.document.kind, one.document.id): one for one in documents}
    things = sorted({*rows, *removed}, key=lambda thing: (thing[0], thing[1].bytes))
    if not things:
        return
    values = [
        _row(rows[thing], version) if thing in rows else _tombstone(*thing, version) for thing in things
    ]
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [_json(values)])
        written = {(kind, object_id): row_id for row_id, kind, object_id in cursor.fetchall()}
        cursor.execute("DELETE FROM search_searchlayer WHERE document_id = ANY(%s)", [list(written.values())])
        layers = [
            {"document_id": written[thing], "audience": layer.audience, **_kept(layer)}
            for thing, one in rows.items()
            if thing in written
            for layer in one.narrow
        ]
        if layers:
            cursor.execute(_INSERT_LAYERS, [_json(layers)])
        cursor.execute(_LEARN, [sorted(_words(one for thing, one in rows.items() if thing in written))])


def _row(one: Layered, version: int) -> dict[str, Any]:
    document = one.document
    is_suggested = document.group in {None, document.id}
    return {
        "kind": document.kind,
        "object_id": document.id,
        "version": version,
        "digest": one.digest,
        "container": document.container,
        "group": document.group,
        "author": document.author,
        "audience": sorted(set(document.audience)),
        "keys": document.keys,
        "title": document.title,
        "title_words": lexemes.title_vector(document.title) if is_suggested else None,
        "created_at": document.created_at.replace(microsecond=document.created_at.microsecond // 1000 * 1000),
        "likes": document.likes,
        "accepted": document.accepted,
        "findable_by_author": document.findable_by_author,
        **_kept(one.open),
    }


def _kept(layer: Layer) -> dict[str, Any]:
    return {
        "vector": lexemes.vector(layer),
        "terms": lexemes.flat_terms(layer),
        "passages": layer.passages,
    }


def _tombstone(kind: str, object_id: UUID, version: int) -> dict[str, Any]:
    nothing: tuple[str, ...] = ()
    return {
        "kind": kind,
        "object_id": object_id,
        "version": version,
        "digest": "",
        "audience": nothing,
        "keys": nothing,
        "title": "",
        "created_at": datetime.now(UTC),
        "likes": 0,
        "accepted": False,
        "findable_by_author": False,
        "vector": "",
        "terms": nothing,
        "passages": nothing,
    }


def _json(rows: Sequence[Mapping[str, Any]]) -> str:
    return orjson.dumps(rows).decode()


def _words(documents: Iterable[Layered]) -> set[str]:
    words: set[str] = set()
    for one in documents:
        for layer in (one.open, *one.narrow):
            for passage in layer.passages:
                words.update(WORD.findall(passage["text"]))
    return {fold(word) for word in words if 3 < len(word) <= 40 and word.isalpha()}


def ask(sql: str, parameters: Mapping[str, Any], *, seconds: float | None = None) -> list[tuple[Any, ...]]:
    """Carry a question out within its time limit (that of searches, unless said otherwise); one round trip,
    so that it counts as one query.

    Compiling such a statement to machine code costs more than it ever gains, hence no jit.
    """
    milliseconds = int((seconds or settings.SEARCH["TIMEOUT_SECONDS"]) * 1000)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SET LOCAL statement_timeout = {milliseconds}; SET LOCAL jit = off; {sql};"
                " SET LOCAL statement_timeout = DEFAULT",
                parameters,
            )
            cursor.nextset()
            cursor.nextset()
            return list(cursor.fetchall())
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow("PostgreSQL needs longer for this search than it may.") from error
        raise EngineError(str(error)) from error


def _hit(row: Mapping[str, Any], sort: Sort) -> Hit:
    terms: dict[str, list[str]] = {}
    passages: list[Passage] = list(row["passages"])
    for flat in row["terms"]:
        name, _, value = flat.partition(":")
        terms.setdefault(name, []).append(value)
    for layer in row["layers"] or ():
        passages += layer["passages"]
        for flat in layer["terms"]:
            name, _, value = flat.partition(":")
            terms.setdefault(name, []).append(value)
    places = {
        "score": row["score"],
        "created_at": row["created"],
        "object_id": row["object_id"],
        "likes": row["likes"],
    }
    return Hit(
        kind=row["kind"],
        id=UUID(row["object_id"]),
        title=row["title"],
        group=UUID(row["group"] or row["object_id"]),
        place=tuple(places[column] for column in postgres_sql.ORDERS[sort]),
        passages=tuple(passages),
        terms=terms,
        posts=tuple(
            Speaking(id=UUID(post["id"]), passages=tuple(post["passages"])) for post in row["posts"] or ()
        ),
    )
