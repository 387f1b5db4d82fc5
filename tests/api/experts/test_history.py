"""The history and the completeness of a profile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from experts.actions import profiles
from experts.audiences import Choice, Reach
from experts.models import Profile, Section
from tests.contracts.client import ApiClient
from tests.factories import experts as make

pytestmark = pytest.mark.django_db

Api = Callable[..., ApiClient]


def told(client: ApiClient, profile: Profile) -> list[tuple[str, Any, Any]]:
    response = client.get(f"/experts/{profile.pk}/history")
    assert response.status_code == 200, response.content
    rows = response.json()["results"]
    return [(c["field"], c["before"], c["after"]) for row in rows for c in row["changes"]]


def test_the_owner_reads_who_changed_what_the_latest_first(api: Api) -> None:
    profile = make.profile(headline="One")
    helper = make.delegate(profile, make.user(name="Helper"))
    profiles.edit(profile.pk, acting_user=profile.user, changes={"headline": "Two"})
    profiles.edit(profile.pk, acting_user=helper, changes={"contact": {"phone": "+431514360"}})
    rows = api(profile.user).get(f"/experts/{profile.pk}/history").json()["results"]
    assert [row["author"]["name"] for row in rows] == ["Helper", profile.user.name]
    assert told(api(profile.user), profile) == [
        ("contact.phone", "", "+431514360"),
        ("headline", "One", "Two"),
    ]


def test_the_secretariat_reads_only_of_sections_open_to_it_then_and_now(api: Api) -> None:
    profile = make.profile(reach={"headline": "self", "contact": "secretariat", "biography": "members"})
    me = profile.user
    profiles.edit(profile.pk, acting_user=me, changes={"headline": "While closed"})
    profiles.edit(profile.pk, acting_user=me, changes={"contact": {"phone": "+431514360"}})
    profiles.edit(
        profile.pk, acting_user=me, changes={"biography": [{"language": "en", "text": "Open then"}]}
    )
    opened = {Section.HEADLINE: Choice(Reach.MEMBERS), Section.BIOGRAPHY: Choice(Reach.SELF)}
    profiles.set_visibility(profile.pk, acting_user=me, choices=opened)
    profiles.edit(profile.pk, acting_user=me, changes={"headline": "While open", "gender": "female"})
    secretariat = api(make.secretariat())
    assert told(secretariat, profile) == [
        ("gender", "", "female"),
        ("headline", "While closed", "While open"),
        ("contact.phone", "", "+431514360"),
    ]
    assert len(told(api(me), profile)) == 7


def test_completeness_names_what_is_missing_to_who_keeps_the_profile(api: Api) -> None:
    profile = make.profile(headline="Trainer")
    make.knows(profile, make.topic())
    found = api(profile.user).get(f"/experts/{profile.pk}").json()["completeness"]
    assert found["percent"] == 32
    assert found["missing"][:2] == ["biography", "languages"]
    assert "photo" in found["missing"]
    assert api(make.secretariat()).get(f"/experts/{profile.pk}").json()["completeness"] is None


def test_the_audit_log_names_no_section_that_is_kept_from_its_reader(api: Api) -> None:
    profile = make.profile(reach={"headline": "self", "biography": "members"})
    biography = [{"language": "en", "text": "For members"}]
    changes = {"headline": "For myself", "biography": biography}
    profiles.edit(profile.pk, acting_user=profile.user, changes=changes)
    [entry] = api(make.secretariat()).get("/moderation/audit", verb="profile.edited").json()["results"]
    assert (entry["changed"], entry["changes"]) == (["biography"], None)
