"""The base of every endpoint's view. How to use it: docs/building-an-endpoint.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.viewsets import ViewSet

from api import conditions, operations, pagination, throttling
from api.parsers import JSONParser, require_length
from api.renderers import Renderer, encode
from api.requests import ApiRequest
from config.errors import NotFound
from experts.prepared import Question
from search.viewer import Viewer

JSON = "application/json"
VARY = "Accept, Accept-Language, Authorization, Cookie"


class ApiViewSet(ViewSet):
    """Endpoints that answer JSON. ``tag`` groups them in the documentation.

    Methods decorated with `api.operations.operation` are the endpoints; `answer`, `page`, `created`,
    `accepted` and `nothing` make their responses. URLs bind them by name: ``XViewSet.as_view({"get":
    "list"})``.
    """

    tag: ClassVar[str]
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    request: ApiRequest

    # How a request is taken in ------------------------------------------------------------------------------

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> ApiRequest:  # noqa: ARG002
        self.action = self.action_map.get((request.method or "").lower(), "")
        return ApiRequest(
            request,
            parsers=self.get_parsers(),
            authenticators=self.get_authenticators(),
            negotiator=self.get_content_negotiator(),
            parser_context=self.get_parser_context(request),
        )

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Before all else, refuses a form that is too large: nothing has read any of it yet."""
        declared = operations.of(self)
        if declared and declared.files:
            require_length(request, declared.max_bytes)
        super().initial(request, *args, **kwargs)

    def get_parsers(self) -> list[BaseParser]:
        """What the operation takes: JSON, or a form with files."""
        declared = operations.of(self)
        return [MultiPartParser()] if declared and declared.files else [JSONParser()]

    def get_renderers(self) -> list[BaseRenderer]:
        """What the operation offers: JSON, and the other media types it declares."""
        declared = operations.of(self)
        others = [Renderer(media_type) for media_type in declared.also] if declared else []
        return [Renderer(), *others]

    def perform_authentication(self, request: Any) -> None:
        """Finds out who asks, and has the log say it."""
        if request.user.is_authenticated:
            structlog.contextvars.bind_contextvars(user=str(request.user.pk))

    def check_throttles(self, request: Any) -> None:
        """Counts the request; raises `TooMany` (429)."""
        declared = operations.of(self)
        self.counts = throttling.count(request, declared.throttle if declared else None)

    @property
    def default_response_headers(self) -> dict[str, str]:
        """None of the framework's: `finalize_response` sets what is wanted."""
        return {}

    def finalize_response(  # type: ignore[override]  # views answer with Django's responses, errors too
        self,
        request: Any,  # noqa: ARG002 - the signature is the framework's
        response: HttpResponseBase,
        *args: Any,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> HttpResponseBase:
        """Adds what all answers have."""
        throttling.tell(response, getattr(self, "counts", ()))
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.setdefault("Vary", VARY)
        return response

    # Responses ----------------------------------------------------------------------------------------------

    def answer(self, data: dict[str, Any], *, version: int | None = None, status: int = 200) -> HttpResponse:
        """One object. ``version``: the thing's, given only to who may edit it (see `conditions`)."""
        content = encode(pagination.select(data, self.request.fields))
        response = HttpResponse(content, content_type=JSON, status=status)
        response.headers["ETag"] = conditions.etag(content, version=version)
        return response

    def created(self, data: dict[str, Any], *, location: str, version: int | None = None) -> HttpResponse:
        """201 with what was made and where it is from now on (a path)."""
        response = self.answer(data, version=version, status=201)
        response.headers["Location"] = location
        return response

    def accepted(self, data: dict[str, Any], *, location: str) -> HttpResponse:
        """202 with a job that tells its progress at ``location``."""
        response = self.answer(data, status=202)
        response.headers["Location"] = location
        return response

    def nothing(self) -> HttpResponse:
        """204: done, and there is nothing to say."""
        response = HttpResponse(status=204)
        del response.headers["Content-Type"]
        return response

    def page(
        self,
        rows: pagination.Rows,
        *,
        order: Sequence[str | OrderBy],
        represent: Callable[[Sequence[Any]], list[dict[str, Any]]],
        around: Any = None,
    ) -> HttpResponse:
        """A page of ``rows``, ordered by ``order``, whose last term must be unique.

        ``represent`` turns the page's rows (at most ``limit``) into dictionaries, in a fixed number of
        queries. ``around``: without a cursor, start with the page in whose middle the first ordering column
        has this value.
        """
        if around is not None and "cursor" not in self.request.query_params:
            if isinstance(rows, Question):
                raise TypeError("Around a row is asked of a queryset.")
            page = pagination.paginate_around(self.request, rows, order, around)
        else:
            page = pagination.paginate(self.request, rows, order)
        results = [pagination.select(row, self.request.fields) for row in represent(page.rows)]
        body = {"results": results, "next": page.next, "previous": page.previous}
        response = HttpResponse(encode(body), content_type=JSON)
        if links := page.link_header():
            response.headers["Link"] = links
        return response

    def whole(self, results: list[dict[str, Any]]) -> HttpResponse:
        """A list given at once, in the shape of a page: only for what is short by its nature."""
        results = [pagination.select(row, self.request.fields) for row in results]
        return HttpResponse(encode({"results": results, "next": None, "previous": None}), content_type=JSON)


class ResourceViewSet[M: models.Model](ApiViewSet):
    """Endpoints on rows of ``model``, whose ``objects.visible(viewer)`` says what is there for whom.

    A URL's ``id`` is the primary key; any other part is the field of that name (``slug``, ``code``).
    """

    model: ClassVar[Any]

    @classmethod
    def visible_to(cls, viewer: Viewer) -> models.QuerySet[M]:
        """What is there for a viewer."""
        rows: models.QuerySet[M] = cls.model.objects.visible(viewer)
        return rows

    @staticmethod
    def lookup(kwargs: dict[str, Any]) -> dict[str, Any]:
        """The filter that a URL's parts mean."""
        return {"pk" if name == "id" else name: value for name, value in kwargs.items()}

    def visible(self) -> models.QuerySet[M]:
        """What is there for who asks."""
        return self.visible_to(self.request.viewer)

    def find(self, rows: models.QuerySet[M] | None = None, **lookup: Any) -> M:
        """The one row of ``rows`` (all visible ones unless given) with these values; `NotFound` (404)
        otherwise.
        """
        return get(self.visible() if rows is None else rows, **self.lookup(lookup))


def get[M: models.Model](rows: models.QuerySet[M, Any], **lookup: Any) -> M:
    """The one row with these values; `NotFound` (404) where there is none."""
    try:
        return rows.get(**lookup)  # type: ignore[no-any-return]
    except ObjectDoesNotExist:
        raise NotFound from None
