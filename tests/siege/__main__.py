"""``make siege``: run the parts one after the other and print their figures together.

python -m tests.siege                         all parts, bounded: 25 minutes at most
python -m tests.siege --long                  each part for about an hour
python -m tests.siege stateful withdrawal     only these
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
PARTS = [path.stem.removeprefix("siege_") for path in sorted(HERE.glob("siege_*.py"))]


def main() -> int:
    """Run the parts; 1 if one failed."""
    options = _options()
    failed = []
    with tempfile.TemporaryDirectory(prefix="siege-") as folder:
        for part in options.parts or PARTS:
            print(f"== {part}", flush=True)
            began = time.monotonic()
            if _run(part, Path(folder) / f"{part}.figures", is_long=options.long) != 0:
                failed.append(part)
            print(f"== {part}: {time.monotonic() - began:.0f} s", flush=True)
        figures = [(path.stem, _sums(path.read_text())) for path in sorted(Path(folder).glob("*.figures"))]
    print("\nFigures")
    for part, sums in figures:
        print(f"  {part:<18}{', '.join(f'{value:,} {name}' for name, value in sums.items())}")
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nNothing leaked, nothing was lost.")
    return 1 if failed else 0


def _sums(lines: str) -> Counter[str]:
    """What the tests of a part noted, added up."""
    sums: Counter[str] = Counter()
    for line in lines.splitlines():
        sums.update(json.loads(line))
    return sums


def _run(part: str, figures: Path, *, is_long: bool) -> int:
    """One part, in a process of its own, so that what it does to servers ends with it."""
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "python_files=siege_*.py"),
        str(HERE / f"siege_{part}.py"),
    ]
    chosen = {"SIEGE": "long" if is_long else "bounded", "SIEGE_FIGURES": str(figures)}
    return subprocess.run(command, cwd=PROJECT, env=os.environ | chosen, check=False).returncode


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.siege", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument("--long", action="store_true", help="about an hour for each part")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"There is no {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
    return options


if __name__ == "__main__":
    sys.exit(main())
