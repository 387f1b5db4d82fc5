"""Parameters, selection, conditions and headers that all operations share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import RequestFactory

from api.requests import ApiRequest
from experts.models import User
from tests.contracts.client import ApiClient

type Clients = Callable[..., ApiClient]


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ({"colour": "red"}, "/colour", "unknown_parameter"),
        ({"limit": "5"}, "/limit", "unknown_parameter"),
        ({"kind": "abcdef"}, "/kind", "max_length"),
        ({"kind": ["a", "b"]}, "/kind", "repeated"),
        ({"kind": "a\x00"}, "/kind", "null_characters_not_allowed"),
        ({"topic": ["a", "b", "c", "d"]}, "/topic", "max_length"),
        ({"topic": ["a", "abcdef"]}, "/topic/1", "max_length"),
        ({"open": "perhaps"}, "/open", "invalid"),
        ({"fields": "name,nonsense"}, "/fields", "unknown_field"),
        ({"expand": "space"}, "/expand", "unknown_field"),
        ({"expand": "author.country.name"}, "/expand", "unknown_field"),
    ],
)
def test_parameter_that_is_wrong_is_refused_by_name(
    probe: Clients, query: dict[str, Any], pointer: str, code: str
) -> None:
    response = probe().get("/probe/echo", **query)
    assert response.status_code == 400
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [(pointer, code)]


def test_parameters_are_validated_and_given_to_the_view(probe: Clients) -> None:
    response = probe().get("/probe/echo", topic=["a", "b"], open="true")
    assert response.json()["name"] == "[('open', True), ('topic', ['a', 'b'])]"
    assert probe().get("/probe/echo").json()["name"] == "[]"


def test_expanding_a_path_expands_what_leads_to_it(probe: Clients) -> None:
    assert probe().get("/probe/echo", expand="author.country").json()["count"] == 2


def test_only_selected_fields_are_answered(probe: Clients, api: Clients, person: User) -> None:
    assert list(probe().get("/probe/echo", fields="count").json()) == ["count"]
    assert list(api(person).get("/me", fields="name, id").json()) == ["id", "name"]


def test_unchanged_answer_is_not_sent_again(api: Clients, person: User) -> None:
    client = api(person)
    first = client.get("/me")
    for known in (first.headers["ETag"], f'"other", W/{first.headers["ETag"]}', "*"):
        response = client.get("/me", headers={"If-None-Match": known})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["ETag"] == first.headers["ETag"]
    User.objects.filter(pk=person.pk).update(name="Another")
    response = client.get("/me", headers={"If-None-Match": first.headers["ETag"]})
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("tag", "version"),
    [('"v7.abc"', 7), ('W/"v7.abc"', 7), ("*", 0), ('"abc"', 0)],
)
def test_if_match_gives_the_version(probe: Clients, person: User, tag: str, version: int) -> None:
    """0 stands for "any" here, and for the version that nothing has where the tag was a reader's."""
    response = probe(person).patch("/probe/take", {}, if_match=tag)
    assert response.json()["count"] == version


def test_change_without_if_match_is_refused(probe: Clients, person: User) -> None:
    client = probe(person)
    for response in (
        client.patch("/probe/take", {}, if_match=None),
        client.put("/probe/take", {}, if_match=None),
    ):
        assert (response.status_code, response.json()["code"]) == (428, "precondition_required")
    assert client.send("DELETE", "/probe/take", {"name": "a"}).status_code == 200


@pytest.mark.parametrize("tag", ["v7", '"v7', '"a", "b"', '"v99999999999.a"x', ""])
def test_if_match_that_is_no_etag_is_refused_by_name(probe: Clients, person: User, tag: str) -> None:
    response = probe(person).patch("/probe/take", {}, if_match=tag)
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "/If-Match"


def test_head_is_a_get_without_the_body(api: Clients, person: User) -> None:
    client = api(person)
    response = client.send("HEAD", "/me")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["ETag"] == client.get("/me").headers["ETag"]


def test_answers_are_private_and_vary_with_who_asks(api: Clients, person: User) -> None:
    response = api(person).get("/me")
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert {"Accept", "Accept-Language", "Authorization", "Cookie"} <= set(
        response.headers["Vary"].split(", ")
    )


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "with space", "new\nline", "é" * 10])
def test_malformed_request_id_is_replaced(api: Clients, given: str) -> None:
    response = api().get("/me", headers={"X-Request-ID": given})
    assert len(response.headers["X-Request-ID"]) == 36


def test_security_headers(api: Clients) -> None:
    headers = api().get("/me").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; frame-ancestors 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize(
    ("accepted", "spoken", "expected"),
    [
        ("fr", "en", "fr"),
        ("de-CH, fr;q=0.9", "en", "de"),
        ("pl, ru;q=0.8, en;q=0.9", "it", "en"),
        ("pl", "it", "it"),
        ("", "es", "es"),
        ("*", "es", "es"),
        ("x" * 5000, "es", "es"),
    ],
)
def test_language_is_the_clients_then_the_persons(
    probe: Clients, person: User, accepted: str, spoken: str, expected: str
) -> None:

    person.language = spoken
    request = RequestFactory().get("/", headers={"Accept-Language": accepted})
    asked = ApiRequest(request)
    asked.user = person
    assert asked.language == expected
