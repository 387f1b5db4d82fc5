"""What is taken back is not found any more, though the indexer has not come by yet."""

from __future__ import annotations

from collections.abc import Callable

from experts.actions import networks as network_actions
from search.models import OutboxRow
from search.outbox import enqueue
from tests.contracts.client import ApiClient
from tests.factories import experts as make
from tests.factories import networks


def test_a_former_headline_does_not_find_its_expert(
    engine: str, api: Callable[..., ApiClient], indexed: Callable[[], None]
) -> None:
    profile = make.profile(headline="Bowlines", reach={"identity": "members", "headline": "members"})
    enqueue("expert", [profile.pk])
    indexed()
    asker = api(make.user())
    assert asker.get("/search", q="bowlines").json()["total"] == 1

    api(profile.user).patch(f"/experts/{profile.pk}", {"headline": "Sails"})

    assert asker.get("/search", q="bowlines").json()["total"] == 0


def test_who_has_left_a_network_is_not_found_by_it(
    engine: str, api: Callable[..., ApiClient], indexed: Callable[[], None]
) -> None:
    profile = make.profile(reach={"identity": "members", "networks": "members"})
    network = networks.network(slug="riggers")
    networks.member(network, profile.user)
    enqueue("expert", [profile.pk])
    indexed()
    asker = api(make.user())
    assert asker.get("/search", network="riggers").json()["total"] == 1

    network_actions.leave(network.pk, acting_user=profile.user)

    assert asker.get("/search", network="riggers").json()["total"] == 0


def test_what_is_only_added_does_not_hide_an_expert_meanwhile(
    engine: str, api: Callable[..., ApiClient], indexed: Callable[[], None]
) -> None:
    profile = make.profile(headline="", reach={"identity": "members", "headline": "members"})
    enqueue("expert", [profile.pk])
    indexed()

    api(profile.user).patch(f"/experts/{profile.pk}", {"headline": "Sails"})

    assert not OutboxRow.objects.filter(restricting=True).exists()
