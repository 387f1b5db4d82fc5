"""The seed and demo data say what they should, and refer only to what exists. Needs no database."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from experts.data import generate as experts
from forums.data import generate as forums
from tests.data.judgments import judgments

type Record = dict[str, Any]

LANGUAGES = ["en", "fr", "de", "it", "ru", "es"]
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TODAY = date(2026, 7, 29)
OPENNESS = ["open", "members_only", "private", "secret"]
SECTIONS = {
    *("identity", "photo", "gender", "headline", "biography", "nationality", "duty_country", "agency"),
    *("affiliations", "topics", "languages", "missions", "trainings", "publications", "documents"),
    *("contact", "links", "availability"),
}
NEVER_PUBLIC = {"contact", "gender", "documents", "availability"}

countries: list[Record] = experts.load("countries")["countries"]
regions = {region["key"] for region in experts.load("countries")["regions"]}
topics: list[Record] = experts.load("topics")["topics"]
networks: list[Record] = experts.load("networks")["networks"]
rosters: list[Record] = experts.load("networks")["rosters"]
consents: list[Record] = experts.load("consents")["consents"]
organisations: list[Record] = experts.load("organisations")["organisations"]
people: list[Record] = experts.load("people")["people"]
spaces: list[Record] = forums.load("spaces")["spaces"]
by_hand: list[Record] = forums.load("discussions")["discussions"]
discussions = list(forums.discussions())
members = list(experts.counter_terrorism_members())
designations = list(experts.designations(TODAY))

codes = {country["code"] for country in countries}
topic_slugs = {topic["slug"] for topic in topics}
network_slugs = {network["slug"] for network in networks}
organisation_slugs = {organisation["slug"] for organisation in organisations}
person_keys = {person["key"] for person in people}

everyone = [*people, *members, *(d["profile"] for d in designations), *experts.profiles(400)]


def assert_unique(values: list[Any]) -> None:
    assert [value for value, count in Counter(values).items() if count > 1] == []


def assert_six_languages(texts: Record) -> None:
    assert list(texts) == LANGUAGES
    assert all(text == text.strip() and text for text in texts.values())


def assert_orcid(orcid: str) -> None:
    total = 0
    for digit in orcid.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2 % 11
    assert orcid[-1] == "0123456789X"[(12 - total) % 11]
    # ORCID gives out 0000-0001-5… to 0000-0003-5… and 0009-…; ours are nobody's.
    assert re.fullmatch(r"0000-0009-\d{4}-\d{3}[\dX]", orcid)


def test_there_are_57_participating_states_and_11_partners() -> None:
    assert Counter(country["status"] for country in countries) == {
        "participating": 57,
        "mediterranean_partner": 6,
        "asian_partner": 5,
    }
    assert_unique([country["code"] for country in countries])


def test_every_country_has_a_region_and_a_name_in_six_languages() -> None:
    for country in countries:
        assert re.fullmatch("[A-Z]{2}", country["code"])
        assert country["region"] in regions
        assert_six_languages(country["names"])
    for language in LANGUAGES:
        assert_unique([country["names"][language] for country in countries])


def test_topics_are_a_tree_of_three_levels_with_parents_first() -> None:
    assert 60 <= len(topics) <= 90
    depth: dict[str | None, int] = {None: 0}
    for topic in topics:
        assert SLUG.fullmatch(topic["slug"])
        assert topic["slug"] not in depth
        depth[topic["slug"]] = depth[topic["parent"]] + 1
    assert max(depth.values()) <= 3


def test_topics_have_labels_and_synonyms_in_six_languages() -> None:
    for topic in topics:
        assert_six_languages(topic["labels"])
        assert list(topic["synonyms"]) == LANGUAGES
        for language, synonyms in topic["synonyms"].items():
            assert synonyms
            assert_unique([word.casefold() for word in [topic["labels"][language], *synonyms]])


# SAR is search and rescue at sea, and a suspicious activity report at a bank.
AMBIGUOUS = {("en", "sar")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_of_a_language_means_one_topic(language: str) -> None:
    words = [
        word.casefold()
        for topic in topics
        for word in [topic["labels"][language], *topic["synonyms"][language]]
        if (language, word.casefold()) not in AMBIGUOUS
    ]
    assert_unique(words)


@pytest.mark.parametrize(
    ("language", "word", "slug"),
    [
        ("en", "FTF", "foreign-terrorist-fighters"),
        ("ru", "ИБТ", "foreign-terrorist-fighters"),
        ("en", "BSM", "border-security-and-management"),
        ("en", "PNR", "passenger-name-record"),
        ("en", "API", "advance-passenger-information"),
        ("en", "PKD", "public-key-directory"),
        ("en", "THB", "trafficking-in-human-beings"),
        ("fr", "TEH", "trafficking-in-human-beings"),
        ("en", "SALW", "smuggling-of-weapons"),
        ("en", "VERLT", "violent-extremism-and-radicalization"),
        ("en", "CTF", "terrorist-financing"),
        ("en", "UAS", "unmanned-aerial-vehicles"),
        ("en", "AML", "corruption-and-anti-money-laundering"),
        ("en", "CBRN", "explosives-and-cbrn"),
        ("en", "NFP", "border-information-exchange"),
        ("en", "IED", "explosives-and-cbrn"),
        ("en", "OCG", "organized-crime"),
        ("en", "CI", "critical-infrastructure-protection"),
        ("en", "ISR", "border-surveillance"),
    ],
)
def test_acronyms_of_the_field_are_synonyms(language: str, word: str, slug: str) -> None:
    topic = next(topic for topic in topics if topic["slug"] == slug)
    assert word in topic["synonyms"][language]


def test_networks_rosters_and_organisations_are_complete() -> None:
    for record in [*networks, *rosters]:
        assert SLUG.fullmatch(record["slug"])
        assert_six_languages(record["names"])
        assert_six_languages(record["purpose"])
    assert {network["slug"] for network in networks if network["kind"] == "designated"} == {
        "national-focal-points"
    }
    assert all(set(roster["topics"]) <= topic_slugs for roster in rosters)
    kinds = {kind["key"] for kind in experts.load("organisations")["agency_kinds"]}
    assert_unique([organisation["slug"] for organisation in organisations])
    for organisation in organisations:
        assert SLUG.fullmatch(organisation["slug"])
        assert organisation["kind"] in kinds
        assert_six_languages(organisation["names"])
        assert "fictitious" in organisation["names"]["en"]
    assert {organisation["country"] for organisation in organisations} == codes


def test_files_about_people_say_that_they_are_fictitious() -> None:
    for name in ("people", "names", "organisations"):
        assert experts.load(name)["fictitious"] is True
    for name in ("spaces", "discussions"):
        assert forums.load(name)["fictitious"] is True


def test_demo_roles_are_taken_once() -> None:
    roles = Counter(person["demo_role"] for person in people if "demo_role" in person)
    experts_and_peers = ("expert", "peer", "delegate", "authority", "coordinator")
    assert roles == dict.fromkeys((*experts_and_peers, "moderator", "owner", "banned", "secretariat"), 1)


def test_demo_people_write_in_all_languages_and_mix_audiences() -> None:
    written = Counter(language for person in people for language in person["biography"])
    assert written["en"] >= 30
    assert all(written[language] >= 7 for language in ("ru", "fr", "de"))
    assert all(written[language] >= 2 for language in ("it", "es"))
    reaches = Counter(
        audience if isinstance(audience, str) else "networks"
        for person in people
        for audience in person["visibility"].values()
    )
    assert set(reaches) == {"everyone", "members", "networks", "secretariat", "self"}


def test_keys_and_addresses_of_people_are_unique() -> None:
    generated = [*members, *(d["profile"] for d in designations if d["person"] not in person_keys)]
    assert_unique([person["key"] for person in [*people, *generated]])
    assert_unique([person["email"] for person in [*people, *generated]])
    assert_unique([f"{person['given_name']} {person['family_name']}" for person in [*people, *generated]])


def test_people_refer_to_what_exists() -> None:
    for person in everyone:
        assert SLUG.fullmatch(person["key"])
        assert re.fullmatch(r"[a-z0-9.]+@example\.(org|int)", person["email"])
        assert person["contact"]["email"] == person["email"]
        assert {person["nationality"], person["duty_country"]} <= codes
        assert {entry["topic"] for entry in person["topics"]} <= topic_slugs
        assert_unique([entry["topic"] for entry in person["topics"]])
        assert {entry["level"] for entry in person["topics"]} <= set(experts.LEVELS)
        assert {membership["network"] for membership in person["networks"]} <= network_slugs
        assert set(person["rosters"]) <= {roster["slug"] for roster in rosters}
        assert set(person["delegates"]) <= person_keys
        assert set(person["biography"]) <= set(LANGUAGES)
        assert 0 < len(person["headline"]) <= 200
        for section in ("affiliations", "missions", "trainings", "publications"):
            for item in person[section]:
                assert item.get("organisation", "us-fiu") in organisation_slugs
                assert item.get("country", "US") in codes
                assert date.fromisoformat(item["starts_on"]) <= date.fromisoformat(
                    item.get("ends_on", "2027-01-01")
                )


def test_levels_of_languages_are_of_the_common_framework() -> None:
    for person in everyone:
        assert_unique([spoken["language"] for spoken in person["languages"]])
        for spoken in person["languages"]:
            assert re.fullmatch("[a-z]{2,3}", spoken["language"])
            assert spoken["level"] in {"A1", "A2", "B1", "B2", "C1", "C2", "native"}


def test_telephone_numbers_are_valid_and_orcid_checksums_right() -> None:
    for person in everyone:
        phone = person["contact"]["phone"]
        number = phonenumbers.parse(phone)
        assert phonenumbers.is_valid_number(number), phone
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == phone
        if person["orcid"]:
            assert_orcid(person["orcid"])
    assert sum(bool(person["orcid"]) for person in people) >= 8


def test_audiences_are_of_sections_and_never_wider_than_allowed() -> None:
    for person in everyone:
        assert set(person["visibility"]) <= SECTIONS
        for section, audience in person["visibility"].items():
            if isinstance(audience, dict):
                assert audience["networks"]
                assert set(audience["networks"]) <= network_slugs
                continue
            assert audience in {"everyone", "members", "secretariat", "self"}
            assert not (audience == "everyone" and section in NEVER_PUBLIC)


def test_availability_is_in_order() -> None:
    for person in everyone:
        available = person["availability"]
        if available is None:
            continue
        assert date.fromisoformat(available["from"]) <= date.fromisoformat(available["to"])
        assert 1 <= available["share"] <= 100
        assert set(available["regions"]) <= regions


def test_names_cover_all_countries_and_come_in_their_script() -> None:
    names = experts.load("names")
    assert set(names["countries"]) == codes
    for group in names["groups"].values():
        width = 1 if group["script"] == "Latn" else 2
        for pool in [group["female"], group["male"], *group["family"].values()]:
            assert_unique([name[0] for name in pool])
            assert {len(name) for name in pool} == {width}


def test_phrases_cover_all_topics_in_all_languages() -> None:
    phrases = experts.load("phrases")
    assert set(phrases["topics"]) == topic_slugs
    least = {"en": 4, "ru": 4, "fr": 2, "de": 2, "it": 1, "es": 1}
    for slug, texts in phrases["topics"].items():
        for language, count in least.items():
            assert sum(map(len, texts[language].values())) >= count, (slug, language)
    for what in ("roles", "openings", "missions", "trainings", "publications", "posts"):
        assert set(phrases[what]) == set(LANGUAGES)


def test_105_focal_points_speak_for_52_of_57_states() -> None:
    states = {country["code"] for country in countries if country["status"] == "participating"}
    official = [designation for designation in designations if designation["country"] in states]
    assert len(official) == 105
    assert states - {designation["country"] for designation in official} == experts.STATES_WITH_NOBODY
    assert {designation["kind"] for designation in official} == {"primary", "alternate"}
    primaries = Counter(d["country"] for d in official if d["kind"] == "primary")
    assert set(primaries.values()) == {1}
    assert states - set(primaries) == experts.STATES_WITH_NOBODY | experts.STATES_WITHOUT_PRIMARY


def test_the_six_mediterranean_partners_have_a_point_of_contact() -> None:
    partners = {country["code"] for country in countries if country["status"] == "mediterranean_partner"}
    contacts = [designation for designation in designations if designation["kind"] == "point_of_contact"]
    assert sorted(designation["country"] for designation in contacts) == sorted(partners)


def test_designations_hold_today_and_some_lapse_within_60_days() -> None:
    for designation in designations:
        assert designation["valid_from"] < TODAY.isoformat() < designation["valid_to"]
        assert designation["profile"]["nationality"] == designation["country"]
        assert designation["profile"]["key"] == designation["person"]
        joined = {membership["network"] for membership in designation["profile"]["networks"]}
        assert designation["network"] in joined
    assert_unique([designation["person"] for designation in designations])
    soon = [d for d in designations if d["valid_to"] <= (TODAY + timedelta(days=60)).isoformat()]
    assert len(soon) == len(experts.LAPSING_IN_DAYS)


def test_demo_people_who_are_designated_come_up_among_the_designations() -> None:
    expected = {person["key"] for person in people if "designation" in person}
    assert expected == {d["person"] for d in designations} & person_keys


def test_the_counter_terrorism_network_has_over_a_thousand_members() -> None:
    assert len(members) == 1_040
    assert all({"network": "counter-terrorism", "role": "member"} in member["networks"] for member in members)
    assert {member["nationality"] for member in members} >= {"US", "KZ", "FR", "JO", "JP"}


def test_the_same_seed_makes_the_same_people_whatever_the_count() -> None:
    assert list(experts.profiles(40, seed=7)) == list(experts.profiles(60, seed=7))[:40]
    assert list(experts.profiles(40, seed=7)) != list(experts.profiles(40, seed=8))
    assert list(experts.designations(TODAY)) == designations
    assert list(forums.discussions()) == discussions


def test_spaces_are_never_more_open_than_their_parent() -> None:
    known: dict[str, Record] = {}
    for space in spaces:
        assert SLUG.fullmatch(space["slug"])
        if space["parent"]:
            parent = known[space["parent"]]
            assert OPENNESS.index(space["visibility"]) >= OPENNESS.index(parent["visibility"])
        known[space["slug"]] = space
    assert len(known) == len(spaces)
    assert {space["visibility"] for space in spaces} == set(OPENNESS)
    assert known["gender-equality-platform"]["visibility"] == "members_only"


def test_spaces_refer_to_what_exists_and_have_an_owner() -> None:
    for space in spaces:
        assert set(space["topics"]) | set(space["featured_topics"]) <= topic_slugs
        assert set(space["languages"]) <= set(LANGUAGES)
        assert_unique([member["person"] for member in space["members"]])
        assert {member["person"] for member in space["members"]} <= person_keys
        assert "owner" in {member["role"] for member in space["members"]}
        assert {grant["network"] for grant in space["networks"]} <= network_slugs
        assert {sanction["person"] for sanction in space["sanctions"]} <= person_keys


def test_demo_roles_hold_in_the_gender_equality_platform() -> None:
    space = next(space for space in spaces if space["slug"] == "gender-equality-platform")
    role = {person["key"]: person.get("demo_role") for person in people}
    assert {role[m["person"]] for m in space["members"] if m["role"] == "owner"} == {"owner"}
    assert {role[m["person"]] for m in space["members"] if m["role"] == "moderator"} == {"moderator"}
    assert [role[sanction["person"]] for sanction in space["sanctions"]] == ["banned"]
    taking_part = {role[key] for key in forums.participants(space["slug"])}
    assert {"expert", "peer"} <= taking_part
    assert "banned" not in taking_part


def test_the_three_real_discussions_are_there_with_replies_in_several_languages() -> None:
    titles = {discussion["title"]: discussion for discussion in by_hand}
    for title in (
        "Launch event in Helsinki, May 2016 - Presentations",
        "Vienna 19-20 September: on-line training development on gender equality mainstreaming in BSM",
        "Barcelona, 9-14 October",
    ):
        assert titles[title]["space"] == "gender-equality-platform"
        assert len({post["language"] for post in titles[title]["posts"]}) >= 3


def test_there_is_enough_to_read() -> None:
    assert len(discussions) >= 60
    assert sum(len(discussion["posts"]) for discussion in discussions) >= 400
    assert sum(len(discussion["posts"]) for discussion in by_hand) >= 120
    assert {discussion["kind"] for discussion in by_hand} == {"discussion", "question", "announcement"}
    assert {discussion["status"] for discussion in by_hand} == {"open", "answered", "closed"}
    assert any("pinned_at" in discussion for discussion in by_hand)
    assert {post["language"] for discussion in by_hand for post in discussion["posts"]} == set(LANGUAGES)


def test_only_those_who_may_take_part_write_and_like() -> None:
    for discussion in discussions:
        # The banned and the observing have written nothing; nor has anybody whom the space does not know.
        allowed = set(forums.participants(discussion["space"]))
        for post in discussion["posts"]:
            assert {post["author"], *post["likes"]} <= allowed, post["key"]
            assert post["author"] not in post["likes"]
            assert_unique(post["likes"])


def test_posts_follow_one_another_and_answer_earlier_ones() -> None:
    opened = {space["slug"]: space["created_at"] for space in spaces}
    for discussion in discussions:
        posts = discussion["posts"]
        assert [post["key"] for post in posts] == [
            f"{discussion['key']}/{n}" for n in range(1, len(posts) + 1)
        ]
        assert discussion["created_at"] == posts[0]["created_at"] > opened[discussion["space"]]
        assert discussion["author"] == posts[0]["author"]
        assert "parent" not in posts[0]
        for earlier, later in pairwise(posts):
            assert earlier["created_at"] < later["created_at"] < "2026-07"
        known: set[str] = set()
        for post in posts:
            assert post["body"].strip()
            assert post["language"] in LANGUAGES
            assert post.get("parent", posts[0]["key"]) in known | {posts[0]["key"]}
            assert datetime.fromisoformat(post["created_at"]).tzinfo == UTC
            known.add(post["key"])


def test_discussions_refer_to_what_exists_and_keep_to_their_kind() -> None:
    assert_unique([discussion["key"] for discussion in discussions])
    slugs = {space["slug"] for space in spaces}
    for discussion in discussions:
        assert SLUG.fullmatch(discussion["key"])
        assert discussion["space"] in slugs
        assert set(discussion["topics"]) <= topic_slugs
        assert 0 < len(discussion["title"]) <= 200
        assert ("accepted" in discussion) == (discussion["status"] == "answered")
        if "accepted" in discussion:
            assert discussion["kind"] == "question"
            assert discussion["accepted"] in {post["key"] for post in discussion["posts"][1:]}
        if "closed_at" in discussion:
            assert discussion["closed_at"] > discussion["posts"][-1]["created_at"]


def test_links_in_texts_lead_nowhere_real() -> None:
    text = json.dumps([people, spaces, by_hand], ensure_ascii=False)
    assert set(re.findall(r"https?://([^/\"\s)]+)", text)) != set()
    for host in re.findall(r"https?://([^/\"\s)]+)", text):
        assert host.endswith("example.org"), host


def readable(space: str, viewer: str) -> bool:
    """Whether the demo person may read a space, by visibility; every space above it must agree."""
    record = next(s for s in spaces if s["slug"] == space)
    if record["parent"] and not readable(record["parent"], viewer):
        return False
    banned = {sanction["person"] for sanction in record["sanctions"]}
    observing = {member["person"] for member in record["members"]}
    return (
        record["visibility"] in {"open", "members_only"}
        or viewer in (set(forums.participants(space)) | observing) - banned
    )


def test_queries_are_judged_in_all_languages_and_cohorts_and_split_in_halves() -> None:
    languages = Counter(judgment.language for judgment in judgments())
    assert languages["en"] + languages["ru"] >= 60
    assert sum(languages[language] for language in ("fr", "de", "it", "es")) >= 30
    assert_unique([judgment.id for judgment in judgments()])
    cohorts = json.loads((Path(__file__).parent / "search_judgments.json").read_text(encoding="utf-8"))[
        "cohorts"
    ]
    for cohort in cohorts:
        splits = Counter(judgment.split for judgment in judgments() if judgment.cohort == cohort)
        assert set(splits) == {"tuning", "heldout"}
        assert abs(splits["tuning"] - splits["heldout"]) <= 1


def test_judged_documents_exist_and_can_be_read_by_the_viewer() -> None:
    where = {post["key"]: d["space"] for d in discussions for post in d["posts"]}
    where |= {d["key"]: d["space"] for d in discussions}
    published = {person["key"] for person in people if person["profile_status"] == "published"}
    for judgment in judgments():
        assert judgment.viewer in person_keys
        assert set(judgment.people) <= published, judgment.id
        assert set(judgment.topics) <= topic_slugs
        assert {*judgment.people.values(), *judgment.discussions.values(), *judgment.posts.values()} <= {
            1,
            2,
            3,
        }
        for key in [*judgment.discussions, *judgment.posts]:
            assert readable(where[key], judgment.viewer), (judgment.id, key)
        for key, grade in judgment.posts.items():
            assert judgment.discussions[key.rsplit("/", 1)[0]] >= grade


def test_no_answer_queries_have_no_answer_that_the_viewer_may_read() -> None:
    profiles = json.dumps(everyone, ensure_ascii=False).casefold()
    for judgment in judgments():
        if judgment.cohort != "no-answer":
            continue
        assert [judgment.people, judgment.discussions, judgment.posts, judgment.topics] == [{}, {}, {}, ()]
        posts = " ".join(
            f"{d['title']} {post['body']}"
            for d in discussions
            if readable(d["space"], judgment.viewer)
            for post in d["posts"]
        ).casefold()
        phrase = judgment.query.strip('"').casefold()
        words = [phrase] if '"' in judgment.query else [word for word in phrase.split() if len(word) > 3]
        for word in words:
            assert not re.search(rf"\b{re.escape(word)}\b", posts), (judgment.id, word)
            assert not re.search(rf"\b{re.escape(word)}\b", profiles), (judgment.id, word)


def test_every_other_query_has_something_to_find() -> None:
    for judgment in judgments():
        if judgment.cohort != "no-answer":
            assert judgment.people or judgment.discussions, judgment.id


def test_generated_people_count_where_they_hold_the_topic_and_meet_the_filter() -> None:
    judgment = next(j for j in judgments() if j.query == "topic:risk-analysis language:ru")
    holders = {
        member["key"]: member
        for member in (d["profile"] for d in designations)
        if "risk-analysis" in {entry["topic"] for entry in member["topics"]}
    }
    grades = judgment.of_people(holders.values())
    speakers = {key for key, p in holders.items() if "ru" in {s["language"] for s in p["languages"]}}
    assert set(grades) - set(judgment.people) == {
        key for key in speakers - set(judgment.people) if holders[key]["profile_status"] == "published"
    }
    assert grades["marat-ospanov"] == 3
