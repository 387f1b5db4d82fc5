"""Figures as rows of a table, and README.md as the place where they are kept."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path

from bench.measure import Case, Figures, Goal

README = Path(__file__).with_name("README.md")
HEAD = (
    "| case | application ms | database ms | queries | p50 ms | p95 ms | raw SQL ms | goal | |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |",
)


def line(case: Case, figures: Figures) -> str:
    """One row."""
    misses = figures.misses(case.goal)
    verdict = f"over: {', '.join(misses)}" if misses else "met"
    cells = (
        case.name,
        f"{figures.application:.1f}",
        f"{figures.database:.1f}",
        str(figures.queries),
        f"{figures.p50:.1f}",
        f"{figures.p95:.1f}",
        f"{figures.raw:.2f}",
        _words(case.goal),
        verdict if case.goal != Goal() else "",
    )
    return f"| {' | '.join(cells)} |"


def keep(name: str, lines: Sequence[str]) -> None:
    """Put a set's rows between its marks in README.md. Raises ValueError where there are none."""
    text = README.read_text(encoding="utf-8")
    table = "\n".join([_circumstances(), "", *HEAD, *lines])
    marked = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
    written, count = marked.subn(lambda found: f"{found[1]}{table}\n{found[2]}", text)
    if count != 1:
        raise ValueError(f"README.md has no place for set {name}.")
    README.write_text(written, encoding="utf-8")


def _words(goal: Goal) -> str:
    parts = []
    if goal.application is not None:
        database = f" + {goal.database:g}" if goal.database is not None else ""
        parts.append(f"{goal.application:g}{database} ms")
    if goal.cpu is not None:
        parts.append(f"{goal.cpu:g} ms CPU in all")
    if goal.latency is not None:
        parts.append(f"{goal.latency:g} ms")
    if goal.queries is not None:
        parts.append(f"{goal.queries} queries")
    return ", ".join(parts)


def _circumstances() -> str:
    cpu = next(
        (
            row.partition(":")[2].strip()
            for row in Path("/proc/cpuinfo").read_text().splitlines()
            if row.startswith("model name")
        ),
        platform.processor(),
    )
    today = dt.datetime.now(dt.UTC).date()
    return f"{today}, {os.cpu_count()} × {cpu}, Python {platform.python_version()}:"
