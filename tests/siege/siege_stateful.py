"""Part 1: the state machine of tests/stateful for longer, with every probe, in new worlds each time.

A failing world is printed with a blob that brings it back (`@reproduce_failure`); what it shows is fixed in
the product and kept as a test of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings as bounds
from hypothesis.stateful import run_state_machine_as_test

from tests.search.conftest import use_engine
from tests.stateful.community import WholeCommunity
from tests.stateful.test_stateful import SAME_EVERY_TIME
from tests.stateful.world import base as everybody

AT_A_TIME = 5


def test_on_postgres(db: None, *, is_long: bool, figures: Callable[..., None]) -> None:
    class OnPostgres(WholeCommunity):
        base = everybody()
        probes_a_look = 6
        lookers_at_the_end = 7

    _go_on(OnPostgres, seconds=3_600 if is_long else 270)
    figures(**OnPostgres.tally())


def test_on_elasticsearch(
    db: None, request: pytest.FixtureRequest, settings: Any, *, is_long: bool, figures: Callable[..., None]
) -> None:
    with use_engine("elasticsearch", request, settings) as engine:

        class OnBothEngines(WholeCommunity):
            base = everybody()
            engines = ("postgres", "elasticsearch")
            probes_a_look = 6
            lookers_at_the_end = 7

            def __init__(self) -> None:
                super().__init__()
                engine.finish(engine.begin(), started=0)  # what the world before left there is gone

        _go_on(OnBothEngines, seconds=3_600 if is_long else 180)
    figures(**OnBothEngines.tally())


def _go_on(machine: type[WholeCommunity], *, seconds: float) -> None:
    """Worlds after worlds until the time is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        run_state_machine_as_test(
            machine,
            settings=bounds(
                SAME_EVERY_TIME,
                derandomize=False,
                print_blob=True,
                max_examples=AT_A_TIME,
                stateful_step_count=25,
            ),
        )
