"""What went wrong, as `application/problem+json` (RFC 9457).

Everything that fails goes through `problem`: domain errors, the framework's, the database's, and Django's own
outside of views. ``type`` is the kind of problem (explained at /problems/<kind>), ``code`` says which one exactly.
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
from rest_framework import exceptions

from api import throttling
from api.authentication import CHALLENGE
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

log = structlog.get_logger()

CONTENT_TYPE = "application/problem+json"
_NON_FIELD = "non_field_errors"


class TooLarge(DomainError):
    """More was sent than is accepted. HTTP 413."""

    status = 413
    code = "too_large"
    detail = "The request is too large."


class FrameworkProblem(DomainError):
    """What the framework refuses before a view runs: method, media type, form of the request."""


def handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's EXCEPTION_HANDLER. None (so: a 500, logged) for what nobody expected."""
    error = as_domain_error(exc)
    if error is None:
        return None
    return respond(context["request"]._request, error, headers=_headers(exc))


def respond(
    request: HttpRequest, error: DomainError, *, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """The answer that tells of an error."""
    body = problem(request, error)
    response = HttpResponse(orjson.dumps(body), status=error.status, content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response.headers[name] = value
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = CHALLENGE
    retry_after = error.data.get("retry_after", 1 if error.status == HTTPStatus.SERVICE_UNAVAILABLE else None)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    if isinstance(used_up := error.data.get("count"), throttling.Count):
        throttling.tell(response, [used_up])
    return response


def problem(request: HttpRequest, error: DomainError) -> dict[str, Any]:
    """The body of an answer that tells of an error."""
    kind = type(error).code if not isinstance(error, FrameworkProblem) else error.code
    return {
        "type": f"/problems/{kind}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.detail,
        "instance": request.path,
        "code": error.code,
        "errors": [{"pointer": e.pointer, "code": e.code, "detail": e.detail} for e in error.errors],
        "request_id": getattr(request, "request_id", ""),
    }


def as_domain_error(exc: Exception) -> DomainError | None:  # noqa: PLR0911 - one line per kind is what is readable
    """An exception as one of ours; None for what nobody expected."""
    match exc:
        case DomainError():
            return exc
        case exceptions.ValidationError():
            return Invalid(errors=list(_field_errors(exc.detail, "")))
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return NotSignedIn(str(exc.detail), code=_code(exc))
        case exceptions.PermissionDenied():
            return Denied(str(exc.detail), code="csrf_failed" if "CSRF" in str(exc.detail) else _code(exc))
        case PermissionDenied():
            return Denied()
        case exceptions.NotFound() | Http404():
            return NotFound()
        case exceptions.APIException():
            error = FrameworkProblem(str(exc.detail), code=_code(exc))
            error.status = exc.status_code
            return error
        case RequestDataTooBig() | TooManyFieldsSent() | TooManyFilesSent():
            return TooLarge()
        case SuspiciousOperation() | MultiPartParserError() | UnreadablePostError():
            return Invalid("The request is malformed.", code="malformed")
        case DatabaseError():
            return _of_database(exc)
    return None


def _of_database(exc: DatabaseError) -> DomainError | None:
    """What the database's refusal means for the client; None where it is our own mistake."""
    match exc.__cause__:
        case (
            psycopg.errors.UniqueViolation()
            | psycopg.errors.ForeignKeyViolation()
            | psycopg.errors.ExclusionViolation()
        ):
            log.warning("database.conflict", exc_info=exc)
            return Conflict("Somebody changed something at the same moment. Read again and repeat.")
        case psycopg.DataError():
            log.warning("database.data_error", exc_info=exc)
            return Invalid("A value is out of range.", code="out_of_range")
        case psycopg.errors.QueryCanceled():
            log.error("database.timeout", exc_info=exc)
            return Unavailable("This took too long.", code="timeout")
        case (
            psycopg.errors.LockNotAvailable()
            | psycopg.errors.DeadlockDetected()
            | psycopg.errors.SerializationFailure()
        ):
            log.warning("database.contention", exc_info=exc)
            return Unavailable("Too much happens at once here. Repeat in a moment.", code="contention")
        case psycopg.errors.ReadOnlySqlTransaction():
            log.error("database.read_only", exc_info=exc)
            return Unavailable("Nothing can be changed at the moment.", code="read_only")
        case psycopg.OperationalError() | psycopg.InterfaceError():
            log.error("database.unavailable", exc_info=exc)
            return Unavailable()
    return None


def _field_errors(detail: object, pointer: str) -> Iterator[FieldError]:
    """Nested validation errors, with a JSON pointer for each."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            step = str(name).replace("~", "~0").replace("/", "~1")
            yield from _field_errors(inner, pointer if name == _NON_FIELD else f"{pointer}/{step}")
    elif isinstance(detail, Sequence) and not isinstance(detail, str):
        for index, inner in enumerate(detail):
            yield from _field_errors(
                inner, f"{pointer}/{index}" if isinstance(inner, Mapping | list) else pointer
            )
    elif detail:
        yield FieldError(pointer, getattr(detail, "code", None) or "invalid", str(detail))


def _code(exc: exceptions.APIException) -> str:
    return str(getattr(exc.detail, "code", None) or exc.default_code)


def _headers(exc: Exception) -> dict[str, str]:
    if isinstance(exc, exceptions.MethodNotAllowed):
        return {}
    return {}


# Django's own handlers, for what fails outside of views ---------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    return respond(
        request, as_domain_error(exception) or Invalid("The request is malformed.", code="malformed")
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """handler403."""
    return respond(request, Denied())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """handler404."""
    return respond(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500. Says nothing of the cause: that is in the log, under the request's id."""
    error = FrameworkProblem("Something went wrong on our side.", code="server_error")
    error.status = HTTPStatus.INTERNAL_SERVER_ERROR
    return respond(request, error)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW."""
    return respond(request, Denied(reason or None, code="csrf_failed"))
