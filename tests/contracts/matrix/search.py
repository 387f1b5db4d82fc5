"""Searching: everybody may; what is found is another question (tests/search, tests/api/search)."""

from __future__ import annotations

from tests.contracts.matrix.base import Cast, row


def anything(cast: Cast) -> dict[str, object]:
    """A search is of no thing."""
    return {}


THINGS = {"anything": anything}

ROWS = [
    row("GET /search", "anything", query={"q": "border"}, others=200),
    row("GET /search/suggest", "anything", query={"q": "bor"}, others=200),
]
