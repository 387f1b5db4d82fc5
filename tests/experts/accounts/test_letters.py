"""Mail about accounts: to whom, in which language, with what."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings as site
from django.core import mail

from experts import account_letters
from experts.actions import accounts, addresses, erasure, passwords, registrations
from experts.models import AuditEntry, Registration, User
from tests.factories import accounts as make_accounts
from tests.factories import experts as make
from tests.factories import jobs
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db


def sent(since: int = 0) -> list[tuple[list[str], str]]:
    """Recipients and subjects, after the waiting jobs have run."""
    jobs.run()
    return [(list(message.to), str(message.subject)) for message in mail.outbox[since:]]


def test_who_forgot_a_password_gets_a_link_in_their_language() -> None:
    user = make_accounts.person(language="fr")
    passwords.ask_reset(email=user.email.upper())
    assert sent() == [([user.email], "Un nouveau mot de passe sur localhost")]
    [message] = mail.outbox
    link = re.search(rf"{site.BASE_URL}/account/reset\?key=\S+", str(message.body))
    assert link
    assert "dans l’heure" in str(message.body)
    assert AuditEntry.objects.get(verb="account.reset_sent").object_id == user.pk


@pytest.mark.parametrize("status", [User.Status.SUSPENDED, User.Status.ERASED])
def test_nothing_is_sent_to_an_account_that_is_shut(status: str) -> None:
    user = make.user(status=status)
    passwords.ask_reset(email=user.email)
    assert sent() == []


def test_nothing_is_sent_to_an_address_without_an_account_or_of_the_system() -> None:
    passwords.ask_reset(email="nobody@example.org")
    passwords.ask_reset(email=User.objects.system("robot").email)
    assert sent() == []


def test_who_never_took_the_account_over_gets_that_link_instead() -> None:
    user = make.user(status=User.Status.UNCLAIMED, language="ru")
    passwords.ask_reset(email=user.email)
    assert sent() == [([user.email], "Ваша учётная запись на localhost")]
    assert "/account/activate?key=" in str(mail.outbox[0].body)


def test_no_job_holds_an_address_or_a_secret() -> None:
    user = make_accounts.person()
    passwords.ask_reset(email=user.email)
    addresses.ask_change(acting_user=user, email="new@example.org", password=PASSWORD)
    registrations.ask(email="asks@example.org", name="Asks", language="en")
    kept = str([job.args for job in jobs.waiting()])
    for word in (user.email, "new@example.org", "asks@example.org", "key", PASSWORD):
        assert word not in kept


def test_a_new_address_is_asked_and_the_present_one_told() -> None:
    user = make_accounts.person(language="it")
    addresses.ask_change(acting_user=user, email="new@example.org", password=PASSWORD)
    assert sent() == [
        ([user.email], "Un altro indirizzo per il Suo account"),
        (["new@example.org"], "È il Suo indirizzo?"),
    ]
    told, asked = mail.outbox
    assert "new@example.org" in str(told.body)
    assert "key=" not in str(told.body)
    assert "/account/email?key=" in str(asked.body)


def test_an_address_that_is_taken_is_told_so_without_a_link() -> None:
    other = make.user(email="taken@example.org")
    user = make_accounts.person()
    addresses.ask_change(acting_user=user, email=other.email, password=PASSWORD)
    assert sent()[1] == (["taken@example.org"], "This address has an account")
    assert "key=" not in str(mail.outbox[1].body)


@pytest.mark.parametrize("language", [code for code, _ in site.LANGUAGES])
@pytest.mark.parametrize("kind", sorted(account_letters._ALARMING | {"reset", "known"}))
def test_every_letter_reads_well_in_every_language(kind: str, language: str) -> None:
    user = make_accounts.person(language=language)
    if kind == account_letters.EMAIL_ASKED:
        addresses.ask_change(acting_user=user, email="new@example.org", password=PASSWORD)
        jobs.forget()
    account_letters.tell(kind, user)
    [(to, subject)] = sent()
    assert to == [user.email]
    text = f"{subject} {mail.outbox[0].body}"
    assert "{" not in text
    assert mail.outbox[0].extra_headers["Content-Language"] == language


def test_an_invitation_leads_to_an_account_of_ones_own() -> None:
    user = accounts.invite(email="New.Person@Example.org", name="New", acting_user=make.secretariat())
    assert (user.email, user.status) == ("new.person@example.org", User.Status.UNCLAIMED)
    assert sent() == [(["new.person@example.org"], "Your account at localhost")]
    found = re.search(r"key=(\S+)", str(mail.outbox[0].body))
    assert found
    accounts.claim(key=found[1], password=PASSWORD)
    user.refresh_from_db()
    assert (user.status, user.check_password(PASSWORD)) == (User.Status.ACTIVE, True)


def test_a_refusal_is_told_with_its_note() -> None:
    request = make_accounts.registration(language="de")
    registrations.refuse(request.pk, acting_user=make.secretariat(), note="Bitte von der Dienstadresse.")
    assert sent() == [([request.email], "Ihre Bitte um ein Konto bei localhost")]
    assert "Bitte von der Dienstadresse." in str(mail.outbox[0].body)


def _asked(**fields: Any) -> None:
    registrations.ask(**({"email": "asks@example.org", "name": "Asks", "language": "en"} | fields))


def test_a_request_waits_for_the_secretariat_once() -> None:
    _asked(email="Asks@Example.org", reason="I train.")
    _asked(reason="Again.")
    assert Registration.objects.count() == 2, "taken alike, whatever becomes of it"
    assert sent() == []
    [request] = Registration.objects.all()
    assert (request.email, request.status, request.reason) == ("asks@example.org", "waiting", "I train.")


@pytest.mark.parametrize("status", User.Status.values)
def test_a_request_from_an_address_that_has_an_account_is_forgotten(status: str) -> None:
    user = make.user(email="asks@example.org", status=status)
    _asked()
    told = sent()
    assert not Registration.objects.exists()
    if status == User.Status.ACTIVE:
        assert told == [([user.email], "You have an account at localhost")]
    elif status == User.Status.UNCLAIMED:
        assert told == [([user.email], "Your account at localhost")]
    else:
        assert told == []


def test_a_request_is_gone_with_the_person_and_after_a_month() -> None:
    user = make_accounts.person(email="asks@example.org")
    make_accounts.registration(email=user.email, status="refused")
    erasure.ask(acting_user=user, password=PASSWORD)
    from_now = erasure.REVERSIBLE_FOR * 2
    old = make_accounts.registration(status="refused")
    Registration.objects.filter(pk=old.pk).update(decided_at=old.asked_at)
    assert erasure.erase_due(old.asked_at + from_now) == 1
    assert [row.pk for row in Registration.objects.all()] == [old.pk]
    assert registrations.forget_old(old.asked_at + registrations.KEPT) == 1
