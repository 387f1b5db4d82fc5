"""Everything that goes wrong is told as problem+json, and nothing a client sends is a 500."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from api import errors, problems
from config.errors import DomainError
from config.worker import REFUSED
from experts.models import User
from tests.contracts.client import ApiClient

type Clients = Callable[..., ApiClient]


def test_problem_tells_what_went_wrong_where_and_under_which_id(api: Clients, person: User) -> None:
    response = api(person).post(
        "/me/tokens",
        {"name": "x" * 101, "scopes": ["read", "rule"], "expires_at": "soon", "a/b~c": 1},
        headers={"X-Request-ID": "given-by-client"},
    )
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["errors"] == [
        {"pointer": "/a~1b~0c", "code": "unknown_field", "detail": "There is no such field."}
    ]
    assert problem | {"errors": []} == {
        "type": "/problems/invalid",
        "title": "Invalid input",
        "status": 400,
        "detail": "The input is invalid.",
        "instance": "/api/v1/me/tokens",
        "code": "invalid",
        "errors": [],
        "request_id": "given-by-client",
    }


def test_each_wrong_field_is_named_by_its_pointer(api: Clients, person: User) -> None:
    response = api(person).post(
        "/me/tokens", {"name": "x" * 101, "scopes": ["read", "rule"], "expires_at": "soon"}
    )
    found = {(error["pointer"], error["code"]) for error in response.json()["errors"]}
    assert found == {("/name", "max_length"), ("/scopes/1", "invalid_choice"), ("/expires_at", "invalid")}


def test_entries_of_a_list_are_whole_even_in_a_patch(probe: Clients, person: User) -> None:
    client = probe(person)
    response = client.patch("/probe/take", {"parts": [{"name": "a"}, {"weight": 3}]})
    assert [(e["pointer"], e["code"]) for e in response.json()["errors"]] == [("/parts/1/name", "required")]
    response = client.patch("/probe/take", {"parts": [{"name": "a"}]})
    assert "'weight': 1" in response.json()["name"]
    response = client.patch("/probe/take", {"parts": [{"name": "a", "colour": "red"}]})
    assert [(e["pointer"], e["code"]) for e in response.json()["errors"]] == [
        ("/parts/0/colour", "unknown_field")
    ]


def test_unknown_address_is_a_problem_too(api: Clients) -> None:
    response = api().get("/no/such/thing")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_method_that_is_not_offered_names_those_that_are(api: Clients, person: User) -> None:
    response = api(person).put("/me", {})
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert response.headers["Allow"] == "GET, HEAD"
    assert api(person).send("OPTIONS", "/me").status_code == 405


def test_media_types_that_are_not_offered(api: Clients, person: User) -> None:
    response = api(person).get("/me", headers={"Accept": "text/vcard"})
    assert (response.status_code, response.json()["code"]) == (406, "not_acceptable")
    response = api(person).send("POST", "/me/tokens", b"<name/>", content_type="text/xml")
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


def test_body_over_the_limit_is_refused(api: Clients, person: User) -> None:
    body = b'{"name": "' + b"x" * (1024 * 1024) + b'"}'
    response = api(person).send("POST", "/me/tokens", body)
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/probe/sleep", 503, "timeout"),
        ("/probe/out-of-range", 400, "out_of_range"),
        ("/probe/duplicate", 409, "conflict"),
        ("/probe/forbidden", 403, "permission_denied"),
        ("/probe/suspicious", 400, "malformed"),
    ],
)
def test_refusals_of_the_database_and_of_django(
    probe: Clients, person: User, path: str, status: int, code: str
) -> None:
    response = probe(person).get(path)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert ("Retry-After" in response.headers) is (status == 503)


def test_our_own_mistake_discloses_nothing_but_the_request_id(probe: Clients, person: User) -> None:
    client = probe(person, raise_request_exception=False)
    response = client.get("/probe/bug")
    problem = response.json()
    assert (response.status_code, problem["code"]) == (500, "server_error")
    assert problem["request_id"] == response.headers["X-Request-ID"]
    assert "Zero" not in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_lost_database_connection_is_unavailable_for_now(api: Clients, person: User) -> None:
    client = api(person)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    finally:
        other.close()
    response = client.get("/me")
    assert (response.status_code, response.json()["code"]) == (503, "unavailable")
    assert int(response.headers["Retry-After"]) >= 1
    connection.close()
    assert client.get("/me").status_code == 200


def test_unexpected_host_is_a_bad_request(client: Client) -> None:
    response = client.get("/api/v1/me", headers={"Host": "evil.example"})
    assert (response.status_code, response.json()["code"]) == (400, "malformed")


def test_every_kind_of_error_is_explained_at_its_type(client: Client) -> None:
    def kinds(error: type[DomainError]) -> set[str]:
        return {problems.kind_of(error())}.union(*(kinds(sub) for sub in error.__subclasses__()))

    by_the_server = {code for _, _, code, _ in REFUSED}
    assert kinds(DomainError) | by_the_server == set(problems.KINDS)
    for kind in problems.KINDS:
        response = client.get(f"/problems/{kind}")
        assert response.json()["type"] == f"/problems/{kind}"
        assert response.json()["explanation"]
    response = client.get("/problems/no-such-kind")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_kinds_state_the_status_that_errors_have() -> None:
    def walk(error: type[DomainError]) -> None:
        assert problems.KINDS[problems.kind_of(error())].status == error.status, error
        for sub in error.__subclasses__():
            walk(sub)

    walk(DomainError)


def test_long_lists_of_faults_are_cut(api: Clients, person: User) -> None:
    response = api(person).post("/me/tokens", {f"field{number}": 1 for number in range(5000)})
    assert len(response.json()["errors"]) == errors.MAX_ERRORS
