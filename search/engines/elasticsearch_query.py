"""What Elasticsearch is asked: matching, trimming, scoring and counting, built with `elasticsearch.dsl`.

A clause of the query may be met by the open layer of a document or by a narrow one that the viewer may
read, so every leaf is built twice: for the fields below ``open`` and, inside one nested query that names
the viewer's audiences, for those below ``narrow``.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from elasticsearch.dsl import aggs
from elasticsearch.dsl.query import (
    Bool,
    ConstantScore,
    DisMax,
    FunctionScore,
    MatchAll,
    MultiMatch,
    Nested,
    Range,
    Terms,
)
from elasticsearch.dsl.query import (
    Prefix as PrefixQuery,
)
from elasticsearch.dsl.query import (
    Query as DslQuery,
)
from elasticsearch.dsl.query import (
    Term as TermQuery,
)

from search.analysis import LANGUAGES, is_cyrillic, language_of
from search.engines.base import Request, Sort
from search.engines.mappings import OWN_TERMS, WEIGHT_NAMES
from search.query import Clause, Leaf, Phrase, Prefix, Query, Term, Word
from search.viewer import Viewer
from search.weights import AGELESS, WEIGHTS

NOWHERE = "none"  # the container of what is in none
OPEN, NARROW = "open", "narrow"
MOST_FACET_VALUES = 50
FACET_VALUES_ASKED = (
    1_000  # open and narrow values are counted apart and then added: ask for more than are shown
)
MOST_WORDS_IN_ALL_LANGUAGES = 12  # of a query; see `affordable`
MOST_NAMES = 40  # of topics that the words of a query name
VOICE_STEPS = 24  # loudnesses that are told apart, of experts whom posts speak for
TIE = 0.2  # what the lesser of two forms of one word adds

ORDERS = {
    Sort.RELEVANCE: ("_score", "created_at", "id"),
    Sort.NEWEST: ("created_at", "id"),
    Sort.LIKES: ("likes", "created_at", "id"),
}
POSTS = TermQuery(kind="post")
EXPERTS = [TermQuery(kind="expert"), TermQuery(findable_by_author=True)]

type Build = Callable[[str], DslQuery]


def affordable(query: Query) -> Query:
    """The query within what Elasticsearch takes (1,024 clauses; a word is 48, a phrase 8): of many words each
    is looked for as it is and in the language of the whole alone, and of topics' names the first are."""
    typed = [leaf for clause in query.text + query.optional + query.excluded for leaf in clause.leaves]
    is_long = sum(isinstance(leaf, Word) for leaf in typed) > MOST_WORDS_IN_ALL_LANGUAGES
    language = language_of(" ".join(query.typed))
    names_left = MOST_NAMES

    def cheaper(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
        nonlocal names_left
        made = []
        for clause in clauses:
            leaves: list[Leaf] = []
            for leaf in clause.leaves:
                if isinstance(leaf, Phrase) and leaf.added:
                    names_left -= 1
                    if names_left < 0:
                        continue
                if isinstance(leaf, Word) and is_long:
                    leaves += [] if leaf.added else [Phrase((leaf.text,)), Phrase((leaf.text,), language)]
                else:
                    leaves.append(leaf)
            made.append(Clause(tuple(leaves)))
        return tuple(made)

    return replace(
        query,
        text=cheaper(query.text),
        optional=cheaper(query.optional),
        excluded=cheaper(query.excluded),
        filters=cheaper(query.filters),
    )


class Scope:
    """What one viewer may know of: the only place where this engine decides it. ``withdrawn`` are the keys of
    restricting changes that the index does not have yet. ``has_narrow``: narrow layers are looked at, too."""

    def __init__(self, viewer: Viewer, withdrawn: Collection[str], *, has_narrow: bool = True) -> None:
        self.has_narrow = has_narrow
        containers = [NOWHERE, *map(str, viewer.containers())]
        self.tokens = sorted(viewer.tokens)
        self.filters: list[DslQuery] = [Terms(audience=self.tokens), Terms(container=containers)]
        self.without: list[DslQuery] = [Terms(keys=list(withdrawn))] if withdrawn else []

    def anywhere(self, build: Build) -> DslQuery:
        """What ``build`` makes of a layer's fields, in the open layer or in a readable narrow one."""
        if not self.has_narrow:
            return build(OPEN)
        return Bool(should=[build(OPEN), self.narrow(build)], minimum_should_match=1)

    def narrow(self, build: Build) -> DslQuery:
        """The same, in readable narrow layers only."""
        readable = Bool(filter=[Terms("narrow.audience", self.tokens)], must=[build(NARROW)])
        return Nested(path=NARROW, query=readable, score_mode="max")

    def query(
        self,
        *,
        must: Iterable[DslQuery] = (),
        should: Iterable[DslQuery] = (),
        filters: Iterable[DslQuery] = (),
        without: Iterable[DslQuery] = (),
    ) -> DslQuery:
        """These conditions, within the scope."""
        return Bool(
            must=list(must),
            should=list(should),
            minimum_should_match=0,
            filter=[*self.filters, *filters],
            must_not=[*self.without, *without],
        )


def matching(request: Request, scope: Scope, voices: Mapping[UUID, float]) -> DslQuery:
    """The documents that answer the request, scored. ``voices``: how loudly posts speak for experts."""
    query = affordable(request.query)
    text = _text(query, scope.anywhere)
    if voices:
        text = Bool(should=[text, _spoken_for(voices)], minimum_should_match=1)
    matched = scope.query(
        must=[text],
        should=[scope.anywhere(_clause(clause)) for clause in query.optional],
        filters=[*_dates(query), *(scope.anywhere(_filter(clause)) for clause in query.filters)],
        without=[scope.anywhere(_filter(clause)) for clause in query.excluded],
    )
    return _by_quality(matched, request.today) if request.sort is Sort.RELEVANCE else matched


def speaking_posts(request: Request, scope: Scope) -> DslQuery:
    """The posts that answer the words of the request: they speak for their authors."""
    query = affordable(request.query)
    matched = scope.query(
        must=[_text(query, lambda build: build(OPEN))],
        filters=[POSTS, *_dates(query)],
        without=[_filter(clause)(OPEN) for clause in query.excluded],
    )
    return _by_quality(matched, request.today)


def counting(fields: Iterable[str], scope: Scope) -> dict[str, aggs.Agg[Any]]:
    """The aggregations of these facets; `counted` reads them."""
    asked: dict[str, aggs.Agg[Any]] = {}
    inside: dict[str, aggs.Agg[Any]] = {}
    for name in fields:
        asked[name] = _values(OPEN, name)
        if name not in OWN_TERMS and scope.has_narrow:
            inside[name] = _values(NARROW, name)
            inside[name].bucket("documents", "reverse_nested")
    if inside:
        readable = aggs.Filter(Terms("narrow.audience", scope.tokens), aggs=inside)
        asked[NARROW] = aggs.Nested(path=NARROW, aggs={"readable": readable})
    return asked


def counted(fields: Iterable[str], answer: Mapping[str, Any]) -> dict[str, list[tuple[str, int]]]:
    """Values and counts from the answer to `counting`. The layers share no value, so their counts add up."""
    facets: dict[str, list[tuple[str, int]]] = {}
    for name in fields:
        counts: dict[str, int] = defaultdict(int)
        for bucket in answer[name]["buckets"]:
            counts[bucket["key"]] += bucket["doc_count"]
        for bucket in answer.get(NARROW, {}).get("readable", {}).get(name, {}).get("buckets", ()):
            counts[bucket["key"]] += bucket["documents"]["doc_count"]
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        facets[name] = ordered[:MOST_FACET_VALUES]
    return facets


def has_word(word: str) -> Build:
    """A folded word as it is, in any text of a layer."""

    def build(layer: str) -> DslQuery:
        fields = [f"{layer}.text.{weight}_folded" for weight in WEIGHT_NAMES]
        return Bool(should=[TermQuery(name, {"value": word}) for name in fields], minimum_should_match=1)

    return build


# ---- clauses


def _text(query: Query, everywhere: Callable[[Build], DslQuery]) -> DslQuery:
    if not query.text:
        return MatchAll()
    clauses = [everywhere(_clause(clause)) for clause in query.text]
    if query.required == len(clauses):
        return Bool(must=clauses)
    return Bool(should=clauses, minimum_should_match=query.required)


def _clause(clause: Clause) -> Build:
    """A clause that scores: its typed leaves, the topics they name, the best of what we added."""
    typed = [leaf for leaf in clause.leaves if not _is_added(leaf)]
    added = [leaf for leaf in clause.leaves if _is_added(leaf)]

    def build(layer: str) -> DslQuery:
        alternatives = [_leaf(leaf, layer) for leaf in typed]
        if added:
            alternatives.append(DisMax(queries=[_leaf(leaf, layer) for leaf in added], boost=WEIGHTS.added))
        return _either(alternatives)

    return build


def _filter(clause: Clause) -> Build:
    def build(layer: str) -> DslQuery:
        return _either([_leaf(leaf, layer) for leaf in clause.leaves])

    return build


def _either(alternatives: list[DslQuery]) -> DslQuery:
    if len(alternatives) == 1:
        return alternatives[0]
    return Bool(should=alternatives, minimum_should_match=1)


def _is_added(leaf: Leaf) -> bool:
    return isinstance(leaf, Word | Phrase) and leaf.added


def _leaf(leaf: Leaf, layer: str) -> DslQuery:
    match leaf:
        case Word(text):
            stemmed = ("ru",) if is_cyrillic(text) else tuple(code for code in LANGUAGES if code != "ru")
            fields = [_field(layer, weight, form) for weight in WEIGHT_NAMES for form in ("folded", *stemmed)]
            return MultiMatch(query=text, fields=fields, type="best_fields", tie_breaker=TIE)
        case Prefix(text):
            beginnings = [
                PrefixQuery(f"{layer}.text.{weight}_folded", {"value": text, "boost": _boost(weight)})
                for weight in WEIGHT_NAMES
            ]
            return DisMax(queries=beginnings)
        case Phrase(words, language):
            form = language or "folded"
            fields = [_field(layer, weight, form) for weight in WEIGHT_NAMES]
            return MultiMatch(query=" ".join(words), fields=fields, type="phrase", tie_breaker=TIE)
        case Term(name, value):
            if layer == NARROW and name in OWN_TERMS:
                return Bool(must_not=[MatchAll()])
            return ConstantScore(
                filter=TermQuery(f"{layer}.terms.{name}", {"value": value}), boost=WEIGHTS.topic
            )


def _field(layer: str, weight: str, form: str) -> str:
    factor = 1.0 if form == "folded" else WEIGHTS.stemmed
    return f"{layer}.text.{weight}_{form}^{_boost(weight) * factor:g}"


def _boost(weight: str) -> float:
    boost: float = getattr(WEIGHTS, weight)
    return boost


def _dates(query: Query) -> list[DslQuery]:
    bounds = {}
    if query.since:
        bounds["gte"] = milliseconds(query.since)
    if query.until:
        bounds["lt"] = milliseconds(query.until)
    return [Range(created_at=bounds)] if bounds else []


def milliseconds(moment: datetime) -> int:
    """Since 1970; what dates are kept as."""
    return math.floor(moment.timestamp()) * 1000 + moment.microsecond // 1000


# ---- scoring


def _by_quality(query: DslQuery, today: datetime) -> DslQuery:
    """A score times what makes a thing better for its own sake, times the weight of its kind."""
    half_life = {"origin": milliseconds(today), "scale": f"{WEIGHTS.half_life_days:g}d", "decay": 0.5}
    signs: list[Any] = [
        {"weight": 1},
        {"weight": WEIGHTS.accepted, "filter": TermQuery(accepted=True)},
        {"weight": WEIGHTS.liked, "field_value_factor": {"field": "likes", "modifier": "ln1p", "missing": 0}},
        {
            "weight": WEIGHTS.recent,
            "filter": Bool(must_not=[Terms(kind=list(AGELESS))]),
            "exp": {"created_at": half_life},
        },
    ]
    kinds: list[Any] = [
        {"weight": weight, "filter": TermQuery(kind=kind)} for kind, weight in WEIGHTS.kinds.items()
    ]
    better = FunctionScore(query=query, functions=signs, score_mode="sum", boost_mode="multiply")
    return FunctionScore(query=better, functions=kinds, score_mode="first", boost_mode="multiply")


def _spoken_for(voices: Mapping[UUID, float]) -> DslQuery:
    loudest = max(voices.values())
    steps: dict[int, list[str]] = defaultdict(list)
    for author, voice in voices.items():
        steps[math.ceil(voice / loudest * VOICE_STEPS)].append(str(author))
    spoken = [
        ConstantScore(filter=Terms(id=authors), boost=step / VOICE_STEPS * loudest)
        for step, authors in sorted(steps.items())
    ]
    return Bool(filter=EXPERTS, must=[DisMax(queries=spoken)])


def _values(layer: str, name: str) -> aggs.Terms:
    values = aggs.Terms(field=f"{layer}.terms.{name}", size=FACET_VALUES_ASKED)
    if name == "level":  # topic=level pairs are for filters
        values.exclude = ".*=.*"
    return values
