"""A space that is found is shown as its card."""

from __future__ import annotations

from collections.abc import Callable

from search.outbox import enqueue
from tests.contracts.client import ApiClient
from tests.factories import forums


def test_a_space_is_found_with_its_card(
    engine: str, api: Callable[..., ApiClient], indexed: Callable[[], None]
) -> None:
    space = forums.space(title="Rigging")
    enqueue("space", [space.pk])
    indexed()
    client = api(forums.person())

    (found,) = client.get("/search", q="rigging").json()["results"]

    assert found["object"] == client.get("/spaces").json()["results"][0]
