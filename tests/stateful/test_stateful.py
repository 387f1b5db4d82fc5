"""Random communities: what anybody is shown, by any way, equals the reference model after each step.

Bounded, and the same in every run; `make siege` goes on where this ends (see tests/siege).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as bounds
from hypothesis.stateful import run_state_machine_as_test

from tests.search.conftest import use_engine
from tests.stateful.community import WholeCommunity
from tests.stateful.world import base as everybody

SAME_EVERY_TIME = bounds(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
    phases=[Phase.generate],  # a failing world is shown as it was found: making it smaller takes many minutes
)


@pytest.fixture(autouse=True)
def quiet(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A line for each of so many requests would fill the memory; files go where they are removed."""
    settings.MEDIA_ROOT = tmp_path
    logging.disable(logging.INFO)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.timeout(900)
def test_nobody_is_shown_more_or_less_than_the_model_says(db: None) -> None:
    class OnPostgres(WholeCommunity):
        base = everybody()

    run_state_machine_as_test(
        OnPostgres, settings=bounds(SAME_EVERY_TIME, max_examples=6, stateful_step_count=20)
    )
    assert OnPostgres.steps >= 40


@pytest.mark.timeout(900)
def test_nor_by_elasticsearch(db: None, request: pytest.FixtureRequest, settings: Any) -> None:
    with use_engine("elasticsearch", request, settings) as engine:

        class OnBothEngines(WholeCommunity):
            base = everybody()
            engines = ("postgres", "elasticsearch")
            probes_a_look = 4

            def __init__(self) -> None:
                super().__init__()
                engine.finish(engine.begin(), started=0)  # what the world before left there is gone

        run_state_machine_as_test(
            OnBothEngines, settings=bounds(SAME_EVERY_TIME, max_examples=3, stateful_step_count=12)
        )
