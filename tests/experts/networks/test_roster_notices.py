"""What is told of rosters and call-outs reads in the language of who is told, and is for who may see it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core import mail

from config.errors import Invalid
from experts import roster_notices
from experts.actions import call_outs
from experts.models import CallOut, Invitation, RosterMember, User
from experts.words import say
from tests.factories import jobs
from tests.factories import networks as make

pytestmark = pytest.mark.django_db

SUBJECTS = {
    "en": "Training in Osh: would you go?",
    "fr": "Training in Osh : partiriez-vous ?",
    "de": "Training in Osh: Würden Sie gehen?",
    "it": "Training in Osh: partiresti?",
    "ru": "Training in Osh: вы поедете?",
    "es": "Training in Osh: ¿iría usted?",
}


@pytest.fixture
def call_out(db: None) -> CallOut:
    made = make.call_out(make.roster())
    made.title, made.place = "Training in Osh", "Osh"
    made.starts_on, made.ends_on = date(2099, 3, 5), date(2099, 3, 9)
    made.save()
    return made


@pytest.fixture
def invitation(call_out: CallOut) -> Invitation:
    made = make.invitation(call_out, make.on_roster(call_out.roster))
    made.respond_by, made.message = datetime(2099, 2, 1, 14, 30, tzinfo=UTC), "Bring your own lamp."
    made.save()
    return made


def told(
    reason: str, row: Invitation | RosterMember, to: User, mailoutbox: list[mail.EmailMessage]
) -> mail.EmailMessage:
    roster_notices.tell(reason, row.pk, [to.pk])
    jobs.run("experts.deliver_notice")
    [letter] = mailoutbox
    assert "{" not in f"{letter.subject}{letter.body}"
    return letter


@pytest.mark.parametrize("language", SUBJECTS)
def test_an_invitation_is_read_in_the_language_of_the_invited(
    invitation: Invitation, language: str, mailoutbox: list[mail.EmailMessage]
) -> None:
    User.objects.filter(pk=invitation.user_id).update(language=language)
    letter = told(roster_notices.INVITED, invitation, invitation.user, mailoutbox)
    assert letter.subject == SUBJECTS[language]
    assert "Bring your own lamp." in letter.body
    assert "14:30 UTC" in letter.body


def test_days_are_written_as_in_the_language(
    invitation: Invitation, mailoutbox: list[mail.EmailMessage]
) -> None:
    User.objects.filter(pk=invitation.user_id).update(language="fr")
    letter = told(roster_notices.INVITED, invitation, invitation.user, mailoutbox)
    assert letter.body.startswith(
        "Partiriez-vous ? Veuillez répondre avant le 1 février 2099, 14:30 UTC.\n\n"
        "Training in Osh\nOsh, du 5 mars 2099 au 9 mars 2099\n"
    )


@pytest.mark.parametrize(
    "reason", [roster_notices.ACCEPTED, roster_notices.REFUSED, roster_notices.WITHDRAWN]
)
def test_every_reason_of_an_invitation_has_its_words(
    invitation: Invitation, reason: str, mailoutbox: list[mail.EmailMessage]
) -> None:
    secretariat = make.secretariat()
    User.objects.filter(pk=secretariat.pk).update(language="ru")
    values = {"person": invitation.user.name}
    letter = told(reason, invitation, secretariat, mailoutbox)
    assert letter.body.startswith(say("ru", f"{reason}.text", **values))


@pytest.mark.parametrize(
    "reason",
    [roster_notices.APPLIED, roster_notices.ADMITTED, roster_notices.DECLINED, roster_notices.RETIRED],
)
def test_every_reason_of_a_roster_has_its_words(
    call_out: CallOut, reason: str, mailoutbox: list[mail.EmailMessage]
) -> None:
    user = make.on_roster(call_out.roster)
    member = RosterMember.objects.get(user=user)
    member.reason = "There is no need now."
    member.save()
    letter = told(reason, member, user, mailoutbox)
    gives_reason = reason in {roster_notices.DECLINED, roster_notices.RETIRED}
    assert ("There is no need now." in letter.body) is gives_reason


def test_nothing_is_told_to_somebody_who_may_not_see_the_invitation(
    invitation: Invitation, mailoutbox: list[mail.EmailMessage]
) -> None:
    roster_notices.tell(roster_notices.INVITED, invitation.pk, [make.user().pk])
    jobs.run("experts.deliver_notice")
    assert mailoutbox == []


def test_who_is_invited_is_told_when_it_is_called_off_and_who_is_selected_is_told_that_they_are_free(
    call_out: CallOut, mailoutbox: list[mail.EmailMessage]
) -> None:
    asked, chosen, refusing = (make.on_roster(call_out.roster) for _ in range(3))
    make.invitation(call_out, asked)
    make.invitation(call_out, chosen, status="accepted")
    make.invitation(call_out, refusing, status="declined")
    secretariat = make.secretariat()
    call_outs.select(call_out.pk, acting_user=secretariat, persons=[chosen.pk])
    jobs.run("experts.deliver_notice")
    mailoutbox.clear()
    call_outs.cancel(call_out.pk, acting_user=secretariat)
    jobs.run("experts.deliver_notice")
    assert {(letter.to[0], letter.subject) for letter in mailoutbox} == {
        (asked.email, "Training in Osh: called off"),
        (chosen.email, "Training in Osh: selection taken back"),
    }


def test_who_is_booked_for_a_day_of_it_is_not_invited_and_the_refusal_says_who(call_out: CallOut) -> None:
    free, booked = (make.on_roster(call_out.roster) for _ in range(2))
    other = make.call_out(make.roster())
    other.starts_on, other.ends_on = date(2099, 3, 9), date(2099, 3, 20)
    other.save()
    make.deployment(other, booked)
    with pytest.raises(Invalid) as refused:
        call_outs.invite(
            call_out.pk,
            acting_user=make.secretariat(),
            persons=[free.pk, booked.pk],
            respond_by=datetime(2099, 2, 1, tzinfo=UTC),
        )
    assert [(error.pointer, error.code) for error in refused.value.errors] == [
        ("/persons/1", "already_booked")
    ]
    assert not Invitation.objects.exists()
