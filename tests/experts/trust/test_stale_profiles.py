"""Profiles that nobody confirms are reminded of three times, then hidden, and come back with one click."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from experts import documents, viewers
from experts.actions import profiles, upkeep
from experts.models import AuditEntry, Profile, User
from search.models import OutboxRow
from tests.factories import experts as make
from tests.factories import jobs

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def profile(db: None) -> Profile:
    return make.profile(make.user(language="ru"), confirmed_at=START)


def days(number: int) -> datetime:
    return START + timedelta(days=number)


def age_to_hidden(profile: Profile) -> None:
    for day in (365, 395, 425, 455):
        upkeep.tidy_up(days(day))
    profile.refresh_from_db()
    assert profile.status == Profile.Status.HIDDEN


def test_after_a_year_one_is_reminded_thrice_a_month_apart_and_then_the_profile_is_hidden(
    profile: Profile, mailoutbox: list[mail.EmailMessage]
) -> None:
    happened = {}
    for day in range(350, 480):
        done = upkeep.tidy_up(days(day))
        if done != (0, 0):
            happened[day] = done
        jobs.run("experts.deliver_notice")
    assert happened == {365: (1, 0), 395: (1, 0), 425: (1, 0), 455: (0, 1)}
    profile.refresh_from_db()
    assert (profile.status, profile.hidden_because) == ("hidden", "stale")
    assert [letter.subject for letter in mailoutbox] == [
        "Ваш профиль ещё верен?",
        "Ваш профиль ещё верен?",
        "Ваш профиль ещё верен?",
        "Ваш профиль скрыт",
    ]
    assert "ещё два напоминания" in mailoutbox[0].body
    assert "последнее напоминание" in mailoutbox[2].body


def test_a_hidden_profile_is_there_for_oneself_and_the_secretariat_alone(profile: Profile) -> None:
    age_to_hidden(profile)
    seen = [
        Profile.objects.visible(viewers.resolve(user)).filter(pk=profile.pk).exists()
        for user in (profile.user, make.secretariat(), make.user())
    ]
    assert seen == [True, True, False]
    assert documents.load([profile.pk]) == []
    assert OutboxRow.objects.filter(kind="expert", object_id=profile.pk, restricting=True).exists()


def test_confirming_brings_it_back_and_starts_the_year_anew(profile: Profile) -> None:
    age_to_hidden(profile)
    profiles.confirm(profile.pk, acting_user=make.delegate(profile))
    profile.refresh_from_db()
    assert (profile.status, profile.hidden_because) == ("published", "")
    assert (profile.reminders_sent, profile.reminded_at) == (0, None)
    assert [document.id for document in documents.load([profile.pk])] == [profile.pk]
    assert upkeep.tidy_up(profile.confirmed_at + timedelta(days=364)) == (0, 0)
    assert upkeep.tidy_up(profile.confirmed_at + timedelta(days=366)) == (1, 0)


@pytest.mark.parametrize("how", ["confirm", "edit"])
def test_who_reacts_to_a_reminder_is_not_hidden(profile: Profile, how: str) -> None:
    upkeep.tidy_up(days(365))
    if how == "confirm":
        profiles.confirm(profile.pk, acting_user=profile.user)
    else:
        profiles.edit(profile.pk, acting_user=profile.user, changes={"headline": "Examiner"})
    profile.refresh_from_db()
    assert profile.reminders_sent == 0
    assert upkeep.tidy_up(profile.confirmed_at + timedelta(days=100)) == (0, 0)


def test_a_reminder_that_is_answered_before_it_is_sent_is_not_sent(
    profile: Profile, mailoutbox: list[mail.EmailMessage]
) -> None:
    upkeep.tidy_up(days(365))
    profiles.confirm(profile.pk, acting_user=profile.user)
    jobs.run("experts.deliver_notice")
    assert mailoutbox == []


def test_a_job_that_did_not_run_for_long_still_leaves_time_between_its_steps(profile: Profile) -> None:
    assert upkeep.tidy_up(days(600)) == (1, 0)
    assert upkeep.tidy_up(days(601)) == (0, 0)
    assert upkeep.tidy_up(days(626)) == (1, 0)
    assert upkeep.tidy_up(days(652)) == (1, 0)
    assert upkeep.tidy_up(days(660)) == (0, 0)
    assert upkeep.tidy_up(days(678)) == (0, 1)


@pytest.mark.parametrize("status", ["draft", "hidden"])
def test_only_published_profiles_grow_stale(status: str) -> None:
    make.profile(
        confirmed_at=START, status=status, hidden_because="secretariat" if status == "hidden" else ""
    )
    assert upkeep.tidy_up(days(2000)) == (0, 0)


def test_people_who_cannot_sign_in_are_left_alone() -> None:
    make.profile(make.user(status=User.Status.UNCLAIMED), confirmed_at=START)
    assert upkeep.tidy_up(days(2000)) == (0, 0)


def test_what_happens_by_itself_is_on_record_under_a_system_account(profile: Profile) -> None:
    age_to_hidden(profile)
    entries = AuditEntry.objects.filter(object_id=profile.pk).order_by("id").select_related("actor")
    assert [entry.verb for entry in entries] == ["profile.reminded"] * 3 + ["profile.hidden_as_stale"]
    assert {entry.actor.is_system for entry in entries} == {True}


def test_a_profile_that_the_secretariat_hid_does_not_come_back_by_confirming() -> None:
    profile = make.profile(status="hidden", hidden_because="secretariat")
    profiles.confirm(profile.pk, acting_user=profile.user)
    profile.refresh_from_db()
    assert profile.status == Profile.Status.HIDDEN
