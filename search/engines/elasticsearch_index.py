"""The indices and aliases: which one is asked, which ones are written, and how one takes another's place.

``<prefix>-read`` is asked and names one index; ``<prefix>-write`` names every index that must be kept in
step: one, and while a rebuild fills a new one, both. Who writes holds a shared lock while it does, who
changes the aliases an exclusive one (PostgreSQL advisory locks, see `search.indexer`), so that no write
goes to an index that is being removed or misses one that has just been added.
"""

from __future__ import annotations

import functools
import hashlib
import logging
from datetime import UTC, datetime
from typing import Any

import orjson
from django.conf import settings
from django.utils.module_loading import import_string
from elasticsearch import Elasticsearch, OrjsonSerializer
from elasticsearch.dsl import Mapping

from search.engines import mappings

# One line per request would be one per search; what goes wrong is logged by who asked.
logging.getLogger("elastic_transport.transport").setLevel(logging.WARNING)

GRACE_SECONDS = (
    0.5  # a node that lives says itself that a search takes too long; after that it is taken for dead
)
TOMBSTONES_KEPT = "1h"  # how long the version of a removal is remembered: no indexer is later than that


def client() -> Elasticsearch:
    """The client of this process, by the settings; several addresses are nodes of one cluster."""
    configured = settings.SEARCH
    return _client(
        configured["ELASTICSEARCH_URL"],
        configured["TIMEOUT_SECONDS"],
        configured["API_KEY"],
        configured["CA_CERTS"],
        configured["NODE_CLASS"],
    )


@functools.cache
def _client(urls: str, seconds: float, api_key: str, ca_certs: str, node_class: str) -> Elasticsearch:
    options: dict[str, Any] = {}
    if api_key:
        options["api_key"] = api_key
    if ca_certs:
        options["ca_certs"] = ca_certs
    if node_class:
        options["node_class"] = import_string(node_class)
    return Elasticsearch(
        [address.strip() for address in urls.split(",")],
        serializer=OrjsonSerializer(),
        request_timeout=seconds + GRACE_SECONDS,
        max_retries=1,  # another node, where the first cannot be reached
        retry_on_timeout=False,
        **options,
    )


def fingerprint() -> str:
    """Of mapping and analyzers: an index with another one must be rebuilt."""
    mapping = mappings.mapping()
    made = orjson.dumps([mapping.to_dict(), _analysis(mapping)], option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(made, digest_size=8).hexdigest()


def read_alias() -> str:
    """The name under which the index is asked."""
    return f"{settings.SEARCH['INDEX_PREFIX']}-read"


def write_alias() -> str:
    """The name of all indices that are written."""
    return f"{settings.SEARCH['INDEX_PREFIX']}-write"


def create() -> str:
    """Make an empty index that nothing points to yet; its name."""
    configured = settings.SEARCH
    name = f"{configured['INDEX_PREFIX']}-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    mapping = mappings.mapping()
    client().options(request_timeout=30).indices.create(
        index=name,
        mappings=mapping.to_dict(),
        settings={
            "number_of_shards": configured["SHARDS"],
            "number_of_replicas": configured["REPLICAS"],
            "refresh_interval": "1s",
            "gc_deletes": TOMBSTONES_KEPT,
            "analysis": _analysis(mapping),
        },
    )
    return name


def written() -> list[str]:
    """The indices that must be written now; none before the first rebuild."""
    return _named(write_alias())


def asked() -> list[str]:
    """The index that is asked now; none before the first one is made."""
    return _named(read_alias())


def switch(*, add: dict[str, list[str]] | None = None, remove: dict[str, list[str]] | None = None) -> None:
    """Change aliases, all at once."""
    actions: list[dict[str, Any]] = []
    for verb, changes in (("remove", remove or {}), ("add", add or {})):
        actions += [
            {verb: {"alias": alias, "index": name}} for alias, names in changes.items() for name in names
        ]
    client().options(request_timeout=30).indices.update_aliases(actions=actions)


def drop(name: str) -> None:
    """Remove an index; no harm where it is gone."""
    client().options(request_timeout=30, ignore_status=404).indices.delete(index=name)


def _analysis(mapping: Mapping) -> dict[str, Any]:
    analysis: dict[str, Any] = mapping._collect_analysis()  # noqa: SLF001 - what dsl's own Index does
    return analysis


def _named(alias: str) -> list[str]:
    answer = client().options(ignore_status=404).indices.get_alias(name=alias)
    return sorted(answer.body) if answer.meta.status == 200 else []
