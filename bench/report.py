"""Figures as rows of a table, and README.md as the place where they are kept."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path

from bench.measure import Figures, Goal

README = Path(__file__).with_name("README.md")
HEAD = (
    "| case | app ms | database ms | search ms | queries | p50 ms | p95 ms | a second | SQL ms | goal | |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |",
)


def line(name: str, goal: Goal, figures: Figures) -> str:
    """One row."""
    misses = figures.misses(goal)
    verdict = f"over: {', '.join(misses)}" if misses else "met"
    cells = (
        name,
        f"{figures.application:.1f}",
        f"{figures.database:.1f}",
        f"{figures.search:.1f}" if figures.search else "",
        str(figures.queries),
        f"{figures.p50:.1f}",
        f"{figures.p95:.1f}",
        f"{figures.per_second:.0f}",
        f"{figures.raw:.2f}",
        _words(goal),
        verdict if goal != Goal() else "",
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
        parts.append(f"p50 {goal.latency:g} ms")
    if goal.slow is not None:
        parts.append(f"p95 {goal.slow:g} ms")
    if goal.per_second is not None:
        parts.append(f"{goal.per_second:g} a second")
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
