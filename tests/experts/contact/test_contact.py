"""Who may write to whom, how often, and how it is refused and reported."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from config.errors import Conflict, Denied, DomainError, Invalid, NotFound, TooMany
from experts import disclosure, history, policies, viewers
from experts.actions import accounts, contact, contact_reports, profiles
from experts.audiences import Choice, Reach
from experts.models import AuditEntry, ContactMessage, ContactReport, Conversation, Profile, User
from tests.factories import experts as make
from tests.factories import jobs

pytestmark = pytest.mark.django_db

type Outbox = list[mail.EmailMessage]


@pytest.fixture
def sender(db: None) -> User:
    return make.user(name="Jonas Weber")


@pytest.fixture
def expert(db: None) -> Profile:
    return make.profile()


def write(sender: User, expert: Profile, text: str = "Would you be free?") -> Conversation:
    return contact.write(expert.pk, acting_user=sender, subject="Osh", text=text)


def refused(attempt: pytest.ExceptionInfo[DomainError]) -> tuple[str, str]:
    return attempt.value.code, attempt.value.detail


def offers(sender: User, expert: Profile) -> bool:
    viewer = viewers.resolve(sender)
    found = Profile.objects.visible(viewer).with_content("en", disclosure.CARD).get(pk=expert.pk)
    return "contact" in policies.allowed_actions(policies.PROFILE, viewer, found)


def sent() -> int:
    return jobs.run("experts.relay_message")


@pytest.mark.parametrize("status", ["draft", "hidden"])
def test_of_an_expert_whom_one_may_not_know_of_one_learns_nothing(sender: User, status: str) -> None:
    told = set()
    kept = make.profile(reach={"identity": "secretariat"})
    for profile_id in (kept.pk, make.profile(status=status).pk, make.user().pk, uuid4()):
        with pytest.raises(DomainError) as caught:
            contact.write(profile_id, acting_user=sender, subject="Osh", text="Hello")
        told.add((type(caught.value), *refused(caught)))
    assert told == {(NotFound, "not_found", NotFound.detail)}
    assert not Conversation.objects.exists()
    assert sent() == 0


def test_an_expert_chooses_who_may_write(sender: User, expert: Profile) -> None:
    network = make.network()
    peer, secretariat = make.joins(make.user(), network), make.secretariat()
    for choice, may in (
        (Choice(Reach.MEMBERS), {sender, peer, secretariat}),
        (Choice(Reach.NETWORKS, (network.pk,)), {peer, secretariat}),
        (Choice(Reach.SECRETARIAT), {secretariat}),
        (Choice(Reach.SELF), set[User]()),
    ):
        contact.set_contact(expert.pk, acting_user=expert.user, choice=choice)
        for user in (sender, peer, secretariat):
            assert offers(user, expert) is (user in may)
            if user in may:
                write(user, expert)
            else:
                with pytest.raises(Denied) as caught:
                    write(user, expert)
                assert caught.value.code == "contact_refused"


@pytest.mark.parametrize(
    ("choice", "fault"),
    [
        (Choice(Reach.EVERYONE), ("/reach", "never_public")),
        (Choice(Reach.NETWORKS), ("/networks", "required")),
        (Choice(Reach.NETWORKS, (uuid4(),)), ("/networks", "unknown_network")),
        (Choice(Reach.MEMBERS, (uuid4(),)), ("/networks", "not_applicable")),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(
    expert: Profile, choice: Choice, fault: tuple[str, str]
) -> None:
    with pytest.raises(Invalid) as caught:
        contact.set_contact(expert.pk, acting_user=expert.user, choice=choice)
    assert [(error.pointer, error.code) for error in caught.value.errors] == [fault]


def test_only_the_person_chooses_and_only_keepers_read_of_it(expert: Profile) -> None:
    delegate, secretariat = make.delegate(expert), make.secretariat()
    for user in (delegate, secretariat):
        with pytest.raises(Denied):
            contact.set_contact(expert.pk, acting_user=user, choice=Choice(Reach.SELF))
    contact.set_contact(expert.pk, acting_user=expert.user, choice=Choice(Reach.SELF))
    expert.refresh_from_db()
    assert history.entries(expert, viewers.resolve(expert.user)).exists()
    assert not history.entries(expert, viewers.resolve(secretariat)).exists()


def test_people_who_cannot_sign_in_are_not_written_to(sender: User) -> None:
    unclaimed = make.profile(make.user(status=User.Status.UNCLAIMED))
    assert not offers(sender, unclaimed)
    with pytest.raises(Denied):
        write(sender, unclaimed)


def test_a_block_looks_like_any_other_refusal(sender: User, expert: Profile) -> None:
    closed = make.profile(messages_from="self")
    conversation = write(sender, expert)
    contact.block(acting_user=expert.user, person=sender.pk)
    told = set()
    for profile in (expert, closed):
        with pytest.raises(Denied) as caught:
            write(sender, profile)
        told.add(refused(caught))
    with pytest.raises(Denied) as caught:
        contact.reply(conversation.pk, acting_user=sender, text="Hello?")
    told.add(refused(caught))
    assert len(told) == 1
    with pytest.raises(Denied) as caught:  # nor does one write to whom one has blocked
        contact.reply(conversation.pk, acting_user=expert.user, text="Hello?")
    assert caught.value.code == "blocked_by_you"
    contact.unblock(sender.pk, acting_user=expert.user)
    contact.reply(conversation.pk, acting_user=sender, text="Hello?")


def test_a_message_that_waits_is_not_sent_once_its_author_is_blocked(
    sender: User, expert: Profile, mailoutbox: Outbox
) -> None:
    write(sender, expert)
    contact.block(acting_user=expert.user, person=sender.pk)
    assert sent() == 1
    assert mailoutbox == []


@pytest.mark.parametrize("who", ["sender", "expert"])
def test_nothing_is_sent_for_or_to_an_account_that_was_suspended(
    sender: User, expert: Profile, mailoutbox: Outbox, who: str
) -> None:
    write(sender, expert)
    accounts.suspend(
        sender.pk if who == "sender" else expert.pk, acting_user=make.secretariat(), reason="Misuse"
    )
    sent()
    assert mailoutbox == []


def test_one_blocks_only_whom_one_may_know_of(expert: Profile, sender: User) -> None:
    told = set()
    for person in (make.user().pk, make.profile(reach={"identity": "self"}).pk, uuid4()):
        with pytest.raises(Invalid) as caught:
            contact.block(acting_user=sender, person=person)
        told.add(tuple((error.pointer, error.code) for error in caught.value.errors))
    assert told == {(("/person", "unknown_person"),)}
    with pytest.raises(Invalid):
        contact.block(acting_user=sender, person=sender.pk)
    contact.block(acting_user=sender, person=expert.pk)


def test_when_the_expert_closes_the_starter_is_refused_and_the_expert_still_answers(
    sender: User, expert: Profile, mailoutbox: Outbox
) -> None:
    conversation = write(sender, expert)
    contact.set_contact(expert.pk, acting_user=expert.user, choice=Choice(Reach.SELF))
    with pytest.raises(Denied):
        contact.reply(conversation.pk, acting_user=sender, text="Hello?")
    contact.reply(conversation.pk, acting_user=expert.user, text="I am away.")
    profiles.unpublish(expert.pk, acting_user=expert.user)
    with pytest.raises(Denied) as caught:
        contact.reply(conversation.pk, acting_user=sender, text="Hello?")
    assert caught.value.code == "contact_refused"


def test_a_conversation_is_of_the_two_alone(sender: User, expert: Profile) -> None:
    conversation = write(sender, expert)
    for user in (make.delegate(expert), make.secretariat(), make.user()):
        viewer = viewers.resolve(user)
        assert not Conversation.objects.visible(viewer).exists()
        assert not ContactMessage.objects.visible(viewer).exists()
        with pytest.raises(NotFound):
            contact.reply(conversation.pk, acting_user=user, text="Hello")


def test_rates_hold_however_the_messages_come(sender: User, expert: Profile, settings: Settings) -> None:
    settings.CONTACT_NEW_PER_DAY, settings.CONTACT_MESSAGES_PER_HOUR = 2, 3
    conversation = write(sender, expert)
    write(sender, make.profile())
    with pytest.raises(TooMany):
        write(sender, make.profile())
    contact.reply(conversation.pk, acting_user=sender, text="One more", via=ContactMessage.Via.MAIL)
    with pytest.raises(TooMany):
        contact.reply(conversation.pk, acting_user=sender, text="And one", via=ContactMessage.Via.MAIL)
    contact.reply(conversation.pk, acting_user=expert.user, text="The other is not concerned")
    ContactMessage.objects.filter(sender=sender).update(sent_at=timezone.now() - timedelta(hours=2))
    Conversation.objects.update(created_at=timezone.now() - timedelta(days=2))
    write(sender, expert)


@pytest.mark.parametrize(
    ("subject", "text", "fault"),
    [
        ("", "Hello", ("/subject", "blank")),
        ("Osh", "  \n ", ("/text", "blank")),
        ("x" * 151, "Hello", ("/subject", "max_length")),
        ("Osh", "x" * 5001, ("/text", "max_length")),
        ("Osh", "a\x00b", ("/text", "null_characters_not_allowed")),
    ],
)
def test_a_message_that_makes_no_sense_is_refused_and_nothing_is_left_of_it(
    sender: User, expert: Profile, subject: str, text: str, fault: tuple[str, str]
) -> None:
    with pytest.raises(Invalid) as caught:
        contact.write(expert.pk, acting_user=sender, subject=subject, text=text)
    assert [(error.pointer, error.code) for error in caught.value.errors] == [fault]
    assert not Conversation.objects.exists()
    assert not AuditEntry.objects.filter(verb__startswith="contact").exists()


# Reports ----------------------------------------------------------------------------------------------------


def reported(sender: User, expert: Profile) -> ContactReport:
    message = write(sender, expert, "Buy now!").messages.get()
    return contact_reports.report(message.pk, acting_user=expert.user, reason="Advertising")


def test_a_report_goes_to_the_secretariat_and_its_outcome_to_who_made_it(
    sender: User, expert: Profile, mailoutbox: Outbox
) -> None:
    secretariat = make.secretariat()
    made = reported(sender, expert)
    jobs.run("experts.deliver_notice")
    assert [letter.to for letter in mailoutbox] == [[secretariat.email]]
    contact_reports.decide(made.pk, acting_user=secretariat, uphold=True, note="Third time", bar_sender=True)
    jobs.run("experts.deliver_notice")
    assert mailoutbox[-1].to == [expert.user.email]
    assert "Third time" not in mailoutbox[-1].body
    with pytest.raises(Denied) as caught:
        write(sender, make.profile())
    assert caught.value.code == "barred"
    contact_reports.lift_bar(sender.pk, acting_user=secretariat)
    write(sender, make.profile())


def test_only_the_receiver_reports_a_message_and_once(sender: User, expert: Profile) -> None:
    message = reported(sender, expert).message
    with pytest.raises(Conflict):
        contact_reports.report(message.pk, acting_user=expert.user, reason="Again")
    with pytest.raises(Denied):
        contact_reports.report(message.pk, acting_user=sender, reason="My own")
    with pytest.raises(NotFound):
        contact_reports.report(message.pk, acting_user=make.secretariat(), reason="Curious")
    with pytest.raises(Invalid):
        contact_reports.report(message.pk, acting_user=expert.user, reason=" ")


def test_a_report_is_decided_once_by_somebody_whom_it_does_not_concern(expert: Profile) -> None:
    sender = make.secretariat()
    made = reported(sender, expert)
    with pytest.raises(Denied) as caught:
        contact_reports.decide(made.pk, acting_user=sender, uphold=False)
    assert caught.value.code == "concerned"
    with pytest.raises(Denied):
        contact_reports.decide(made.pk, acting_user=expert.user, uphold=True)
    other = make.secretariat()
    with pytest.raises(Invalid):
        contact_reports.decide(made.pk, acting_user=other, uphold=False, bar_sender=True)
    contact_reports.decide(made.pk, acting_user=other, uphold=False)
    with pytest.raises(Denied) as caught:
        contact_reports.decide(made.pk, acting_user=other, uphold=True)
    assert caught.value.code == "decided"


def test_conversations_are_forgotten_a_year_after_their_last_message_unless_a_report_waits(
    sender: User, expert: Profile
) -> None:
    old, new = write(sender, expert), write(sender, expert)
    waiting = reported(sender, expert).message.conversation
    ages = ((old, 366), (waiting, 366), (new, 300))
    for conversation, days in ages:
        Conversation.objects.filter(pk=conversation.pk).update(
            last_message_at=timezone.now() - timedelta(days=days)
        )
    assert contact_reports.forget() == 1
    assert set(Conversation.objects.all()) == {waiting, new}
