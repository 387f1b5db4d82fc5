"""What every response of the site gets: a request id, security headers, a line in the log."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from uuid_utils.compat import uuid7

from api import errors
from config.errors import DomainError

log = structlog.get_logger("api.request")

_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
# Answers of the API are data: a browser that is led to one shows it and does nothing else with it.
_DATA = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
# The pages that people look at. Swagger UI and Redoc style themselves by script.
_DOCS = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; worker-src 'self' blob:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
_ADMIN = (
    "default-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)


class ApiMiddleware:
    """Gives the request its ``request_id`` (X-Request-ID, if that is well-formed), which all its log lines
    carry.

    Neither query strings nor bodies are logged: they can hold names, searches and secrets.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _WELL_FORMED.fullmatch(given) else str(uuid7())
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        headers = response.headers
        headers["X-Request-ID"] = request_id
        headers.setdefault("Content-Security-Policy", _policy(request.path))
        headers.setdefault("Permissions-Policy", _PERMISSIONS)
        if not request.path.startswith("/health/"):
            log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                milliseconds=round((time.perf_counter() - started) * 1000, 1),
            )
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Expected failures of views that are not the API's own (health, metrics) answer alike."""
        return errors.respond(request, exception) if isinstance(exception, DomainError) else None


def _policy(path: str) -> str:
    if path in {"/api/docs", "/api/redoc"}:
        return _DOCS
    return _ADMIN if path.startswith("/admin") else _DATA
