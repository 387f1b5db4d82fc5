"""What went wrong, as ``application/problem+json`` (RFC 9457).

Everything that fails goes through `respond`: domain errors, the framework's, the database's, and what fails
in Django outside of views.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
import psycopg
import structlog
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from psycopg import errors
from rest_framework import exceptions

from api import throttling
from api.authentication import CHALLENGE
from api.parsers import Malformed, TooLarge, TooManyFields
from api.problems import KINDS, kind_of
from config.errors import (
    Conflict,
    Denied,
    DomainError,
    FieldError,
    Invalid,
    NotFound,
    NotSignedIn,
    TooMany,
    Unavailable,
)

log = structlog.get_logger("api.errors")

CONTENT_TYPE = "application/problem+json"
MAX_ERRORS = 100
_NON_FIELD = "non_field_errors"


class MethodNotAllowed(DomainError):
    """The address has no such method. HTTP 405."""

    status = 405
    code = "method_not_allowed"
    detail = "There is no such method here."


class NotAcceptable(DomainError):
    """None of the media types the client accepts is offered. HTTP 406."""

    status = 406
    code = "not_acceptable"
    detail = "None of the accepted media types is offered."


class UnsupportedMediaType(DomainError):
    """The body's media type is not accepted. HTTP 415."""

    status = 415
    code = "unsupported_media_type"
    detail = "This media type is not accepted here."


class MalformedRequest(Malformed):
    """The request itself, not only its body, is not well-formed. HTTP 400."""

    detail = "The request is malformed."


class OurMistake(DomainError):
    """Nobody expected this. Says nothing of the cause: that is in the log, under the request's id. HTTP
    500."""

    status = 500
    code = "server_error"
    detail = "Something went wrong on our side."


def handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's EXCEPTION_HANDLER. None (so: a 500, logged) for what nobody expected."""
    error = as_domain_error(exc)
    if error is None:
        return None
    response = respond(context["request"], error)
    if error.status == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


def respond(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The answer that tells of an error."""
    body = problem(request, error)
    response = HttpResponse(orjson.dumps(body), status=error.status, content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = CHALLENGE
    wait = error.data.get("retry_after", 1 if error.status in {429, 503} else None)
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    if isinstance(used_up := error.data.get("count"), throttling.Count):
        throttling.tell(response, [used_up])
    return response


def problem(request: HttpRequest, error: DomainError) -> dict[str, Any]:
    """The body of an answer that tells of an error."""
    kind = kind_of(error)
    both = {name: value for name, value in error.data.items() if name in {"current", "yours"}}
    return {
        "type": f"/problems/{kind}",
        "title": KINDS[kind].title,
        "status": error.status,
        "detail": error.detail,
        "instance": request.path,
        "code": error.code,
        "errors": [
            {"pointer": e.pointer, "code": e.code, "detail": e.detail} for e in error.errors[:MAX_ERRORS]
        ],
        "request_id": getattr(request, "request_id", ""),
        **both,
    }


def as_domain_error(exc: Exception) -> DomainError | None:
    """An exception as one of ours; None for what nobody expected."""
    if isinstance(exc, DomainError):
        return exc
    if isinstance(exc, exceptions.APIException):
        return _of_framework(exc)
    if isinstance(exc, DatabaseError):
        return _of_database(exc)
    return next((error() for kinds, error in _DJANGO if isinstance(exc, kinds)), None)


_DJANGO: Sequence[tuple[tuple[type[Exception], ...], type[DomainError]]] = [
    ((Http404,), NotFound),
    ((PermissionDenied,), Denied),
    ((RequestDataTooBig, TooManyFilesSent), TooLarge),
    ((TooManyFieldsSent,), TooManyFields),
    ((SuspiciousOperation, MultiPartParserError, UnreadablePostError), MalformedRequest),
]
_FRAMEWORK: Mapping[int, type[DomainError]] = {
    400: Malformed,
    401: NotSignedIn,
    403: Denied,
    404: NotFound,
    405: MethodNotAllowed,
    406: NotAcceptable,
    415: UnsupportedMediaType,
    429: TooMany,
}


def _of_framework(exc: exceptions.APIException) -> DomainError | None:
    if isinstance(exc, exceptions.ValidationError):
        return Invalid(errors=list(_field_errors(exc.detail, "")))
    error = _FRAMEWORK.get(exc.status_code)
    if error is None:
        return None
    detail = str(exc.detail)
    if detail.startswith("CSRF"):
        return Denied(detail, code="csrf_failed")
    # Authentication says precisely what is wrong with a token; elsewhere the kind says it all.
    return error(detail, code=getattr(exc.detail, "code", None) if error is NotSignedIn else None)


# What the database's refusals mean to the client, the first that fits; anything else is our own mistake.
_DATABASE: Sequence[tuple[tuple[type[Exception], ...], DomainError]] = [
    (
        (errors.UniqueViolation, errors.ForeignKeyViolation, errors.ExclusionViolation),
        Conflict("Somebody changed something at the same moment. Read again and repeat."),
    ),
    ((psycopg.DataError,), Invalid("A value is out of range.", code="out_of_range")),
    ((errors.QueryCanceled,), Unavailable("This took too long.", code="timeout")),
    (
        (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure),
        Unavailable("Too much happens at once here. Repeat in a moment.", code="contention"),
    ),
    (
        (errors.ReadOnlySqlTransaction,),
        Unavailable("Nothing can be changed at the moment.", code="read_only"),
    ),
    ((psycopg.OperationalError, psycopg.InterfaceError), Unavailable()),
]


def _of_database(exc: DatabaseError) -> DomainError | None:
    cause = exc.__cause__
    meant = next((error for kinds, error in _DATABASE if isinstance(cause, kinds)), None)
    if isinstance(cause, psycopg.Error):  # without the message: it can hold the values
        log.warning("database", kind=type(cause).__name__, constraint=cause.diag.constraint_name)
    return meant


def _field_errors(detail: object, pointer: str) -> Iterator[FieldError]:
    """Nested validation errors, with a JSON pointer for each."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            step = str(name).replace("~", "~0").replace("/", "~1")
            yield from _field_errors(inner, pointer if name == _NON_FIELD else f"{pointer}/{step}")
    elif isinstance(detail, Sequence) and not isinstance(detail, str):
        for index, inner in enumerate(detail):
            yield from _field_errors(inner, f"{pointer}/{index}" if isinstance(inner, Mapping) else pointer)
    elif detail:
        yield FieldError(pointer, getattr(detail, "code", None) or "invalid", str(detail))


# Django's own handlers, for what fails outside of views -----------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    return respond(request, as_domain_error(exception) or MalformedRequest())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """handler403."""
    return respond(request, Denied())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """handler404."""
    return respond(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500."""
    return respond(request, OurMistake())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW."""
    return respond(request, Denied(reason or None, code="csrf_failed"))
