"""The client that tests speak to the API with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson
from django.test import Client
from django.utils import timezone

from experts.models import PersonalToken, User

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response  # with .json()

ALL_SCOPES = ("read", "write", "moderate")


class ApiClient(Client):
    """Speaks JSON. Paths are below /api/v1: ``api(user).get("/spaces", limit=5)``.

    Keyword arguments of `get` and `delete` are query parameters; bodies are given as data. ``key`` is sent as
    Idempotency-Key, ``if_match`` as If-Match (PATCH and PUT send ``*`` unless told otherwise; None: nothing).
    """

    base = "/api/v1"

    def __init__(
        self, user: User | None = None, *, scopes: Sequence[str] = ALL_SCOPES, **defaults: Any
    ) -> None:
        super().__init__(**defaults)
        self.user = user
        if user is not None:
            self.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token_for(user, scopes=scopes)}"

    def get(self, path: str, *, headers: dict[str, str] | None = None, **query: Any) -> Response:  # type: ignore[override]
        return self._send("GET", path, query=query, headers=headers)

    def delete(  # type: ignore[override]
        self, path: str, *, if_match: str | None = None, headers: dict[str, str] | None = None, **query: Any
    ) -> Response:
        return self._send("DELETE", path, query=query, headers=_with(headers, {"If-Match": if_match}))

    def post(  # type: ignore[override]
        self,
        path: str,
        data: Any = None,
        *,
        key: str | None = None,
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> Response:
        return self._send("POST", path, data, query=query, headers=_with(headers, {"Idempotency-Key": key}))

    def patch(  # type: ignore[override]
        self,
        path: str,
        data: Any = None,
        *,
        if_match: str | None = "*",
        headers: dict[str, str] | None = None,
    ) -> Response:
        return self._send("PATCH", path, data, headers=_with(headers, {"If-Match": if_match}))

    def put(  # type: ignore[override]
        self,
        path: str,
        data: Any = None,
        *,
        if_match: str | None = "*",
        headers: dict[str, str] | None = None,
    ) -> Response:
        return self._send("PUT", path, data, headers=_with(headers, {"If-Match": if_match}))

    def send(self, method: str, path: str, data: Any = None, **options: Any) -> Response:
        """Any method, by name; ``data`` may be bytes, sent as they are."""
        return self._send(method, path, data, **options)

    def _send(
        self,
        method: str,
        path: str,
        data: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        content_type: str = "application/json",
    ) -> Response:
        url = path if path.startswith(("/api/", "http")) else f"{self.base}{path}"
        if query:
            url += ("&" if "?" in url else "?") + urlencode(query, doseq=True)
        body = b"" if data is None else data if isinstance(data, bytes) else orjson.dumps(data)
        response = self.generic(
            method, url, body, content_type=content_type if data is not None else "", headers=headers
        )
        if response.streaming:  # read here, as every client does; that closes the file
            response.streaming_content = [b"".join(response.streaming_content)]  # type: ignore[attr-defined]
        return response


def token_for(user: User, *, scopes: Sequence[str] = ALL_SCOPES) -> str:
    """A personal token's secret. Its last use is noted as now, so that a request does not have to."""
    secret = PersonalToken.new_secret()
    now = timezone.now()
    PersonalToken.objects.create(
        user=user,
        name="test",
        digest=PersonalToken.digest_of(secret),
        hint=secret[:8],
        scopes=list(scopes),
        expires_at=now + dt.timedelta(days=1),
        last_used_at=now,
    )
    return secret


def _with(headers: dict[str, str] | None, more: dict[str, str | None]) -> dict[str, str]:
    return {**(headers or {}), **{name: value for name, value in more.items() if value is not None}}
