"""Random profiles, audiences and viewers: what anybody meets, by any way, equals a small reference model.

The model knows nothing of tokens: it is the sentence "everyone, members, people of these networks, the
secretariat, only me" written down once more, in a few lines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experts import directory, documents, viewers
from experts.audiences import Choice, Reach
from experts.directory import Filters
from experts.models import Country, Network, NetworkMembership, Profile, Section, Topic, User
from search import indexer, outbox
from search.viewer import Viewer
from tests.contracts.client import ApiClient
from tests.factories import experts as make

pytestmark = pytest.mark.django_db

NETWORKS = 2
PEOPLE = 3

choices: st.SearchStrategy[tuple[Reach, frozenset[int]]] = st.one_of(
    st.sampled_from([(reach, frozenset()) for reach in Reach if reach != Reach.NETWORKS]),
    st.frozensets(st.integers(0, NETWORKS - 1), min_size=1).map(lambda found: (Reach.NETWORKS, found)),
)
plans = st.lists(
    st.fixed_dictionaries(
        {
            "reach": st.fixed_dictionaries(dict.fromkeys(Section, choices)),
            "status": st.sampled_from(["published", "published", "published", "draft", "hidden"]),
            "networks": st.frozensets(st.integers(0, NETWORKS - 1)),
        }
    ),
    min_size=PEOPLE,
    max_size=PEOPLE,
)


@dataclass
class Asker:
    """Somebody who looks, as the reference model sees them."""

    name: str
    user: User | None = None
    networks: set[int] = field(default_factory=set)
    secretariat: bool = False
    edits: set[int] = field(default_factory=set)

    def may(self, choice: tuple[Reach, frozenset[int]], owner: int) -> bool:
        """The whole rule."""
        reach, networks = choice
        match reach:
            case Reach.EVERYONE:
                return True
            case Reach.MEMBERS:
                return self.user is not None
            case Reach.NETWORKS:
                return bool(networks & self.networks) or self.secretariat or owner in self.edits
            case Reach.SECRETARIAT:
                return self.secretariat or owner in self.edits
            case Reach.SELF:
                return owner in self.edits


@dataclass
class World:
    """Profiles with a different word in every section, and everybody who looks at them."""

    plans: list[dict[str, Any]]
    profiles: list[Profile]
    topic: Topic
    topics: list[Topic]
    networks: list[Network]
    countries: list[tuple[Country, Country]]
    askers: list[Asker]

    def sees(self, asker: Asker, number: int) -> bool:
        """Whether the asker may know of a profile."""
        if number in asker.edits:
            return True
        plan = self.plans[number]
        is_there = plan["status"] == "published" or (plan["status"] == "hidden" and asker.secretariat)
        return is_there and asker.may(plan["reach"][Section.IDENTITY], number)

    def reads(self, asker: Asker, number: int, section: Section) -> bool:
        """Whether the asker may read a section."""
        return self.sees(asker, number) and asker.may(self.plans[number]["reach"][section], number)


def word(section: Section, number: int) -> str:
    """What stands in a section of a profile, and nowhere else."""
    return f"{section.value.replace('_', '')}word{number}"


@contextmanager
def world(plan: list[dict[str, Any]]) -> Iterator[World]:
    with transaction.atomic():
        networks = [
            Network.objects.create(
                slug=f"net-{number}",
                names={"en": f"Net {number}"},
                group=Group.objects.create(name=f"g{number}"),
            )
            for number in range(NETWORKS)
        ]
        top = make.topic("everything")
        topics = [make.topic(f"topic-of-{number}", parent=top) for number in range(PEOPLE)]
        countries = [(make.country(f"N{number}"), make.country(f"D{number}")) for number in range(PEOPLE)]
        profiles = [_profile(plan[n], n, networks, topics[n], countries[n]) for n in range(PEOPLE)]
        askers = [Asker("visitor"), Asker("member", make.user())]
        for number, network in enumerate(networks):
            askers.append(Asker(f"of network {number}", _in(network, make.user()), {number}))
        askers.append(Asker("secretariat", make.secretariat(), secretariat=True))
        askers += [
            Asker(f"owner {n}", profile.user, set(plan[n]["networks"]), edits={n})
            for n, profile in enumerate(profiles)
        ]
        askers.append(Asker("delegate of 0", make.delegate(profiles[0]), edits={0}))
        yield World(plan, profiles, top, topics, networks, countries, askers)
        transaction.set_rollback(True)


def _in(network: Network, user: User) -> User:
    NetworkMembership.objects.create(network=network, user=user)
    user.groups.add(network.group)
    return user


def _profile(
    plan: dict[str, Any],
    number: int,
    networks: list[Network],
    topic: Topic,
    countries: tuple[Country, Country],
) -> Profile:
    reach = {
        section: Choice(kind, tuple(networks[n].pk for n in sorted(chosen)))
        for section, (kind, chosen) in plan["reach"].items()
    }
    profile = make.profile(
        reach=reach,
        status=plan["status"],
        given_name=word(Section.IDENTITY, number),
        photo=f"photos/{word(Section.PHOTO, number)}.jpg",
        gender="female",
        headline=word(Section.HEADLINE, number),
        biography={"en": word(Section.BIOGRAPHY, number)},
        nationality=countries[0],
        duty_country=countries[1],
        agency_kind="customs",
        contact_email=f"{word(Section.CONTACT, number)}@example.org",
        orcid="0000-0001-5109-3700",
        available_from=dt.date(2020, 1, 1),
    )
    for section in ("affiliations", "missions", "trainings", "publications", "documents", "links"):
        make.item(profile, Section(section), title=word(Section(section), number))
    make.knows(profile, topic, level="trainer")
    make.speaks(profile, ["ka", "hy", "mt"][number], "B2")
    for place in sorted(plan["networks"]):
        _in(networks[place], profile.user)
    return profile


# The sections whose word can be looked for in an answer; the others are asked for by filters below.
WORDS = (
    Section.PHOTO,
    Section.HEADLINE,
    Section.BIOGRAPHY,
    Section.AFFILIATIONS,
    Section.MISSIONS,
    Section.TRAININGS,
    Section.PUBLICATIONS,
    Section.DOCUMENTS,
    Section.CONTACT,
    Section.LINKS,
)
CARD = {Section.PHOTO, Section.HEADLINE}

relaxed = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(plans)
@relaxed
def test_a_profile_and_the_directory_show_nobody_more_than_they_may_read(plan: list[dict[str, Any]]) -> None:
    with world(plan) as there:
        for asker in there.askers:
            client = ApiClient(asker.user)
            for number, profile in enumerate(there.profiles):
                response = client.get(f"/experts/{profile.pk}")
                assert response.status_code == (200 if there.sees(asker, number) else 404), (
                    asker.name,
                    number,
                )
                shown = response.content.decode()
                for section in WORDS:
                    expected = there.reads(asker, number, section)
                    assert (word(section, number) in shown) is expected, (asker.name, number, section)
                if there.sees(asker, number):
                    _check_values(there, asker, number, response.json())
            rows = client.get("/experts").json()["results"]
            expected_ids = {str(p.pk) for n, p in enumerate(there.profiles) if there.sees(asker, n)}
            assert {row["id"] for row in rows} == expected_ids, asker.name
            shown = orjson.dumps(rows).decode()
            for number in range(PEOPLE):
                for section in WORDS:
                    expected = section in CARD and there.reads(asker, number, section)
                    assert (word(section, number) in shown) is expected, (asker.name, number, section)


def _check_values(there: World, asker: Asker, number: int, body: dict[str, Any]) -> None:
    """What is no word of its own: a hidden value looks exactly like an empty one."""
    nationality, duty = there.countries[number]
    networks = sorted(there.networks[n].slug for n in there.plans[number]["networks"])
    expected: dict[Section, tuple[Any, Any]] = {
        Section.GENDER: (body["gender"], "female"),
        Section.AGENCY: (body["agency"], "customs"),
        Section.NATIONALITY: ((body["nationality"] or {}).get("code", ""), nationality.code),
        Section.DUTY_COUNTRY: ((body["duty_country"] or {}).get("code", ""), duty.code),
        Section.TOPICS: ([row["topic"] for row in body["topics"]], [there.topics[number].slug]),
        Section.LANGUAGES: ([row["language"] for row in body["languages"]], [["ka", "hy", "mt"][number]]),
        Section.NETWORKS: ([row["slug"] for row in body["networks"]], networks),
        Section.AVAILABILITY: (body["availability"]["available_from"] or "", "2020-01-01"),
        Section.LINKS: (body["links"]["orcid"], "0000-0001-5109-3700"),
    }
    for section, (shown, whole) in expected.items():
        wanted = whole if there.reads(asker, number, section) else type(whole)()
        assert shown == wanted, (asker.name, number, section)


# By media type, the sections whose word stands in it (a photo's only as its address, links not by title).
FORMS = {
    "text/vcard": {Section.HEADLINE, Section.BIOGRAPHY, Section.AFFILIATIONS, Section.CONTACT},
    "application/ld+json": {
        *(Section.PHOTO, Section.HEADLINE, Section.BIOGRAPHY, Section.AFFILIATIONS, Section.MISSIONS),
        *(Section.PUBLICATIONS, Section.CONTACT),
    },
    "text/html": {
        *(Section.HEADLINE, Section.BIOGRAPHY, Section.AFFILIATIONS, Section.MISSIONS),
        *(Section.TRAININGS, Section.PUBLICATIONS, Section.CONTACT),
    },
}


@given(plans, st.sampled_from(sorted(FORMS)))
@settings(relaxed, max_examples=12)
def test_vcards_json_ld_and_pages_show_nobody_more_than_they_may_read(
    plan: list[dict[str, Any]], form: str
) -> None:
    with world(plan) as there:
        for asker in there.askers:
            client = ApiClient(asker.user)
            for number, profile in enumerate(there.profiles):
                response = client.get(f"/experts/{profile.pk}", headers={"Accept": form})
                assert response.status_code == (200 if there.sees(asker, number) else 404)
                if response.status_code == 200:
                    _check_form(there, asker, number, form, response.content.decode())


def _check_form(there: World, asker: Asker, number: int, form: str, content: str) -> None:
    shown = content.replace("\r\n ", "")
    for section in WORDS:
        expected = section in FORMS[form] and there.reads(asker, number, section)
        assert (word(section, number) in shown) is expected, (asker.name, number, section, form)
    nationality, duty = (country.names["en"] for country in there.countries[number])
    is_card = form == "text/vcard"
    for section, text, is_in_form in (
        (Section.TOPICS, str(there.topics[number].labels["en"]), True),
        (Section.DUTY_COUNTRY, duty, True),
        (Section.NATIONALITY, nationality, not is_card),
        (Section.LINKS, "0000-0001-5109-3700", True),
        (Section.GENDER, "GENDER:F" if is_card else "schema.org/Female", form != "text/html"),
        (Section.AVAILABILITY, "2020", form == "text/html"),
        (Section.LANGUAGES, ["Georgian", "Armenian", "Maltese"][number], not is_card),
    ):
        expected = is_in_form and there.reads(asker, number, section)
        assert (text in shown) is expected, (asker.name, number, section, form)
    for place in there.plans[number]["networks"]:
        expected = not is_card and there.reads(asker, number, Section.NETWORKS)
        assert (str(there.networks[place].names["en"]) in shown) is expected, (asker.name, number, form)


@given(plans)
@relaxed
def test_filters_counts_and_sorts_treat_a_hidden_field_as_empty(plan: list[dict[str, Any]]) -> None:
    with world(plan) as there:
        for asker in there.askers:
            viewer = _viewer(asker)
            for number in range(PEOPLE):
                _check_filters(there, asker, viewer, number)
            _check_networks(there, asker, viewer)
            _check_counts(there, asker, viewer)
            for sort in ("name", "newest"):
                rows = ApiClient(asker.user).get("/experts", sort=sort).json()["results"]
                seen = [str(p.pk) for n, p in enumerate(there.profiles) if there.sees(asker, n)]
                assert [row["id"] for row in rows] == (seen if sort == "name" else seen[::-1]), asker.name


def _viewer(asker: Asker) -> Viewer:
    return (
        viewers.resolve(User.objects.get(pk=asker.user.pk))
        if asker.user
        else Viewer(None, frozenset({"public"}))
    )


def _check_filters(there: World, asker: Asker, viewer: Viewer, number: int) -> None:
    profile = there.profiles[number]
    nationality, duty = there.countries[number]
    language = ["ka", "hy", "mt"][number]
    topic = there.topics[number].slug
    for section, filters in (
        (Section.TOPICS, Filters(topics=[topic])),
        (Section.TOPICS, Filters(topics=["everything"])),
        (Section.TOPICS, Filters(topics=[topic], levels=["trainer"])),
        (Section.NATIONALITY, Filters(nationalities=[nationality.code])),
        (Section.NATIONALITY, Filters(countries=[nationality.code])),
        (Section.DUTY_COUNTRY, Filters(duty_countries=[duty.code])),
        (Section.DUTY_COUNTRY, Filters(countries=[duty.code])),
        (Section.DUTY_COUNTRY, Filters(regions=["northern_europe"])),
        (Section.LANGUAGES, Filters(languages=[(language, "B1")])),
        (Section.AGENCY, Filters(agencies=["customs"])),
        (Section.AVAILABILITY, Filters(available=dt.date(2030, 1, 1))),
    ):
        found = profile in directory.find(viewer, filters)
        assert found is there.reads(asker, number, section), (asker.name, number, filters)
    assert profile not in directory.find(viewer, Filters(languages=[(language, "C1")]))
    assert profile not in directory.find(viewer, Filters(topics=[topic], levels=["awareness"]))


def _check_networks(there: World, asker: Asker, viewer: Viewer) -> None:
    for place, network in enumerate(there.networks):
        found = {profile.pk for profile in directory.find(viewer, Filters(networks=[network.slug]))}
        expected = {
            profile.pk
            for n, profile in enumerate(there.profiles)
            if place in there.plans[n]["networks"] and there.reads(asker, n, Section.NETWORKS)
        }
        assert found == expected, asker.name


def _check_counts(there: World, asker: Asker, viewer: Viewer) -> None:
    by_topic = directory.counts_by_topic(viewer)
    readers = [n for n in range(PEOPLE) if there.reads(asker, n, Section.TOPICS)]
    assert by_topic.get(there.topic.path, 0) == len(readers), asker.name
    assert [by_topic.get(topic.path, 0) for topic in there.topics] == [
        int(n in readers) for n in range(PEOPLE)
    ]
    by_country = directory.counts_by_country(viewer)
    for number, (nationality, duty) in enumerate(there.countries):
        assert by_country.get(nationality.code, 0) == there.reads(asker, number, Section.NATIONALITY)
        assert by_country.get(duty.code, 0) == there.reads(asker, number, Section.DUTY_COUNTRY)


@given(plans)
@settings(relaxed, max_examples=8)
def test_a_list_as_a_table_holds_no_more_than_the_asker_may_read(plan: list[dict[str, Any]]) -> None:
    with world(plan) as there:
        for asker in there.askers:
            response = ApiClient(asker.user).get("/experts", headers={"Accept": "text/csv"})
            table = response.content.decode()
            for number in range(PEOPLE):
                told = there.sees(asker, number)
                assert (word(Section.IDENTITY, number) in table) is told, (asker.name, number)
                expected = there.reads(asker, number, Section.HEADLINE)
                assert (word(Section.HEADLINE, number) in table) is expected, (asker.name, number)
                for section in WORDS:
                    if not there.reads(asker, number, section):
                        assert word(section, number) not in table, (asker.name, number, section)


@given(plans, st.sampled_from(WORDS), st.integers(0, PEOPLE - 1))
@settings(relaxed, max_examples=8)
def test_search_by_word_filter_facet_and_suggestion_tells_nobody_more_than_they_may_read(
    plan: list[dict[str, Any]], section: Section, number: int
) -> None:
    with world(plan) as there:
        outbox.enqueue("expert", [profile.pk for profile in there.profiles])
        indexer.drain([outbox.POSTGRES])
        for asker in there.askers:
            _check_search(there, asker, section, number)


def _check_search(there: World, asker: Asker, section: Section, number: int) -> None:
    client = ApiClient(asker.user)
    person = str(there.profiles[number].pk)
    is_published = there.plans[number]["status"] == "published"

    def found(wanted: Section, **asked: Any) -> dict[str, Any]:
        answer: dict[str, Any] = client.get("/search", type="expert", **asked).json()
        expected = is_published and there.reads(asker, number, wanted)
        assert [row["id"] for row in answer["results"]] == [person] * expected, (asker.name, asked)
        assert answer["total"] == int(expected), (asker.name, asked)
        return answer

    if section != Section.PHOTO:
        found(section, q=word(section, number))
    name = word(Section.IDENTITY, number)
    answer = found(Section.IDENTITY, q=name)
    nationality, duty = (country.code for country in there.countries[number])
    # Countries of tests are none that a name could stand for: asked for as the index keeps them.
    facet = {one["value"] for one in answer["facets"].get("country", ())}
    assert facet == {
        code
        for code, told in ((nationality, Section.NATIONALITY), (duty, Section.DUTY_COUNTRY))
        if is_published and there.reads(asker, number, told)
    }
    found(Section.TOPICS, topic=there.topics[number].slug)
    suggested = client.get("/search/suggest", q=name).json()["results"]
    is_suggested = is_published and there.sees(asker, number)
    assert [one["id"] for one in suggested if one["type"] == "expert"] == [person] * is_suggested


@given(plans, st.integers(0, PEOPLE - 1))
@settings(relaxed, max_examples=8)
def test_a_countrys_profile_counts_nobody_whom_the_asker_may_not_find_there(
    plan: list[dict[str, Any]], number: int
) -> None:
    with world(plan) as there:
        for asker in there.askers:
            client = ApiClient(asker.user)
            places = zip(there.countries[number], (Section.NATIONALITY, Section.DUTY_COUNTRY), strict=True)
            for country, section in places:
                body = client.get(f"/countries/{country.code}").json()
                expected = [str(there.profiles[number].pk)] * there.reads(asker, number, section)
                assert [row["id"] for row in body["experts"]] == expected, (asker.name, section)
                assert body["counts"]["experts"] == body["expert_count"] == len(expected)


@given(plans)
@relaxed
def test_search_documents_keep_every_word_under_its_own_audience(plan: list[dict[str, Any]]) -> None:
    with world(plan) as there:
        found = {document.id: document for document in documents.load([p.pk for p in there.profiles])}
        for number, profile in enumerate(there.profiles):
            if plan[number]["status"] != "published":
                assert profile.pk not in found
                continue
            document = found[profile.pk]
            for asker in there.askers:
                viewer = _viewer(asker)
                assert viewer.is_in(document.audience) is there.sees(asker, number)
                if not there.sees(asker, number):
                    continue
                read = [fact for fact in document.facts if viewer.is_in(fact.audience)]
                shown = " ".join(f"{fact.text} {dict(fact.terms)}" for fact in read)
                for section in WORDS:
                    if section != Section.PHOTO:
                        assert (word(section, number) in shown) is there.reads(asker, number, section)
                assert (there.countries[number][0].code in shown) is there.reads(
                    asker, number, Section.NATIONALITY
                )
                assert ("female" in shown) is there.reads(asker, number, Section.GENDER)
                assert (there.topics[number].slug in shown) is there.reads(asker, number, Section.TOPICS)
