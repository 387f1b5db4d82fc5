"""One box over everything that can be searched."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.search import cursors, examples, serializers, shown
from api.viewsets import ApiViewSet
from config.errors import Invalid
from forums import own_queries
from search import filters, results, suggestions
from search.engines.base import Sort
from search.query import Clause, Term
from search.viewer import Viewer

FILTERS = (
    "type",
    "topic",
    "country",
    "space",
    "language",
    "network",
    "agency",
    "author",
    "kind",
    "status",
    "level",
)
# May change from page to page.
OF_A_PAGE = frozenset({"cursor", "limit", "fields"})


class SearchViewSet(ApiViewSet):
    """Finding experts, discussions, posts and spaces."""

    tag = "Search"

    @operation(
        "Search",
        response=serializers.SearchAnswer,
        query=serializers.SearchQuery,
        throttle="search",
        example=examples.SEARCH,
    )
    def search(self, request: ApiRequest) -> HttpResponse:
        """Whatever was typed is understood as far as it can be; `warnings` tell what was not taken as typed.

        Experts are found by what they say of themselves and by what they wrote, where you may read it; a
        topic's name in any language finds what is about it in every language. A search that would take longer
        than 2 s is given up: 503, `search_too_slow`.
        """
        asked = request.query
        same = orjson.dumps(
            sorted((name, values) for name, values in request.query_params.lists() if name not in OF_A_PAGE)
        )
        found = results.find(
            _typed(asked),
            request.viewer,
            shown.fetcher(request.viewer),
            results.Options(
                narrowed=_narrowed(asked, request.viewer),
                sort=Sort(asked["sort"]),
                limit=asked["limit"],
                after=cursors.read(asked["cursor"], of=same),
                facets=asked.get("facets", results.FACETS),
                grouped="group" in asked,
            ),
        )
        next_page = _address(request, cursors.write(found.end, of=same)) if found.end else None
        response = self.answer(serializers.answer(found, next_page=next_page))
        if next_page:
            response.headers["Link"] = f'<{next_page}>; rel="next"'
        return response

    @operation(
        "Suggestions while typing",
        response=serializers.Suggestions,
        query=serializers.SuggestQuery,
        throttle="suggest",
        example=examples.SUGGESTIONS,
    )
    def suggest(self, request: ApiRequest) -> HttpResponse:
        """Searches of your own, topics, people, discussions and spaces you may know of, some word of whose
        name begins so. Nothing typed: your own searches, the latest first."""
        typed, limit = request.query["q"], request.query["limit"]
        own = own_queries.fitting(typed, request.viewer, limit=limit)
        found, status = suggestions.suggest(typed, request.viewer, limit=limit)
        return self.answer(
            {
                "engine": status.engine,
                "degraded": status.degraded,
                "results": [
                    *(
                        {"type": one.kind, "id": one.id, "title": one.title, "query": one.query}
                        for one in own
                    ),
                    *({"type": one.kind, "id": one.id, "title": one.title, "query": None} for one in found),
                ],
            }
        )


def _typed(asked: dict[str, Any]) -> str:
    """The query, with the dates that were given as parameters."""
    dates = [f"{name}:{asked[name]:%Y-%m-%d}" for name in ("before", "after") if name in asked]
    return " ".join([*dates, asked["q"]])


def _narrowed(asked: dict[str, Any], viewer: Viewer) -> list[Clause]:
    """The filters given as parameters; `Invalid` (400) for a value that is not there for the viewer."""
    clauses = []
    for name in FILTERS:
        terms: dict[Term, None] = {}
        for position, value in enumerate(asked.get(name, ())):
            found = filters.resolve(name, str(value), viewer)
            if not found:
                raise Invalid.field(
                    f"/{name}/{position}", f"There is no such {name}.", code=f"unknown_{name}"
                )
            terms |= dict.fromkeys(Term(field, term) for field, term in found)
        if terms:
            clauses.append(Clause(tuple(terms)))
    return clauses


def _address(request: ApiRequest, cursor: str) -> str:
    kept = [(n, v) for n, values in request.query_params.lists() for v in values if n != "cursor"]
    return f"{request.build_absolute_uri(request.path)}?{urlencode([*kept, ('cursor', cursor)])}"
