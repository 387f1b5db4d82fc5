"""A POST that is sent twice takes effect once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from api import idempotency
from api.models import IdempotentAnswer
from experts.models import Organisation, PersonalToken, User
from tests.contracts.client import ApiClient

type Clients = Callable[..., ApiClient]


@pytest.fixture
def token() -> dict[str, object]:
    expires_at = (timezone.now() + timedelta(hours=1)).isoformat()
    return {"name": "Phone", "scopes": ["read"], "expires_at": expires_at}


def test_repeated_request_is_answered_the_same_and_takes_effect_once(
    api: Clients, person: User, token: dict[str, object]
) -> None:
    client = api(person)
    first = client.post("/me/tokens", token, key="once")
    second = client.post("/me/tokens", token, key="once")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first.headers["Location"] == second.headers["Location"]
    assert first.headers["ETag"] == second.headers["ETag"]
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert PersonalToken.objects.filter(user=person, name="Phone").count() == 1


def test_same_content_in_another_order_is_the_same_request(
    api: Clients, person: User, token: dict[str, object]
) -> None:
    client = api(person)
    client.post("/me/tokens", token, key="once")
    again = client.post("/me/tokens", dict(reversed(token.items())), key="once")
    assert again.headers["Idempotency-Replayed"] == "true"


def test_key_with_another_request_is_refused(api: Clients, person: User, token: dict[str, object]) -> None:
    client = api(person)
    client.post("/me/tokens", token, key="once")
    response = client.post("/me/tokens", token | {"name": "Other"}, key="once")
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")


def test_keys_of_different_people_do_not_meet(api: Clients, person: User, token: dict[str, object]) -> None:
    other = User.objects.create_user("other@example.org", name="Other", status=User.Status.ACTIVE)
    api(person).post("/me/tokens", token, key="once")
    response = api(other).post("/me/tokens", token, key="once")
    assert response.status_code == 201
    assert "Idempotency-Replayed" not in response.headers


def test_refused_request_may_be_repeated_with_its_key(
    api: Clients, person: User, token: dict[str, object]
) -> None:
    client = api(person)
    assert client.post("/me/tokens", token | {"scopes": []}, key="once").status_code == 400
    assert client.post("/me/tokens", token, key="once").status_code == 201


def test_what_a_refused_request_began_is_undone(probe: Clients, person: User) -> None:
    response = probe(person).post("/probe/half-done", {"name": "half"}, key="once")
    assert response.status_code == 409
    assert not Organisation.objects.filter(slug="half").exists()
    assert not IdempotentAnswer.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "é"])
def test_malformed_key_is_refused_by_name(
    api: Clients, person: User, token: dict[str, object], key: str
) -> None:
    response = api(person).post("/me/tokens", token, key=key)
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "/Idempotency-Key"


def test_key_is_forgotten_after_a_day(api: Clients, person: User, token: dict[str, object]) -> None:
    client = api(person)
    client.post("/me/tokens", token, key="once")
    IdempotentAnswer.objects.update(created_at=timezone.now() - idempotency.KEPT)
    response = client.post("/me/tokens", token | {"name": "Other"}, key="once")
    assert response.status_code == 201
    assert "Idempotency-Replayed" not in response.headers
    IdempotentAnswer.objects.update(created_at=timezone.now() - idempotency.KEPT)
    assert idempotency.forget_old() == 1
    assert not IdempotentAnswer.objects.exists()


def test_stored_answer_does_not_hold_the_secret_in_the_clear(
    api: Clients, person: User, token: dict[str, object]
) -> None:
    secret = api(person).post("/me/tokens", token, key="once").json()["secret"]
    [stored] = IdempotentAnswer.objects.all()
    assert secret.encode() not in bytes(stored.sealed)
    assert b"once" not in bytes(stored.key)


@pytest.mark.django_db(transaction=True)
def test_one_of_many_at_the_same_moment_takes_effect(probe: Clients, person: User) -> None:
    """Whoever comes while the first runs is told so; whoever comes after gets its answer."""
    clients = [probe(person) for _ in range(6)]
    start = threading.Barrier(len(clients))

    def send(client: ApiClient) -> tuple[int, bytes, str | None]:
        try:
            start.wait()
            response = client.post("/probe/slow", {"name": "one"}, key="same")
            return response.status_code, response.content, response.headers.get("Idempotency-Replayed")
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(send, clients))
    assert Organisation.objects.filter(slug="one").count() == 1
    made = {content for status, content, _ in answers if status == 201}
    assert len(made) == 1
    assert sum(status == 201 and replayed is None for status, _, replayed in answers) == 1
    assert {status for status, _, _ in answers} <= {201, 409}
    assert any(b"idempotency_in_progress" in content for status, content, _ in answers if status == 409)
    again = clients[0].post("/probe/slow", {"name": "one"}, key="same")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
