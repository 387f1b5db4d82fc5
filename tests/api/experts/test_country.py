"""A State's profile: of everything only what the reader may see, and counted exactly so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.utils import timezone

from experts.models import User
from forums.models import DiscussionCountry, Event
from tests.contracts.client import ApiClient
from tests.factories import experts as make
from tests.factories import forums
from tests.factories import networks as make_networks

type Api = Callable[..., ApiClient]

# Who asks (2), the State (2), what spaces they may read, and of each of five kinds the rows and their number.
QUERIES = 15

pytestmark = pytest.mark.django_db


def _discussion(visibility: str, member: User, title: str) -> None:
    country = make.country("KG")
    space = forums.space(visibility)
    forums.join(space, "member", member)
    discussion = forums.discussion(space, member, title=title)
    DiscussionCountry.objects.create(discussion=discussion, country=country)
    starts = timezone.now() + timedelta(days=3)
    Event.objects.create(
        discussion=discussion, starts_at=starts, ends_at=starts, country=country, place="Osh"
    )


def test_each_part_is_trimmed_and_counted_for_who_asks(api: Api) -> None:
    country = make.country("KG")
    insider = make.user()
    network = make_networks.network()
    make_networks.member(network, insider)
    _discussion("open", insider, "Open one")
    _discussion("members_only", insider, "For members")
    _discussion("secret", insider, "Secret one")
    shown = {"identity": "everyone", "networks": "everyone"}
    public = make.profile(
        reach=shown | {"duty_country": "everyone"}, duty_country=country, family_name="Public"
    )
    make.profile(duty_country=country, family_name="Members")
    make.profile(nationality=country, reach={"nationality": "secretariat"}, family_name="Closed")
    make.profile(nationality=country, reach={"identity": "self"}, family_name="Nobody")
    for profile in (public, make.profile(reach={"networks": "secretariat"}, family_name="Focal")):
        make_networks.designation(network, country, profile.user, kind="alternate")
    make.organisation(country=country)

    def told(user: User | None) -> tuple[dict[str, int], set[str], set[str], set[str]]:
        body = api(user).get("/countries/kg").json()
        assert body["expert_count"] == body["counts"]["experts"]
        for part in ("focal_points", "experts", "organisations", "events", "discussions"):
            assert len(body[part]) == body["counts"][part]
        return (
            body["counts"],
            {row["identity"]["family_name"] for row in body["experts"]},
            {row["topic"] for row in body["discussions"]},
            {row["topic"] for row in body["events"]},
        )

    everybody = {"organisations": 1}
    visitor = told(None)
    assert visitor[0] == everybody | {"focal_points": 1, "experts": 1, "events": 1, "discussions": 1}
    assert visitor[1:] == ({"Public"}, {"Open one"}, {"Open one"})
    member = told(make.user())
    assert member[0] == everybody | {"focal_points": 1, "experts": 2, "events": 2, "discussions": 2}
    assert member[1] == {"Public", "Members"}
    inside = told(insider)
    assert inside[0] == everybody | {"focal_points": 2, "experts": 2, "events": 3, "discussions": 3}
    assert inside[2] == {"Open one", "For members", "Secret one"}
    secretariat = told(make.secretariat())
    assert secretariat[1] == {"Public", "Members", "Closed"}
    assert "Secret one" not in secretariat[2], "the secretariat has no way into spaces"


def test_lists_are_cut_and_counts_are_not(api: Api) -> None:
    country = make.country("KG")
    for _ in range(23):
        make.profile(duty_country=country)
    body = api(make.user()).get("/countries/KG").json()
    assert (len(body["experts"]), body["counts"]["experts"]) == (20, 23)


def test_a_profile_costs_the_same_few_queries_however_much_there_is(
    api: Api, assert_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    country = make.country("KG")
    client, network = api(make.user()), make_networks.network()

    def more() -> None:
        profile = make.profile(duty_country=country)
        make.knows(profile, make.topic())
        make_networks.designation(network, country, profile.user, kind="alternate")
        make.organisation(country=country)
        _discussion("open", make.user(), "Open one")

    more()
    with assert_queries(QUERIES):
        assert client.get("/countries/KG").json()["counts"]["events"] == 1
    for _ in range(9):
        more()
    with assert_queries(QUERIES):
        assert client.get("/countries/KG").json()["counts"]["events"] == 10


def test_an_unknown_state_is_not_there(api: Api) -> None:
    assert api().get("/countries/xx").status_code == 404
    assert api().get("/countries/xx/discussions").status_code == 404
