"""Searches: what is found costs no more queries for more of it."""

from __future__ import annotations

from collections.abc import Mapping

from experts.models import User
from forums.actions import saved_searches
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


def kept(count: int, asker: User) -> Mapping[str, object]:
    """Kept searches; as many as may be kept."""
    for number in range(count):
        saved_searches.save(name=f"{number}", typed="turbine", cadence="none", acting_user=asker)
    return {}


def new_in_a_search(count: int, asker: User) -> Mapping[str, object]:
    """Each a reply by another author in another discussion."""
    search = saved_searches.save(name="a", typed="calibration", cadence="daily", acting_user=asker)
    found(count, asker)
    saved_searches.tell_new()
    return {"id": search.pk}


def told_of(count: int, asker: User) -> Mapping[str, object]:
    """A notice of each of several kept searches, in each of them several things."""
    for number in range(count):
        saved_searches.save(name=f"{number}", typed="calibration", cadence="daily", acting_user=asker)
    found(3, asker)
    saved_searches.tell_new()
    return {}


LISTS = [
    List("GET /me/searches", kept, budget=4),
    List("GET /me/searches/{id}/matches", new_in_a_search, budget=8),
    List("GET /me/notifications", told_of, query={"reason": "saved_search"}, budget=8),
    List("GET /search", found, query={"q": "calibration", "type": "post", "limit": 100}, budget=8),
]
