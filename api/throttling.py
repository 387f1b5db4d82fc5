"""Rates, counted where all processes see them: one atomic statement in PostgreSQL.

Each rate of N in a period is a token bucket of N that refills evenly (kept as GCRA: one timestamp per bucket,
the time at which it will be full again), so a burst of N is fine and N more take a period.

Counted are writes (per person), everything a visitor asks (per address), and what names a rate of its own:
search, sign-in, contact. Plain reads of signed-in people are not: they carry an account that can be
suspended, and a count would be a seventh of a read's queries. The reverse proxy is the place for a flood of
them.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import math
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from api.requests import ApiRequest
from config.errors import TooMany
from experts.models import User

# Times come from the database's clock: it is one for all processes. A refused request takes nothing.
_TAKE = """
INSERT INTO api_bucket AS bucket (key, full_at)
VALUES (%(key)s, clock_timestamp() + %(cost)s)
ON CONFLICT (key) DO UPDATE
    SET full_at = greatest(bucket.full_at, clock_timestamp()) + %(cost)s
    WHERE greatest(bucket.full_at, clock_timestamp()) + %(cost)s <= clock_timestamp() + %(period)s
RETURNING extract(epoch FROM full_at - clock_timestamp())
"""
_LEFT = "SELECT extract(epoch FROM full_at - clock_timestamp()) FROM api_bucket WHERE key = %(key)s"


class Rate(NamedTuple):
    """At most ``quota`` requests in ``period`` (seconds)."""

    name: str
    quota: int
    period: int


class Count(NamedTuple):
    """Where a client stands with a rate: how many are left, and when the bucket is full again (seconds)."""

    rate: Rate
    remaining: int
    reset: int


def count(request: ApiRequest, named: str | None) -> list[Count]:
    """Count a request under the rates that apply to it; raises `TooMany` (429) where one is used up."""
    if isinstance(request.user, User):
        who, general = f"user:{request.user.pk}", None if request.method in {"GET", "HEAD"} else "write"
    else:
        who, general = f"address:{client_address(request)}", "visitor"
    return [take(name, who) for name in (general, named) if name]


def take(name: str, who: str) -> Count:
    """Take one request from a bucket; raises `TooMany` (429) when it is empty."""
    rate = Rate(name, *settings.THROTTLE_RATES[name])
    cost = rate.period / rate.quota
    parameters: dict[str, Any] = {
        "key": f"{name}:{who}",
        "cost": dt.timedelta(seconds=cost),
        "period": dt.timedelta(seconds=rate.period),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, parameters)
        if row := cursor.fetchone():
            until_full = float(row[0])
            return Count(rate, max(0, int((rate.period - until_full) / cost + 1e-6)), math.ceil(until_full))
        cursor.execute(_LEFT, parameters)
        row = cursor.fetchone()
    until_full = float(row[0]) if row else 0.0
    wait = max(1, math.ceil(until_full - rate.period + cost))
    raise TooMany(retry_after=wait, count=Count(rate, 0, max(wait, math.ceil(until_full))))


def tell(response: HttpResponseBase, counts: Iterable[Count]) -> None:
    """Say where the client stands (draft-ietf-httpapi-ratelimit-headers)."""
    counts = list(counts)
    if not counts:
        return
    response.headers["RateLimit-Policy"] = ", ".join(
        f'"{c.rate.name}";q={c.rate.quota};w={c.rate.period}' for c in counts
    )
    response.headers["RateLimit"] = ", ".join(f'"{c.rate.name}";r={c.remaining};t={c.reset}' for c in counts)


def client_address(request: HttpRequest | ApiRequest) -> str:
    """Where a request comes from, behind the trusted number of proxies; an IPv6 customer is a /64."""
    hops = [request.META.get("REMOTE_ADDR", "")]
    if settings.TRUSTED_PROXIES:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        hops = [hop.strip() for hop in forwarded if hop.strip()][-settings.TRUSTED_PROXIES :] or hops
    try:
        address = ipaddress.ip_address(hops[0])
    except ValueError:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
