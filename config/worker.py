"""Gunicorn's worker, which answers what is no HTTP request in the form of every other problem."""

from __future__ import annotations

import json
import socket
import time
from http import HTTPStatus
from typing import Any

from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

LINGER_SECONDS = 1.0
LINGER_BYTES = 1_000_000
# What is refused before Django hears of it; any other fault of the client's is a malformed request.
REFUSED: tuple[tuple[type[Exception], HTTPStatus, str, str], ...] = (
    (
        errors.LimitRequestLine,
        HTTPStatus.REQUEST_URI_TOO_LONG,
        "uri_too_long",
        "The address, its parameters included, is longer than is read.",
    ),
    (
        errors.LimitRequestHeaders,
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "headers_too_large",
        "There are more headers, or longer ones, than are read.",
    ),
    (errors.ParseException, HTTPStatus.BAD_REQUEST, "malformed", "This is no HTTP request."),
)


class Worker(ThreadWorker):
    """Threads; a request that cannot be read is answered with application/problem+json."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer and close. What is not the client's fault is gunicorn's to log and answer."""
        for kind, status, code, detail in REFUSED:
            if isinstance(exc, kind) and not isinstance(exc, errors.ConfigurationProblem):
                self.log.info("Refused before Django: %s from %s", code, addr[0] if addr else "a socket")
                _answer(client, status, code, detail)
                return
        super().handle_error(req, client, addr, exc)


def _answer(client: socket.socket, status: HTTPStatus, code: str, detail: str) -> None:
    problem: dict[str, object] = {
        "type": f"/problems/{code}",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "code": code,
        "errors": [],
    }
    body = json.dumps(problem).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        "Connection: close\r\n"
        "Content-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    util.write_nonblock(client, head.encode("ascii") + body)
    _read_rest(client)


def _read_rest(client: socket.socket) -> None:
    """Take what is still being sent, within bounds: a close with unread bytes would make the client lose the
    answer."""
    until = time.monotonic() + LINGER_SECONDS
    unread = LINGER_BYTES
    try:
        client.shutdown(socket.SHUT_WR)
        while unread > 0 and (left := until - time.monotonic()) > 0:
            client.settimeout(left)
            received = client.recv(min(unread, 65_536))
            if not received:
                return
            unread -= len(received)
    except OSError:  # gone, or too slow: it was answered
        return
