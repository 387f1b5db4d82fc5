"""Rates hold, exactly, over all connections, and clients are told where they stand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import RequestFactory
from pytest_django import Settings

from api import throttling
from api.models import Bucket
from api.tasks import remove_expired
from config.errors import TooMany
from experts.models import User
from tests.contracts.client import ApiClient

type Clients = Callable[..., ApiClient]


def test_quota_is_given_at_once_and_not_more(settings: Settings, db: None) -> None:
    settings.THROTTLE_RATES = {"write": (3, 3600)}
    assert [throttling.take("write", "a").remaining for _ in range(3)] == [2, 1, 0]
    with pytest.raises(TooMany) as refused:
        throttling.take("write", "a")
    assert refused.value.data["retry_after"] == pytest.approx(1200, abs=2)
    assert throttling.take("write", "b").remaining == 2


def test_refused_requests_do_not_put_off_the_next(settings: Settings, db: None) -> None:
    settings.THROTTLE_RATES = {"write": (2, 60)}
    for _ in range(2):
        throttling.take("write", "a")
    waits: list[int] = []
    for _ in range(5):
        with pytest.raises(TooMany) as refused:
            throttling.take("write", "a")
        wait = refused.value.data["retry_after"]
        assert isinstance(wait, int)
        waits.append(wait)
    assert max(waits) <= 30


@pytest.mark.django_db(transaction=True)
def test_count_is_exact_over_many_connections(settings: Settings) -> None:
    settings.THROTTLE_RATES = {"write": (10, 3600)}
    start = threading.Barrier(8)

    def take_five(_: int) -> int:
        given = 0
        try:
            start.wait()
            for _ in range(5):
                try:
                    throttling.take("write", "everybody")
                    given += 1
                except TooMany:
                    pass
        finally:
            connection.close()
        return given

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take_five, range(8))) == 10


def test_writes_are_counted_by_person_and_told(settings: Settings, api: Clients, person: User) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"write": (2, 60)}
    client = api(person)
    response = client.delete("/session")
    assert response.headers["RateLimit-Policy"] == '"write";q=2;w=60'
    assert response.headers["RateLimit"].startswith('"write";r=1;t=')
    client.delete("/session")
    response = client.delete("/session")
    assert (response.status_code, response.json()["code"]) == (429, "throttled")
    assert 1 <= int(response.headers["Retry-After"]) <= 30
    assert response.headers["RateLimit"].startswith('"write";r=0;t=')
    assert client.get("/me").status_code == 200


def test_visitors_are_counted_by_address(settings: Settings, api: Clients) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"visitor": (1, 60)}
    here, elsewhere = api(REMOTE_ADDR="192.0.2.1"), api(REMOTE_ADDR="192.0.2.2")
    assert [here.get("/countries").status_code, here.get("/countries").status_code] == [200, 429]
    assert elsewhere.get("/countries").status_code == 200


def test_reads_of_members_cost_no_counting_query(api: Clients, person: User) -> None:
    response = api(person).get("/me")
    assert "RateLimit" not in response.headers
    assert not Bucket.objects.exists()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),  # what the client claims is not believed
        (2, "198.51.100.7, 203.0.113.9, 192.0.2.8", "203.0.113.9"),
        (1, "", "192.0.2.1"),
        (1, "nonsense", "unknown"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_address_is_the_one_that_the_trusted_proxies_saw(
    settings: Settings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert throttling.client_address(request) == expected


def test_full_buckets_are_removed(settings: Settings, db: None) -> None:
    settings.THROTTLE_RATES = {"write": (1000, 1), "sign_in": (1, 3600)}
    throttling.take("write", "a")
    throttling.take("sign_in", "a")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE api_bucket SET full_at = now() - interval '1 second' WHERE key = 'write:a'")
    remove_expired(0)
    assert list(Bucket.objects.values_list("key", flat=True)) == ["sign_in:a"]
