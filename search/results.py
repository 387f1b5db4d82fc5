"""A search from what was typed to what is shown: parsed, asked, authorized by the database, explained."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings

from search import advice, filters, query, registry, spelling
from search.advice import Advice
from search.engines.base import Engine, Hit, Page, Request, Sort, TooSlow
from search.highlights import Highlight, Marker
from search.query import Clause, Query, QueryWarning, Term
from search.selection import Status, ask, engine_status
from search.viewer import Viewer

FACETS = ("type", "topic", "country", "space", "language", "kind", "status", "level", "year")

# Gives, of these ids of each kind, the objects that the viewer may see, as their rooms show them.
type Objects = Mapping[str, Mapping[UUID, object]]
type Fetch = Callable[[Mapping[str, Sequence[UUID]]], Objects]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicReason:
    """It is about a topic that the query names."""

    topic: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostReason:
    """An expert wrote this post, which the viewer may read; ``object`` is as it was fetched."""

    object: object
    highlights: Sequence[Highlight]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A result: the thing as its room shows it, and why it was found."""

    kind: str
    id: UUID
    title: str
    object: object
    highlights: Sequence[Highlight] = ()
    topics: Sequence[TopicReason] = ()
    posts: Sequence[PostReason] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value by which the result can be narrowed, and how much would remain."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page of results ends: on which engine, after how many results, where its last one stands, and
    the day by which age was counted."""

    engine: str
    seen: int
    today: datetime
    place: tuple[float | int | str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a search answers. ``end`` is where the next page starts; None on the last one."""

    engine: str
    degraded: bool
    found: Sequence[Found]
    total: int
    facets: Mapping[str, Sequence[FacetValue]] = field(default_factory=dict)
    warnings: Sequence[QueryWarning] = ()
    did_you_mean: str | None = None
    advice: Sequence[Advice] = ()
    end: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a search is to be answered. ``narrowed`` are filters beside those that were typed; ``after`` is the
    `Results.end` of the page before; ``grouped``: of each discussion only its best result."""

    narrowed: Sequence[Clause] = ()
    sort: Sort = Sort.RELEVANCE
    limit: int = 20
    after: Place | None = None
    facets: Sequence[str] = FACETS
    grouped: bool = False


def find(typed: str, viewer: Viewer, fetch: Fetch, options: Options | None = None) -> Results:
    """Search for what was typed, as this viewer.

    Where nothing has all the words, a spelling that the viewer's texts know, and then most of the words, is
    tried instead, and a warning says so. Raises `search.selection.SearchTooSlow` (503).
    """
    options = options or Options()
    asked = query.narrowed(query.parse(typed, viewer), options.narrowed)
    if asked.is_empty:
        warnings = asked.warnings or (_warning("empty"),)
        return Results(**asdict(engine_status()), found=(), total=0, warnings=warnings)
    today = options.after.today if options.after else query.today()

    def question(engine: Engine) -> _Answer:
        place, skip = _start(options, engine)
        request = Request(
            query=asked,
            today=today,
            sort=options.sort,
            limit=options.limit,
            after=place,
            skip=skip,
            facets=tuple(options.facets),
            grouped=options.grouped,
        )
        return _answer(engine, request, typed, viewer)

    answer, status = ask(question)
    return _results(answer, status, viewer, fetch, today=today, options=options)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A page, and the query it answers, which may be another than the one that was typed."""

    page: Page
    query: Query
    did_you_mean: str | None = None
    advice: Sequence[Advice] = ()


def _start(options: Options, engine: Engine) -> tuple[tuple[float | int | str, ...] | None, int]:
    """Where a page starts: after the last result, or, where another engine or grouping makes its place
    meaningless, after as many results as were seen."""
    after = options.after
    if after is None:
        return None, 0
    if options.grouped or (options.sort is Sort.RELEVANCE and after.engine != engine.name):
        return None, after.seen
    return after.place, 0


def _answer(engine: Engine, request: Request, typed: str, viewer: Viewer) -> _Answer:
    """The page; where the result is empty, that of a corrected, then that of a relaxed query, else advice.

    All that may be tried instead is counted in one go, and only while half of a search's time is left.
    """
    began = time.monotonic()
    page = engine.search(request, viewer)
    if page.total or time.monotonic() - began > settings.SEARCH["TIMEOUT_SECONDS"] / 2:
        return _Answer(page, request.query)
    try:
        return _instead(page, engine, request, typed, viewer)
    except TooSlow:
        return _Answer(page, request.query)


def _instead(empty: Page, engine: Engine, request: Request, typed: str, viewer: Viewer) -> _Answer:
    """What is likely meant by a query that finds nothing, or the empty page with advice."""
    asked = request.query
    others: list[tuple[Query, str | None]] = []
    corrected = spelling.corrected(typed, asked, engine, viewer) if asked.text else None
    if corrected:
        again = query.narrowed(query.parse(corrected, viewer), asked.filters)
        warnings = (*asked.warnings, _warning("corrected", corrected))
        others.append((replace(again, warnings=warnings), corrected))
    if relaxed := asked.relaxed():
        warnings = (*asked.warnings, _warning("relaxed"))
        others.append((replace(relaxed, warnings=warnings), corrected))
    changes = advice.changes(asked)
    queries = [*(other for other, _ in others), *(changed for _, changed in changes)]
    bare = replace(request, after=None, skip=0, facets=(), limit=1)
    totals = engine.totals([replace(bare, query=one) for one in queries], viewer)
    for (other, did_you_mean), total in zip(others, totals, strict=False):
        if total:
            page = engine.search(replace(request, query=other), viewer)
            return _Answer(page, other, did_you_mean)
    given = advice.given(changes, totals[len(others) :])
    return _Answer(empty, asked, corrected, given)


def _warning(code: str, text: str = "") -> QueryWarning:
    details = {
        "corrected": f"Nothing has all these words as typed; these results are for “{text}”.",
        "relaxed": "Nothing has all these words; these results have most of them.",
        "empty": "There is nothing to search for.",
    }
    return QueryWarning(code, details[code])


def _results(
    answer: _Answer, status: Status, viewer: Viewer, fetch: Fetch, *, today: datetime, options: Options
) -> Results:
    page = answer.page
    found = shown(page.hits, answer.query, viewer, fetch)
    end = None
    if page.has_more and page.hits:
        seen = (options.after.seen if options.after else 0) + len(page.hits)
        end = Place(engine=status.engine, seen=seen, today=today, place=page.hits[-1].place)
    return Results(
        engine=status.engine,
        degraded=status.degraded,
        found=found,
        total=max(page.total - (len(page.hits) - len(found)), 0),
        facets=_labelled(page.facets, viewer),
        warnings=answer.query.warnings,
        did_you_mean=answer.did_you_mean,
        advice=answer.advice,
        end=end,
    )


def shown(hits: Sequence[Hit], asked: Query, viewer: Viewer, fetch: Fetch) -> list[Found]:
    """The hits as their rooms show them, those that the database lets the viewer have, with reasons."""
    objects = _fetched(hits, fetch)
    marker = Marker(asked)
    posts = objects.get("post", {})
    return [
        Found(
            kind=hit.kind,
            id=hit.id,
            title=hit.title,
            object=objects[hit.kind][hit.id],
            highlights=marker.highlights(hit.passages),
            topics=list(_topics(hit, asked, viewer)),
            posts=[
                PostReason(object=posts[post.id], highlights=marker.highlights(post.passages)[:1])
                for post in hit.posts
                if post.id in posts
            ],
        )
        for hit in hits
        if hit.id in objects[hit.kind]
    ]


def _fetched(hits: Sequence[Hit], fetch: Fetch) -> Objects:
    """The objects of the hits and of the posts that speak for experts."""
    by_kind: dict[str, dict[UUID, None]] = {}
    for hit in hits:
        by_kind.setdefault(hit.kind, {})[hit.id] = None
        for post in hit.posts:
            by_kind.setdefault("post", {})[post.id] = None
    return fetch({kind: list(ids) for kind, ids in by_kind.items()})


def _topics(hit: Hit, asked: Query, viewer: Viewer) -> Iterable[TopicReason]:
    named = {
        leaf.value
        for clause in (*asked.text, *asked.filters)
        for leaf in clause.leaves
        if isinstance(leaf, Term) and leaf.field == "topic"
    }
    has = named.intersection(hit.terms.get("topic", ()))
    labels = filters.labels("topic", has, viewer)
    for slug in sorted(has):
        yield TopicReason(topic=slug, label=labels.get(slug, slug))


def _labelled(
    facets: Mapping[str, Sequence[tuple[str, int]]], viewer: Viewer
) -> Mapping[str, Sequence[FacetValue]]:
    made: dict[str, Sequence[FacetValue]] = {}
    for name, values in facets.items():
        labels = filters.labels(name, [value for value, _ in values], viewer) if values else {}
        made[name] = [
            FacetValue(value=value, label=labels.get(value, value), count=count) for value, count in values
        ]
    return made


def visible(viewer: Viewer) -> Fetch:
    """Authorize by the sources, for callers that show no objects."""

    def fetch(wanted: Mapping[str, Sequence[UUID]]) -> Objects:
        return {
            kind: dict.fromkeys(registry.source(kind).visible_ids(viewer, ids))
            for kind, ids in wanted.items()
        }

    return fetch


def terms(name: str, values: Collection[str]) -> Clause:
    """A filter: any of these values of a field."""
    return Clause(tuple(Term(name, value) for value in values))
