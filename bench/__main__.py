"""``python -m bench [SET …]``: measure the sets (all of them without a name) and print the figures."""

from __future__ import annotations

import argparse
import sys

from bench import report
from bench.api import serve
from bench.cases import CASES
from bench.database import database, server
from bench.measure import measure
from bench.scene import Scene
from config.local.processes import LocalServiceError


def main() -> int:
    """Generate what is missing, measure, print; with ``--keep`` write the figures into README.md, too."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(CASES)}")
    parser.add_argument("--case", default="", help="only cases whose name holds this")
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
        with serve(made) as api:
            scene = Scene(made, api)
            lines = []
            for case in CASES[name]:
                if options.case in case.name:
                    figures = measure(case, scene, repeats=options.repeats)
                    lines.append(report.line(case, figures))
                    print(f"{name:>5} {lines[-1]}", flush=True)
            if options.keep:
                report.keep(name, lines)


if __name__ == "__main__":
    sys.exit(main())
