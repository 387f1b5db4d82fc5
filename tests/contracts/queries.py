"""Counting queries, and showing them when there are too many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def assert_queries(limit: int) -> Iterator[CaptureQueriesContext]:
    """Fails, printing the SQL, when the block makes more than ``limit`` queries (savepoints not counted)."""
    with CaptureQueriesContext(connection) as captured:
        yield captured
    made = statements(captured)
    assert len(made) <= limit, f"{len(made)} queries, at most {limit} expected:\n{listing(made)}"


def statements(captured: CaptureQueriesContext) -> list[str]:
    """The SQL of what was captured, without transaction control."""
    skipped = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "BEGIN", "COMMIT", "ROLLBACK")
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(skipped)]


def listing(made: list[str]) -> str:
    """Numbered, with repeated beginnings counted: what a person needs to find the loop."""
    lines = [f"{number:3}. {sql[:400]}" for number, sql in enumerate(made, 1)]
    shapes = Counter(sql.split(" WHERE ")[0][:120] for sql in made)
    lines += [f"  {count} × {shape}" for shape, count in shapes.most_common() if count > 1]
    return "\n".join(lines)
