"""The engines. All are kept in step by `search.indexer`; `search.selection` says which one is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from search.engines.base import Engine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.postgres import PostgresEngine

ENGINES: Mapping[str, Callable[[], Engine]] = {
    "postgres": PostgresEngine,
    "elasticsearch": ElasticsearchEngine,
}
