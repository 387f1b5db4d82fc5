"""Searches: what is found costs no more queries for more of it."""

from __future__ import annotations

from collections.abc import Mapping

from experts.models import User
from search import indexer
from tests.contracts.lists.base import List
from tests.factories import forums


def found(count: int, asker: User) -> Mapping[str, object]:
    """Each a reply by another author in another discussion."""
    space = forums.space(owner=asker)
    for _ in range(count):
        discussion = forums.discussion(space, forums.join(space))
        forums.reply(discussion, forums.join(space), body="A matter of calibration.")
    indexer.drain()
    return {}


LISTS = [
    List("GET /search", found, query={"q": "calibration", "type": "post", "limit": 100}, budget=8),
]
