"""Which passwords are taken, and what happens when one is changed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django import Settings

from config.errors import Invalid
from experts import passwords as taken
from experts.actions import passwords
from experts.models import AuditEntry, Session, User
from tests.factories import accounts as make_accounts
from tests.factories import jobs
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "a violet under seven bridges"


def fault(user: User, password: str) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        taken.give(user, password)
    return [(error.pointer, error.code) for error in caught.value.errors]


@pytest.mark.parametrize(
    "password",
    [
        "experts2026!",
        "Border-Police",
        "Forums.Community",
        "welcomeOSCE1",
        "polis polis polis",
        "Passwort2026",
    ],
)
def test_words_that_anybody_here_would_guess_are_refused(password: str) -> None:
    assert ("/password", "password_of_context") in fault(make_accounts.person(), password)


def test_a_site_adds_its_own_words_and_its_name_is_one(settings: Settings) -> None:
    settings.PASSWORD_WORDS = ["Hofburg"]
    settings.BASE_URL = "https://waldviertel.example.org"
    user = make_accounts.person()
    for password in ("hofburg2026", "Waldviertel-12"):
        assert ("/password", "password_of_context") in fault(user, password)


def test_such_a_word_among_others_is_fine() -> None:
    user = make_accounts.person()
    taken.give(user, "seven border collies dream")
    assert user.check_password("seven border collies dream")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_too_short"),
        ("iloveyou", "password_too_common"),
        ("aigul.sadykova", "password_too_similar"),
    ],
)
def test_short_common_and_personal_ones_are_refused(password: str, code: str) -> None:
    user = make_accounts.person(email="aigul.sadykova@example.org")
    assert ("/password", code) in fault(user, password)


@pytest.mark.parametrize("password", ["x" * 1000, "ünïcødé – пароль 密码", "  spaces at both ends  "])
def test_long_passwords_and_any_characters_are_taken_as_they_are(password: str) -> None:
    user = make_accounts.person()
    taken.give(user, password)
    assert user.check_password(password)
    assert not user.check_password(password.strip()[:72] + "?")


def test_a_change_wants_the_present_password_and_ends_the_other_sessions() -> None:
    user = make_accounts.person(language="de")
    now = timezone.now()
    for key in ("here", "there"):
        Session.objects.create(
            session_key=key,
            expire_date=now + dt.timedelta(hours=1),
            user=user,
            started_at=now,
            seen_at=now,
        )
    with pytest.raises(Invalid):
        passwords.change(acting_user=user, password="wrong", new_password=NEW)
    with pytest.raises(Invalid):
        passwords.change(acting_user=user, password=PASSWORD, new_password=PASSWORD)
    assert Session.objects.count() == 2
    passwords.change(acting_user=user, password=PASSWORD, new_password=NEW, session_key="here")
    assert [session.session_key for session in Session.objects.all()] == ["here"]
    assert AuditEntry.objects.filter(verb="account.password_changed", object_id=user.pk).count() == 1
    assert [job.args["kind"] for job in jobs.waiting("experts.send_account_letter")] == ["password_changed"]
