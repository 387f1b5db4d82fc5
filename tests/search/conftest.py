"""Engines to test: each test of the contract runs on all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings

from search import registry, taxonomy
from search.engines import ENGINES
from search.engines import elasticsearch_index as index
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


def make_world(server: str, request: pytest.FixtureRequest, settings: Any) -> Iterator[World]:
    """A world on one engine; with its own sources instead of the rooms'."""
    if server != "postgres":
        url = request.getfixturevalue(f"{server}_url")
        own = {"ELASTICSEARCH_URL": url, "NODE_CLASS": NODE_CLASSES[server]}
        settings.SEARCH = django_settings.SEARCH | own
        _remove_indices()
    made = World(ENGINES["postgres" if server == "postgres" else "elasticsearch"]())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "_sources", {kind: made.source(kind) for kind in KINDS})
        patch.setattr(registry, "_topic_labels", [])
        taxonomy.forget()
        yield made
    taxonomy.forget()
    if server != "postgres":
        _remove_indices()


def _remove_indices() -> None:
    for name in {*index.written_now(), *index.asked()}:
        index.drop(name)
