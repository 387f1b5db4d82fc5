"""Masked mail goes both ways, and no address with it."""

from __future__ import annotations

import io
import re
import sys
from email import message_from_string
from email.message import EmailMessage as Mail
from email.policy import default

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from config.errors import Invalid, NotFound
from experts.actions import contact
from experts.actions.contact_mail import Outcome, receive
from experts.contact_jobs import relay
from experts.models import ContactMessage, Conversation, User
from tests.factories import experts as make
from tests.factories import jobs

pytestmark = pytest.mark.django_db

type Outbox = list[mail.EmailMessage]


@pytest.fixture
def conversation(mailoutbox: Outbox) -> Conversation:
    """Jonas has written to Ana, and the mail has gone out."""
    jonas = make.user(name="Jonas Weber", email="jonas.weber@ministry.example", language="de")
    ana = make.profile(make.user(name="Ana Kovač", email="ana.kovac@police.example", language="fr"))
    made = contact.write(ana.pk, acting_user=jonas, subject="Training in Osh", text="Would you be free?")
    jobs.run("experts.relay_message")
    return made


def whole(letter: mail.EmailMessage) -> str:
    """A letter as it goes over the wire, without its To."""
    message = letter.message(policy=default)
    del message["To"]
    return message.as_string()


def answer(conversation: Conversation, by: User, text: str, **headers: str) -> tuple[bytes, str]:
    """The mail with which one of the two answers, and whom it is for."""
    other = conversation.alias_of(conversation.other_of(by.pk))
    recipient = f"{other}@{settings.CONTACT_MAIL_DOMAIN}"
    made = Mail()
    given_headers = {
        "From": f"{by.name} <{by.email}>",
        "To": recipient,
        "Subject": "Re: Training in Osh",
        "Message-ID": "<abc@mail.police.example>",
        "Received": "from laptop.police.example (10.1.2.3) by mail.police.example",
    } | headers
    for name, value in given_headers.items():
        if value:
            made[name] = value
    made.set_content(text)
    return made.as_bytes(), recipient


def test_the_expert_gets_a_mail_under_a_masked_address(
    conversation: Conversation, mailoutbox: Outbox
) -> None:
    [letter] = mailoutbox
    alias = f"{conversation.starter_alias}@{settings.CONTACT_MAIL_DOMAIN}"
    assert letter.to == ["ana.kovac@police.example"]
    assert alias in letter.from_email
    assert letter.reply_to == [letter.from_email]
    assert letter.subject == "Training in Osh"
    assert "Would you be free?" in letter.body
    assert "Jonas Weber vous écrit par l’intermédiaire de" in letter.body  # in her language
    assert "jonas.weber@ministry.example" not in whole(letter)
    assert "ministry.example" not in whole(letter)


def test_an_answer_comes_back_the_same_way(conversation: Conversation, mailoutbox: Outbox) -> None:
    raw, recipient = answer(conversation, conversation.expert, "Gladly. Which days?")
    assert receive(raw, recipient=recipient) == Outcome.RELAYED
    jobs.run("experts.relay_message")
    letter = mailoutbox[-1]
    assert letter.to == ["jonas.weber@ministry.example"]
    assert f"{conversation.expert_alias}@{settings.CONTACT_MAIL_DOMAIN}" in letter.from_email
    assert letter.subject == "Re: Training in Osh"
    assert "Gladly. Which days?" in letter.body
    assert "Ana Kovač schreibt Ihnen" in letter.body
    assert letter.extra_headers["In-Reply-To"] == mailoutbox[0].extra_headers["Message-ID"]
    for trace in ("ana.kovac", "police.example", "10.1.2.3", "abc@"):
        assert trace not in whole(letter)
    back, recipient = answer(conversation, conversation.starter, "In May.")
    assert receive(back, recipient=recipient) == Outcome.RELAYED
    assert [message.text for message in conversation.messages.order_by("id")] == [
        "Would you be free?",
        "Gladly. Which days?",
        "In May.",
    ]


def test_what_a_mail_program_quotes_is_left_out_with_the_addresses_in_it(
    conversation: Conversation, mailoutbox: Outbox
) -> None:
    first = mailoutbox[0]
    quoted = "\n".join(f"> {line}" for line in first.body.split("\n"))
    for attribution in (
        f"Le 24 nov. 2026, {first.from_email} a écrit :",
        f"From: {first.from_email}\nSent: Tuesday\nTo: Ana <ana.kovac@police.example>\nSubject: Training",
    ):
        ContactMessage.objects.filter(via="mail").delete()
        raw, recipient = answer(conversation, conversation.expert, f"Gladly.\n\n{attribution}\n\n{quoted}")
        assert receive(raw, recipient=recipient) == Outcome.RELAYED
        [message] = ContactMessage.objects.filter(via="mail")
        assert message.text == "Gladly."


def test_html_is_read_as_text_without_its_quotation(conversation: Conversation, mailoutbox: Outbox) -> None:
    raw, recipient = answer(conversation, conversation.expert, "x")
    parsed = message_from_string(raw.decode(), policy=default)
    parsed.set_content(
        "<style>p {}</style><p>Gladly &amp; soon.<br>Ana</p><script>alert(1)</script>"
        "<blockquote>From: <a href='mailto:ana.kovac@police.example'>Ana</a></blockquote>",
        subtype="html",
    )
    assert receive(parsed.as_bytes(), recipient=recipient) == Outcome.RELAYED
    assert ContactMessage.objects.get(via="mail").text == "Gladly & soon.\nAna"


def test_the_accounts_addresses_are_withheld_wherever_they_stand(conversation: Conversation) -> None:
    text = "Gladly.\n-- \nAna Kovač, ANA.KOVAC@police.example, <mailto:ana.kovac@police.example>, +385 1 234"
    raw, recipient = answer(conversation, conversation.expert, text)
    assert receive(raw, recipient=recipient) == Outcome.RELAYED
    shown = ContactMessage.objects.get(via="mail").text
    assert "police.example" not in shown
    assert shown.count("(Adresse verborgen)") == 2
    assert "+385 1 234" in shown  # what else she writes is hers


def test_attachments_are_not_passed_on(conversation: Conversation, mailoutbox: Outbox) -> None:
    raw, recipient = answer(conversation, conversation.expert, "See the photo.")
    parsed = message_from_string(raw.decode(), policy=default)
    parsed.add_attachment(make.PNG, maintype="image", subtype="png", filename="ana.kovac@police.example.png")
    assert receive(parsed.as_bytes(), recipient=recipient) == Outcome.RELAYED
    jobs.run("experts.relay_message")
    assert not mailoutbox[-1].attachments
    assert "police.example" not in whole(mailoutbox[-1])


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated; owner=x"},
        {"Precedence": "bulk"},
        {"Return-Path": "<>"},
        {"X-Autoreply": "yes"},
        {"List-Id": "<all.police.example>"},
        {"X-Failed-Recipients": "ana.kovac@police.example"},
    ],
)
def test_what_no_person_wrote_goes_nowhere(
    conversation: Conversation, mailoutbox: Outbox, headers: dict[str, str]
) -> None:
    raw, recipient = answer(conversation, conversation.expert, "I am away until Monday.", **headers)
    assert receive(raw, recipient=recipient) == Outcome.AUTOMATIC
    jobs.run()
    assert len(mailoutbox) == 1


def test_a_bounce_goes_nowhere(conversation: Conversation) -> None:
    recipient = f"{conversation.starter_alias}@{settings.CONTACT_MAIL_DOMAIN}"
    raw = (
        b"From: MAILER-DAEMON@police.example\nTo: x\nContent-Type: multipart/report; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\nana.kovac@police.example is unknown\n--b--\n"
    )
    assert receive(raw, recipient=recipient) == Outcome.AUTOMATIC


@pytest.mark.parametrize("sender", ["eve@evil.example", "ana.kovac@police.example, eve@evil.example", ""])
def test_a_reply_from_another_address_is_not_relayed_and_only_the_owner_is_told_once_a_day(
    conversation: Conversation, mailoutbox: Outbox, sender: str
) -> None:
    for _ in range(3):
        raw, recipient = answer(conversation, conversation.expert, "Send me your password.", From=sender)
        assert receive(raw, recipient=recipient) == Outcome.NOT_RELAYED
    jobs.run()
    assert [letter.to for letter in mailoutbox[1:]] == [["ana.kovac@police.example"]]
    assert mailoutbox[1].subject == "Une de vos réponses n’a pas été transmise"
    assert "evil" not in whole(mailoutbox[1])
    assert conversation.messages.count() == 1


def test_a_mail_that_is_delivered_twice_is_one_message(
    conversation: Conversation, mailoutbox: Outbox
) -> None:
    raw, recipient = answer(conversation, conversation.expert, "Gladly.")
    for _ in range(2):
        assert receive(raw, recipient=recipient) == Outcome.RELAYED
    jobs.run()
    assert len(mailoutbox) == 2


def test_a_job_that_runs_twice_sends_once(conversation: Conversation, mailoutbox: Outbox) -> None:
    from_task = conversation.messages.get()
    relay.func(message_id=str(from_task.pk))
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("recipient", ["nobody@{}", "{}", "", "@{}", "x" * 500 + "@{}", "../etc/passwd@{}"])
def test_an_address_that_there_is_not_is_not_found(conversation: Conversation, recipient: str) -> None:
    raw, _ = answer(conversation, conversation.expert, "Gladly.")
    with pytest.raises(NotFound):
        receive(raw, recipient=recipient.format(settings.CONTACT_MAIL_DOMAIN))
    with pytest.raises(NotFound):
        receive(raw, recipient=f"{conversation.starter_alias}@another.example")


def test_case_of_a_masked_address_does_not_matter(conversation: Conversation) -> None:
    raw, recipient = answer(conversation, conversation.expert, "Gladly.")
    assert receive(raw, recipient=f"<{recipient.upper()}>") == Outcome.RELAYED


@pytest.mark.parametrize("text", ["", "   \n", "x" * 5001])
def test_an_answer_without_text_or_with_too_much_is_not_relayed(
    conversation: Conversation, mailoutbox: Outbox, text: str
) -> None:
    raw, recipient = answer(conversation, conversation.expert, text)
    assert receive(raw, recipient=recipient) == Outcome.NOT_RELAYED
    jobs.run()
    assert "texte à transmettre" in mailoutbox[-1].body


def test_line_breaks_in_names_and_subjects_make_no_headers(mailoutbox: Outbox) -> None:
    evil = make.user(name="Eve\r\nBcc: all@example.org", email="eve@example.org")
    expert = make.profile()
    contact.write(expert.pk, acting_user=evil, subject="Hi\r\nBcc: all@example.org", text="?")
    jobs.run("experts.relay_message")
    [letter] = mailoutbox
    message = letter.message(policy=default)
    assert message["Bcc"] is None
    assert message["Subject"] == "Hi Bcc: all@example.org"
    assert letter.recipients() == [expert.user.email]


NASTY = [
    b"",
    b"\x00" * 100,
    b"not a mail",
    b"From: =?utf-8?q?=ff?= <\n\nhello",
    b"From: a@b\nContent-Type: text/plain; charset=no-such\n\nhello",
    b"From: a@b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n",
    b"From: a@b\nContent-Type: multipart/mixed; boundary=b\n" * 2000 + b"\n",
    b"Content-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 3000,
]


@pytest.mark.parametrize("raw", NASTY, ids=range(len(NASTY)))
def test_what_is_no_mail_does_no_harm(conversation: Conversation, raw: bytes) -> None:
    outcome = _received(raw, f"{conversation.starter_alias}@{settings.CONTACT_MAIL_DOMAIN}")
    assert outcome in {"unreadable", Outcome.NOT_RELAYED, Outcome.AUTOMATIC}
    assert conversation.messages.count() == 1


def _received(raw: bytes, recipient: str) -> str:
    try:
        return receive(raw, recipient=recipient)
    except Invalid as error:
        return error.code


def test_a_mail_that_is_too_large_is_refused(conversation: Conversation) -> None:
    raw, recipient = answer(conversation, conversation.expert, "x" * (5 * 1024 * 1024))
    with pytest.raises(Invalid) as caught:
        receive(raw, recipient=recipient)
    assert caught.value.code == "too_large"


class _Stdin:
    def __init__(self, raw: bytes) -> None:
        self.buffer = io.BytesIO(raw)


def test_the_command_takes_a_mail_from_the_mail_server(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, recipient = answer(conversation, conversation.expert, "Gladly.")
    monkeypatch.setattr(sys, "stdin", _Stdin(raw))
    call_command("receive_mail", recipient)
    assert ContactMessage.objects.get(via="mail").text == "Gladly."


@pytest.mark.parametrize(("raw", "recipient", "code"), [(b"x", "nobody@localhost", 67), (None, None, 65)])
def test_the_command_tells_the_mail_server_what_was_wrong(
    conversation: Conversation,
    monkeypatch: pytest.MonkeyPatch,
    raw: bytes | None,
    recipient: str | None,
    code: int,
) -> None:
    if raw is None:
        raw = b"From: a@b\n\n" + b"x" * (5 * 1024 * 1024)
        recipient = f"{conversation.starter_alias}@{settings.CONTACT_MAIL_DOMAIN}"
    monkeypatch.setattr(sys, "stdin", _Stdin(raw))
    with pytest.raises(SystemExit) as caught:
        call_command("receive_mail", recipient)
    assert caught.value.code == code


words = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=["Cs"]), max_size=200
)


@given(before=words, after=words, upper=st.booleans(), as_html=st.booleans())
@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_around_it_the_address_is_in_nothing_that_goes_out(
    conversation: Conversation, mailoutbox: Outbox, before: str, after: str, *, upper: bool, as_html: bool
) -> None:
    ContactMessage.objects.filter(via="mail").delete()
    mailoutbox.clear()
    expert = conversation.expert
    address = expert.email.upper() if upper else expert.email
    raw, recipient = answer(conversation, expert, f"{before}{address}{after}")
    if as_html:
        parsed = message_from_string(raw.decode(), policy=default)
        parsed.set_content(f"<p>{before}</p>{address}<b>{after}</b>", subtype="html")
        raw = parsed.as_bytes()
    receive(raw, recipient=recipient)
    jobs.run("experts.relay_message")
    for letter in mailoutbox:
        assert not re.search(re.escape(expert.email), str(letter.body), re.IGNORECASE)
        assert not re.search(re.escape(expert.email), str(letter.message().items()), re.IGNORECASE)
