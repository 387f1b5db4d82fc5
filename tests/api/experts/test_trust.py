"""Verification, endorsements, confirmation and consents through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from experts.actions import consents
from experts.models import Profile, Purpose, User
from tests.contracts.client import ApiClient
from tests.factories import experts as make

pytestmark = pytest.mark.django_db

type Api = Callable[..., ApiClient]


def faults(response: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


@pytest.fixture
def secretariat(db: None) -> User:
    return make.secretariat()


def test_a_verification_is_a_badge_and_a_filter_until_the_section_is_edited(
    api: Api, secretariat: User
) -> None:
    profile, member = make.profile(headline="Examiner"), make.user()
    path = f"/experts/{profile.pk}"
    verified = api(secretariat).post(f"{path}/verify", {"sections": ["headline"]})
    assert [row["section"] for row in verified.json()["verified"]] == ["headline"]
    [row] = api(member).get("/experts", verified="headline").json()["results"]
    assert [one["section"] for one in row["verified"]] == ["headline"]
    [shown] = api(member).get(path).json()["verified"]
    assert shown["since"].endswith("Z")
    assert api(profile.user).patch(path, {"headline": "Trainer"}).json()["verified"] == []
    assert api(member).get("/experts", verified="headline").json()["results"] == []


@pytest.mark.parametrize(
    ("sections", "pointer"),
    [([], "/sections"), (["networks"], "/sections/0"), (["no such"], "/sections/0"), (None, "/sections")],
)
def test_sections_that_are_none_cannot_be_verified(
    api: Api, secretariat: User, sections: Any, pointer: str
) -> None:
    response = api(secretariat).post(f"/experts/{make.profile().pk}/verify", {"sections": sections})
    assert response.status_code == 400
    assert faults(response)[0][0] == pointer
    assert api().get("/experts", verified="networks").status_code == 400


def test_verifying_wants_the_scope_to_moderate(api: Api, secretariat: User) -> None:
    client = api(secretariat, scopes=["read", "write"])
    assert client.post(f"/experts/{make.profile().pk}/verify", {"sections": ["identity"]}).status_code == 403


def test_the_life_of_an_endorsement(api: Api) -> None:
    network, topic = make.network(), make.topic("risk-analysis")
    profile = make.profile(make.joins(make.user(), network))
    make.knows(profile, topic)
    peer, path = make.joins(make.user(), network), f"/experts/{profile.pk}"
    assert "endorse" in api(peer).get(path).json()["allowed_actions"]
    made = api(peer).post(f"{path}/endorsements", {"topic": "risk-analysis"})
    assert made.status_code == 201
    location = made.headers["Location"].removeprefix("/api/v1")
    assert api(profile.user).get(location).json()["allowed_actions"] == ["withdraw"]
    assert api(peer).post(f"{path}/endorsements", {"topic": "risk-analysis"}).status_code == 409
    assert api().get(path).status_code == 404
    [card] = api(make.user()).get("/experts").json()["results"]
    assert card["topics"][0]["endorsements"] == 1
    [given] = api(peer).get("/me/endorsements").json()["results"]
    assert given["endorser"] == {"id": str(peer.pk), "name": peer.name}
    assert api(peer).delete(location).status_code == 204
    assert api(peer).get("/me/endorsements").json()["results"] == []


def test_a_stale_profile_is_back_with_one_click(api: Api) -> None:
    profile = make.profile(status="hidden", hidden_because="stale")
    member, path = make.user(), f"/experts/{profile.pk}"
    assert api(member).get(path).status_code == 404
    shown = api(profile.user).get(path).json()
    assert shown["status"] == "hidden"
    assert "confirm" in shown["allowed_actions"]
    assert api(profile.user).post(f"{path}/confirm").json()["status"] == "published"
    assert api(member).get(path).status_code == 200


def test_what_is_asked_is_listed_given_and_withdrawn(api: Api, secretariat: User) -> None:
    texts = {"en": "I **agree**.", "fr": "J’accepte."}
    made = api(secretariat).post("/consent-texts", {"purpose": "directory", "texts": texts})
    assert (made.status_code, made.json()["version"]) == (201, 1)
    profile = make.profile(status="draft")
    me = api(profile.user)
    refused = me.post(f"/experts/{profile.pk}/publish")
    assert (refused.status_code, refused.json()["code"]) == (409, "consent_required")
    [asked] = me.get("/me/consents", headers={"Accept-Language": "fr"}).json()["results"]
    assert (asked["needed_for"], asked["is_given"]) == ("publish", False)
    assert asked["text"]["text"] == "J’accepte."
    given = me.post("/me/consents", {"purpose": "directory", "version": 1})
    assert given.json()["is_given"] is True
    assert me.post(f"/experts/{profile.pk}/publish").status_code == 200
    assert me.delete("/me/consents/directory").status_code == 204
    profile.refresh_from_db()
    assert profile.status == Profile.Status.DRAFT
    [past] = me.get("/me/consents/history").json()["results"]
    assert past["withdrawn_at"]
    assert api(make.user()).get("/me/consents/history").json()["results"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"purpose": "directory"},
        {"purpose": "spying", "version": 1},
        {"purpose": "directory", "version": 0},
        {"purpose": "directory", "version": "one"},
        {"purpose": "directory", "version": 1, "user": "somebody else"},
    ],
)
def test_half_a_consent_is_refused(api: Api, secretariat: User, body: dict[str, Any]) -> None:
    consents.publish_text(Purpose.DIRECTORY, texts={"en": "I agree."}, acting_user=secretariat)
    assert api(make.user()).post("/me/consents", body).status_code == 400


def test_a_purpose_that_there_is_not_is_not_found(api: Api) -> None:
    client = api(make.user())
    assert client.get("/me/consents/spying").status_code == 404
    assert client.delete("/me/consents/spying").status_code == 404
    assert client.post("/me/consents", {"purpose": "rosters", "version": 1}).status_code == 404
