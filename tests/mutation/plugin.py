"""Runs the tests against mutants, each in a forked process: a plugin for pytest (`tests.mutation.__main__`).

First all tests run once as they are; what each reaches of the rules is noted, line by line. Then, for each
mutant, a child process exchanges the code of one function in place, and runs the tests that reach its line
until one fails: those first that have killed others of the same function, then of the same file, then the
quickest. A child has its own database connection; the database is kept.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from django.db import connections

from tests.mutation.mutants import PROJECT, RULES, Mutant
from tests.mutation.reach import Reach

RULE_FILES = [path for pattern in RULES for path in PROJECT.glob(pattern)]
LONGEST = 300.0  # seconds that the tests of one mutant may take together
A_TEST = 60.0  # seconds of processor time that one test may take: more is no end in sight, and noticed


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant. ``killer`` is the test that failed, None for a survivor; of one that is
    undecided the time was over before ``tests_left`` tests had run."""

    mutant: str
    key: str
    killer: str | None
    tests: int
    tests_left: int
    seconds: float


@dataclass(frozen=True)
class _OnlySession:
    """Stands for a next test of which nothing is known, so that all but the session's fixtures are ended."""

    session: pytest.Session

    def listchain(self) -> list[pytest.Session]:
        return [self.session]


class Mutator:
    """The plugin: after collection it takes over from pytest's own loop."""

    def __init__(self, mutants: list[Mutant], report: Path, noted: Path) -> None:
        self.mutants = mutants
        self.report = report
        self.reach = Reach(sorted({PROJECT / path for path in RULE_FILES}), noted)
        self.seconds: dict[str, float] = {}
        self.outcomes: dict[str, bool] = {}
        self.killers: dict[str, Counter[str]] = defaultdict(Counter)  # by file, and by function

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run everything as it is, then every mutant."""
        by_name = {item.nodeid: item for item in session.items}
        self._as_it_is(session.items)
        self._prove(session.items)
        with self.report.open("a") as report:
            for mutant in self.mutants:
                tests = [by_name[name] for name in self._in_order(mutant) if name in by_name]
                verdict = self._try(mutant, tests)
                report.write(json.dumps(asdict(verdict)) + "\n")
                report.flush()
                mark = f"killed by {verdict.killer}" if verdict.killer else "SURVIVED"
                if verdict.tests_left:
                    mark = f"UNDECIDED, {verdict.tests_left} tests left"
                print(f"{mutant}\n    {mark} ({verdict.tests} tests, {verdict.seconds:.1f} s)", flush=True)
        if failed := [name for name, passed in self.outcomes.items() if not passed]:
            raise pytest.UsageError(f"Without any mutant these fail, and were left out: {', '.join(failed)}")
        return True

    def _as_it_is(self, items: list[pytest.Item]) -> None:
        """Run the tests whose reach is not known yet; and one, so that mutants have a database."""
        one = next(item for item in items if "db" in getattr(item, "fixturenames", ()))
        to_run = [one, *(item for item in items if item.nodeid not in self.reach.seconds and item is not one)]
        for item, following in zip_longest(to_run, to_run[1:]):
            with self.reach.watched() as lines:
                self._run(item, following)
            if self.outcomes.get(item.nodeid) and item.nodeid not in self.reach.seconds:
                self.reach.keep(item.nodeid, self.seconds[item.nodeid], lines)

    def _prove(self, items: list[pytest.Item]) -> None:
        """Fail unless tests pass in a child that exchanges nothing: otherwise all mutants seemed killed."""
        known = [item for item in items if item.nodeid in self.reach.seconds]
        verdict = self._try(None, known[:: max(1, len(known) // 25)])
        if verdict.killer or verdict.tests_left:
            raise pytest.UsageError(f"In a child this fails without any mutant: {verdict.killer}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test went."""
        self.outcomes[report.nodeid] = self.outcomes.get(report.nodeid, True) and not report.failed
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration

    def _run(self, item: pytest.Item, following: pytest.Item | None) -> None:
        """Run a test; after the last one what the session shares (the database) stays."""
        after: Any = following or _OnlySession(item.session)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)

    def _tests_of(self, mutant: Mutant) -> set[str]:
        """The tests that reach the statement a mutant changes; of a constant, all."""
        path = str(PROJECT / mutant.path)
        if mutant.name.isupper():
            return {name for (where, _), names in self.reach.tests.items() if where == path for name in names}
        first, last = _statement(PROJECT / mutant.path, mutant.line)
        return set().union(*(self.reach.tests.get((path, line), set()) for line in range(first, last + 1)))

    def _in_order(self, mutant: Mutant) -> list[str]:
        here, near = self.killers[f"{mutant.path} {mutant.name}"], self.killers[mutant.path]
        return sorted(
            self._tests_of(mutant),
            key=lambda name: (-here[name], -near[name], self.reach.seconds[name], name),
        )

    # One mutant ---------------------------------------------------------------------------------------------

    def _try(self, mutant: Mutant | None, items: list[pytest.Item]) -> Verdict:
        connections.close_all()
        sys.stdout.flush()
        began = time.monotonic()
        read_end, write_end = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read_end)
            self._as_child(mutant, items, write_end)
        os.close(write_end)
        with os.fdopen(read_end) as told:
            lines = told.read().splitlines()
        os.waitpid(child, 0)
        # A child writes down which test it begins, and at the end how it went.
        last: dict[str, Any] = json.loads(lines[-1]) if lines else {"began": "the mutant", "number": 0}
        killer = f"({last['began']} did not come to an end)" if "began" in last else last["killer"]
        if mutant and killer and not killer.startswith("("):
            self.killers[mutant.path][killer] += 1
            self.killers[f"{mutant.path} {mutant.name}"][killer] += 1
        tests_left = last.get("left", 0)
        key = mutant.key if mutant else ""
        return Verdict(str(mutant), key, killer, last["number"], tests_left, time.monotonic() - began)

    def _as_child(self, mutant: Mutant | None, items: list[pytest.Item], write_end: int) -> None:
        """Never returns."""
        silent = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(silent, stream)
        until = time.monotonic() + LONGEST
        killer = None
        number = left = 0

        def tell(**what: str | int | None) -> None:
            os.write(write_end, json.dumps(what).encode() + b"\n")

        try:
            if mutant:
                exchange(mutant)
            self.outcomes.clear()
            for number, (item, following) in enumerate(zip_longest(items, items[1:]), 1):
                if time.monotonic() > until:
                    left = len(items) - number + 1
                    break
                tell(began=item.nodeid, number=number)
                # The default action of either ends the process: that counts as killed.
                signal.setitimer(signal.ITIMER_PROF, A_TEST)
                signal.alarm(int(LONGEST))
                self._run(item, following)
                if not self.outcomes.get(item.nodeid, False):
                    killer = item.nodeid
                    break
        except BaseException as error:  # noqa: BLE001 - whatever goes wrong has been noticed
            killer = f"({type(error).__name__}: {error})"[:300]
        tell(killer=killer, number=number, left=left)
        os._exit(0)


def exchange(mutant: Mutant) -> None:
    """Put the mutant's code in place of the function's, wherever it is used; or the constant's value."""
    name = mutant.path.removesuffix(".py").replace("/", ".")
    module = importlib.import_module(name)
    if mutant.name.isupper() or (mutant.name.startswith("_") and mutant.name.upper() == mutant.name):
        _exchange_constant(mutant, module)
        return
    compiled = compile(mutant.code, str(PROJECT / mutant.path), "exec", dont_inherit=True)
    code = next(code for code in _codes(compiled) if code.co_qualname == mutant.name)
    _function(module, mutant.name).__code__ = code


def _exchange_constant(mutant: Mutant, module: Any) -> None:
    node = next(
        node
        for node in mutant.code.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and mutant.name
        in {getattr(t, "id", "") for t in (node.targets if isinstance(node, ast.Assign) else [node.target])}
    )
    if node.value is None:
        raise AssertionError(f"{mutant.name} has no value.")
    expression = ast.fix_missing_locations(ast.Expression(node.value))
    value = eval(compile(expression, mutant.path, "eval"), vars(module))
    former = getattr(module, mutant.name)
    for other in list(sys.modules.values()):
        for attribute, held in list(vars(other).items()) if hasattr(other, "__dict__") else ():
            if held is former and attribute == mutant.name:
                setattr(other, attribute, value)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _function(module: Any, name: str) -> FunctionType:
    found: Any = module
    for part in name.split("."):
        found = vars(found)[part]
    found = getattr(found, "__func__", found)  # of a static or class method
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    if isinstance(found, property):
        found = found.fget
    if not isinstance(found, FunctionType):
        raise TypeError(f"{name} is no function.")
    return found


def _statement(path: Path, line: int) -> tuple[int, int]:
    """The first and last line of the innermost statement around a line."""
    spans = [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    first, last = min(spans, key=lambda span: span[1] - span[0])
    inner = [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.If) and node.lineno == first
    ]
    if inner:  # of an if: what leads to it, not what is in it
        return first, first
    return first, last
