"""One decorator per endpoint: what it takes, what it answers, who may call it.

The same declaration is carried out (parameters and body validated, If-Match and Idempotency-Key honoured) and
written into the OpenAPI schema, so that the two cannot differ. See docs/building-an-endpoint.md.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Concatenate, Literal

from django.http import HttpResponse, QueryDict

from api import conditions, idempotency
from api.requests import ApiRequest
from api.serializers import Input, Output, Query
from config.errors import FieldError, Invalid, NotFound

if TYPE_CHECKING:
    from api.viewsets import ApiViewSet

type Scope = Literal["read", "write", "moderate"]

SAFE = frozenset({"GET", "HEAD"})
SELECTING = frozenset({"fields", "expand"})
PAGING = frozenset({"limit", "cursor"})


@dataclass(frozen=True, kw_only=True)
class Operation:
    """The declaration of one endpoint.

    ``response`` is the shape of one object (of one result, where ``paginated``, or where the list is given
    ``whole``, in the shape of a page); None answers 204 without a
    body. ``sign_in``: whether a visitor gets 401; by default for everything but GET. ``scope``: what a
    personal token must allow; by default read for GET, else write. ``expand``: the related objects that may
    be asked for, as dotted paths of at most two steps. ``throttle``: the rate (see settings.THROTTLE_RATES)
    beside the general one. ``idempotent``: whether a POST honours Idempotency-Key. ``files``: the body is
    multipart/form-data, of at most ``max_bytes`` (a longer one is refused before it is read).
    ``also``: other media types of the answer and their descriptions. ``moved``: asked
    with the request and the URL's parts before a 404 goes out: the address where the thing is now, or None.
    ``enrolling``: whether it is also answered in a session that only serves to set up a second factor.
    """

    summary: str
    response: type[Output] | None = None
    status: int = 200
    body: type[Input] | None = None
    query: type[Query] | None = None
    paginated: bool = False
    whole: bool = False
    expand: tuple[str, ...] = ()
    sign_in: bool | None = None
    scope: Scope | None = None
    throttle: str | None = None
    idempotent: bool = True
    files: bool = False
    max_bytes: int = 32 * 1024 * 1024
    also: Mapping[str, str] = field(default_factory=dict)
    moved: Callable[..., str | None] | None = None
    enrolling: bool = False
    example: object = None
    body_example: object = None

    def __post_init__(self) -> None:
        if any(path.count(".") > 1 for path in self.expand):
            raise ValueError(f"{self.summary}: expand goes two steps deep at most.")
        if self.response is None and not self.also and self.status == 200:  # frozen, hence this way
            object.__setattr__(self, "status", 204)

    @functools.cached_property
    def selectable(self) -> tuple[str, ...]:
        """The names ``fields=`` may choose from."""
        return tuple(self.response().fields) if self.response else ()

    @functools.cached_property
    def parameters(self) -> frozenset[str]:
        """Every query parameter a GET of this operation knows."""
        names = self.query.names() if self.query else frozenset()
        if self.selectable:
            names |= {"fields"}
        if self.expand:
            names |= {"expand"}
        return names | PAGING if self.paginated else names

    @functools.cached_property
    def defaults(self) -> Mapping[str, Any]:
        """What its own query parameters are where none is given."""
        return _validated(self.query, QueryDict()) if self.query else {}

    def needs_sign_in(self, method: str) -> bool:
        """Whether a visitor is asked to sign in."""
        return method not in SAFE if self.sign_in is None else self.sign_in

    def needs_scope(self, method: str) -> Scope:
        """What a personal token must allow."""
        return self.scope or ("read" if method in SAFE else "write")


type Handler[V, **P] = Callable[Concatenate[V, ApiRequest, P], HttpResponse]


def operation[V: ApiViewSet, **P](
    summary: str, **declaration: Any
) -> Callable[[Handler[V, P]], Handler[V, P]]:
    """Declare a viewset's method as an endpoint; the arguments are `Operation`'s fields."""
    declared = Operation(summary=summary, **declaration)

    def decorate(handler: Handler[V, P]) -> Handler[V, P]:
        @functools.wraps(handler)
        def run(view: V, request: ApiRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            _prepare(declared, request)
            try:
                if request.method == "POST" and declared.idempotent:
                    return idempotency.once(request, lambda: handler(view, request, *args, **kwargs))
                return conditions.conditional(request, handler(view, request, *args, **kwargs))
            except NotFound:
                moved_to = declared.moved(request, **kwargs) if declared.moved else None
                if moved_to is None:
                    raise
                return _redirect(request, moved_to)

        run.operation = declared  # type: ignore[attr-defined]  # read back by `of`
        return run

    return decorate


def of(view: object) -> Operation | None:
    """The declaration of the endpoint that a view is about to run; None where the method is not offered."""
    handler = getattr(view, getattr(view, "action", None) or "", None)
    found: Operation | None = getattr(handler, "operation", None)
    return found


def _redirect(request: ApiRequest, moved_to: str) -> HttpResponse:
    """To where the thing is now; the method and the body stay the same."""
    return HttpResponse(status=301 if request.method in SAFE else 308, headers={"Location": moved_to})


def _prepare(declared: Operation, request: ApiRequest) -> None:
    """Validate what was sent and leave it on the request."""
    parameters = request.query_params
    safe = request.method in SAFE
    request.expand = _names(parameters, "expand", allowed=frozenset(declared.expand))
    # A path is asked for with what leads to it.
    request.expand |= {path.split(".")[0] for path in request.expand}
    request.fields = (
        _names(parameters, "fields", allowed=frozenset(declared.selectable))
        if "fields" in parameters
        else None
    )
    known = declared.parameters if safe else declared.parameters - PAGING
    _check_parameters(parameters, known)
    request.query = _validated_query(declared, parameters)
    request.expected_version = conditions.expected_version(request)
    request.input = {}
    if declared.body is not None and not safe:
        body = declared.body(data=request.data, partial=request.method == "PATCH")
        body.is_valid(raise_exception=True)
        request.input = body.validated_data


def _check_parameters(parameters: QueryDict, known: frozenset[str]) -> None:
    errors = [
        FieldError(f"/{name}", "unknown_parameter", "There is no such query parameter.")
        for name in parameters
        if name not in known
    ]
    errors += [
        FieldError(f"/{name}", "null_characters_not_allowed", "NUL is no text.")
        for name, values in parameters.lists()
        if any("\x00" in value for value in values)
    ]
    if errors:
        raise Invalid(errors=errors)


def _validated_query(declared: Operation, parameters: QueryDict) -> dict[str, Any]:
    if declared.query is None:
        return {}
    given = declared.query.names() & parameters.keys()
    if not given:
        return dict(declared.defaults)
    own = QueryDict(mutable=True)
    for name in given:
        own.setlist(name, parameters.getlist(name))
    return _validated(declared.query, own)


def _validated(shape: type[Query], parameters: QueryDict) -> dict[str, Any]:
    query = shape(parameters)
    query.is_valid(raise_exception=True)
    validated: dict[str, Any] = query.validated_data
    return validated


def _names(parameters: QueryDict, parameter: str, *, allowed: frozenset[str]) -> frozenset[str]:
    """The comma-separated names of ``fields`` or ``expand``; 400 for one that is not allowed."""
    names = frozenset(name for name in re.split(r"\s*,\s*", parameters.get(parameter, "").strip()) if name)
    if unknown := sorted(names - allowed):
        raise Invalid(
            errors=[
                FieldError(f"/{parameter}", "unknown_field", f"There is no {name[:60]!r} here.")
                for name in unknown[:10]
            ]
        )
    return names
