"""What discussions invite to, and the States they are about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from experts.models import AuditEntry, User
from forums.models import Discussion, Event
from tests.contracts.client import ApiClient
from tests.factories import experts as make
from tests.factories import forums

type Api = Callable[..., ApiClient]

pytestmark = pytest.mark.django_db


def _when(days: int, **more: Any) -> dict[str, Any]:
    start = timezone.now().replace(microsecond=0) + dt.timedelta(days=days)
    return {
        "starts": start.isoformat(),
        "ends": (start + dt.timedelta(hours=6)).isoformat(),
        "place": "Hofburg",
    } | more


@pytest.fixture
def author() -> User:
    make.country("AT")
    make.country("KG")
    return make.user()


@pytest.fixture
def discussion(author: User) -> Discussion:
    space = forums.space("open")
    forums.join(space, "member", author)
    return forums.discussion(space, author, title="Vienna 19-20 September")


def test_a_discussion_becomes_an_invitation_and_stops_being_one(
    api: Api, author: User, discussion: Discussion
) -> None:
    client = api(author)
    when = _when(10, country="at", time_zone="Europe/Vienna")
    made = client.put(f"/discussions/{discussion.pk}/event", when)
    assert made.status_code == 200
    assert made.json()["country"] == {"code": "AT", "name": "State AT"}
    assert made.json()["allowed_actions"] == ["edit", "remove"]
    [listed] = api().get("/events").json()["results"]
    assert (listed["id"], listed["topic"]) == (str(discussion.pk), "Vienna 19-20 September")
    assert listed["allowed_actions"] == []
    later = client.put(f"/discussions/{discussion.pk}/event", _when(20, link="https://example.org/join"))
    assert (later.json()["country"], later.json()["time_zone"]) == (None, "UTC")
    assert Event.objects.count() == 1
    assert client.delete(f"/discussions/{discussion.pk}/event").status_code == 204
    assert client.delete(f"/discussions/{discussion.pk}/event").status_code == 404
    assert api().get(f"/events/{discussion.pk}").status_code == 404
    verbs = AuditEntry.objects.filter(object_id=discussion.pk, verb__startswith="discussion.event")
    assert sorted(verbs.values_list("verb", flat=True)) == [
        "discussion.event_removed",
        *["discussion.event_set"] * 2,
    ]


def test_what_is_over_is_told_only_when_asked_for(api: Api, author: User, discussion: Discussion) -> None:
    client = api(author)
    client.put(f"/discussions/{discussion.pk}/event", _when(-10, country="AT"))
    assert api().get("/events").json()["results"] == []
    assert len(api().get("/events", past=True).json()["results"]) == 1
    assert len(api().get("/events", past=True, country="AT").json()["results"]) == 1
    assert api().get("/events", past=True, country="KG").json()["results"] == []
    assert api().get("/events", country="XX").status_code == 404
    space = discussion.space.slug
    assert len(api().get("/events", past=True, space=space).json()["results"]) == 1
    assert api().get("/events", space="no-such").status_code == 400


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"ends": "2020-01-01T00:00:00Z"}, "/ends", "end_before_start"),
        ({"time_zone": "Mars/Olympus"}, "/time_zone", "unknown_time_zone"),
        ({"country": "XX"}, "/country", "unknown_country"),
        ({"place": ""}, "/place", "required"),
        ({"link": "javascript:alert(1)"}, "/link", "invalid"),
        ({"seats": 5}, "/seats", "unknown_field"),
    ],
)
def test_what_makes_no_sense_is_named(
    api: Api, author: User, discussion: Discussion, change: dict[str, Any], pointer: str, code: str
) -> None:
    response = api(author).put(f"/discussions/{discussion.pk}/event", _when(1) | change)
    assert response.status_code == 400
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [(pointer, code)]
    assert not Event.objects.exists()


def test_a_discussion_is_about_the_states_its_author_names(
    api: Api, author: User, discussion: Discussion
) -> None:
    path = f"/discussions/{discussion.pk}/countries"
    assert api(author).put(path, {"countries": ["kg", "AT", "at"]}).json() == {"countries": ["AT", "KG"]}
    assert api().get(path).json() == {"countries": ["AT", "KG"]}
    assert api(author).put(path, {"countries": ["KG"]}).json() == {"countries": ["KG"]}
    [row] = api().get("/countries/kg/discussions").json()["results"]
    assert row["id"] == str(discussion.pk)
    assert api().get("/countries/AT/discussions").json()["results"] == []
    wrong = api(author).put(path, {"countries": ["KG", "XX"]})
    assert wrong.json()["errors"][0]["pointer"] == "/countries/1"
    assert api(make.user()).put(path, {"countries": []}).status_code == 403
