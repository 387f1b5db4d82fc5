"""Signing in and out in the browser's way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import BasePasswordHasher, get_hasher
from django.test import Client
from pytest_django import Settings

from experts.models import User
from tests.contracts.client import ApiClient

type Clients = Callable[..., ApiClient]
PASSWORD = "correct horse battery"


def sign_in(client: Client, email: str, password: str = PASSWORD) -> int:
    body = {"email": email, "password": password}
    return client.post("/api/v1/session", body, content_type="application/json").status_code


def test_signing_in_by_e_mail_in_any_case_starts_a_session(client: Client, person: User) -> None:
    assert sign_in(client, "AIGUL@example.org") == 200
    response = client.get("/api/v1/session")
    assert response.json()["id"] == str(person.pk)
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["sessionid"]["samesite"] == "Lax"


def test_session_key_changes_at_sign_in(client: Client, person: User) -> None:
    session = client.session
    session["before"] = True
    session.save()
    before = client.cookies["sessionid"].value
    sign_in(client, person.email)
    assert client.cookies["sessionid"].value != before


def test_signing_out_ends_the_session(client: Client, person: User) -> None:
    sign_in(client, person.email)
    stolen = client.cookies["sessionid"].value
    assert client.delete("/api/v1/session").status_code == 204
    client.cookies["sessionid"] = stolen
    assert client.get("/api/v1/session").status_code == 401


def test_unsafe_requests_of_a_session_want_the_csrf_token(person: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, person.email) == 200
    client.get("/api/v1/session")
    response = client.delete("/api/v1/session")
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")
    token = client.cookies["csrftoken"].value
    assert client.delete("/api/v1/session", headers={"X-CSRFToken": token}).status_code == 204


def test_session_ends_when_the_account_does(client: Client, person: User) -> None:
    sign_in(client, person.email)
    User.objects.filter(pk=person.pk).update(status=User.Status.SUSPENDED)
    assert client.get("/api/v1/session").status_code == 401


@pytest.fixture
def accounts(person: User) -> dict[str, tuple[str, str]]:
    """Ways not to get in: address and password by what is wrong."""
    User.objects.create_user("suspended@example.org", PASSWORD, name="S", status=User.Status.SUSPENDED)
    User.objects.create_user("unclaimed@example.org", name="U", status=User.Status.UNCLAIMED)
    User.objects.system("robot")
    return {
        "unknown": ("nobody@example.org", PASSWORD),
        "wrong password": (person.email, "wrong"),
        "suspended": ("suspended@example.org", PASSWORD),
        "unclaimed": ("unclaimed@example.org", PASSWORD),
        "system": ("robot@system.invalid", "!"),
    }


def test_whoever_does_not_get_in_learns_nothing(client: Client, accounts: dict[str, tuple[str, str]]) -> None:
    told = set()
    for email, password in accounts.values():
        body = {"email": email, "password": password}
        response = client.post("/api/v1/session", body, content_type="application/json")
        problem = response.json()
        told.add((response.status_code, problem["code"], problem["detail"], str(sorted(response.headers))))
        assert "sessionid" not in response.cookies
    assert len(told) == 1


def test_a_password_is_hashed_whether_or_not_there_is_an_account(
    client: Client, accounts: dict[str, tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time tells nothing: each way costs one hash."""
    hashed: list[str] = []
    encode: Callable[..., str] = type(get_hasher()).encode

    def counting(self: BasePasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(type(get_hasher()), "encode", counting)
    for why, (email, password) in accounts.items():
        hashed.clear()
        sign_in(client, email, password)
        assert len(hashed) == 1, why


def test_guessing_is_slowed_by_address_and_by_account(settings: Settings, person: User) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"sign_in": (2, 600), "sign_in_account": (3, 3600)}
    here, there = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")
    assert [sign_in(here, person.email, "wrong") for _ in range(3)] == [401, 401, 429]
    assert [sign_in(there, person.email, "wrong") for _ in range(2)] == [401, 429]
    assert sign_in(Client(REMOTE_ADDR="192.0.2.3"), "other@example.org", "wrong") == 401
