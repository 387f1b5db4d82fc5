"""A reminder's link confirms the profile with one click: without signing in, once, for a time, on record."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone
from freezegun import freeze_time

from experts import confirm_links, notices
from experts.actions import profiles, upkeep
from experts.models import AuditEntry, Profile, User
from tests.factories import experts as make
from tests.factories import jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile(db: None) -> Profile:
    return make.profile(make.user(language="de"), confirmed_at=timezone.now() - timedelta(days=370))


@pytest.fixture
def browser() -> Client:
    """Nobody is signed in, and there is no cookie."""
    return Client(enforce_csrf_checks=True)


def link(letter: mail.EmailMessage) -> str:
    found = re.search(rf"{settings.BASE_URL}(/confirm-profile/\S+)", str(letter.body))
    assert found, letter.body
    return found[1]


def remind(mailoutbox: list[mail.EmailMessage]) -> str:
    upkeep.tidy_up()
    jobs.run("experts.deliver_notice")
    return link(mailoutbox[-1])


def test_one_click_confirms_and_looking_does_not(
    profile: Profile, browser: Client, mailoutbox: list[mail.EmailMessage]
) -> None:
    address = remind(mailoutbox)
    before = profile.confirmed_at
    page = browser.get(address)
    assert "Stimmt in Ihrem Profil noch alles?" in page.content.decode()
    assert (page.headers["Referrer-Policy"], "no-store" in page.headers["Cache-Control"]) == (
        "no-referrer",
        True,
    )
    profile.refresh_from_db()
    assert profile.confirmed_at == before
    assert "Ihr Profil ist bestätigt" in browser.post(address).content.decode()
    profile.refresh_from_db()
    assert profile.confirmed_at > before
    assert profile.reminders_sent == 0
    entry = AuditEntry.objects.get(object_id=profile.pk, verb="profile.confirmed")
    assert (entry.actor_id, entry.reason) == (profile.pk, "By the link in a reminder")


def test_a_profile_hidden_as_stale_is_back(
    profile: Profile, browser: Client, mailoutbox: list[mail.EmailMessage]
) -> None:
    Profile.objects.filter(pk=profile.pk).update(
        reminders_sent=3, confirmed_at=timezone.now() - timedelta(days=460)
    )
    address = remind(mailoutbox)
    profile.refresh_from_db()
    assert profile.status == Profile.Status.HIDDEN
    assert browser.post(address).status_code == 200
    profile.refresh_from_db()
    assert (profile.status, profile.hidden_because) == ("published", "")


def test_it_works_once(profile: Profile, browser: Client, mailoutbox: list[mail.EmailMessage]) -> None:
    address = remind(mailoutbox)
    browser.post(address)
    profile.refresh_from_db()
    confirmed = profile.confirmed_at
    assert "Ihr Profil ist bestätigt" in browser.post(address).content.decode()
    assert "Ihr Profil ist bestätigt" in browser.get(address).content.decode()
    profile.refresh_from_db()
    assert profile.confirmed_at == confirmed
    assert AuditEntry.objects.filter(object_id=profile.pk, verb="profile.confirmed").count() == 1


def test_it_brings_nothing_back_that_was_changed_since(
    profile: Profile, browser: Client, mailoutbox: list[mail.EmailMessage]
) -> None:
    address = remind(mailoutbox)
    profiles.edit(profile.pk, acting_user=profile.user, changes={"headline": "Examiner"})
    profiles.unpublish(profile.pk, acting_user=profile.user)
    assert browser.post(address).status_code == 200
    profile.refresh_from_db()
    assert profile.status == Profile.Status.DRAFT


@pytest.mark.parametrize("change", ["shortened", "another_salt", "of_nobody"])
def test_a_forged_address_confirms_nothing(profile: Profile, browser: Client, change: str) -> None:
    address = confirm_links.address(profile).removeprefix(settings.BASE_URL)
    if change == "shortened":
        address = address[:-1]
    elif change == "another_salt":
        address = address.replace(address.rpartition(":")[2], "A" * 43)
    else:
        Profile.objects.filter(pk=profile.pk).delete()
    for answer in (browser.get(address), browser.post(address)):
        assert answer.status_code == 404
        assert "does not work any more" in answer.content.decode()
    assert not AuditEntry.objects.filter(verb="profile.confirmed").exists()


def test_it_ends_after_its_time(profile: Profile, browser: Client) -> None:
    address = confirm_links.address(profile).removeprefix(settings.BASE_URL)
    with freeze_time(timezone.now() + confirm_links.KEPT + timedelta(seconds=5)):
        assert browser.post(address).status_code == 404


def test_it_is_no_way_in_for_who_was_suspended(profile: Profile, browser: Client) -> None:
    address = confirm_links.address(profile).removeprefix(settings.BASE_URL)
    User.objects.filter(pk=profile.pk).update(status=User.Status.SUSPENDED)
    assert browser.post(address).status_code == 404
    assert "sessionid" not in browser.cookies


def test_the_link_stands_in_the_mail_alone(
    profile: Profile, mailoutbox: list[mail.EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[notices.Message] = []
    monkeypatch.setattr(notices, "_listeners", [lambda _user, _reason, _id, message: told.append(message)])
    remind(mailoutbox)
    assert [("/confirm-profile/" in message.text) for message in told] == [False]
