"""One's kept and recent searches, as they fit what is being typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from experts.models import RecentSearch
from forums.models import SavedSearch
from search.analysis import clean, fold, words
from search.viewer import Viewer

SAVED, RECENT = "saved_search", "recent_search"


@dataclass(frozen=True, slots=True)
class OwnQuery:
    """A query that one keeps under a name (its ``title``), or used lately; ``id`` of a kept one, else the
    query."""

    kind: str
    id: str
    title: str
    query: str


def fitting(typed: str, viewer: Viewer, *, limit: int) -> list[OwnQuery]:
    """At most ``limit`` kept and ``limit`` recent ones in which a word begins like each of those typed; where
    nothing is typed, the latest. Two queries; none for a visitor."""
    if viewer.user_id is None:
        return []
    beginnings = [fold(word) for word in words(clean(typed))]
    saved = SavedSearch.objects.visible(viewer).order_by("-id").values_list("pk", "name", "query")
    recent = RecentSearch.objects.filter(user_id=viewer.user_id).order_by("-used_at", "-pk")
    kept = (OwnQuery(SAVED, str(pk), name, query) for pk, name, query in saved)
    used = (OwnQuery(RECENT, query, query, query) for query in recent.values_list("query", flat=True))
    return [*islice(_fit(beginnings, kept), limit), *islice(_fit(beginnings, used), limit)]


def _fit(beginnings: list[str], queries: Iterator[OwnQuery]) -> Iterator[OwnQuery]:
    for one in queries:
        there = [fold(word) for word in words(clean(f"{one.title} {one.query}"))]
        if all(any(word.startswith(beginning) for word in there) for beginning in beginnings):
            yield one
