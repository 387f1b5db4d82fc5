"""The whole way: the rooms' own things, found over HTTP, on each engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from search import indexer
from tests.search.conftest import ALL_ENGINES, use_engine


@pytest.fixture(params=ALL_ENGINES)
def engine(request: pytest.FixtureRequest, db: None, settings: Any) -> Iterator[str]:
    """Every engine in turn is the one that is set; gives the name that answers must carry."""
    with use_engine(request.param, request, settings):
        yield "postgres" if request.param == "postgres" else "elasticsearch"


@pytest.fixture
def indexed() -> Callable[[], None]:
    """Index everything that waits."""

    def drain() -> None:
        indexer.drain()

    return drain
