"""``make search-quality``: ask every judged query of each engine, over the demo; print how good answers are.

python -m tests.quality                         PostgreSQL and Elasticsearch
python -m tests.quality postgres opensearch     these engines
python -m tests.quality --queries tuning        also each query of a split, the worst first
python -m tests.quality --keep                  also writes the figures into docs/search.md

A node that TEST_ELASTICSEARCH_URL or TEST_OPENSEARCH_URL names is used; otherwise one is started.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Literal, cast

from config.local.postgres import postgres
from config.local.processes import LocalServiceError
from config.local.search_node import search_node
from tests.quality import report
from tests.quality.figures import Asked

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT / ".local" / "quality"
ENGINES = ("postgres", "elasticsearch", "opensearch")
NODE_CLASSES = {"opensearch": "search.engines.opensearch_node.OpenSearchNode"}
PREFIX = "quality"


def main() -> int:
    """Ask, compute, print; 1 where an engine cannot be had."""
    options = _options()
    try:
        with ExitStack() as stack:
            url = stack.enter_context(postgres(PROJECT / ".local" / "quality-postgres", durable=False))
            found = {name: _ask(name, url, stack) for name in options.engines or ENGINES[:2]}
    except LocalServiceError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(report.tables(found)))
    if options.queries:
        print("\n".join(report.each(found, split=options.queries)))
    if options.keep:
        report.keep(found)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.quality", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("engines", nargs="*", metavar="ENGINE", help=f"of {', '.join(ENGINES)}")
    parser.add_argument("--queries", choices=["tuning", "heldout"], help="print each query of a split")
    parser.add_argument("--keep", action="store_true", help="write the figures into docs/search.md")
    options = parser.parse_args()
    if unknown := set(options.engines) - set(ENGINES):
        parser.error(f"there is no engine {sorted(unknown)[0]!r}")
    return options


def _ask(engine: str, url: str, stack: ExitStack) -> list[Asked]:
    """What an engine answers to every judged query, asked in a process of its own."""
    settings = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": url,
        "DEBUG": "yes",
        "SECRET_KEY": "of-the-judged-queries-and-known-to-everybody",
        "LOG_LEVEL": "WARNING",
        "ELASTICSEARCH_URL": "" if engine == "postgres" else _node(engine, stack),
        "SEARCH_NODE_CLASS": NODE_CLASSES.get(engine, ""),
        "SEARCH_INDEX_PREFIX": f"{PREFIX}-{engine}",
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    answers = FOLDER / f"{engine}.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.quality.asking", answers],
        cwd=PROJECT,
        env=os.environ | settings,
        check=False,
    )
    if done.returncode:
        raise LocalServiceError(f"{engine} could not be asked: see above.")
    return [Asked.of(one) for one in json.loads(answers.read_text(encoding="utf-8"))]


def _node(engine: str, stack: ExitStack) -> str:
    if given := os.environ.get(f"TEST_{engine.upper()}_URL"):
        return given
    server = cast("Literal['elasticsearch', 'opensearch']", engine)
    return stack.enter_context(search_node(server, FOLDER / f"{engine}-node"))


if __name__ == "__main__":
    sys.exit(main())
