"""Part 7: what schemathesis makes of openapi.yaml, sent as each role: no server error, and no answer that the
contract does not know (`tests.contracts.middleware` compares every response with it, and raises).

Half of the requests are what the schema allows, half break it somewhere. Where a path or a body names
something, it mostly names something that is there, so that requests get behind the first 404.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.schemas import APIOperation, BaseSchema

from tests.contracts import schema as contract
from tests.siege.scene import VIEWERS
from tests.siege.surfaces import addresses
from tests.stateful.model import Viewer
from tests.stateful.probes.sweep import PARAMETER, known_values
from tests.stateful.world import World

pytestmark = pytest.mark.django_db  # inside of the transaction that `community` undoes

ROLES: tuple[Viewer, ...] = (*VIEWERS, "ada")  # from a visitor to the owner of every space
AT_A_TIME = 6
FREE = bounds(
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
UNREADABLE: tuple[tuple[str, bytes], ...] = (
    ("application/json", b""),
    ("application/json", b"\xff\xfe{\x00}"),
    ("application/json", b'{"body": "\\ud800", "topic": "\\ud800", "name": "\\ud800", "reason": "\\ud800"}'),
    ("application/json", b'{"body": "a\\u0000b", "topic": "a\\u0000b", "reason": "\\u0000", "q": "\\u0000"}'),
    ("application/json", b"[" * 5_000 + b"]" * 5_000),
    ("application/json", b'{"a":' * 3_000 + b"1" + b"}" * 3_000),
    ("application/json", b"1e999999"),
    ("application/json", b"9" * 5_000),
    ("application/json", b'{"position": 1e400, "role": NaN, "limit": -9223372036854775809}'),
    ("application/json", b'{"body": "one", "body": "two"}'),
    ("application/json", b'{"reason": "' + b"x" * 300_000 + b'"}'),
    ("application/json; charset=utf-7", b"+AHs-"),
    ("application/xml", b"<a/>"),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n'),
    ("application/x-www-form-urlencoded", b"a=%ff&b=%"),
    ("", b"{}"),
)


@pytest.fixture(scope="module")
def parsed() -> BaseSchema:
    """openapi.yaml as schemathesis reads it."""
    return schemathesis.openapi.from_dict(contract.document())


class Attack:
    """Sends requests, and notes by operation what must not be: the first of each kind."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.requests = 0
        self.answered: Counter[str] = Counter()  # by status
        self.faults: dict[str, str] = {}

    def send(self, who: Viewer, case: Case[Any]) -> Response | None:
        """One request of schemathesis; None where something that must not be was noted."""
        ready = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
        body = ready.body if isinstance(ready.body, bytes) else str(ready.body or "").encode()
        headers = {name: str(value) for name, value in ready.headers.items()}
        if who is not None:
            headers.pop("Authorization", None)  # or it would be somebody else who asks
        return self.try_out(f"{case.method} {case.path}", who, ready, body, headers)

    def try_out(
        self, name: str, who: Viewer, ready: Any, body: bytes, headers: Mapping[str, str]
    ) -> Response | None:
        """Send it inside of a savepoint that the caller has opened."""
        client = self.world.base.clients[who]
        content_type = headers.get("Content-Type", "")
        kept = {k: v for k, v in headers.items() if k.lower() not in {"content-type", "content-length"}}
        self.requests += 1
        told = f"{ready.method} {ready.url} as {who}, {kept}, {content_type}: {body[:400]!r}"
        try:
            response = client.generic(ready.method, ready.url, body, content_type=content_type, headers=kept)
            content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a server error
            self.faults.setdefault(f"{name} {type(error).__name__}", f"{told}\n    {str(error)[:600]}")
            return None
        self.answered[str(response.status_code)] += 1
        if response.status_code >= 500:
            self.faults.setdefault(f"{name} {response.status_code}", f"{told}\n    {content[:600]!r}")
        given_back = {key: [value] for key, value in response.headers.items()}
        return Response(response.status_code, given_back, content, ready, 0.01, verify=False)

    def over(self, figures: Callable[..., None]) -> None:
        """Fail if something was noted."""
        print(dict(self.answered))
        figures(requests=self.requests, faults=len(self.faults))
        assert not self.faults, f"{len(self.faults)} faults:\n" + "\n".join(
            f"{name}\n  {told}" for name, told in self.faults.items()
        )


@pytest.fixture
def attack(community: World) -> Attack:
    addresses(community)  # so that ids of every kind are known
    return Attack(community)


def test_what_the_schema_allows_or_just_not_is_answered_as_it_says(
    attack: Attack, parsed: BaseSchema, is_long: bool, figures: Callable[..., None]
) -> None:
    until = time.monotonic() + (1_800 if is_long else 140)
    operations = [found.ok() for found in parsed.get_all_operations() if isinstance(found, Ok)]
    random.shuffle(operations)
    covered = set()
    for operation in cycle(operations):
        if time.monotonic() > until:
            break
        covered.add(operation.label)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _send_some(attack, operation, mode)
    figures(operations=len(covered))
    attack.over(figures)
    assert is_long or len(covered) > 0.2 * len(operations)


def _send_some(attack: Attack, operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode) -> None:
    @bounds(FREE, max_examples=AT_A_TIME)
    @given(
        case=operation.as_strategy(generation_mode=mode),
        who=st.sampled_from(ROLES),
        chance=st.randoms(use_true_random=False),
    )
    def go(case: Case[Any], who: Viewer, chance: random.Random) -> None:
        name_what_is_there(attack.world, case, chance)
        with attack.world.undone():
            attack.send(who, case)

    go()


def test_one_request_after_another(
    attack: Attack, parsed: BaseSchema, is_long: bool, figures: Callable[..., None]
) -> None:
    """What an answer tells goes into the next request (links, as schemathesis infers them)."""
    until = time.monotonic() + (1_800 if is_long else 60)

    class Chain(parsed.as_state_machine()):  # type: ignore[misc]
        chains = 0

        def setup(self) -> None:
            Chain.chains += 1
            self.chance = random.Random(Chain.chains)
            self.who = ROLES[Chain.chains % len(ROLES)]
            self.undoing = attack.world.undone()
            self.undoing.__enter__()

        def teardown(self) -> None:
            self.undoing.__exit__(None, None, None)

        def call(self, case: Case[Any], **_: Any) -> Response:
            if not case.meta or not case.path_parameters:
                name_what_is_there(attack.world, case, self.chance)
            with attack.world.kept_if_well():
                response = attack.send(self.who, case)
            if response is None:
                raise Faulty
            return response

        def validate_response(self, *_: Any, **__: Any) -> None:
            """The middleware has compared it with the contract."""

    while time.monotonic() < until:
        try:
            run_state_machine_as_test(Chain, settings=bounds(FREE, max_examples=5, stateful_step_count=8))
        except Faulty:
            continue  # noted
    figures(chains=Chain.chains)
    attack.over(figures)


class Faulty(Exception):
    """Something that must not be has been noted."""


def test_bodies_that_cannot_be_read_are_refused(
    attack: Attack, is_long: bool, figures: Callable[..., None]
) -> None:
    writing = [name for name in contract.operations() if not name.startswith(("GET ", "DELETE "))]
    for number, name in enumerate(writing):
        method, _, template = name.partition(" ")
        path = _filled(attack.world, template, random.Random(number))
        for content_type, body in UNREADABLE if is_long else UNREADABLE[number % 3 :: 3]:
            ready = requests.Request(method, f"http://testserver{contract.PREFIX}{path}").prepare()
            with attack.world.undone():
                attack.try_out(name, "ada", ready, body, {"Content-Type": content_type, "If-Match": "*"})
    attack.over(figures)


# What is there --------------------------------------------------------------------------------------------


def name_what_is_there(world: World, case: Case[Any], chance: random.Random) -> None:
    """Mostly put ids of the scene where the request names something."""
    if case.path_parameters and chance.random() < 0.8:
        prefix = case.path.removeprefix(contract.PREFIX)
        for name in list(case.path_parameters):
            before = _resolved(prefix.split("{" + name + "}")[0], case.path_parameters)
            if values := known_values(world, before, name):
                case.path_parameters[name] = chance.choice(values)
    if isinstance(case.body, dict) and chance.random() < 0.7:
        for key in case.body:
            if isinstance(case.body[key], str) and (values := list(_known(world, key))):
                case.body[key] = chance.choice(values)


def _resolved(path: str, parameters: Mapping[str, Any]) -> str:
    return PARAMETER.sub(lambda match: str(parameters.get(match.group(1), "")), path)


def _filled(world: World, template: str, chance: random.Random) -> str:
    chosen: dict[str, str] = {}
    for name in PARAMETER.findall(template):
        before = _resolved(template.split("{" + name + "}", maxsplit=1)[0], chosen)
        chosen[name] = chance.choice(known_values(world, before, name) or ["none"])
    return _resolved(template, chosen)


def _known(world: World, key: str) -> Iterator[str]:
    """What a field of this name may stand for."""
    model = world.model
    match key:
        case "space" | "to":
            yield from model.spaces
        case "discussion" | "into":
            yield from (one.id for one in model.discussions)
        case "post" | "parent" | "from_post":
            yield from (post.id for post in model.posts)
        case "user" | "person" | "new_owner" | "delegate":
            yield from map(world.id_of, model.people)
        case "network":
            yield from model.networks
        case "topic_slug" | "field":
            yield from world.base.topics
        case "country" | "nationality" | "duty_country":
            yield from world.base.countries
