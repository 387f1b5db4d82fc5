"""JSON in, strictly."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.parsers import MAX_DEPTH, Malformed, decode
from config.errors import Invalid
from experts.models import User
from tests.contracts.client import ApiClient

type Clients = Callable[..., ApiClient]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"a": 1,}',
        b"{'a': 1}",
        b'{"a": 1} x',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 123456789012345678901234567890}',
        b'{"a": "\xff"}',
        b'{"a": "\xed\xa0\x80"}',
        '{"a": "é"}'.encode("latin-1"),
        '{"a": 1}'.encode("utf-16"),
        b'{"a": "line\nbreak"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises((Malformed, Invalid)):
        decode(content)


@pytest.mark.parametrize(
    ("content", "pointer", "code"),
    [
        (b'{"a": "x\\u0000y"}', "/a", "null_characters_not_allowed"),
        (b'{"a": [{"b~/c": "\\u0000"}]}', "/a/0/b~0~1c", "null_characters_not_allowed"),
        (b'{"a\\u0000": 1}', "", "null_characters_not_allowed"),
        (b'{"a": "\\ud800"}', "/a", "surrogate_characters_not_allowed"),
    ],
)
def test_text_that_no_database_holds_is_refused_where_it_is(content: bytes, pointer: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode(content)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [(pointer, code)]


def test_nesting_has_a_limit() -> None:
    assert decode(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(Invalid) as refused:
        decode(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))
    assert refused.value.errors[0].code == "too_deep"


def test_pairs_of_surrogates_are_a_character() -> None:
    assert decode(b'"\\ud83d\\ude00"') == "😀"


@given(content=st.binary(max_size=200))
def test_any_bytes_are_parsed_or_refused(content: bytes) -> None:
    with contextlib.suppress(Malformed, Invalid):
        decode(content)


def test_body_that_is_no_object_is_refused(api: Clients, person: User) -> None:
    for body in (b"[]", b'"text"', b"1", b"null", b"true"):
        response = api(person).send("POST", "/me/tokens", body)
        assert response.status_code == 400, body


def test_missing_body_names_the_fields(api: Clients, person: User) -> None:
    response = api(person).post("/me/tokens", {})
    assert {error["pointer"] for error in response.json()["errors"]} == {"/name", "/scopes", "/expires_at"}
