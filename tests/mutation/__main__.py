"""``make mutate-permissions``: print every mutant of the rules with its killer; exit code 1 for survivors.

python -m tests.mutation                       all of them
python -m tests.mutation --sample 100          a hundred, taken at random (seed printed)
python -m tests.mutation --only forums/access  those whose path, name and change have this text
python -m tests.mutation --kept FOLDER         go on where a run ended whose verdicts are in this folder
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from config.local.postgres import postgres
from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.mutants import PROJECT, Mutant, mutants
from tests.mutation.plugin import Verdict

# Those that ask who may see and do what, without servers of their own and without committing anything.
TESTS = (
    "tests/contracts/test_permissions.py",
    "tests/experts",
    "tests/forums",
    "tests/api",
    "tests/mutation",
)


def main() -> int:
    """Try the mutants in parallel; 1 if any survived."""
    options = _options()
    chosen = [mutant for mutant in mutants() if options.only in mutant.key]
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    if options.sample and options.sample < len(chosen):
        chosen = random.Random(seed).sample(chosen, options.sample)
        print(f"{len(chosen)} mutants, seed {seed}")
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mutation-")))
        kept: Path = (options.kept or folder).resolve()
        kept.mkdir(parents=True, exist_ok=True)
        tried = {verdict.key for verdict in _read(kept)}
        url = os.environ.get("DATABASE_URL") or stack.enter_context(
            postgres(PROJECT / ".local" / "test-postgres", durable=False)
        )
        to_try = [mutant for mutant in chosen if mutant.key not in tried]
        runs = [
            _start(number, to_try[number :: options.parallel], kept, url, options.tests)
            for number in range(min(options.parallel, len(to_try)))
        ]
        codes = [run.wait() for run in runs]
        keys = {mutant.key for mutant in chosen}
        verdicts = [verdict for verdict in _read(kept) if verdict.key in keys]
    if any(codes) or len(verdicts) != len(keys):
        print(f"The tests could not be run: {codes}; {len(verdicts)} of {len(keys)} mutants tried.")
        return 1
    survivors = [v for v in verdicts if v.killer is None and v.key not in EQUIVALENT]
    explained = [v for v in verdicts if v.killer is None and v.key in EQUIVALENT]
    print("\nKillers, by how many they killed")
    killers = Counter((v.killer or "").partition("[")[0] for v in verdicts if v.killer)
    for killer, count in killers.most_common(25):
        print(f"  {count:4} {killer}")
    for verdict in explained:
        print(f"\nChanges nothing: {verdict.mutant}\n    {EQUIVALENT[verdict.key]}")
    for verdict in survivors:
        what = "UNDECIDED" if verdict.tests_left else "SURVIVED"
        print(f"\n{what} {verdict.mutant} ({verdict.tests} tests passed)\n    {verdict.key!r}")
    killed = len(verdicts) - len(survivors) - len(explained)
    print(
        f"\n{len(verdicts)} mutants: {killed} killed, {len(explained)} change nothing, "
        f"{len(survivors)} survived; {time.monotonic() - began:.0f} s"
    )
    return int(bool(survivors))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutate-permissions", description=__doc__)
    parser.add_argument("--sample", type=int, default=0, help="only so many, at random")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--only", default="", help="only those with this text in path, name or change")
    parser.add_argument("--parallel", type=int, default=2, help="processes at a time")
    parser.add_argument("--kept", type=Path, help="folder of verdicts: what is in it is not tried again")
    parser.add_argument("--tests", nargs="+", default=TESTS, help="only these paths")
    return parser.parse_args()


def _start(
    number: int, shard: list[Mutant], kept: Path, url: str, tests: list[str]
) -> subprocess.Popen[bytes]:
    """A process with a database of its own, which tries some of them."""
    (kept / f"{number}.mutants").write_bytes(pickle.dumps(shard))
    server, _, query = url.partition("?")
    name = server.rpartition("/")[2]
    environment = os.environ | {
        "DATABASE_URL": f"{server.rpartition('/')[0]}/{name}_mutation_{number}"
        + (f"?{query}" if query else ""),
        "HYPOTHESIS_PROFILE": "default",
        "LOG_LEVEL": "ERROR",
    }
    command = (
        "import pickle, sys, pathlib, pytest; from tests.mutation.plugin import Mutator;"
        f"kept = pathlib.Path({str(kept)!r});"
        f"shard = pickle.loads((kept / '{number}.mutants').read_bytes());"
        "sys.exit(pytest.main(['-p', 'no:xdist', '-p', 'no:cacheprovider', '-q', '--reuse-db',"
        "'--timeout=0', '-m', 'not elasticsearch and not opensearch', *sys.argv[1:]],"
        f"plugins=[Mutator(shard, kept / '{number}.verdicts', kept / '{number}.reach')]))"
    )
    return subprocess.Popen([sys.executable, "-c", command, *tests], cwd=PROJECT, env=environment)


def _read(kept: Path) -> list[Verdict]:
    lines = [line for path in sorted(kept.glob("*.verdicts")) for line in path.read_text().splitlines()]
    return [Verdict(**json.loads(line)) for line in lines]


if __name__ == "__main__":
    sys.exit(main())
