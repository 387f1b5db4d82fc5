"""The benches' own Elasticsearch node, with an index per set, kept between runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bench.database import PROJECT, Database
from config.local.processes import LocalServiceError
from config.local.search_node import search_node

FOLDER = PROJECT / ".local" / "bench-elasticsearch"
HEAP = "2g"


@contextmanager
def filled(database: Database) -> Iterator[Mapping[str, str]]:
    """The node with the set in its index, filled unless it is there; yields the settings to ask it.

    Raises LocalServiceError when the index cannot be filled.
    """
    with search_node("elasticsearch", FOLDER, heap=HEAP) as url:
        settings = {"ELASTICSEARCH_URL": url, "SEARCH_INDEX_PREFIX": database.name.replace("_", "-")}
        _fill(database, settings)
        yield settings


def cpu(url: str) -> float:
    """The CPU time of the node so far, in milliseconds."""
    with urllib.request.urlopen(f"{url}/_nodes/stats/process") as answer:
        nodes = json.load(answer)["nodes"].values()
    return float(sum(node["process"]["cpu"]["total_in_millis"] for node in nodes))


def _fill(database: Database, settings: Mapping[str, str]) -> None:
    environment = os.environ | {
        "DATABASE_URL": database.url,
        "SECRET_KEY": "of-the-benches-and-known-to-everybody",
        "LOG_LEVEL": "WARNING",
        **settings,
    }
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "manage.py", "search_rebuild", "elasticsearch", "--if-needed"],
        cwd=PROJECT,
        env=environment,
        check=False,
        stdout=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        raise LocalServiceError(f"{database.name} could not be indexed: see above.")
    print(f"{database.name} is in Elasticsearch after {time.monotonic() - began:.0f} s", flush=True)
