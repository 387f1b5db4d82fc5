"""Figures as tables, and docs/search.md as the place where they are kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.quality.figures import MEASURES, Asked, false_positives, measured

DOCUMENT = Path(__file__).parents[2] / "docs" / "search.md"
SPLITS = ("tuning", "heldout")
NAMES = {"tuning": "tuning", "heldout": "held-out"}

type Found = Mapping[str, Sequence[Asked]]


def tables(found: Found) -> Iterator[str]:
    """Each engine and split; then, of each split, by language, by sort of query and by kind of thing."""
    yield from _head("engine", "split")
    for engine, asked in found.items():
        for split in SPLITS:
            yield _row([engine, NAMES[split]], [one for one in asked if one.split == split])
    groups: dict[str, Callable[[Asked], str]] = {
        "language": lambda one: one.language,
        "sort of query": lambda one: one.cohort,
        "looked for": lambda one: one.kind,
    }
    for name, of in groups.items():
        yield ""
        yield from _head("engine", name)
        for engine, asked in found.items():
            for value in dict.fromkeys(map(of, asked)):
                for split in SPLITS:
                    chosen = [one for one in asked if one.split == split and of(one) == value]
                    if any(one.has_answer for one in chosen):
                        yield _row([engine, f"{value}, {NAMES[split]}"], chosen)


def each(found: Found, *, split: str) -> Iterator[str]:
    """Each query of a split, the worst first."""
    for engine, asked in found.items():
        chosen = [one for one in asked if one.split == split]
        rows = [(measured([one]), one) for one in chosen if one.has_answer]
        yield ""
        for figures, one in sorted(rows, key=lambda pair: pair[0]["nDCG@10"]):
            values = "  ".join(f"{name} {value:.2f}" for name, value in figures.items())
            yield f"{engine} {values}  {one.query} {one.kind}: {one.text} ({len(one.found)} found)"
        for one in chosen:
            if not one.has_answer and one.found:
                yield f"{engine} {len(one.found)} found, none wanted: {one.query} {one.kind}: {one.text}"


def keep(found: Found) -> None:
    """Put the tables between their marks in docs/search.md. Raises ValueError where there are none."""
    text = DOCUMENT.read_text(encoding="utf-8")
    made = "\n".join(tables(found))
    marked = re.compile(r"(<!-- judged -->\n).*?(<!-- end -->)", re.DOTALL)
    written, count = marked.subn(lambda match: f"{match[1]}{made}\n{match[2]}", text)
    if count != 1:
        raise ValueError("docs/search.md has no place for the figures.")
    DOCUMENT.write_text(written, encoding="utf-8")


def _head(*names: str) -> Iterable[str]:
    yield f"| {' | '.join([*names, *MEASURES, 'answers where there are none'])} |"
    yield f"| {' | '.join(['---'] * len(names) + ['---:'] * (len(MEASURES) + 1))} |"


def _row(names: Sequence[str], asked: Sequence[Asked]) -> str:
    figures = measured(asked)
    values = [f"{figures[name]:.3f}" if name in figures else "" for name in MEASURES]
    answered, queries = false_positives(asked)
    return f"| {' | '.join([*names, *values, f'{answered} of {queries}' if queries else ''])} |"
