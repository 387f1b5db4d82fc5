"""Whatever is sent to whichever operation: a problem that names what is wrong, never a 5xx.

Every operation is sent the same corpus of nonsense by a person who may do most things, and its own example
bent in one place at a time.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.db import transaction

from experts.models import User
from tests.contracts import schema
from tests.contracts.client import ApiClient

HUGE = 10**18
BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "half": b'{"a": ',
    "a list": b"[]",
    "a text": b'"text"',
    "null": b"null",
    "twice": b'{"a": 1, "a": 2}',
    "NaN": b'{"a": NaN}',
    "no UTF-8": b'{"a": "\xff\xfe"}',
    "deep": b'{"a":' + b"[" * 1000 + b"]" * 1000 + b"}",
    "deeper than the stack": b"[" * 200_000,
    "NUL": b'{"a": "\\u0000"}',
    "NUL in a name": b'{"\\u0000": 1}',
    "surrogate": b'{"a": "\\ud800"}',
    "a number of 5,000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "unknown field": b'{"no_such_field": 1}',
    "a thousand unknown fields": orjson.dumps({f"field_{number}": number for number in range(1000)}),
}
WRONG_VALUES: list[Any] = [
    None,
    True,
    -1,
    HUGE,
    -HUGE,
    1.5e300,
    "",
    " ",
    "x" * 200_000,
    "\u202e\u0301\U0001f4a9",
    "2026-02-30",
    "9999-99-99T99:99:99Z",
    "0000-00-00",
    "00000000-0000-0000-0000-000000000000",
    "' OR 1=1 --",
    "%s %(x)s {0} {{x}}",
    [],
    [[]],
    [None],
    ["x"] * 1000,
    {},
    {"a": {"b": {}}},
    [{}],
]
PER_PLACE = 7
PARAMETERS = [
    "",
    "\x00",
    "-1",
    str(HUGE),
    "x" * 5000,
    "💩",
    "' OR 1=1 --",
    "00000000-0000-0000-0000-000000000000",
]
# What URLs are made of; the first must fit the converter, so that the operation is reached.
SOMEWHERE = {"id": "00000000-0000-4000-8000-000000000000"}

UNSAFE = sorted(name for name in schema.operations() if not name.startswith("GET "))
TAKING_JSON = [
    name
    for name in UNSAFE
    if schema.JSON in schema.operations()[name].get("requestBody", {}).get("content", {})
]


@pytest.fixture
def client(db: None) -> ApiClient:
    user = User.objects.create_user(
        "sender@example.org", name="Sender", status=User.Status.ACTIVE, is_staff=True
    )
    return ApiClient(user)


def address(name: str) -> tuple[str, str]:
    """The method and a path of an operation; ids are of nothing."""
    method, path = name.split(" ", 1)
    for parameter in schema.operations()[name].get("parameters", ()):
        if parameter["in"] == "path":
            is_id = parameter["schema"].get("format") == "uuid"
            is_number = parameter["schema"].get("type") == "integer"
            value = SOMEWHERE["id"] if is_id else "1" if is_number else "xx"
            path = path.replace(f"{{{parameter['name']}}}", value)
    return method, path


def send(client: ApiClient, name: str, body: bytes | None = None, **options: Any) -> tuple[int, bytes]:
    """The status and content of a request whose effects are undone. A 500 is raised by the client itself."""
    method, path = address(name)
    headers = {"If-Match": "*"} if method in {"PATCH", "PUT"} else {}
    with transaction.atomic():
        response = client.send(method, path, body, headers=headers, **options)
        transaction.set_rollback(True)
    assert response.status_code < 500, (name, body, response.content)
    return response.status_code, response.content


@pytest.mark.parametrize("name", TAKING_JSON)
def test_broken_bodies_are_refused(name: str, client: ApiClient) -> None:
    optional = not schema.operations()[name]["requestBody"].get("required")
    for what, body in BROKEN.items():
        status, content = send(client, name, body)
        if what == "nothing" and optional:
            continue
        assert status in {400, 403, 404, 413}, (what, status, content)


@pytest.mark.parametrize("name", TAKING_JSON)
def test_one_wrong_value_at_a_time_never_breaks_anything(name: str, client: ApiClient) -> None:
    content = schema.operations()[name]["requestBody"]["content"][schema.JSON]
    examples = content.get("examples") or {"none": {"value": {}}}
    for bent in bend(next(iter(examples.values()))["value"]):
        send(client, name, orjson.dumps(bent))


@pytest.mark.parametrize("name", sorted(schema.operations()))
def test_nonsense_in_parameters_never_breaks_anything(name: str, client: ApiClient) -> None:
    status, content = send(client, name, query={"no_such_parameter": "1"})
    assert status in {400, 403, 404}, content
    for parameter in schema.operations()[name].get("parameters", ()):
        if parameter["in"] != "query":
            continue
        for value in PARAMETERS:
            send(client, name, query={parameter["name"]: value})
        send(client, name, query={parameter["name"]: ["a", "b"] * 200})


@pytest.mark.parametrize("name", TAKING_JSON)
def test_other_media_types_are_refused(name: str, client: ApiClient) -> None:
    for media_type in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "x",
    ):
        status, content = send(client, name, b"a=1", content_type=media_type)
        assert status in {403, 404, 415}, (media_type, content)


def bend(example: Any) -> Iterator[Any]:
    """The example with one value replaced by a wrong one: each wrong value somewhere, several a place."""
    everywhere = list(places(example))
    for number, path in enumerate(everywhere):
        # A stride that shares no factor with the number of values: neighbours get different ones.
        chosen = {(number * 7 + step) % len(WRONG_VALUES) for step in range(PER_PLACE)}
        if len(everywhere) * PER_PLACE < len(WRONG_VALUES):
            chosen = set(range(len(WRONG_VALUES)))
        for index in sorted(chosen):
            bent = copy.deepcopy(example)
            holder = bent
            for step in path[:-1]:
                holder = holder[step]
            holder[path[-1]] = WRONG_VALUES[index]
            yield bent


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where values are in a body."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in inside:
        yield (*path, step)
        yield from places(inner, (*path, step))
