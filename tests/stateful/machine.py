"""A community that changes at random, over HTTP; after each step views of it are compared with the model.

A rule is one thing that somebody does. Who does it is often somebody who may not: then it must be refused,
and what the API advertised in ``allowed_actions`` beforehand must say so.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.management import call_command
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from tests.stateful import archive
from tests.stateful.model import Discussion, Model, Post, Space, Viewer
from tests.stateful.plans import EVERYBODY, Plan, plans
from tests.stateful.probes import PROBES
from tests.stateful.world import Base, World

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response  # with .json()

REASON = {"reason": "For the test."}
picks = st.integers(0, 99)
viewers = st.sampled_from((None, *EVERYBODY))


class Community(RuleBasedStateMachine):
    """Subclasses set what all worlds share and which engines are kept in step."""

    base: ClassVar[Base]
    engines: ClassVar[tuple[str, ...]] = ("postgres",)
    probes_a_look: ClassVar[int] = 3
    lookers_at_the_end: ClassVar[int] = 2
    worlds: ClassVar[int] = 0
    steps: ClassVar[int] = 0
    requests: ClassVar[int] = 0
    answers: ClassVar[Counter[str]] = Counter()
    probed: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.world: World
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self) -> None:
        """The world is over: figures are proven and people look once more; then nothing has happened."""
        try:
            if hasattr(self, "world") and sys.exception() is None:
                call_command("verify_counters", stdout=StringIO())
                archive.compare(self.world)
                self.look(*self.world.some((*EVERYBODY, None), self.lookers_at_the_end))
                type(self).worlds += 1
                type(self).requests += self.world.requests
                self.answers.update(self.world.answers)
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @classmethod
    def tally(cls) -> dict[str, int]:
        """What was tried so far."""
        return {"worlds": cls.worlds, "steps": cls.steps, "probes": cls.probed, "requests": cls.requests}

    @initialize(plan=plans())
    def begin(self, plan: Plan) -> None:
        self.world = World(self.base, plan, self.engines)
        self.look(None)

    # Looking ------------------------------------------------------------------------------------------------

    def look(self, *who: Viewer, searching: bool = True) -> None:
        """Compare what these viewers are shown, before the indexer has caught up and after."""
        type(self).steps += 1
        there = PROBES if searching else [probe for probe in PROBES if not hasattr(probe, "searches")]
        asked = {viewer: self.world.some(there, self.probes_a_look) for viewer in dict.fromkeys(who)}
        for indexed in (False, True) if searching else (False,):
            if indexed:
                self.world.index()
            for viewer, probes in asked.items():
                for probe in probes:
                    if indexed and not hasattr(probe, "searches"):
                        continue  # what is read from the database is the same
                    probe(self.world, viewer, indexed=indexed)
                    type(self).probed += 1

    def expect(
        self, status: int, who: str, method: str, path: str, body: Any = None, **query: Any
    ) -> Response:
        """Somebody does something, which must be answered so; gives the response."""
        response = self.world.send(who, method, path, body, **query)
        told = f"{method} {path} {body} by {who}: {response.status_code} {response.content[:400]!r}"
        assert response.status_code == status, f"{status} expected; {told}"
        return response

    def act(
        self, who: str, thing: str, name: str, method: str, path: str, body: Any = None, **query: Any
    ) -> Any:
        """Somebody tries something. It must succeed exactly if the thing is there for them and advertises
        it; gives the response, None where it was refused."""
        there = self.world.get(who, thing)
        response = self.world.send(who, method, path, body, **query)
        told = f"{name}: {method} {path} by {who}: {response.status_code} {response.content[:400]!r}"
        if there.status_code == 404:
            assert response.status_code == 404, f"It is not there for them, yet {told}"
            return None
        body = there.json()
        advertised = name in body["allowed_actions"]
        assert (response.status_code < 300) == advertised, f"Advertised: {advertised}; {told}"
        only_card = body.get("readable") is False  # what is in it is not there for them
        assert advertised or response.status_code in {403, 409} | ({404} if only_card else set()), told
        return response if advertised else None

    @property
    def model(self) -> Model:
        return self.world.model

    def space(self, pick: int) -> Space:
        spaces = list(self.model.spaces.values())
        return spaces[pick % len(spaces)]

    def discussion(self, pick: int) -> Discussion | None:
        found: list[Discussion] = self.model.discussions
        return found[pick % len(found)] if found else None

    def post(self, pick: int) -> Post | None:
        found: list[Post] = self.model.posts
        return found[pick % len(found)] if found else None

    @staticmethod
    def somebody(pick: int, entitled: Callable[[str], bool]) -> str:
        """Mostly somebody who may, sometimes somebody who may not."""
        people = [name for name in EVERYBODY if entitled(name)] * 4 + list(EVERYBODY)
        return people[pick % len(people)]
