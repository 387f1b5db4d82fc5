"""The directory and profiles over HTTP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from experts.models import Country, Profile, Section, User
from tests.contracts.client import ApiClient
from tests.factories import experts as make

pytestmark = pytest.mark.django_db

Api = Callable[..., ApiClient]


def names(client: ApiClient, **query: Any) -> list[str]:
    response = client.get("/experts", **query)
    assert response.status_code == 200, response.content
    return [row["identity"]["family_name"] for row in response.json()["results"]]


def test_a_visitor_meets_only_profiles_whose_names_are_public(api: Api) -> None:
    make.profile(family_name="Open", reach={"identity": "everyone"}, headline="For members")
    make.profile(family_name="Closed")
    [row] = api().get("/experts").json()["results"]
    assert (row["name"], row["headline"]) == ("Ana Open", "")


def test_experts_are_sorted_by_family_name_without_accents_or_by_age(api: Api) -> None:
    for name in ("Żuk", "Ódor", "Łukić", "Moreau", "Đurić", "Aas"):
        make.profile(family_name=name)
    client = api(make.user())
    assert names(client) == ["Aas", "Đurić", "Łukić", "Moreau", "Ódor", "Żuk"]
    assert names(client, sort="newest") == ["Aas", "Đurić", "Moreau", "Łukić", "Ódor", "Żuk"]


def test_the_pages_of_a_sorted_list_hold_everyone_once(api: Api) -> None:
    for number in range(7):
        make.profile(family_name="Same", given_name="Same" if number % 2 else f"Given{number}")
    client = api(make.user())
    found: list[str] = []
    address = "/experts?limit=2&sort=name"
    while address:
        body = client.get(address).json()
        found += [row["id"] for row in body["results"]]
        address = body["next"]
    assert len(found) == len(set(found)) == 7


def test_filters_find_who_matches_all_of_them(api: Api) -> None:
    travel = make.topic("travel-documents")
    forged = make.topic("forged-documents", parent=travel)
    forged.aliases.create(slug="fake-papers")
    norway, kyrgyzstan = make.country("NO"), make.country("KG", region="central_asia")
    network = make.network("trainers")
    right = make.profile(
        family_name="Right",
        nationality=norway,
        duty_country=kyrgyzstan,
        agency_kind="customs",
        available_from=dt.date(2020, 1, 1),
        notice_days=30,
    )
    make.knows(right, forged, "trainer")
    make.speaks(right, "ru", "C1")
    make.joins(right.user, network)
    wrong = make.profile(family_name="Wrong", nationality=norway)
    make.knows(wrong, travel, "awareness")
    make.speaks(wrong, "ru", "A2")
    client = api(make.user())
    assert names(client, topic="travel-documents") == ["Right", "Wrong"]
    assert names(client, country="no") == ["Right", "Wrong"]
    far = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=31)).isoformat()
    soon = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=3)).isoformat()
    for query in (
        {"topic": "forged-documents"},
        {"topic": "fake-papers"},
        {"topic": ["travel-documents", "forged-documents"]},
        {"topic": "travel-documents", "level": "trainer"},
        {"level": ["trainer", "specialist"]},
        {"language": "ru:B2"},
        {"language": ["ru"], "agency": "customs"},
        {"country": "KG"},
        {"duty_country": "KG"},
        {"nationality": "NO", "region": "central_asia"},
        {"network": "trainers"},
        {"available": far},
    ):
        assert names(client, **query) == ["Right"], query
    assert names(client, available=soon) == []
    assert names(client, nationality="KG") == []


@pytest.mark.parametrize(
    "query",
    [{"topic": "no-such"}, {"country": "XX"}, {"network": "no-such"}, {"region": "atlantis"}],
)
def test_a_filter_by_what_does_not_exist_is_a_404(api: Api, query: dict[str, Any]) -> None:
    assert api().get("/experts", **query).status_code == 404


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"level": "guru"}, "/level/0"),
        ({"language": "russian"}, "/language/0"),
        ({"available": "tomorrow"}, "/available"),
        ({"sort": "age"}, "/sort"),
        ({"topic": [f"t{n}" for n in range(6)]}, "/topic"),
        ({"color": "red"}, "/color"),
    ],
)
def test_a_filter_that_makes_no_sense_names_itself(api: Api, query: dict[str, Any], pointer: str) -> None:
    response = api().get("/experts", **query)
    assert response.status_code == 400
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


def test_a_filter_on_a_hidden_field_finds_nobody_even_the_owner_meets_themselves_only(api: Api) -> None:
    profile = make.profile(nationality=make.country("NO"), reach={"nationality": "self"})
    assert names(api(make.user()), nationality="NO") == []
    assert names(api(make.secretariat()), nationality="NO") == []
    assert names(api(profile.user), nationality="NO") == [profile.family_name]


def test_labels_are_in_the_language_that_is_asked_for(api: Api) -> None:
    profile = make.profile(nationality=make.country("NO"))
    make.knows(
        profile, make.topic("risk-analysis", labels={"en": "Risk analysis", "fr": "Analyse des risques"})
    )
    make.speaks(profile, "ru")
    body = (
        api(make.user()).get(f"/experts/{profile.pk}", headers={"Accept-Language": "fr-CH, en;q=0.5"}).json()
    )
    assert body["topics"][0]["label"] == "Analyse des risques"
    assert body["nationality"] == {"code": "NO", "name": "État NO"}
    assert body["languages"][0]["name"] == "russe"


def test_biographies_come_as_they_were_written_and_as_safe_html(api: Api) -> None:
    profile = make.profile(biography={"en": "*Sixteen* years <script>alert(1)</script>"})
    [text] = api(make.user()).get(f"/experts/{profile.pk}").json()["biography"]
    assert text["text"].startswith("*Sixteen*")
    assert text["html"].startswith("<p><em>Sixteen</em> years")
    assert "<script" not in text["html"]


def test_a_profile_costs_at_most_six_queries_for_owner_and_stranger(
    api: Api, assert_queries: Callable[[int], object]
) -> None:
    profile = make.profile(nationality=make.country("NO"))
    for section in ("affiliations", "missions", "trainings", "publications", "documents", "links"):
        make.item(profile, Section(section), organisation=make.organisation(), country=make.country("NO"))
    make.knows(profile, make.topic())
    for client in (api(profile.user), api(make.user())):
        with assert_queries(6):  # type: ignore[attr-defined]
            assert client.get(f"/experts/{profile.pk}").status_code == 200


def test_an_edit_wants_the_version_that_was_read(api: Api) -> None:
    profile = make.profile()
    client = api(profile.user)
    tag = client.get(f"/experts/{profile.pk}")["ETag"]
    assert tag.startswith('"v1.')
    assert client.patch(f"/experts/{profile.pk}", {"headline": "One"}, if_match=None).status_code == 428
    first = client.patch(f"/experts/{profile.pk}", {"headline": "One"}, if_match=tag)
    assert (first.status_code, first.json()["headline"]) == (200, "One")
    assert client.patch(f"/experts/{profile.pk}", {"headline": "Two"}, if_match=tag).status_code == 412
    again = client.patch(f"/experts/{profile.pk}", {"headline": "Two"}, if_match=first["ETag"])
    assert again.status_code == 200


def test_a_reader_is_told_no_version_and_no_change_of_what_is_hidden(api: Api) -> None:
    profile = make.profile(reach={"headline": "self"})
    reader = api(make.user())
    before = reader.get(f"/experts/{profile.pk}")
    assert not before["ETag"].startswith('"v')
    api(profile.user).patch(f"/experts/{profile.pk}", {"headline": "Hidden change"})
    after = reader.get(f"/experts/{profile.pk}", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 304


def test_bad_input_names_every_field_at_fault(api: Api) -> None:
    profile = make.profile()
    response = api(profile.user).patch(
        f"/experts/{profile.pk}",
        {"headline": "x" * 201, "languages": [{"language": "ru", "level": "fluent"}], "colour": "red"},
    )
    assert response.status_code == 400
    assert {error["pointer"] for error in response.json()["errors"]} >= {"/colour"}
    response = api(profile.user).patch(
        f"/experts/{profile.pk}",
        {"headline": "x" * 201, "languages": [{"language": "ru", "level": "fluent"}]},
    )
    assert {e["pointer"] for e in response.json()["errors"]} == {"/headline", "/languages/0/level"}
    response = api(profile.user).patch(
        f"/experts/{profile.pk}",
        {"missions": [{"title": "x", "starts_on": "2024-02-01", "ends_on": "2024-01-01"}]},
    )
    assert [e["pointer"] for e in response.json()["errors"]] == ["/missions/0/ends_on"]
    assert Profile.objects.get(pk=profile.pk).version == 1


def test_a_person_makes_a_profile_fills_and_publishes_it(api: Api) -> None:
    user = make.user()
    client = api(user)
    made = client.post("/experts", {"identity": {"given_name": "Ana", "family_name": "Kovač"}})
    assert (made.status_code, made["Location"]) == (201, f"/api/v1/experts/{user.pk}")
    added = client.post(f"/experts/{user.pk}/missions", {"title": "Osh", "starts_on": "2024-05-13"})
    assert added.status_code == 201
    changed = client.patch(
        f"/experts/{user.pk}/missions/{added.json()['id']}", {"place": "Batken"}, if_match=added["ETag"]
    )
    assert changed.json()["place"] == "Batken"
    assert client.post(f"/experts/{user.pk}/publish").json()["status"] == "published"
    assert client.post(f"/experts/{user.pk}/publish").status_code == 403
    assert [row["id"] for row in api(make.user()).get("/experts").json()["results"]] == [str(user.pk)]


def test_the_owner_sees_the_profile_as_each_audience_does(api: Api) -> None:
    network = make.network("trainers")
    profile = make.profile(
        headline="Headline", contact_email="ana@example.org", reach={"headline": "everyone"}
    )
    client = api(profile.user)
    client.patch(
        f"/experts/{profile.pk}/visibility", {"contact": {"reach": "networks", "networks": [str(network.pk)]}}
    )

    def seen_as(audience: str) -> tuple[bool, str, str]:
        body = client.get(f"/experts/{profile.pk}/preview?as={audience}").json()
        return body["is_visible"], body["expert"]["headline"], body["expert"]["contact"]["email"]

    assert seen_as("everyone") == (False, "", "")
    assert seen_as("members") == (True, "Headline", "")
    assert seen_as("network:trainers") == (True, "Headline", "ana@example.org")
    assert seen_as("secretariat") == (True, "Headline", "ana@example.org")
    assert seen_as("self") == (True, "Headline", "ana@example.org")
    assert client.get(f"/experts/{profile.pk}/preview?as=network:no-such").status_code == 404
    [error] = client.get(f"/experts/{profile.pk}/preview?as=networks").json()["errors"]
    assert (error["pointer"], "network:" in error["detail"]) == ("/as", True)


def test_what_is_for_oneself_alone_is_in_the_preview_as_oneself_and_in_no_other(api: Api) -> None:
    profile = make.profile(status="draft", headline="Headline", reach={"headline": "self"})
    client = api(profile.user)
    shown = {
        audience: client.get(f"/experts/{profile.pk}/preview?as={audience}").json()
        for audience in ("everyone", "members", "secretariat", "self")
    }
    assert {audience: body["expert"]["headline"] for audience, body in shown.items()} == {
        "everyone": "",
        "members": "",
        "secretariat": "",
        "self": "Headline",
    }
    assert [audience for audience, body in shown.items() if body["is_visible"]] == ["self"]


def test_an_authority_edits_its_nationals_in_its_network_only(api: Api) -> None:
    network = make.network("nfp")
    norway, sweden = make.country("NO"), make.country("SE")
    authority = make.user()
    make.joins(authority, network, "authority", norway)

    def person(nationality: Country, *, member: bool = True, reach: dict[str, str] | None = None) -> Profile:
        profile = make.profile(nationality=nationality, reach=reach)
        if member:
            make.joins(profile.user, network)
        return profile

    client = api(authority)
    for profile, status in (
        (person(norway), 200),
        (person(sweden), 403),
        (person(norway, member=False), 403),
        (person(norway, reach={"nationality": "secretariat"}), 403),
        (person(norway, reach={"networks": "secretariat"}), 403),
    ):
        assert client.patch(f"/experts/{profile.pk}", {"headline": "x"}).status_code == status
        assert client.patch(f"/experts/{profile.pk}/visibility", {}).status_code == 403


def test_topics_count_whom_the_asker_can_find(api: Api) -> None:
    travel = make.topic("travel-documents", labels={"en": "Travel documents", "ru": "Проездные документы"})
    forged = make.topic("forged-documents", parent=travel)
    both = make.profile()
    make.knows(both, travel)
    make.knows(both, forged)
    make.knows(make.profile(reach={"topics": "secretariat"}), forged)
    make.knows(make.profile(status="draft"), forged)

    def counts(user: User | None) -> dict[str, int]:
        rows = api(user).get("/topics").json()["results"]
        return {row["slug"]: row["expert_count"] for row in rows}

    assert counts(None) == {"travel-documents": 0, "forged-documents": 0}
    assert counts(make.user()) == {"travel-documents": 1, "forged-documents": 1}
    assert counts(make.secretariat()) == {"travel-documents": 2, "forged-documents": 2}
    detail = api().get("/topics/travel-documents", headers={"Accept-Language": "ru"}).json()
    assert detail["label"] == "Проездные документы"
    assert [below["slug"] for below in detail["below"]] == ["forged-documents"]
    assert api().get("/topics/forged-documents").json()["above"][0]["slug"] == "travel-documents"


def test_a_country_profile_shows_what_the_asker_may_see(api: Api) -> None:
    norway = make.country("NO")
    make.profile(
        family_name="Open", duty_country=norway, reach={"identity": "everyone", "duty_country": "everyone"}
    )
    make.profile(family_name="Members", nationality=norway)
    make.profile(family_name="Hidden", nationality=norway, reach={"nationality": "self"})
    make.organisation(country=norway, slug="no-customs")

    def shown(user: User | None) -> tuple[int, list[str]]:
        body = api(user).get("/countries/no").json()
        return body["expert_count"], [row["identity"]["family_name"] for row in body["experts"]]

    assert shown(None) == (1, ["Open"])
    assert shown(make.user()) == (2, ["Members", "Open"])
    assert api().get("/countries/NO").json()["organisations"][0]["slug"] == "no-customs"
    assert api().get("/countries/XX").status_code == 404
    assert api().get("/organisations", country="NO").json()["results"][0]["slug"] == "no-customs"


def test_a_photo_is_had_at_the_address_that_is_told(api: Api) -> None:
    profile = make.profile()
    profile.photo.save("photo.jpg", ContentFile(make.PNG))
    client = api(make.user())
    address = client.get(f"/experts/{profile.pk}").json()["photo"]["url"]
    response = client.get(address)
    assert (response.status_code, response.content) == (200, make.PNG)
