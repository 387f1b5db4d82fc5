"""A search costs the database a handful of questions, whatever it finds."""

from __future__ import annotations

from collections.abc import Callable

from search.outbox import enqueue
from tests.contracts.client import ApiClient
from tests.contracts.queries import assert_queries
from tests.factories import experts, forums


def test_a_search_that_finds_things_of_every_kind_asks_five_questions(
    engine: str, api: Callable[..., ApiClient], indexed: Callable[[], None]
) -> None:
    space = forums.space(title="Rigging")
    discussion = forums.discussion(space, title="Rigging in cold weather")
    forums.reply(discussion, body="Rigging freezes.")
    profile = experts.profile(headline="Rigging")
    enqueue("space", [space.pk])
    enqueue("expert", [profile.pk])
    indexed()
    client = api(forums.person())
    client.get("/search", q="rigging")  # when the token was used last is noted once a minute

    with assert_queries(5):
        answer = client.get("/search", q="rigging").json()

    assert {found["type"] for found in answer["results"]} == {"space", "discussion", "post", "expert"}
