"""Engines to test: each test of the contract runs on all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings as django_settings

from search import registry, selection, taxonomy
from search.engines import ENGINES
from search.engines import elasticsearch_index as index
from search.engines.base import Engine
from tests.search.worlds import KINDS, World

ALL_ENGINES = [
    "postgres",
    pytest.param("elasticsearch", marks=pytest.mark.elasticsearch),
    pytest.param("opensearch", marks=pytest.mark.opensearch),
]
NODE_CLASSES = {
    "elasticsearch": "",
    "opensearch": "search.engines.opensearch_node.OpenSearchNode",
}


@pytest.fixture(params=ALL_ENGINES)
def world(request: pytest.FixtureRequest, db: None, settings: Any) -> Iterator[World]:
    """An empty world on each engine in turn."""
    yield from make_world(request.param, request, settings)


@contextmanager
def use_engine(server: str, request: pytest.FixtureRequest, settings: Any) -> Iterator[Engine]:
    """Have an engine set, with an index of its own that is ready to be asked."""
    if server == "postgres":
        yield ENGINES["postgres"]()
        return
    own = {"ELASTICSEARCH_URL": request.getfixturevalue(f"{server}_url"), "NODE_CLASS": NODE_CLASSES[server]}
    settings.SEARCH = django_settings.SEARCH | own
    _remove_indices()
    engine = ENGINES["elasticsearch"]()
    engine.finish(engine.begin(), started=0)
    selection.BREAKER.recovered()
    yield engine
    _remove_indices()


def make_world(server: str, request: pytest.FixtureRequest, settings: Any) -> Iterator[World]:
    """A world on one engine, with its own sources instead of the rooms'."""
    with use_engine(server, request, settings) as engine, pytest.MonkeyPatch.context() as patch:
        made = World(engine)
        patch.setattr(registry, "_sources", {kind: made.source(kind) for kind in KINDS})
        patch.setattr(registry, "_topic_labels", [])
        patch.setattr(registry, "_fields", {})
        taxonomy.forget()
        yield made
    taxonomy.forget()


def _remove_indices() -> None:
    for name in {*index.written(), *index.asked()}:
        index.drop(name)
