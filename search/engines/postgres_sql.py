"""The statement that the PostgreSQL engine asks: matching, trimming, scoring, counting and a page, in one.

A clause of the query may be met by the open layer of a document (one index lookup for all clauses together)
or by the narrow layers that the viewer may read (a clause at a time, put together per document). Most
documents have no narrow layer, so the first way is the rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from search import frequencies
from search.engines import lexemes
from search.engines.base import Request, Sort
from search.query import Clause, Leaf, Phrase, Prefix, Query, Term, Word
from search.viewer import Viewer
from search.weights import AGELESS, WEIGHTS

ENGINE = "postgres"
MOST_FACET_VALUES = 50
MOST_RANKED_APART = 6  # clauses that are ranked each by itself; of more, all are ranked together

# What the viewer may know of: the only place where this engine decides it. ``d`` is a document, ``l`` a
# layer.
SCOPE = """d.audience && %(tokens)s::text[]
    AND (d.container IS NULL OR d.container = ANY(%(containers)s::uuid[]))
    AND NOT d.keys && (SELECT keys FROM withdrawn)"""
LAYER_SCOPE = "l.audience && %(tokens)s::text[]"
WITHDRAWN = """withdrawn AS MATERIALIZED (
    SELECT coalesce(array_agg(DISTINCT key), '{}') AS keys
    FROM search_outbox WHERE engine = 'postgres' AND restricting
)"""

ORDERS = {
    Sort.RELEVANCE: ("score", "created_at", "object_id"),
    Sort.NEWEST: ("created_at", "object_id"),
    Sort.LIKES: ("likes", "created_at", "object_id"),
}


def scope(viewer: Viewer) -> dict[str, Any]:
    """The parameters of `SCOPE`."""
    return {"tokens": sorted(viewer.tokens), "containers": list(viewer.containers())}


def statement(request: Request, viewer: Viewer) -> tuple[str, dict[str, Any]]:
    """The SQL and its parameters. One row: total, facets [[field, value, count]], hits [{…}], each as
    JSON."""
    return _Statement(request, viewer).build()


def counting(requests: Sequence[Request], viewer: Viewer) -> tuple[str, dict[str, Any]]:
    """The SQL and its parameters that count what each request finds: one row, a column for each."""
    columns: list[str] = []
    parameters: dict[str, Any] = {}
    for number, request in enumerate(requests):
        sql, own = _Statement(request, viewer).count()
        columns.append("(" + _PARAMETER.sub(rf"%(r{number}_\1)s", sql) + ")")
        parameters |= {f"r{number}_{name}": value for name, value in own.items()}
    return f"SELECT {', '.join(columns)}", parameters


_PARAMETER = re.compile(r"%\((\w+)\)s")


@dataclass(slots=True)
class _Statement:
    request: Request
    viewer: Viewer
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def query(self) -> Query:
        return self.request.query

    def build(self) -> tuple[str, dict[str, Any]]:
        parts = [*self._matching(), self._page(), *self._facets()]
        facets = "(SELECT json_agg(json_build_array(field, value, documents) ORDER BY place) FROM facet)"
        sql = f"""WITH {", ".join(parts)}
SELECT ({self._total()}),
       {facets if self.request.facets else "NULL"},
       (SELECT json_agg(hit ORDER BY place) FROM ({self._hits()}) AS hit)"""  # noqa: S608 - parts are ours
        return sql, self.parameters

    def count(self) -> tuple[str, dict[str, Any]]:
        return f"WITH {', '.join(self._matching())} {self._total()}", self.parameters

    def _matching(self) -> list[str]:
        self.parameters = scope(self.viewer) | {
            "today": self.request.today,
            "limit": self.request.limit + 1,
            "skip": self.request.skip,
            "fields": list(self.request.facets),
            "ageless": list(AGELESS),
        }
        parts = [WITHDRAWN, self._narrow()]
        if speaks := self.request.experts_by_posts:
            parts.append(self._speakers())
        return [*parts, self._matched(speaks=speaks)]

    def _total(self) -> str:
        return f"SELECT count({'DISTINCT grouping' if self.request.grouped else '*'}) FROM matched"  # noqa: S608

    def _bind(self, name: str, value: object) -> str:
        self.parameters[name] = value
        return f"%({name})s"

    def _tsquery(self, name: str, tsquery: str) -> str:
        return self._bind(name, tsquery) + "::tsquery"

    # ---- matching

    def _clauses(self) -> list[tuple[str, Clause]]:
        """All clauses that must match, by the name of their column in ``narrow``."""
        named = [(f"t{number}", clause) for number, clause in enumerate(self.query.text)]
        return named + [(f"f{number}", clause) for number, clause in enumerate(self.query.filters)]

    def _narrow(self) -> str:
        """What the readable narrow layers of each document meet."""
        columns = [
            f"bool_or(l.vector @@ {self._tsquery(name, lexemes.any_of(clause.leaves))}) AS {name}"
            for name, clause in self._clauses()
        ]
        leaves = [leaf for _, clause in self._clauses() for leaf in clause.leaves]
        if excluded := [leaf for clause in self.query.excluded for leaf in clause.leaves]:
            columns.append(
                f"bool_or(l.vector @@ {self._tsquery('excluded', lexemes.any_of(excluded))}) AS excluded"
            )
        else:
            columns.append("false AS excluded")
        condition = "false"
        if leaves or excluded:
            condition = f"l.vector @@ {self._tsquery('any', lexemes.any_of([*leaves, *excluded]))}"
        return f"""narrow AS MATERIALIZED (
    SELECT l.document_id, sum({self._rank("l.vector")}) AS score, {", ".join(columns)}
    FROM search_searchlayer AS l WHERE {condition} AND {LAYER_SCOPE} GROUP BY l.document_id
)"""  # noqa: S608

    def _open_matches(self, *, text_only: bool = False) -> str:
        """The condition that the open layer alone meets all clauses; the index answers its first line."""
        text = self.query.text
        filters = () if text_only else self.query.filters
        if self.query.required == len(text):
            conditions = [lexemes.all_of([*text, *filters])]
        else:
            some = lexemes.any_of(leaf for clause in text for leaf in clause.leaves)
            conditions = [" & ".join(filter(None, [f"({some})", lexemes.all_of(filters)]))]
        name = "open_text" if text_only else "open_all"
        sql = [f"d.vector @@ {self._tsquery(name, one)}" for one in conditions if one]
        if self.query.required < len(text):
            sql.append(self._enough(open_only=True))
        return " AND ".join(sql) or "true"

    def _enough(self, *, open_only: bool) -> str:
        met = [self._met(name, open_only=open_only) for name, _ in self._clauses() if name.startswith("t")]
        return f"{' + '.join(f'({one})::int' for one in met) or '0'} >= {self.query.required}"

    def _met(self, name: str, *, open_only: bool = False) -> str:
        in_open = f"d.vector @@ %({name})s::tsquery"
        return in_open if open_only else f"{in_open} OR coalesce(n.{name}, false)"

    def _bounds(self) -> str:
        """The conditions on the document itself: who may know of it, from when it is, what it must not
        hold."""
        conditions = [SCOPE]
        if self.query.since:
            conditions.append(f"d.created_at >= {self._bind('since', self.query.since)}")
        if self.query.until:
            conditions.append(f"d.created_at < {self._bind('until', self.query.until)}")
        if self.query.excluded:
            conditions.append("NOT d.vector @@ %(excluded)s::tsquery")
        return " AND ".join(conditions)

    def _matched(self, *, speaks: bool) -> str:
        columns = """d.id, d.kind, d.object_id, d.created_at, d.likes, d.terms,
            coalesce(d."group", d.object_id) AS grouping"""
        joins = "LEFT JOIN narrow AS n ON n.document_id = d.id"
        voice, by_posts, speaking = "0", "false", ""
        if speaks:
            joins += """ LEFT JOIN speakers AS s
                ON s.author = d.object_id AND d.kind = 'expert' AND d.findable_by_author"""
            voice, by_posts = "coalesce(s.voice, 0)", "s.author IS NOT NULL"
            speaking = """ UNION SELECT e.id FROM search_searchdocument AS e
                JOIN speakers ON speakers.author = e.object_id WHERE e.kind = 'expert' AND
                e.findable_by_author"""
        score = f"({self._rank('d.vector')} + coalesce(n.score, 0) + {voice}) * {self._quality()} AS score"
        bounds = f"{self._bounds()} AND NOT coalesce(n.excluded, false)"
        open_matches = self._open_matches()
        met = [f"({self._met(name)})" for name, _ in self._clauses() if name.startswith("f")]
        met.append(f"({by_posts} OR {self._enough(open_only=False)})")
        return f"""matched AS MATERIALIZED (
    SELECT {columns}, {score} FROM search_searchdocument AS d {joins}
    WHERE {open_matches} AND {bounds}
    UNION ALL
    SELECT {columns}, {score} FROM search_searchdocument AS d {joins}
    WHERE d.id IN (SELECT document_id FROM narrow{speaking})
      AND NOT ({open_matches}) AND {" AND ".join(met)} AND {bounds}
)"""  # noqa: S608

    # ---- scoring

    def _rank(self, vector: str) -> str:
        """How well a vector answers: words as typed, words added by us, topics. PostgreSQL divides by the
        number of lexemes asked for; that is taken back, so that the parts can be added."""
        highest = max(WEIGHTS.name, WEIGHTS.headline, WEIGHTS.body, WEIGHTS.aside)
        weights = [w / highest for w in (WEIGHTS.aside, WEIGHTS.body, WEIGHTS.headline, WEIGHTS.name)]
        self.parameters["weights"] = weights
        leaves = [leaf for clause in (*self.query.text, *self.query.optional) for leaf in clause.leaves]
        topics = [leaf for leaf in leaves if isinstance(leaf, Term)]
        added = [leaf for leaf in leaves if isinstance(leaf, Word | Phrase) and leaf.added]
        typed = [leaf for leaf in leaves if leaf not in topics and leaf not in added]
        parts = []
        ranked = [("added", added, WEIGHTS.added), *self._by_rarity(typed)]
        for name, some, factor in ranked:
            if some:
                tsquery = lexemes.any_of(some)
                scale = factor * highest * _lexeme_count(tsquery)
                rank = f"ts_rank(%(weights)s::float4[], {vector}, {self._tsquery(name, tsquery)})"
                parts.append(f"{scale} * {rank}")
        if topics:
            asked = self._tsquery("topics", lexemes.any_of(topics))
            parts.append(f"{WEIGHTS.topic} * ({vector} @@ {asked})::int")
        return " + ".join(parts) or "0"

    def _by_rarity(self, typed: Sequence[Leaf]) -> list[tuple[str, Sequence[Leaf], float]]:
        """What was typed, in parts that weigh by how rare their words are; on average as much as together."""
        clauses = [
            [leaf for leaf in clause.leaves if leaf in typed]
            for clause in (*self.query.text, *self.query.optional)
        ]
        clauses = [leaves for leaves in clauses if leaves]
        if not 2 <= len(clauses) <= MOST_RANKED_APART:
            return [("typed", typed, 1.0)]
        known = frequencies.current()
        rarities = [max(map(known.rarity, _words(leaves)), default=1.0) for leaves in clauses]
        mean = sum(rarities) / len(rarities)
        if not mean or min(rarities) == max(rarities):
            return [("typed", typed, 1.0)]
        return [
            (f"typed{number}", leaves, rarity / mean)
            for number, (leaves, rarity) in enumerate(zip(clauses, rarities, strict=True))
        ]

    def _quality(self) -> str:
        """What is likely better for its own sake."""
        kinds = " ".join(f"WHEN '{kind}' THEN {weight}" for kind, weight in WEIGHTS.kinds.items())
        age = "greatest(extract(epoch FROM %(today)s - d.created_at), 0) / 86400"
        recent = f"{WEIGHTS.recent} * power(0.5, {age} / {WEIGHTS.half_life_days})"
        return f"""(1 + d.accepted::int * {WEIGHTS.accepted} + {WEIGHTS.liked} * ln(1 + greatest(d.likes, 0))
        + CASE WHEN d.kind = ANY(%(ageless)s) THEN 0 ELSE {recent} END)
        * (CASE d.kind {kinds} ELSE 1 END)"""

    def _speakers(self) -> str:
        """The authors of the best posts for the query, and how loudly those speak for them."""
        text = self._open_matches(text_only=True)
        return f"""spoken AS MATERIALIZED (
    SELECT d.id, d.author, d.object_id, ({self._rank("d.vector")}) * {self._quality()} AS score
    FROM search_searchdocument AS d
    WHERE {text} AND d.kind = 'post' AND d.author IS NOT NULL AND {self._bounds()}
    ORDER BY score DESC, d.object_id DESC LIMIT {WEIGHTS.posts_asked}
), speakers AS MATERIALIZED (
    SELECT author, {WEIGHTS.written} * max(max(score)) OVER () * sum(score) / max(sum(score)) OVER () AS
    voice,
           (array_agg(id ORDER BY score DESC, object_id DESC))[1:3] AS posts
    FROM spoken GROUP BY author
)"""  # noqa: S608

    # ---- the page and the figures

    def _page(self) -> str:
        order = ORDERS[self.request.sort]
        after = ""
        if self.request.after is not None:
            values = [_value(column, given) for column, given in zip(order, self.request.after, strict=True)]
            bound = ", ".join(
                self._bind(f"after{n}", value) + _cast(order[n]) for n, value in enumerate(values)
            )
            after = f"WHERE ({', '.join(order)}) < ({bound})"
        by = ", ".join(f"{column} DESC" for column in order)
        source = "matched"
        if self.request.grouped:
            source = f"(SELECT DISTINCT ON (grouping) * FROM matched ORDER BY grouping, {by}) AS first"  # noqa: S608
        return f"""page AS (
    SELECT *, row_number() OVER (ORDER BY {by}) AS place FROM {source} {after}
    ORDER BY {by} LIMIT %(limit)s OFFSET %(skip)s
)"""  # noqa: S608

    def _hits(self) -> str:
        posts = """(
                SELECT json_agg(json_build_object('id', p.object_id, 'passages', p.passages) ORDER BY place)
                FROM speakers AS s CROSS JOIN unnest(s.posts) WITH ORDINALITY AS post (id, place)
                JOIN search_searchdocument AS p ON p.id = post.id
                WHERE s.author = page.object_id AND page.kind = 'expert' AND d.findable_by_author
            )"""
        return f"""SELECT place, page.kind, page.object_id, d.title, d."group", score, page.likes,
            round(extract(epoch FROM page.created_at) * 1000)::bigint AS created, d.terms, d.passages,
            {posts if self.request.experts_by_posts else "NULL"} AS posts,
            (SELECT json_agg(json_build_object('terms', l.terms, 'passages', l.passages) ORDER BY l.id)
             FROM search_searchlayer AS l WHERE l.document_id = page.id AND {LAYER_SCOPE}) AS layers
        FROM page JOIN search_searchdocument AS d USING (id)"""  # noqa: S608

    def _facets(self) -> Sequence[str]:
        if not self.request.facets:
            return ()
        return (
            f"""counted AS (
    SELECT term, count(*) AS documents FROM (
        SELECT id, unnest(terms) AS term FROM matched
        UNION ALL
        SELECT DISTINCT matched.id, unnest(l.terms) FROM matched
        JOIN search_searchlayer AS l ON l.document_id = matched.id AND {LAYER_SCOPE}
    ) AS each_term GROUP BY term
), facet AS (
    SELECT field, value, documents, place FROM (
        SELECT split_part(term, ':', 1) AS field, substr(term, strpos(term, ':') + 1) AS value, documents,
               row_number() OVER (PARTITION BY split_part(term, ':', 1) ORDER BY documents DESC, term) AS
               place
        FROM counted WHERE split_part(term, ':', 1) = ANY(%(fields)s) AND strpos(term, '=') = 0
    ) AS placed WHERE place <= {MOST_FACET_VALUES}
)""",  # noqa: S608
        )


def _words(leaves: Sequence[Leaf]) -> Iterator[str]:
    for leaf in leaves:
        match leaf:
            case Word(text) | Prefix(text):
                yield text
            case Phrase(in_order):
                yield from in_order


def _lexeme_count(tsquery: str) -> int:
    return max(tsquery.count("'") // 2, 1)


def _value(column: str, given: float | str) -> object:
    if column == "created_at":
        return datetime.fromtimestamp(int(given) / 1000, tz=UTC)
    return given


def _cast(column: str) -> str:
    return {"object_id": "::uuid", "score": "::float8", "likes": "::int", "created_at": "::timestamptz"}[
        column
    ]
