"""The production engine: Elasticsearch (8.19 or 9), or OpenSearch 3 through
`search.engines.opensearch_node`.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from elasticsearch import ApiError, TransportError
from elasticsearch.dsl import aggs
from elasticsearch.dsl.query import Bool, Match, Term, Terms
from elasticsearch.dsl.query import Query as DslQuery

from search import outbox
from search.documents import Document
from search.engines import elasticsearch_index as index
from search.engines import elasticsearch_query as build
from search.engines.base import (
    EngineError,
    Hit,
    Page,
    Refused,
    Request,
    Speaking,
    Stored,
    Suggestion,
    TooSlow,
)
from search.engines.mappings import LONGEST_BEGINNING
from search.layers import Layer, Layered, Passage
from search.viewer import Viewer
from search.weights import WEIGHTS

ENGINE = "elasticsearch"
SHOWN = ["kind", "id", "title", "group", "open.passages", "open.terms", "narrow.audience", "narrow.passages"]
CHECK_SECONDS = 0.3
BULK_SECONDS = 30
SCAN_SIZE = 2_000
WORDS_ASKED = 48
REFUSED = 400
NEWER_IS_THERE = 409
GONE_ALREADY = 404
GROUPS = "groups"
MOST_GROUPS_COUNTED = 40_000  # exactly; Elasticsearch's own limit
POSTS_SHOWN = 3

logger = logging.getLogger(__name__)


class ElasticsearchEngine:
    """See `search.engines.base.Engine`. ``withdrawn`` are the keys of restricting changes that the index
    does not have yet, where the caller has just read them."""

    name = ENGINE
    is_apart = True

    def __init__(self, withdrawn: Collection[str] | None = None) -> None:
        self._withdrawn = withdrawn

    # ---- asking

    def search(self, request: Request, viewer: Viewer) -> Page:
        """Find, count and sort. Where experts may be found by their posts, the posts are asked before."""
        scope = self._scope(viewer, has_narrow=request.has_narrow)
        spoken = self._posts_by_author(request, scope) if request.experts_by_posts else {}
        counting = build.counting(request.facets, scope)
        if request.grouped:
            counting[GROUPS] = _groups()
        answer = self._ask(
            query=build.matching(request, scope, _voices(spoken)).to_dict(),
            aggs={name: one.to_dict() for name, one in counting.items()},
            size=request.limit + 1,
            sort=[{column: "desc"} for column in build.ORDERS[request.sort]],
            search_after=list(request.after) if request.after else None,
            from_=request.skip,
            collapse={"field": "group"} if request.grouped else None,
            source=[*SHOWN, "narrow.terms", "findable_by_author"],
        )
        found = answer["hits"]["hits"]
        figures = answer.get("aggregations", {})
        hits = [_hit(hit, viewer) for hit in found[: request.limit]]
        return Page(
            hits=tuple(self._with_posts(hits, spoken, scope)),
            total=figures[GROUPS]["value"] if request.grouped else answer["hits"]["total"]["value"],
            facets=build.counted(request.facets, figures),
            has_more=len(found) > request.limit,
        )

    def totals(self, requests: Sequence[Request], viewer: Viewer) -> list[int]:
        """How much each of these would find: one request for the posts that speak for experts, where
        there are any to ask for, and one for all totals."""
        scope = self._scope(viewer)
        voices: dict[int, Mapping[UUID, float]] = {}
        if by_posts := [number for number, one in enumerate(requests) if one.experts_by_posts]:
            asked = [self._speaking(requests[number], scope) for number in by_posts]
            for number, answer in zip(by_posts, self._ask_several(asked), strict=True):
                voices[number] = _voices(_by_author(answer))
        counting: list[Mapping[str, Any]] = []
        for number, request in enumerate(requests):
            query = build.matching(request, scope, voices.get(number, {})).to_dict()
            one: dict[str, Any] = {"query": query, "size": 0, "track_total_hits": True}
            if request.grouped:
                one["aggs"] = {GROUPS: _groups().to_dict()}
            counting.append(one)
        return [
            answer["aggregations"][GROUPS]["value"] if request.grouped else answer["hits"]["total"]["value"]
            for request, answer in zip(requests, self._ask_several(counting), strict=True)
        ]

    def suggest(
        self, words: Sequence[str], viewer: Viewer, *, kinds: Collection[str], limit: int
    ) -> list[Suggestion]:
        """Things of whose titles some word begins like each of these."""
        typed = " ".join(word[:LONGEST_BEGINNING] for word in words)
        scope = self._scope(viewer)
        searches: list[Mapping[str, Any]] = []
        for kind in kinds:
            query = scope.query(
                filters=[Term(kind=kind), Match(title_words={"query": typed, "operator": "and"})]
            )
            sort = [{column: "desc"} for column in ("likes", "created_at", "id")]
            searches.append(
                {"query": query.to_dict(), "size": limit, "sort": sort, "_source": ["title", "id"]}
            )
        answers = self._ask_several(searches)
        return [
            Suggestion(kind=kind, id=UUID(hit["_source"]["id"]), title=hit["_source"]["title"])
            for kind, answer in zip(kinds, answers, strict=True)
            for hit in answer["hits"]["hits"]
        ]

    def known(self, words: Collection[str], viewer: Viewer) -> set[str]:
        """Those of the folded words that stand in any text the viewer may read."""
        asked = list(words)[:WORDS_ASKED]
        scope = self._scope(viewer)
        each: dict[str, DslQuery] = {word: scope.anywhere(build.has_word(word)) for word in asked}
        answer = self._ask(
            query=scope.query(filters=[Bool(should=list(each.values()), minimum_should_match=1)]).to_dict(),
            aggs={"words": aggs.Filters(filters=each).to_dict()},
            size=0,
            count=False,
        )
        buckets = answer["aggregations"]["words"]["buckets"]
        return {word for word in asked if buckets[word]["doc_count"]}

    def passages(self, kind: str, ids: Collection[UUID], viewer: Viewer) -> Mapping[UUID, Sequence[Passage]]:
        """The texts of these things that the viewer may read."""
        if not ids:
            return {}
        answer = self._ask(
            query=_things(kind, ids, self._scope(viewer)), size=len(ids), source=SHOWN, count=False
        )
        hits = [_hit(hit, viewer) for hit in answer["hits"]["hits"]]
        return {hit.id: hit.passages for hit in hits}

    def check(self) -> None:
        """Whether it answers and has an index, within `CHECK_SECONDS`."""
        with _translated():
            quick = index.client().options(request_timeout=CHECK_SECONDS, max_retries=0)
            if not quick.indices.exists_alias(name=index.read_alias()):
                raise EngineError("Elasticsearch has no index yet.")

    # ---- keeping

    def write(
        self,
        documents: Sequence[Layered],
        removed: Collection[tuple[str, UUID]],
        *,
        version: int,
        visible_at_once: bool,
        only: str | None = None,
    ) -> set[tuple[str, UUID]]:
        """Store and remove in every index that must be kept in step, in one bulk request. Before the first
        rebuild there is none: it will read everything anyway."""
        operations: list[Mapping[str, Any]] = []
        with _translated():
            for name in [only] if only else index.written():
                common = {"_index": name, "version": version, "version_type": "external_gte"}
                for one in documents:
                    operations.append({"index": common | {"_id": _id(one.document.kind, one.document.id)}})
                    operations.append(_source(one))
                operations += [{"delete": common | {"_id": _id(*thing)}} for thing in removed]
            if not operations:
                return set()
            bulk = index.client().options(request_timeout=BULK_SECONDS)
            answer = bulk.bulk(operations=operations, refresh=visible_at_once)
        return set(_failed(answer["items"])) if answer["errors"] else set()

    def stored(
        self, kind: str, *, after: UUID | None = None, ids: Collection[UUID] | None = None
    ) -> Iterator[Stored]:
        """What is kept of one kind in the index that is asked, by ascending id."""
        with _translated():
            index.client().options(request_timeout=BULK_SECONDS).indices.refresh(index=index.read_alias())
        query = Bool(filter=[Term(kind=kind)])
        if ids is not None:
            query = Bool(filter=[Term(kind=kind), Terms(id=[str(one) for one in ids])])
        place = [str(after)] if after else None
        while True:
            answer = self._ask(
                query=query.to_dict(),
                size=SCAN_SIZE,
                sort=[{"id": "asc"}],
                search_after=place,
                source=["id", "digest"],
                count=False,
            )
            hits = answer["hits"]["hits"]
            for hit in hits:
                yield Stored(id=UUID(hit["_source"]["id"]), digest=hit["_source"]["digest"])
            if len(hits) < SCAN_SIZE:
                return
            place = hits[-1]["sort"]

    def count(self) -> Mapping[str, int]:
        """How many documents there are of each kind."""
        answer = self._ask(query={"match_all": {}}, size=0, aggs={"kinds": {"terms": {"field": "kind"}}})
        buckets = answer["aggregations"]["kinds"]["buckets"]
        return {bucket["key"]: bucket["doc_count"] for bucket in sorted(buckets, key=lambda one: one["key"])}

    # ---- rebuilding: a new index is filled beside the former one, and takes its place at once

    def fingerprint(self) -> str:
        """Of mapping and analyzers."""
        return index.fingerprint()

    def target(self) -> str:
        """The index that is asked now."""
        with _translated():
            return next(iter(index.asked()), "")

    def targets(self) -> Collection[str]:
        """The indices that are written now."""
        with _translated():
            return index.written()

    def begin(self) -> str:
        """A new index, which is written from now on beside the one that is asked."""
        with _translated():
            abandoned = set(index.written()) - set(index.asked())
            name = index.create()
            index.switch(add={index.write_alias(): [name]})
            for former in abandoned:
                index.drop(former)
            return name

    def finish(self, target: str, *, started: int) -> None:  # noqa: ARG002
        """Ask and write the new index from now on, and remove the former ones."""
        with _translated():
            index.client().options(request_timeout=BULK_SECONDS).indices.refresh(index=target)
            former = (set(index.asked()) | set(index.written())) - {target}
            index.switch(
                add={index.read_alias(): [target]},
                remove={index.read_alias(): [name for name in index.asked() if name != target]},
            )
            for name in former:
                index.drop(name)

    # ---- details

    def _scope(self, viewer: Viewer, *, has_narrow: bool = True) -> build.Scope:
        withdrawn = outbox.withdrawn(ENGINE) if self._withdrawn is None else self._withdrawn
        return build.Scope(viewer, withdrawn, has_narrow=has_narrow)

    def _posts_by_author(self, request: Request, scope: build.Scope) -> dict[UUID, list[tuple[UUID, float]]]:
        """The best posts for the words of the request, by author: (post, score), best first."""
        [answer] = self._ask_several([self._speaking(request, scope)])
        return _by_author(answer)

    def _speaking(self, request: Request, scope: build.Scope) -> Mapping[str, Any]:
        return {
            "query": build.speaking_posts(request, scope).to_dict(),
            "size": WEIGHTS.posts_asked,
            "sort": [{"_score": "desc"}, {"id": "desc"}],
            "_source": ["id", "author"],
            "track_total_hits": False,
        }

    def _with_posts(
        self, hits: Sequence[Hit], spoken: Mapping[UUID, Sequence[tuple[UUID, float]]], scope: build.Scope
    ) -> Iterator[Hit]:
        """The hits, experts with the best posts that speak for them."""
        best = {
            hit.id: [post for post, _ in spoken[hit.id][:POSTS_SHOWN]]
            for hit in hits
            if hit.kind == "expert" and hit.findable_by_author and hit.id in spoken
        }
        texts: dict[UUID, tuple[Passage, ...]] = {}
        if wanted := [post for posts in best.values() for post in posts]:
            source = ["id", "open.passages"]
            query = _things("post", wanted, scope)
            answer = self._ask(query=query, size=len(wanted), source=source, count=False)
            for hit in answer["hits"]["hits"]:
                texts[UUID(hit["_source"]["id"])] = tuple(hit["_source"]["open"]["passages"])
        for hit in hits:
            posts = [post for post in best.get(hit.id, ()) if post in texts]
            yield replace(hit, posts=tuple(Speaking(id=post, passages=texts[post]) for post in posts))

    def _ask_several(self, searches: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """The answers to these, from one request; each has the time that a search has."""
        if not searches:
            return []
        limit = f"{int(settings.SEARCH['TIMEOUT_SECONDS'] * 1000)}ms"
        lines = [part for one in searches for part in ({}, {**one, "timeout": limit})]
        with _translated():
            answer = index.client().msearch(index=index.read_alias(), searches=lines)
        for one in answer["responses"]:
            if reason := one.get("error"):
                raise (Refused if one.get("status") == REFUSED else EngineError)(f"Elasticsearch: {reason}")
            _require_whole(one)
        found: Sequence[Mapping[str, Any]] = answer["responses"]
        return found

    def _ask(
        self,
        *,
        query: Mapping[str, Any],
        size: int,
        aggs: Mapping[str, Any] | None = None,
        sort: Sequence[Mapping[str, Any]] | None = None,
        search_after: list[Any] | None = None,
        from_: int = 0,
        collapse: Mapping[str, Any] | None = None,
        source: Any = False,
        count: bool = True,
    ) -> Mapping[str, Any]:
        seconds = settings.SEARCH["TIMEOUT_SECONDS"]
        with _translated():
            answer = index.client().search(
                index=index.read_alias(),
                query=query,
                aggs=aggs or None,
                size=size,
                sort=sort,
                search_after=search_after,
                from_=from_ or None,
                collapse=collapse,
                source=source,
                track_total_hits=count,
                timeout=f"{int(seconds * 1000)}ms",
                request_cache=False,
            )
        found: Mapping[str, Any] = answer.body
        _require_whole(found)
        return found


@contextmanager
def _translated() -> Iterator[None]:
    """The client's errors as `EngineError`."""
    try:
        yield
    except ApiError as error:
        kind = Refused if error.status_code == REFUSED or "too_many" in str(error.body) else EngineError
        raise kind(f"Elasticsearch: {error}") from error
    except TransportError as error:
        raise EngineError(f"Elasticsearch: {error}") from error


def _require_whole(answer: Mapping[str, Any]) -> None:
    if answer["timed_out"]:
        raise TooSlow("Elasticsearch needs longer for this search than it may.")
    if answer["_shards"]["failed"]:
        raise EngineError("A part of the index does not answer.")


def _groups() -> aggs.Cardinality:
    return aggs.Cardinality(field="group", precision_threshold=MOST_GROUPS_COUNTED)


def _by_author(answer: Mapping[str, Any]) -> dict[UUID, list[tuple[UUID, float]]]:
    """From the answer to `ElasticsearchEngine._speaking`."""
    spoken: dict[UUID, list[tuple[UUID, float]]] = defaultdict(list)
    for hit in answer["hits"]["hits"]:
        if author := hit["_source"].get("author"):
            spoken[UUID(author)].append((UUID(hit["_source"]["id"]), hit["sort"][0]))
    return spoken


def _voices(spoken: Mapping[UUID, Sequence[tuple[UUID, float]]]) -> dict[UUID, float]:
    """How loudly posts speak for their authors: the sum of an author's posts (CombSUM), on the scale of the
    best."""
    if not spoken:
        return {}
    sums = {author: sum(score for _, score in posts) for author, posts in spoken.items()}
    best = max(score for posts in spoken.values() for _, score in posts)
    loudest = max(sums.values())
    return {author: WEIGHTS.written * best * total / loudest for author, total in sums.items()}


def _id(kind: str, object_id: UUID) -> str:
    return f"{kind}:{object_id}"


def _source(one: Layered) -> dict[str, Any]:
    document: Document = one.document
    source = {
        "kind": document.kind,
        "id": str(document.id),
        "group": str(document.group or document.id),
        "container": str(document.container) if document.container else build.NOWHERE,
        "audience": sorted(set(document.audience)),
        "keys": list(document.keys),
        "title": document.title,
        "digest": one.digest,
        "created_at": build.milliseconds(document.created_at),
        "likes": document.likes,
        "accepted": document.accepted,
        "findable_by_author": document.findable_by_author,
        "open": _layer(one.open),
        "narrow": [{"audience": list(layer.audience), **_layer(layer)} for layer in one.narrow],
    }
    if document.author:
        source["author"] = str(document.author)
    if document.group in {None, document.id}:
        source["title_words"] = document.title
    return source


def _layer(layer: Layer) -> dict[str, Any]:
    text: dict[str, list[str]] = defaultdict(list)
    for passage in layer.passages:
        text[f"{passage['weight']}_folded"].append(passage["text"])
        text[f"{passage['weight']}_{passage['language']}"].append(passage["text"])
    if layer.spellings:
        text["name_folded"].append(layer.spellings)
    return {"text": text, "terms": layer.terms, "passages": layer.passages}


def _things(kind: str, ids: Iterable[UUID], scope: build.Scope) -> dict[str, Any]:
    query: dict[str, Any] = scope.query(
        filters=[Term(kind=kind), Terms(id=[str(one) for one in ids])]
    ).to_dict()
    return query


def _hit(hit: Mapping[str, Any], viewer: Viewer) -> Hit:
    source = hit["_source"]
    terms: dict[str, list[str]] = defaultdict(list)
    passages: list[Passage] = []
    readable = (layer for layer in source.get(build.NARROW, ()) if viewer.is_in(layer["audience"]))
    for layer in (source[build.OPEN], *readable):
        passages += layer["passages"]
        for name, values in layer.get("terms", {}).items():
            terms[name] += values
    return Hit(
        kind=source["kind"],
        id=UUID(source["id"]),
        title=source["title"],
        group=UUID(source["group"]),
        place=tuple(hit.get("sort", ())),
        passages=tuple(passages),
        terms=terms,
        findable_by_author=source.get("findable_by_author", True),
    )


def _failed(items: Iterable[Mapping[str, Mapping[str, Any]]]) -> Iterator[tuple[str, UUID]]:
    for item in items:
        for verb, result in item.items():
            expected = {NEWER_IS_THERE, GONE_ALREADY} if verb == "delete" else {NEWER_IS_THERE}
            if result["status"] < 300 or result["status"] in expected:
                continue
            kind, _, object_id = result["_id"].partition(":")
            logger.error("Elasticsearch refused %s: %s", result["_id"], result.get("error"))
            yield kind, UUID(object_id)
