"""Searching: everybody may; what is found is another question (tests/search, tests/api/search)."""

from __future__ import annotations

from forums.actions import saved_searches
from tests.contracts.matrix.base import Cast, row


def anything(cast: Cast) -> dict[str, object]:
    """A search is of no thing."""
    return {}


def kept_by_the_expert(cast: Cast) -> dict[str, object]:
    search = saved_searches.save(name="Turbines", typed="turbine", cadence="daily", acting_user=cast.expert)
    return {"id": search.pk}


THINGS = {"anything": anything, "a kept search": kept_by_the_expert}
KEPT = "a kept search"

ROWS = [
    row("GET /search", "anything", query={"q": "border"}, others=200),
    row("GET /search/suggest", "anything", query={"q": "bor"}, others=200),
    row("GET /me/searches", "anything", visitor=401, others=200),
    row("POST /me/searches", "anything", body={"name": "a", "query": "turbine"}, visitor=401, others=201),
    row("GET /me/searches/{id}", KEPT, visitor=401, others=404, expert=200),
    row("PATCH /me/searches/{id}", KEPT, body={"name": "b"}, visitor=401, others=404, expert=200),
    row("DELETE /me/searches/{id}", KEPT, visitor=401, others=404, expert=204),
    row("GET /me/searches/{id}/matches", KEPT, visitor=401, others=404, expert=200),
]
