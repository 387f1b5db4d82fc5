"""Rosters over HTTP: made and changed by the secretariat, and what they want of who applies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from experts.models import AuditEntry, Roster
from tests.contracts.client import ApiClient
from tests.factories import networks as make

type Api = Callable[..., ApiClient]

pytestmark = pytest.mark.django_db

STAND_BY: dict[str, Any] = {
    "slug": "stand-by-team",
    "names": {"en": "Stand-by Team", "ru": "Резерв"},
    "purposes": {"en": "Who can leave at once."},
    "topics": ["risk-analysis"],
    "notice_days": 7,
    "level": "specialist",
    "languages": [{"language": "en", "level": "B2"}, {"language": "ru", "level": "A2"}],
}


def test_the_secretariat_makes_and_changes_a_roster(api: Api) -> None:
    make.topic("risk-analysis")
    client = api(make.secretariat())
    made = client.post("/rosters", STAND_BY)
    assert made.status_code == 201
    assert made.headers["Location"] == "/api/v1/rosters/stand-by-team"
    shown = made.json()
    assert (shown["admission"], shown["level"]) == ("application", "specialist")
    assert shown["languages"] == STAND_BY["languages"]
    etag = made.headers["ETag"]
    changed = client.patch("/rosters/stand-by-team", {"notice_days": 3}, if_match=etag)
    assert (changed.status_code, changed.json()["notice_days"]) == (200, 3)
    assert client.patch("/rosters/stand-by-team", {"notice_days": 4}, if_match=etag).status_code == 412
    assert client.patch("/rosters/stand-by-team", {"level": "", "languages": []}).json()["languages"] == []
    verbs = AuditEntry.objects.filter(object_type="roster").order_by("id").values_list("verb", "changes")
    assert [verb for verb, _ in verbs] == ["roster.created", "roster.edited", "roster.edited"]
    assert verbs[1][1] == {"notice_days": [7, 3]}


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"slug": "a b"}, "/slug", "invalid"),
        ({"slug": "taken"}, "/slug", "taken"),
        ({"names": {"ru": "Резерв"}}, "/names/en", "required"),
        ({"names": {"en": "X", "xx": "Y"}}, "/names/xx", "unknown_language"),
        ({"topics": ["no-such"]}, "/topics/0", "unknown_topic"),
        ({"notice_days": 1000}, "/notice_days", "max_value"),
        ({"level": "guru"}, "/level", "invalid_choice"),
        ({"languages": [{"language": "en", "level": "fluent"}]}, "/languages/0/level", "invalid_choice"),
        ({"languages": [{"language": "xx", "level": "B2"}]}, "/languages/0/language", "unknown_language"),
        ({"languages": [{"language": "en", "level": "B2"}] * 2}, "/languages/1/language", "repeated"),
        ({"admission": "lottery"}, "/admission", "invalid_choice"),
        ({"slogan": "Go"}, "/slogan", "unknown_field"),
    ],
)
def test_what_makes_no_sense_is_named(api: Api, change: dict[str, Any], pointer: str, code: str) -> None:
    make.topic("risk-analysis")
    make.roster(slug="taken")
    response = api(make.secretariat()).post("/rosters", STAND_BY | change)
    assert response.status_code == 400
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [(pointer, code)]
    assert Roster.objects.count() == 1


def test_who_applies_has_what_the_roster_wants(api: Api) -> None:
    above = make.topic("risk-analysis")
    below = make.topic("risk-indicators", parent=above)
    api(make.secretariat()).post("/rosters", STAND_BY)
    expert = make.expert()
    client = api(expert)
    refused = client.post("/rosters/stand-by-team/members", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_eligible")
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("/topics", "topic_missing"),
        ("/languages", "language_missing"),
        ("/languages", "language_missing"),
    ]
    knows = make.knows(expert.profile, below, level="practitioner")
    make.speaks(expert.profile, "en", "C1")
    russian = make.speaks(expert.profile, "ru", "A1")
    assert client.post("/rosters/stand-by-team/members", {}).status_code == 409, "neither is enough"
    knows.level, russian.level = "trainer", "native"
    knows.save()
    russian.save()
    assert client.post("/rosters/stand-by-team/members", {}).status_code == 201


def test_where_people_are_named_nobody_applies(api: Api) -> None:
    secretariat = api(make.secretariat())
    make.topic("risk-analysis")
    secretariat.post("/rosters", STAND_BY | {"admission": "nomination"})
    expert = make.expert()
    assert "apply" not in api(expert).get("/rosters/stand-by-team").json()["allowed_actions"]
    refused = api(expert).post("/rosters/stand-by-team/members", {})
    assert (refused.status_code, refused.json()["code"]) == (403, "by_nomination")
    named = secretariat.post("/rosters/stand-by-team/members", {"person": str(expert.pk)})
    assert (named.status_code, named.json()["status"]) == (201, "admitted")


def test_who_is_on_a_roster_stays_whatever_it_wants_later(api: Api) -> None:
    roster = make.roster(slug="a-roster")
    expert = make.on_roster(roster)
    wanted = {"languages": [{"language": "fr", "level": "C2"}]}
    assert api(make.secretariat()).patch("/rosters/a-roster", wanted).status_code == 200
    [place] = api(expert).get("/rosters/a-roster/members").json()["results"]
    assert place["status"] == "admitted"
