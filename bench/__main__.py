"""``python -m bench [SET …]``: measure the sets (all of them without a name) and print the figures."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack

from bench import nodes, report
from bench.api import serve
from bench.cases import CASES, ENGINES
from bench.database import Database, database, server
from bench.measure import measure
from bench.scene import Scene
from config.local.processes import LocalServiceError


def main() -> int:
    """Generate what is missing, measure, print; with ``--keep`` write the figures into README.md, too."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(CASES)}")
    parser.add_argument("--case", default="", help="only cases whose name holds this")
    parser.add_argument("--engine", default="", help="only with this search engine")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--fresh", action="store_true", help="generate the sets anew")
    parser.add_argument("--generate", action="store_true", help="only generate what is missing")
    parser.add_argument("--keep", action="store_true", help="write the figures into bench/README.md")
    options = parser.parse_args()
    if unknown := set(options.sets) - CASES.keys():
        parser.error(f"there is no set {sorted(unknown)[0]!r}")
    try:
        with server() as server_url:
            for name in options.sets or CASES:
                _measure_set(name, server_url, options)
    except LocalServiceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _measure_set(name: str, server_url: str, options: argparse.Namespace) -> None:
    with database(server_url, name, fresh=options.fresh) as made:
        if options.generate:
            return
        lines: list[str] = []
        for engine in ENGINES[name]:
            if options.engine in engine:
                lines += _measured(name, engine, made, options)
        if options.keep:
            report.keep(name, lines)


def _measured(name: str, engine: str, made: Database, options: argparse.Namespace) -> list[str]:
    lines = []
    with ExitStack() as stack:
        settings = stack.enter_context(nodes.filled(made)) if engine == "elasticsearch" else {}
        api = stack.enter_context(serve(made, dict(settings)))
        scene = Scene(made, api)
        for case in CASES[name]:
            if options.case in case.name:
                figures = measure(case, scene, repeats=options.repeats)
                title = f"{engine}: {case.name}" if len(ENGINES[name]) > 1 else case.name
                lines.append(report.line(title, case.goal_on(engine), figures))
                print(f"{name:>5} {lines[-1]}", flush=True)
    return lines


if __name__ == "__main__":
    sys.exit(main())
