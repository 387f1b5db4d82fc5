"""Query counts of lists, as data: each list endpoint must need the same few queries for 1, 10 and 100 rows.

A room's file (`experts.py`, …) holds `LISTS`::

    def discussions(count: int, asker: User) -> Mapping[str, object]:
        space = SpaceFactory(visibility="open")
        DiscussionFactory.create_batch(count, space=space)
        return {"slug": space.slug}

    LISTS = [List("GET /spaces/{slug}/discussions", discussions, budget=6)]

The function makes ``count`` rows that the asker sees, each with everything a row can have (author, topics,
likes …, different ones for each row, or an N+1 hides), and returns the parts of the URL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from experts.models import User


@dataclass(frozen=True)
class List:
    """One list endpoint; ``budget`` is the number of queries that a page may cost, sign-in included."""

    operation: str
    make: Callable[[int, User], Mapping[str, object]]
    budget: int = 6
    query: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        parameters = "&".join(f"{name}={value}" for name, value in self.query.items())
        return f"{self.operation}?{parameters}" if parameters else self.operation
