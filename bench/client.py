"""An HTTP client that keeps its connection, as browsers and proxies do, and costs little itself."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass, field
from typing import Any, NamedTuple

_OK = frozenset({200, 201, 204})
_IDLE_SECONDS = 2.0  # gunicorn closes a connection that nobody uses for 5 (config/gunicorn.py)


class Call(NamedTuple):
    """One request; ``headers`` say who asks."""

    path: str
    headers: dict[str, str]
    method: str = "GET"
    body: object = None


class Failed(Exception):
    """The API answered with an error."""


@dataclass
class Client:
    """One keep-alive connection."""

    port: int
    _connection: http.client.HTTPConnection = field(init=False, repr=False)
    _used_at: float = field(init=False, repr=False, default=0.0)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def send(self, call: Call) -> tuple[float, bytes]:
        """Send it; the seconds until the whole answer was there, and its body. Raises `Failed`."""
        body = None if call.body is None else json.dumps(call.body)
        headers = {"X-Forwarded-Proto": "https", "Host": "localhost", **call.headers}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if time.perf_counter() - self._used_at > _IDLE_SECONDS:
            self._connection.close()  # the request opens it anew
        began = time.perf_counter()
        self._connection.request(call.method, call.path, body=body, headers=headers)
        response = self._connection.getresponse()
        content = response.read()
        self._used_at = time.perf_counter()
        seconds = self._used_at - began
        if response.status not in _OK:
            raise Failed(
                f"{call.method} {call.path}: {response.status} {content[:500].decode(errors='replace')}"
            )
        return seconds, content

    def json(self, call: Call) -> Any:
        """The answer's JSON."""
        return json.loads(self.send(call)[1])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
