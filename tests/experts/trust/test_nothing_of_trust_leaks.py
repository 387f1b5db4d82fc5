"""Random profiles, audiences and viewers: verification and endorsements reach exactly who reads the section.

The profiles and the reference model are those of `tests.experts.test_nothing_leaks`.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from experts import directory, viewers
from experts.directory import Filters
from experts.disclosure import CARD
from experts.models import Endorsement, Section, SectionVerification, User
from search.viewer import Viewer
from tests.contracts.client import ApiClient
from tests.experts.test_nothing_leaks import PEOPLE, Asker, World, plans, world
from tests.factories import experts as make

pytestmark = pytest.mark.django_db

VERIFIABLE = set(SectionVerification.SECTIONS)
relaxed = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


def trusted(there: World) -> list[Endorsement]:
    """Everything is verified, and every topic endorsed once."""
    by = make.secretariat()
    SectionVerification.objects.bulk_create(
        SectionVerification(profile=profile, section=section, verified_by=by)
        for profile in there.profiles
        for section in VERIFIABLE
    )
    return [
        Endorsement.objects.create(profile=profile, topic=topic, endorser=make.user())
        for profile, topic in zip(there.profiles, there.topics, strict=True)
    ]


def _viewer(asker: Asker) -> Viewer:
    if asker.user is None:
        return Viewer(None, frozenset({"public"}))
    return viewers.resolve(User.objects.get(pk=asker.user.pk))


@given(plans)
@relaxed
def test_trust_is_told_with_the_section_it_is_about_and_never_without(plan: list[dict[str, Any]]) -> None:
    with world(plan) as there:
        endorsements = trusted(there)
        for asker in there.askers:
            client = ApiClient(asker.user)
            cards = {row["id"]: row for row in client.get("/experts").json()["results"]}
            for number, profile in enumerate(there.profiles):
                if not there.sees(asker, number):
                    continue
                read = {section for section in Section if there.reads(asker, number, section)}
                body, card = client.get(f"/experts/{profile.pk}").json(), cards[str(profile.pk)]
                assert {row["section"] for row in body["verified"]} == read & VERIFIABLE, asker.name
                assert {row["section"] for row in card["verified"]} == read & VERIFIABLE & set(CARD)
                counted = [1] if Section.TOPICS in read else []
                assert [row["endorsements"] for row in body["topics"]] == counted
                assert [row["endorsements"] for row in card["topics"]] == counted
                if asker.user is not None:
                    rows = client.get(f"/experts/{profile.pk}/endorsements").json()["results"]
                    expected = [str(endorsements[number].pk)] if Section.TOPICS in read else []
                    assert [row["id"] for row in rows] == expected, asker.name


@given(plans)
@relaxed
def test_the_filter_on_what_is_verified_finds_whose_section_one_may_read(plan: list[dict[str, Any]]) -> None:
    with world(plan) as there:
        trusted(there)
        for asker in there.askers:
            viewer = _viewer(asker)
            for section in VERIFIABLE:
                found = {profile.pk for profile in directory.find(viewer, Filters(verified=[section]))}
                expected = {
                    profile.pk for n, profile in enumerate(there.profiles) if there.reads(asker, n, section)
                }
                assert found == expected, (asker.name, section)


@given(plans)
@relaxed
def test_a_preview_tells_of_trust_what_the_audience_is_told(plan: list[dict[str, Any]]) -> None:
    with world(plan) as there:
        trusted(there)
        stand_ins = {
            "everyone": Asker("visitor"),
            "members": next(asker for asker in there.askers if asker.name == "member"),
            "secretariat": next(asker for asker in there.askers if asker.name == "secretariat"),
            "network:net-0": next(asker for asker in there.askers if asker.name == "of network 0"),
        }
        for number in range(PEOPLE):
            profile = there.profiles[number]
            for seen_as, asker in stand_ins.items():
                response = ApiClient(profile.user).get(f"/experts/{profile.pk}/preview?as={seen_as}")
                shown = response.json()["expert"]
                reach = plan[number]["reach"]
                may_know = asker.may(reach[Section.IDENTITY], number)
                expected = {s for s in VERIFIABLE if may_know and asker.may(reach[s], number)}
                assert {row["section"] for row in shown["verified"]} == expected, seen_as
