"""Who is ranked for a call-out, in which order, why, and that nothing hidden is used or told."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from experts import ranking, viewers
from experts.models import Blackout, CallOut, Country, Profile, Section, Topic, User
from experts.ranking import Candidate, Ranking
from tests.factories import experts as make_experts
from tests.factories import networks as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic(db: None) -> Topic:
    return make.topic("forged-documents")


@pytest.fixture
def call_out(topic: Topic) -> CallOut:
    """Trainers in forged documents who speak Russian at B2, in Kyrgyzstan."""
    kyrgyzstan = make.country("KG", region="central_asia", names={"en": "Kyrgyzstan"})
    made = make.call_out(make.roster(), country=kyrgyzstan)
    make.asks(made, topic=topic, level="specialist")
    make.asks(made, language="ru", level="B2")
    return made


def fit(call_out: CallOut, topic: Topic, *, level: str = "specialist", years: int = 5, **fields: Any) -> User:
    """Somebody on the roster who meets what the call-out asks for."""
    user = make.on_roster(call_out.roster, **fields)
    profile = Profile.objects.get(pk=user.pk)
    make.knows(profile, topic, level, years)
    make.speaks(profile, "ru", "B2")
    return user


def rank(call_out: CallOut) -> Ranking:
    fresh = CallOut.objects.select_related("country").get(pk=call_out.pk)
    return ranking.rank(fresh, viewers.resolve(make.secretariat()))


def ids(found: Ranking) -> list[object]:
    return [candidate.person_id for candidate in found.candidates]


def reason(candidate: Candidate, criterion: str) -> ranking.Reason:
    [found] = [reason for reason in candidate.reasons if reason.criterion == criterion]
    return found


def test_who_knows_more_and_for_longer_stands_above(call_out: CallOut, topic: Topic) -> None:
    beginner = fit(call_out, topic, years=1)
    trainer = fit(call_out, topic, level="trainer", years=12)
    seasoned = fit(call_out, topic, years=9)
    assert ids(rank(call_out)) == [trainer.pk, seasoned.pk, beginner.pk]


def test_each_rank_is_explained_in_words_and_data_that_add_up(call_out: CallOut, topic: Topic) -> None:
    user = fit(
        call_out,
        topic,
        level="trainer",
        years=16,
        notice_days=14,
        availability_regions=["central_asia"],
    )
    make_experts.item(Profile.objects.get(pk=user.pk), Section.MISSIONS, country=call_out.country)
    [candidate] = rank(call_out).candidates
    assert candidate.points == pytest.approx(sum(part.points for part in candidate.reasons), abs=0.2)
    assert candidate.of == 100
    told = reason(candidate, "topic")
    assert told.text == "Forged documents: trainer, years: 16; specialist or above was asked for."
    assert told.data == {
        "asked": "specialist",
        "essential": True,
        "topic": "forged-documents",
        "level": "trainer",
        "years": 16,
    }
    assert reason(candidate, "language").text == "Russian: B2; B2 or above was asked for."
    assert (
        reason(candidate, "experience").text == "Missions before: 1, of them in this country (Kyrgyzstan): 1."
    )
    ready = reason(candidate, "readiness")
    assert ready.points == 10
    assert "days of notice needed: 14, days left: 40" in ready.text


@pytest.mark.parametrize(
    ("language", "topic_text", "missions"),
    [
        (
            "fr",
            "Faux documents : formateur, années : 16 ; demandé : spécialiste ou plus.",
            "Missions antérieures : 0, dont dans ce pays (Kirghizistan) : 0.",
        ),
        (
            "ru",
            "Forged documents: преподаватель, лет: 16; требовался уровень не ниже: специалист.",
            "Прежних миссий: 0, из них в этой стране (Kyrgyzstan): 0.",
        ),
    ],
)
def test_the_words_of_a_rank_are_in_the_language_of_who_asks(
    call_out: CallOut, topic: Topic, language: str, topic_text: str, missions: str
) -> None:
    topic.labels |= {"fr": "Faux documents"}
    topic.save()
    Country.objects.filter(pk="KG").update(names={"en": "Kyrgyzstan", "fr": "Kirghizistan"})
    fit(call_out, topic, level="trainer", years=16)
    fresh = CallOut.objects.select_related("country").get(pk=call_out.pk)
    viewer = viewers.resolve(make.secretariat(), language=language)
    [candidate] = ranking.rank(fresh, viewer).candidates
    assert reason(candidate, "topic").text == topic_text
    assert reason(candidate, "experience").text == missions


def test_a_narrower_topic_meets_a_wider_one_but_not_the_other_way(call_out: CallOut, topic: Topic) -> None:
    narrower = make.topic("forged-passports", parent=topic)
    elsewhere = make.topic("risk-analysis")
    knows_narrower = fit(call_out, narrower)
    fit(call_out, elsewhere)
    assert ids(rank(call_out)) == [knows_narrower.pk]
    call_out.requirements.filter(topic=topic).update(topic=narrower)
    fit(call_out, Topic.objects.get(pk=topic.pk))
    assert ids(rank(call_out)) == [knows_narrower.pk]


def test_what_is_essential_decides_and_what_is_wished_for_only_raises(
    call_out: CallOut, topic: Topic
) -> None:
    call_out.requirements.filter(language="ru").update(essential=False)
    without = make.on_roster(call_out.roster)
    make.knows(Profile.objects.get(pk=without.pk), topic, "specialist", 5)
    speaker = fit(call_out, topic)
    too_low = make.on_roster(call_out.roster)
    make.knows(Profile.objects.get(pk=too_low.pk), topic, "awareness", 30)
    found = rank(call_out)
    assert ids(found) == [speaker.pk, without.pk]
    assert dict(found.left_out) == {"topics": 1}
    assert reason(found.candidates[1], "language").text == "Russian: none; B2 or above was wished for."


def test_who_is_not_free_is_left_out(call_out: CallOut, topic: Topic) -> None:
    free = fit(call_out, topic, available_from=make.in_days(0), available_to=make.in_days(400))
    away = fit(call_out, topic)
    Blackout.objects.create(user=away, starts_on=call_out.ends_on, ends_on=make.in_days(400))
    booked = fit(call_out, topic)
    make.deployment(make.call_out(make.roster(), starts=30, ends=40), booked)
    fit(call_out, topic, available_from=make.in_days(42))
    fit(call_out, topic, available_to=make.in_days(42))
    found = rank(call_out)
    assert ids(found) == [free.pk]
    assert dict(found.left_out) == {"not_free": 4}


def test_who_is_selected_for_it_already_stays_in_the_ranking(call_out: CallOut, topic: Topic) -> None:
    user = fit(call_out, topic)
    make.invitation(call_out, user, status="accepted")
    make.deployment(call_out, user)
    [candidate] = rank(call_out).candidates
    assert candidate.invitation == "accepted"


def test_only_admitted_members_of_the_roster_are_looked_at(call_out: CallOut, topic: Topic) -> None:
    fit(call_out, topic)
    retired = fit(call_out, topic)
    retired.roster_memberships.update(status="retired")
    make.on_roster(make.roster())
    assert rank(call_out).considered == 1


def test_restrictions_by_nationality_need_a_nationality_that_is_shown(
    call_out: CallOut, topic: Topic
) -> None:
    norway, sweden = make.country("NO"), make.country("SE")
    norwegian = fit(call_out, topic, nationality=norway)
    fit(call_out, topic, nationality=sweden)
    fit(call_out, topic, nationality=norway, reach={"nationality": "self"})
    fit(call_out, topic)
    CallOut.objects.filter(pk=call_out.pk).update(excluded_nationalities=["SE"])
    found = rank(call_out)
    assert ids(found) == [norwegian.pk]
    assert dict(found.left_out) == {"nationality": 3}
    CallOut.objects.filter(pk=call_out.pk).update(nationalities=["NO"], excluded_nationalities=[])
    assert ids(rank(call_out)) == [norwegian.pk]


@pytest.mark.parametrize("section", ["topics", "languages"])
def test_a_hidden_skill_does_not_match(call_out: CallOut, topic: Topic, section: str) -> None:
    fit(call_out, topic, reach={section: "self"})
    found = rank(call_out)
    assert found.candidates == ()
    assert dict(found.left_out) == {section: 1}


def test_somebody_who_keeps_their_name_from_the_asker_is_not_even_counted(
    call_out: CallOut, topic: Topic
) -> None:
    fit(call_out, topic, reach={"identity": "self"})
    found = rank(call_out)
    assert (found.considered, found.matched, dict(found.left_out)) == (0, 0, {})


def test_hidden_sections_count_and_read_as_empty_ones(call_out: CallOut, topic: Topic) -> None:
    """Two people who differ only in what they hide look the same but for who they are."""
    hidden = dict.fromkeys(("availability", "missions", "gender", "nationality", "biography"), "self")
    secretive = fit(
        call_out,
        topic,
        reach=hidden,
        gender="female",
        nationality=make.country("NO"),
        available_to=make.in_days(1),
        notice_days=3,
        availability_regions=["central_asia"],
    )
    Blackout.objects.create(user=secretive, starts_on=call_out.starts_on, ends_on=call_out.ends_on)
    make_experts.item(Profile.objects.get(pk=secretive.pk), Section.MISSIONS, country=call_out.country)
    plain = fit(call_out, topic)
    found = {candidate.person_id: candidate for candidate in rank(call_out).candidates}
    first, second = found[secretive.pk], found[plain.pk]
    assert first.reasons == second.reasons
    assert (first.points, first.gender, first.nationality) == (second.points, "", "")


def test_ranking_takes_three_queries_for_any_number_of_members(call_out: CallOut, topic: Topic) -> None:
    viewer = viewers.resolve(make.secretariat())
    counts = []
    for _ in range(2):
        for _ in range(5):
            fit(call_out, topic)
        row = CallOut.objects.select_related("country").get(pk=call_out.pk)
        with CaptureQueriesContext(connection) as captured:
            ranking.rank(row, viewer)
        counts.append(len(captured))
    assert counts == [3, 3]
