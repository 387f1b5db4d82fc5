"""What every response of the site gets: a request id, security headers, a line in the log."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from uuid_utils.compat import uuid7

log = structlog.get_logger("api.request")

_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
# The pages that people look at. Redoc and Swagger UI style by script, hence inline styles; nothing comes from elsewhere.
_PAGES = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' 'unsafe-inline'; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)
_ADMIN = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class ApiMiddleware:
    """Gives the request ``request_id`` (X-Request-ID, if it is well-formed) and binds it to all log lines."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _WELL_FORMED.fullmatch(given) else str(uuid7())
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = self.get_response(request)
            log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                milliseconds=round((time.perf_counter() - started) * 1000, 1),
            )
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
        headers = response.headers
        headers["X-Request-ID"] = request_id
        headers.setdefault("Content-Security-Policy", _policy(request.path))
        headers.setdefault("Permissions-Policy", _PERMISSIONS)
        return response


def _policy(path: str) -> str:
    if path in {"/api/docs", "/api/redoc"}:
        return _PAGES
    return _ADMIN if path.startswith("/admin/") else _NOTHING
