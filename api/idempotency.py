"""Idempotency-Key: a POST that is sent twice takes effect once, and is answered the same twice.

The answer is stored in the transaction of the effect: either both are there or neither is. While a request
runs, it holds an advisory lock on its key; who finds it taken gets 409. Only successes are kept: a refused
request had no effect and may be repeated.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Callable
from typing import Any

import orjson
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from api.models import IdempotentAnswer
from api.requests import ApiRequest
from config.errors import Conflict, DomainError, Invalid
from experts.models import User

KEPT = dt.timedelta(hours=24)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class KeyReused(DomainError):
    """The key came with another request before. HTTP 422."""

    status = 422
    code = "idempotency_key_reused"
    detail = "This Idempotency-Key was used for a different request."


class StillRunning(Conflict):
    """The first request with this key has not ended. HTTP 409."""

    code = "idempotency_in_progress"
    detail = "The first request with this Idempotency-Key is still running."


def once(request: ApiRequest, run: Callable[[], HttpResponse]) -> HttpResponse:
    """``run()``, or the answer it gave to this key before. Without the header, or for a visitor:
    ``run()``."""
    client_key = request.headers.get("Idempotency-Key")
    if client_key is None or not isinstance(request.user, User):
        return run()
    if not _KEY.fullmatch(client_key):
        raise Invalid.field(
            "/Idempotency-Key", "1 to 255 visible ASCII characters.", code="invalid_idempotency_key"
        )
    key = _digest(
        request.user.pk.bytes, (request.method or "").encode(), request.path.encode(), client_key.encode()
    )
    with transaction.atomic():
        if not _lock(key):
            raise StillRunning
        digest = _request_digest(request)
        seal = _seal(client_key)
        # Read after the lock, in a statement of its own: it sees what the holder before committed.
        known = IdempotentAnswer.objects.filter(key=key, created_at__gt=timezone.now() - KEPT).first()
        if known is not None:
            if bytes(known.request_digest) != digest:
                raise KeyReused
            return _unpack(seal.decrypt(bytes(known.sealed)))
        response = run()
        if response.status_code < 400:
            IdempotentAnswer.objects.update_or_create(
                key=key,
                defaults={
                    "request_digest": digest,
                    "sealed": seal.encrypt(_pack(response)),
                    "created_at": timezone.now(),
                },
            )
        return response


def forget_old() -> int:
    """Remove answers past their time; returns how many."""
    removed, _ = IdempotentAnswer.objects.filter(created_at__lte=timezone.now() - KEPT).delete()
    return removed


def _lock(key: bytes) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(key[:8], signed=True)])
        taken: bool = cursor.fetchone()[0]
    return taken


def _digest(*parts: bytes) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    return digest.digest()


def _request_digest(request: ApiRequest) -> bytes:
    """Of the query and the body; for a form with files, of its fields and the files' contents."""
    query = request.META.get("QUERY_STRING", "").encode()
    if not (request.content_type or "").startswith("multipart/"):
        return _digest(query, _canonical(request.data))
    files = [
        _digest(name.encode(), (file.name or "").encode(), *file.chunks())
        for name, file in sorted(request.FILES.items(), key=lambda item: item[0])
    ]
    fields = [f"{name}={value}".encode() for name, values in request.POST.lists() for value in values]
    for file in request.FILES.values():
        file.seek(0)
    return _digest(query, *sorted(fields), *files)


def _canonical(data: Any) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)


def _seal(client_key: str) -> Fernet:
    secret = _digest(settings.SECRET_KEY.encode(), b"idempotency", client_key.encode())
    return Fernet(base64.urlsafe_b64encode(secret))


def _pack(response: HttpResponse) -> bytes:
    body = base64.b64encode(response.content).decode()
    return orjson.dumps([response.status_code, dict(response.headers), body])


def _unpack(packed: bytes) -> HttpResponse:
    status, headers, body = orjson.loads(packed)
    response = HttpResponse(base64.b64decode(body), status=status, headers=headers)
    response.headers["Idempotency-Replayed"] = "true"
    return response
