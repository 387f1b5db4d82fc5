"""Stands in front of the whole API in every test: no response goes out that the contract does not know.

(b) of the proof machinery: status, content type, body and headers are validated against the schema, whichever
client asked, without exceptions. (d): whenever a detail endpoint answers, its 404 must agree with what
``Model.objects.visible(viewer)`` says of the same row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch

from api.viewsets import ResourceViewSet
from experts import viewers
from experts.models import User
from tests.contracts import schema


class BrokenContractError(AssertionError):
    """A response that the API does not promise."""


class ContractMiddleware:
    """Raises `BrokenContractError`, which the test client raises in the test."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path.startswith("/api/v1"):
            check(request, response)
        return response


def check(request: HttpRequest, response: HttpResponseBase) -> None:
    """Compare one response with the contract."""
    match = request.resolver_match
    method = request.method or ""
    operation = schema.name_of(method, match.route) if match else ""
    fault = _fault(operation, request, response)
    if fault:
        body = getattr(response, "content", b"")[:2000].decode(errors="replace")
        raise BrokenContractError(
            f"{method} {request.get_full_path()} answered {response.status_code}: {fault}\n{body}"
        )
    if match and method == "GET" and response.status_code in {200, 304, 404}:
        _compare_with_visible(match, request, response)


def _fault(  # noqa: PLR0911 - a list of reasons
    operation: str, request: HttpRequest, response: HttpResponseBase
) -> str | None:
    status = response.status_code
    content: bytes = getattr(response, "content", b"") if not response.streaming else b""
    media_type = response.headers.get("Content-Type", "").split(";")[0]
    if response.headers.get("X-Request-ID") is None:
        return "it has no X-Request-ID"
    if operation not in schema.operations():
        # 400 and 413 are Django's, before it looks where the request goes (an unexpected host, for one).
        if status not in {404, 405} and not (not operation and status in {400, 413}):
            return "there is no such operation, so it must be 404 or 405"
        return _problem_fault(request, response, content, media_type)
    declared = schema.response(operation, status)
    if declared is None:
        return f"this status is not declared for {operation}"
    if status >= 400:
        return _problem_fault(request, response, content, media_type)
    if "content" not in declared:
        return "it should have no body" if content else None
    if media_type not in declared["content"]:
        return f"{media_type} is not declared"
    if request.method == "HEAD" or media_type != schema.JSON:
        return None
    return _body_fault(operation, request, response, content)


def _body_fault(
    operation: str, request: HttpRequest, response: HttpResponseBase, content: bytes
) -> str | None:
    selected = request.GET.get("fields")
    fields = (
        frozenset(name.strip() for name in selected.split(",") if name.strip())
        if selected is not None
        else None
    )
    body = orjson.loads(content)
    errors = schema.validator(operation, response.status_code, schema.JSON, fields).iter_errors(body)
    if first := next(iter(errors), None):
        return f"{'/'.join(str(step) for step in first.instance_path)}: {first.message[:500]}"
    if request.method == "GET" and "ETag" not in response.headers:
        return "it has no ETag"
    if response.status_code in {201, 202} and not response.headers.get("Location", "").startswith("/api/v1/"):
        return "it does not say where what was made is (Location)"
    if isinstance(body, dict) and "next" in body:
        links = [
            f'<{body[name]}>; rel="{rel}"'
            for name, rel in (("next", "next"), ("previous", "prev"))
            if body[name]
        ]
        if response.headers.get("Link", "") != ", ".join(links):
            return "Link does not say the same as next and previous"
    return None


def _problem_fault(
    request: HttpRequest, response: HttpResponseBase, content: bytes, media_type: str
) -> str | None:
    if media_type != schema.PROBLEM:
        return f"an error must be {schema.PROBLEM}, not {media_type}"
    if request.method == "HEAD":
        return None
    body: dict[str, Any] = orjson.loads(content)
    if first := next(iter(schema.problem_validator().iter_errors(body)), None):
        return str(first.message)[:500]
    if body["status"] != response.status_code or body["request_id"] != response.headers["X-Request-ID"]:
        return "the problem's status or request_id differs from the response's"
    wanted = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After", 503: "Retry-After"}.get(
        response.status_code
    )
    if wanted and wanted not in response.headers:
        return f"it has no {wanted}"
    return None


def _compare_with_visible(match: ResolverMatch, request: HttpRequest, response: HttpResponseBase) -> None:
    view = getattr(match.func, "cls", None)
    if not (
        isinstance(view, type)
        and issubclass(view, ResourceViewSet)
        and hasattr(view.model.objects, "visible")
    ):
        return
    if getattr(match.func, "actions", {}).get("get") != "retrieve":
        return
    user = getattr(request, "user", None)
    asker = user if isinstance(user, User) else AnonymousUser()
    # Its own queries are not the endpoint's: they are not counted.
    counting, connection.force_debug_cursor = connection.force_debug_cursor, False
    try:
        with transaction.atomic():
            exists = view.visible_to(viewers.resolve(asker)).filter(**view.lookup(match.kwargs)).exists()
    finally:
        connection.force_debug_cursor = counting
    if exists != (response.status_code != 404):
        raise BrokenContractError(
            f"GET {request.path} answered {response.status_code} to {asker}, but "
            f"{view.model.__name__}.objects.visible(viewer) {'has' if exists else 'does not have'} the row."
        )
