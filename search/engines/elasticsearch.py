"""The production engine: Elasticsearch (8.19 or 9), or OpenSearch 3 through
`search.engines.opensearch_node`.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.conf import settings
from elasticsearch import ApiError, ConnectionTimeout, TransportError
from elasticsearch.dsl import aggs
from elasticsearch.dsl.query import Bool, Match, Term, Terms
from elasticsearch.dsl.query import Query as DslQuery

from search import outbox
from search.documents import Document
from search.engines import elasticsearch_index as index
from search.engines import elasticsearch_query as build
from search.engines.base import EngineError, Hit, Page, Request, Stored, Suggestion, TooSlow
from search.engines.mappings import LONGEST_BEGINNING
from search.layers import Layer, Layered, Passage
from search.viewer import Viewer
from search.weights import WEIGHTS

ENGINE = "elasticsearch"
SHOWN = ["kind", "id", "title", "group", "open.passages", "open.terms", "narrow.audience", "narrow.passages"]
CHECK_SECONDS = 0.3
BULK_SECONDS = 30
SCAN_SIZE = 2_000
WORDS_ASKED = 10
NEWER_IS_THERE = 409
GONE_ALREADY = 404

logger = logging.getLogger(__name__)


class ElasticsearchEngine:
    """See `search.engines.base.Engine`."""

    name = ENGINE

    # ---- asking

    def search(self, request: Request, viewer: Viewer) -> Page:
        """Find, count and sort. Asks twice where experts may be found by their posts."""
        scope = self._scope(viewer)
        spoken = self._posts_by_author(request, scope) if request.experts_by_posts else {}
        answer = self._ask(
            query=build.matching(request, scope, _voices(spoken)).to_dict(),
            aggs={name: one.to_dict() for name, one in build.counting(request.facets, scope).items()},
            size=request.limit + 1,
            sort=[{column: "desc"} for column in build.ORDERS[request.sort]],
            search_after=list(request.after) if request.after else None,
            source=[*SHOWN, "narrow.terms"],
        )
        found = answer["hits"]["hits"]
        return Page(
            hits=tuple(_hit(hit, viewer, spoken) for hit in found[: request.limit]),
            total=answer["hits"]["total"]["value"],
            facets=build.counted(request.facets, answer.get("aggregations", {})),
            has_more=len(found) > request.limit,
        )

    def suggest(
        self, words: Sequence[str], viewer: Viewer, *, kinds: Collection[str], limit: int
    ) -> list[Suggestion]:
        """Things whose titles have words that begin so."""
        typed = " ".join(word[:LONGEST_BEGINNING] for word in words)
        query = self._scope(viewer).query(
            filters=[Terms(kind=list(kinds)), Match(title_words={"query": typed, "operator": "and"})]
        )
        answer = self._ask(
            query=query.to_dict(),
            size=limit,
            sort=[{column: "desc"} for column in ("likes", "created_at", "id")],
            source=["kind", "id", "title"],
            count=False,
        )
        sources = (hit["_source"] for hit in answer["hits"]["hits"])
        return [Suggestion(kind=one["kind"], id=UUID(one["id"]), title=one["title"]) for one in sources]

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
        query = self._scope(viewer).query(filters=[Term(kind=kind), Terms(id=[str(one) for one in ids])])
        answer = self._ask(query=query.to_dict(), size=len(ids), source=SHOWN, count=False)
        hits = [_hit(hit, viewer, {}) for hit in answer["hits"]["hits"]]
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
    ) -> set[tuple[str, UUID]]:
        """Store and remove in every index that must be kept in step, in one bulk request."""
        operations: list[Mapping[str, Any]] = []
        with _translated():
            for name in index.written():
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

    def stored(self, kind: str, *, after: UUID | None) -> Iterator[Stored]:
        """All that is kept of one kind in the index that is asked, by ascending id."""
        with _translated():
            index.client().options(request_timeout=BULK_SECONDS).indices.refresh(index=index.read_alias())
        place = [str(after)] if after else None
        while True:
            answer = self._ask(
                query=Term(kind=kind).to_dict(),
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

    # ---- details

    def _scope(self, viewer: Viewer) -> build.Scope:
        return build.Scope(viewer, outbox.withdrawn(ENGINE))

    def _posts_by_author(self, request: Request, scope: build.Scope) -> dict[UUID, list[tuple[UUID, float]]]:
        """The best posts for the words of the request, by author: (post, score), best first."""
        answer = self._ask(
            query=build.speaking_posts(request, scope).to_dict(),
            size=WEIGHTS.posts_asked,
            sort=[{"_score": "desc"}, {"id": "desc"}],
            source=["id", "author"],
            count=False,
        )
        spoken: dict[UUID, list[tuple[UUID, float]]] = defaultdict(list)
        for hit in answer["hits"]["hits"]:
            if author := hit["_source"].get("author"):
                spoken[UUID(author)].append((UUID(hit["_source"]["id"]), hit["sort"][0]))
        return spoken

    def _ask(
        self,
        *,
        query: Mapping[str, Any],
        size: int,
        aggs: Mapping[str, Any] | None = None,
        sort: Sequence[Mapping[str, Any]] | None = None,
        search_after: list[Any] | None = None,
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
                source=source,
                track_total_hits=count,
                timeout=f"{int(seconds * 1000)}ms",
                request_cache=False,
            )
        if answer["timed_out"]:
            raise TooSlow("Elasticsearch needs longer for this search than it may.")
        if answer["_shards"]["failed"]:
            raise EngineError("A part of the index does not answer.")
        found: Mapping[str, Any] = answer.body
        return found


@contextmanager
def _translated() -> Iterator[None]:
    """The client's errors as `EngineError`."""
    try:
        yield
    except ConnectionTimeout as error:
        raise TooSlow("Elasticsearch did not answer in time.") from error
    except (TransportError, ApiError) as error:
        raise EngineError(f"Elasticsearch: {error}") from error


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
    if document.group:
        source["group"] = str(document.group)
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


def _hit(hit: Mapping[str, Any], viewer: Viewer, spoken: Mapping[UUID, Sequence[tuple[UUID, float]]]) -> Hit:
    source = hit["_source"]
    terms: dict[str, list[str]] = defaultdict(list)
    passages: list[Passage] = []
    readable = (layer for layer in source.get(build.NARROW, ()) if viewer.is_in(layer["audience"]))
    for layer in (source[build.OPEN], *readable):
        passages += layer["passages"]
        for name, values in layer.get("terms", {}).items():
            terms[name] += values
    found = UUID(source["id"])
    return Hit(
        kind=source["kind"],
        id=found,
        title=source["title"],
        group=UUID(source["group"]) if source.get("group") else None,
        place=tuple(hit.get("sort", ())),
        passages=tuple(passages),
        terms=terms,
        posts=tuple(post for post, _ in spoken.get(found, ())[:3]) if source["kind"] == "expert" else (),
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
