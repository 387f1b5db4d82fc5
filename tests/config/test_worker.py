"""What the server refuses before Django sees it is a problem like any other."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.local.processes import free_port, start

APPLICATION = """
def application(environ, start_response):
    start_response("204 No Content", [])
    return [b""]
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where gunicorn, as it is configured for this product, serves an application that answers 204."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "answering.py").write_text(APPLICATION)
    number = free_port()
    settings = Path(__file__).parents[2] / "config" / "gunicorn.py"
    command = [sys.executable, "-m", "gunicorn", "-c", str(settings), "--pythonpath", str(folder)]
    command += ["--workers", "1", "--bind", f"127.0.0.1:{number}", "answering"]
    server = start("gunicorn", command, log=folder / "log", cwd=settings.parents[1])
    try:
        until = time.monotonic() + 20
        while not _answers(number):
            assert server.returncode is None, server.last_lines()
            assert time.monotonic() < until, server.last_lines()
            time.sleep(0.05)
        yield number
    finally:
        server.stop()


def _answers(port: int) -> bool:
    try:
        return exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")[0] == 204
    except OSError:
        return False


def exchange(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *headers = head.decode().split("\r\n")
    return int(status.split()[1]), dict(line.split(": ", 1) for line in headers), body


@pytest.mark.parametrize(
    ("request_line", "status", "code"),
    [
        (b"GET /?q=" + b"word+" * 10_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "uri_too_long"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n", 431, "headers_too_large"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Many: x\r\n" * 500 + b"\r\n", 431, "headers_too_large"),
        (b"\x16\x03\x01 nonsense\r\n\r\n", 400, "malformed"),
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400, "malformed"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nBad Name: x\r\n\r\n", 400, "malformed"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: nonsense\r\n\r\n", 400, "malformed"),
    ],
    ids=["10,000 words", "long header", "many headers", "TLS", "version", "name of a header", "encoding"],
)
def test_what_is_no_request_is_answered_as_a_problem(
    port: int, request_line: bytes, status: int, code: str
) -> None:
    answered, headers, body = exchange(port, request_line)
    assert answered == status
    assert headers["Content-Type"] == "application/problem+json"
    assert json.loads(body)["code"] == code
    assert json.loads(body)["status"] == status


def test_the_server_goes_on_after_what_it_refused(port: int) -> None:
    assert exchange(port, b"nonsense\r\n\r\n")[0] == 400
    assert exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")[0] == 204
