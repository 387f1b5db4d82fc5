"""Personal tokens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from experts.models import PersonalToken, User
from tests.contracts.client import ApiClient, token_for

type Clients = Callable[..., ApiClient]


def body(**changes: object) -> dict[str, object]:
    expires_at = timezone.now() + dt.timedelta(hours=1)
    return {"name": "Phone", "scopes": ["read"], "expires_at": expires_at.isoformat()} | changes


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_secret_is_shown_once_works_and_is_kept_as_a_hash(api: Clients, person: User) -> None:
    made = api(person).post("/me/tokens", body())
    secret = made.json()["secret"]
    assert secret.startswith("xf_")
    assert api().get("/me", headers=bearer(secret)).status_code == 200
    listed = api(person).get("/me/tokens").content.decode()
    assert secret not in listed
    row = PersonalToken.objects.get(pk=made.json()["id"])
    assert bytes(row.digest) == PersonalToken.digest_of(secret)


def test_authentication_costs_one_query(api: Clients, person: User, assert_queries: Any) -> None:
    client = api(person)
    with assert_queries(1):
        client.get("/me")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"revoked_at": timezone.now()}, "invalid_token"),
        ({"expires_at": timezone.now() - dt.timedelta(seconds=1)}, "expired_token"),
    ],
)
def test_token_that_ended_is_refused(
    api: Clients, person: User, change: dict[str, dt.datetime], code: str
) -> None:
    client = api(person)
    PersonalToken.objects.filter(user=person).update(**change)
    response = client.get("/me")
    assert (response.status_code, response.json()["code"]) == (401, code)
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_token_of_an_account_that_is_not_active_is_refused(api: Clients, person: User) -> None:
    client = api(person)
    User.objects.filter(pk=person.pk).update(status=User.Status.SUSPENDED)
    assert client.get("/me").json()["code"] == "inactive_account"


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer nonsense", "Bearer \xff", "Bearer a b c"])
def test_nonsense_is_refused_also_where_a_visitor_may_read(api: Clients, header: str) -> None:
    assert api().get("/countries", headers={"Authorization": header}).status_code == 401


def test_other_schemes_are_not_ours(api: Clients) -> None:
    assert api().get("/countries", headers={"Authorization": "Basic eDp5"}).status_code == 200


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [(["read"], 200, 403), (["write"], 403, 201), (["moderate"], 403, 403), (["read", "write"], 200, 201)],
)
def test_scope_decides_what_a_token_may_do(
    api: Clients, person: User, scopes: list[str], reads: int, writes: int
) -> None:
    client = api(person, scopes=scopes)
    response = client.get("/me")
    assert response.status_code == reads
    if reads == 403:
        assert response.json()["code"] == "missing_scope"
    assert client.post("/me/tokens", body(scopes=scopes)).status_code == writes


def test_token_issues_none_that_can_do_more_or_lives_longer(api: Clients, person: User) -> None:
    client = api(person, scopes=["read", "write"])
    response = client.post("/me/tokens", body(scopes=["moderate"]))
    assert (response.status_code, response.json()["code"]) == (403, "missing_scope")
    later = timezone.now() + dt.timedelta(days=30)
    response = client.post("/me/tokens", body(expires_at=later.isoformat()))
    assert (response.status_code, response.json()["code"]) == (403, "outlives_token")


def test_revoked_token_stops_at_once(api: Clients, person: User) -> None:
    client = api(person)
    made = client.post("/me/tokens", body()).json()
    assert client.delete(f"/me/tokens/{made['id']}").status_code == 204
    assert api().get("/me", headers=bearer(made["secret"])).status_code == 401
    assert client.delete(f"/me/tokens/{made['id']}").status_code == 404


def test_last_use_is_noted_at_most_once_a_minute(api: Clients, person: User) -> None:
    secret = token_for(person)
    tokens = PersonalToken.objects.filter(user=person)
    recently = timezone.now() - dt.timedelta(seconds=50)
    tokens.update(last_used_at=recently)
    api().get("/me", headers=bearer(secret))
    assert tokens.get().last_used_at == recently
    tokens.update(last_used_at=recently - dt.timedelta(seconds=20))
    api().get("/me", headers=bearer(secret))
    noted = tokens.get().last_used_at
    assert noted is not None
    assert timezone.now() - noted < dt.timedelta(seconds=10)


@pytest.mark.django_db(transaction=True)
def test_noting_the_last_use_waits_for_nobody(api: Clients, person: User) -> None:
    secret = token_for(person)
    PersonalToken.objects.update(last_used_at=None)
    other = connection.copy()
    try:
        with transaction.atomic():
            other.set_autocommit(False)
            with other.cursor() as cursor:
                cursor.execute("SELECT 1 FROM experts_personaltoken FOR UPDATE")
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '500ms'")
            assert api().get("/me", headers=bearer(secret)).status_code == 200
    finally:
        other.rollback()
        other.close()
    assert PersonalToken.objects.get().last_used_at is None
