"""More like this."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.search import examples, serializers, shown
from api.viewsets import ApiViewSet
from search import similar
from search.results import Found
from search.selection import Status


class SimilarViewSet(ApiViewSet):
    """More like this."""

    tag = "Search"

    @operation(
        "Discussions like this one",
        response=serializers.SimilarAnswer,
        query=serializers.SimilarQuery,
        throttle="search",
        example=examples.SIMILAR,
    )
    def discussion(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Those that have the words which tell what it is about; best first."""
        return self._like("discussion", id)

    @operation(
        "Posts like this one",
        response=serializers.SimilarAnswer,
        query=serializers.SimilarQuery,
        throttle="search",
        example=examples.SIMILAR,
    )
    def post(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Those that have the words which tell what it is about; best first."""
        return self._like("post", id)

    @operation(
        "Experts like this one",
        response=serializers.SimilarAnswer,
        query=serializers.SimilarQuery,
        throttle="search",
        example=examples.SIMILAR,
    )
    def expert(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """By what both say of themselves and you may read."""
        return self._like("expert", id)

    @operation(
        "Discussions like what you are writing",
        body=serializers.SimilarText,
        response=serializers.SimilarAnswer,
        scope="read",
        idempotent=False,
        throttle="search",
        example=examples.SIMILAR,
        body_example={"title": "How do you examine residence permits?", "body": ""},
    )
    def text(self, request: ApiRequest) -> HttpResponse:
        """To be offered while a question is being written: it may have been answered already. Nothing is
        kept."""
        found, status = similar.like_text(
            request.input["title"],
            request.input["body"],
            request.viewer,
            shown.fetcher(request.viewer),
            kinds=["discussion"],
            limit=request.input["limit"],
        )
        return self._answer(found, status)

    def _like(self, kind: str, object_id: UUID) -> HttpResponse:
        viewer = self.request.viewer
        found, status = similar.like_thing(
            kind, object_id, viewer, shown.fetcher(viewer), limit=self.request.query["limit"]
        )
        return self._answer(found, status)

    def _answer(self, found: Sequence[Found], status: Status) -> HttpResponse:
        return self.answer(
            {
                "engine": status.engine,
                "degraded": status.degraded,
                "results": [serializers.result(one) for one in found],
            }
        )
