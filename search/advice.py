"""What to do when nothing is found: which filter to drop or to widen, and how much there would be then.

The figures are of what the viewer may read, like those of every search.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from search import taxonomy
from search.query import Clause, Query, Term

MOST_TRIED = 6
DATES = "created"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A change that finds something. ``change``: ``drop`` a filter, ``broaden`` it ``to`` the topic above, or
    ``drop_all`` of them. ``field`` and ``values`` are of the filter, ``total`` is what there would be."""

    change: str
    field: str
    values: tuple[str, ...]
    total: int
    to: str | None = None


def changes(query: Query) -> list[tuple[Advice, Query]]:
    """Changes to a query that found nothing, most gentle first, without their totals: `MOST_TRIED` at
    most, and last all filters dropped."""
    tried = list(islice(_changes(query), MOST_TRIED))
    if query.text and tried:
        everything = Advice(change="drop_all", field="", values=(), total=0)
        tried.append((everything, replace(query, filters=(), since=None, until=None)))
    return tried


def given(tried: Sequence[tuple[Advice, Query]], totals: Sequence[int]) -> list[Advice]:
    """The changes that find something; that of dropping all only where no other does."""
    found = [replace(advice, total=total) for (advice, _), total in zip(tried, totals, strict=True) if total]
    return [one for one in found if one.change != "drop_all"] or found


def _changes(query: Query) -> Iterator[tuple[Advice, Query]]:
    for clause in query.filters:
        if wider := _wider(clause):
            yield (
                Advice(change="broaden", field="topic", values=_values(clause), total=0, to=wider),
                _with(query, clause, Clause((Term("topic", wider),))),
            )
    for clause in query.filters:
        yield (
            Advice(change="drop", field=_field(clause), values=_values(clause), total=0),
            _with(query, clause, None),
        )
    if query.since or query.until:
        days = tuple(f"{day:%Y-%m-%d}" for day in (query.since, query.until) if day)
        yield (
            Advice(change="drop", field=DATES, values=days, total=0),
            replace(query, since=None, until=None),
        )


def _with(query: Query, former: Clause, other: Clause | None) -> Query:
    filters = (other if clause is former else clause for clause in query.filters)
    return replace(query, filters=tuple(filter(None, filters)))


def _wider(clause: Clause) -> str | None:
    """The topic above, where the filter is one topic."""
    if len(clause.leaves) != 1 or _field(clause) != "topic":
        return None
    [slug] = _values(clause)
    topic = taxonomy.current().topics.get(slug)
    return topic.ancestors[-1] if topic and topic.ancestors else None


def _field(clause: Clause) -> str:
    return next((leaf.field for leaf in clause.leaves if isinstance(leaf, Term)), "")


def _values(clause: Clause) -> tuple[str, ...]:
    return tuple(leaf.value for leaf in clause.leaves if isinstance(leaf, Term))
