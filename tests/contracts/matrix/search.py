"""Searching: everybody may; what is found is another question (tests/search, tests/api/search)."""

from __future__ import annotations

from typing import Any

from forums.actions import saved_searches
from forums.models import Post, Visibility
from search import indexer, outbox
from tests.contracts.matrix.base import Cast, cast_space, row
from tests.factories import experts, forums


def anything(cast: Cast) -> dict[str, object]:
    """A search is of no thing."""
    return {}


def kept_by_the_expert(cast: Cast) -> dict[str, object]:
    search = saved_searches.save(name="Turbines", typed="turbine", cadence="daily", acting_user=cast.expert)
    return {"id": search.pk}


def indexed_in_secret(cast: Cast) -> dict[str, object]:
    """A discussion that only the people of a space read, as search knows it."""
    discussion = forums.discussion(cast_space(cast, Visibility.SECRET), body="calibration of turbines")
    indexer.drain()
    return {"id": discussion.pk}


def a_post_in_secret(cast: Cast) -> dict[str, object]:
    """The post that opens it."""
    indexed_in_secret(cast)
    return {"id": Post.objects.latest("pk").pk}


def an_indexed_expert(cast: Cast) -> dict[str, object]:
    """A profile that members know of."""
    profile = experts.profile(cast.expert)
    outbox.enqueue("expert", [profile.pk])
    indexer.drain()
    return {"id": profile.pk}


THINGS = {
    "anything": anything,
    "a kept search": kept_by_the_expert,
    "an indexed discussion": indexed_in_secret,
    "an indexed post": a_post_in_secret,
    "an indexed expert": an_indexed_expert,
}
READERS: dict[str, Any] = dict.fromkeys(
    ("expert", "observer", "space_member", "moderator", "space_owner"), 200
)
KEPT = "a kept search"

ROWS = [
    row("GET /search", "anything", query={"q": "border"}, others=200),
    row("GET /search/suggest", "anything", query={"q": "bor"}, others=200),
    row("GET /discussions/{id}/similar", "an indexed discussion", others=404, **READERS),
    row("GET /posts/{id}/similar", "an indexed post", others=404, **READERS),
    row("GET /experts/{id}/similar", "an indexed expert", visitor=404, others=200),
    row("POST /search/similar", "anything", body={"title": "turbines"}, visitor=401, others=200),
    row("GET /me/search-choices", "anything", visitor=401, others=200),
    row("PATCH /me/search-choices", "anything", body={"keeps_recent": False}, visitor=401, others=200),
    row("GET /me/searches/recent", "anything", visitor=401, others=200),
    row("POST /me/searches/recent", "anything", body={"query": "turbine"}, visitor=401, others=204),
    row("DELETE /me/searches/recent", "anything", visitor=401, others=204),
    row("GET /me/searches", "anything", visitor=401, others=200),
    row("POST /me/searches", "anything", body={"name": "a", "query": "turbine"}, visitor=401, others=201),
    row("GET /me/searches/{id}", KEPT, visitor=401, others=404, expert=200),
    row("PATCH /me/searches/{id}", KEPT, body={"name": "b"}, visitor=401, others=404, expert=200),
    row("DELETE /me/searches/{id}", KEPT, visitor=401, others=404, expert=204),
    row("GET /me/searches/{id}/matches", KEPT, visitor=401, others=404, expert=200),
]
