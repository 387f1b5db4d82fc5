"""Letters and digests: when they go out, what is in them, and never two for the same thing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from experts.models import User
from forums.actions import digests, discussions, memberships, moderation, notices, sanctions
from forums.models import DigestRun, Discussion, Notice, NoticePreferences, Post, Space, Visibility
from forums.notices import mail
from forums.notices.words import TEXTS, say_number
from tests.factories import forums, jobs
from tests.factories import moderation as make
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db

type RunJobs = Callable[[], int]
type Outbox = list[EmailMultiAlternatives]

MONDAY = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


@pytest.fixture
def outbox(mailoutbox: Outbox) -> Outbox:
    return mailoutbox


@pytest.fixture
def space() -> Space:
    return forums.space()


def author_in(space: Space, **fields: object) -> tuple[User, Discussion]:
    author = make.member(space, forums.person(**fields))  # type: ignore[arg-type]
    return author, forums.discussion(space, author, title="Which platform?")


def later(minutes: float = 2) -> dt.datetime:
    return timezone.now() + dt.timedelta(minutes=minutes)


def told_at(when: dt.datetime) -> None:
    """As if everything had been told then."""
    Notice.objects.update(created_at=when, updated_at=when)


def html(message: EmailMultiAlternatives) -> str:
    content, media_type = message.alternatives[0]
    assert media_type == "text/html"
    return str(content)


def test_a_storm_of_500_replies_makes_one_letter(space: Space, outbox: Outbox, run_jobs: RunJobs) -> None:
    _, discussion = author_in(space)
    reply = forums.reply(discussion, make.member(space))
    for _ in range(499):
        notices.post_published(reply, discussion)

    assert digests.send_due(later()) == 1
    assert digests.send_due(later(3)) == 0
    run_jobs()

    assert [message.subject for message in outbox] == ["500 new replies in “Which platform?”"]


def test_a_letter_gathers_for_a_minute(space: Space, outbox: Outbox, run_jobs: RunJobs) -> None:
    _, discussion = author_in(space)
    forums.reply(discussion, make.member(space))

    assert digests.send_due() == 0
    assert digests.send_due(later(1.1)) == 1


def test_a_letter_has_two_forms_and_one_click_unsubscription(
    space: Space, outbox: Outbox, run_jobs: RunJobs
) -> None:
    author, discussion = author_in(space)
    forums.reply(discussion, make.member(space, forums.person("Elif <b>")), body="Ours is **good** & free.")
    digests.send_due(later())
    run_jobs()

    [message] = outbox
    assert message.to == [author.email]
    assert message.subject == "Elif <b> replied in “Which platform?”"
    assert "Ours is good & free." in message.body
    assert "Elif &lt;b&gt; replied" in html(message)
    assert "Ours is good &amp; free." in html(message)
    headers = message.message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<http\S+/unsubscribe/\S+>", headers["List-Unsubscribe"])
    assert f"?around={discussion.last_position + 1}" in message.body


def test_the_same_notice_is_never_mailed_twice(space: Space, outbox: Outbox, run_jobs: RunJobs) -> None:
    author, discussion = author_in(space)
    forums.reply(discussion, make.member(space))
    digests.send_due(later())
    forums.reply(discussion, make.member(space))
    digests.send_due(later(10))
    run_jobs()
    assert len(outbox) == 1

    notices.mark_read(None, acting_user=author)
    forums.reply(discussion, make.member(space))
    digests.send_due(later(20))
    run_jobs()
    assert len(outbox) == 2


def test_what_was_read_on_the_site_is_not_mailed(space: Space, outbox: Outbox, run_jobs: RunJobs) -> None:
    author, discussion = author_in(space)
    forums.reply(discussion, make.member(space))
    notices.mark_read(None, acting_user=author)
    digests.send_due(later())
    forums.reply(discussion, make.member(space))
    digests.send_due(later(3))
    notices.mark_read(None, acting_user=author)
    run_jobs()

    assert outbox == []


@pytest.mark.parametrize("lost", ["before it is made up", "before it is sent"])
def test_nothing_is_mailed_of_what_one_may_not_read_any_more(
    lost: str, outbox: Outbox, run_jobs: RunJobs
) -> None:
    space = forums.space(Visibility.SECRET)
    author, discussion = author_in(space)
    forums.reply(discussion, make.member(space), body="Secret.")
    if lost == "before it is sent":
        digests.send_due(later())
    memberships.remove(space.pk, author.pk, acting_user=forums.owner_of(space), reason=make.WHY)
    digests.send_due(later())
    run_jobs()

    assert all("Secret." not in message.body and "platform" not in message.body for message in outbox)
    assert [message.subject for message in outbox] == ["You were removed from a space"]


def test_a_hidden_reply_is_not_in_the_letter(space: Space, outbox: Outbox, run_jobs: RunJobs) -> None:
    _, discussion = author_in(space)
    forums.reply(discussion, make.member(space), body="Fine.")
    bad = forums.reply(discussion, make.member(space), body="Not fine.")
    digests.send_due(later())
    moderation.hide_post(bad.pk, acting_user=make.moderator(space), reason=make.WHY)
    run_jobs()

    [message] = outbox
    assert "Not fine." not in message.body + html(message)
    assert "Fine." in message.body


@pytest.mark.parametrize("language", TEXTS)
def test_letters_speak_the_reader_s_language(
    language: str, space: Space, outbox: Outbox, run_jobs: RunJobs
) -> None:
    author, discussion = author_in(space, language=language)
    forums.reply(discussion, make.member(space))
    moderator = make.moderator(space)
    discussions.close(discussion.pk, acting_user=moderator, reason=make.WHY)
    sanctions.impose(author.pk, "silence", acting_user=moderator, reason=make.WHY, space_id=space.pk)
    digests.send_due(later())
    run_jobs()

    [message] = outbox
    assert TEXTS[language]["act.sanction.silence"] in message.body
    assert TEXTS[language]["act.discussion.closed"] in message.body
    assert TEXTS[language]["why"] in message.body
    assert f'<html lang="{language}">' in html(message)


def test_every_language_has_every_text_and_its_own_plurals() -> None:
    assert all(texts.keys() >= TEXTS["en"].keys() for texts in TEXTS.values())
    russian = [say_number("ru", "subject.several", count) for count in (1, 2, 5, 21, 22, 111)]
    assert russian == [
        "1 новое уведомление",
        "2 новых уведомления",
        "5 новых уведомлений",
        "21 новое уведомление",
        "22 новых уведомления",
        "111 новых уведомлений",
    ]


def test_a_title_cannot_put_lines_into_the_subject(space: Space, outbox: Outbox, run_jobs: RunJobs) -> None:
    _, discussion = author_in(space)
    Discussion.objects.filter(pk=discussion.pk).update(
        title="Hello\r\nBcc: everybody@example.org " + "x" * 150
    )
    discussion.refresh_from_db()
    forums.reply(discussion, make.member(space))
    digests.send_due(later())
    run_jobs()

    [message] = outbox
    assert "\n" not in message.subject
    assert len(message.subject) <= 150
    assert "Bcc" not in message.message()


@pytest.mark.parametrize(
    ("zone", "too_early", "in_time"),
    [("Asia/Bishkek", "00:59", "01:00"), ("UTC", "06:59", "07:00"), ("America/New_York", "11:59", "12:00")],
)
def test_the_daily_digest_comes_in_the_reader_s_morning_once(
    zone: str, too_early: str, in_time: str, space: Space, outbox: Outbox, run_jobs: RunJobs
) -> None:
    author, discussion = author_in(space, time_zone=zone)
    notices.set_cadences({"reply": "daily"}, acting_user=author)
    forums.reply(discussion, make.member(space))
    told_at(MONDAY - dt.timedelta(hours=8))

    def at(clock: str) -> dt.datetime:
        return dt.datetime.combine(MONDAY.date(), dt.time.fromisoformat(clock), tzinfo=dt.UTC)

    Notice.objects.exclude(user=author).delete()
    told_at(at(too_early) - dt.timedelta(hours=1))
    assert digests.send_digests(at(too_early)) == 0
    assert digests.send_digests(at(in_time)) == 1
    assert digests.send_digests(at(in_time) + dt.timedelta(minutes=15)) == 0
    run_jobs()
    [message] = outbox
    assert message.subject.startswith("Your day: ")


def test_what_came_after_this_morning_is_for_tomorrow(
    space: Space, outbox: Outbox, run_jobs: RunJobs
) -> None:
    author, discussion = author_in(space)
    notices.set_cadences({"reply": "daily"}, acting_user=author)
    forums.reply(discussion, make.member(space))
    told_at(MONDAY.replace(hour=8))

    assert digests.send_digests(MONDAY.replace(hour=9)) == 0
    assert not DigestRun.objects.exists()
    assert digests.send_digests(MONDAY.replace(hour=9) + dt.timedelta(days=1)) == 1


def test_the_weekly_digest_comes_on_monday_or_later_if_no_worker_ran(space: Space, outbox: Outbox) -> None:
    author, discussion = author_in(space)
    notices.set_cadences({"reply": "weekly"}, acting_user=author)
    forums.reply(discussion, make.member(space))
    told_at(MONDAY - dt.timedelta(days=3))

    assert digests.send_digests(MONDAY - dt.timedelta(days=1)) == 0
    assert digests.send_digests(MONDAY + dt.timedelta(days=2)) == 1
    assert DigestRun.objects.get().day == MONDAY.date()


def test_a_digest_holds_each_cadence_s_reasons_and_no_others(
    space: Space, outbox: Outbox, run_jobs: RunJobs
) -> None:
    author, discussion = author_in(space)
    notices.set_cadences({"reply": "daily", "like": "none"}, acting_user=author)
    forums.reply(discussion, make.member(space))
    notices.liked(discussion.posts.get(position=1), acting_user=make.member(space))
    told_at(MONDAY)

    digests.send_digests(MONDAY.replace(hour=7))
    digests.send_digests(MONDAY.replace(hour=7) + dt.timedelta(days=7))
    run_jobs()

    assert [message.subject for message in outbox] == [
        f"Your day: {discussion_reply_line(discussion)}",
    ]


def discussion_reply_line(discussion: Discussion) -> str:
    name = Post.objects.get(discussion=discussion, position=2).author.name
    return f"{name} replied in “Which platform?”"


@pytest.mark.usefixtures("no_other_jobs")
@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_digest() -> None:
    space = forums.space()
    author, discussion = author_in(space)
    notices.set_cadences({"reply": "daily"}, acting_user=author)
    forums.reply(discussion, make.member(space))
    told_at(MONDAY)
    now = MONDAY.replace(hour=8)

    results = at_once(lambda: digests.send_digests(now), lambda: digests.send_digests(now))

    assert sorted(results) == [0, 1]  # type: ignore[type-var]
    assert len(jobs.waiting("forums.send_letter")) == 1


@pytest.mark.usefixtures("no_other_jobs")
@pytest.mark.django_db(transaction=True)
def test_two_workers_send_what_is_due_once() -> None:
    space = forums.space()
    _, discussion = author_in(space)
    forums.reply(discussion, make.member(space))
    now = later()

    results = at_once(lambda: digests.send_due(now), lambda: digests.send_due(now))

    assert sorted(results) == [0, 1]  # type: ignore[type-var]
    assert len(jobs.waiting("forums.send_letter")) == 1


def unsubscribe_url(message: EmailMultiAlternatives) -> str:
    found = re.search(r"/unsubscribe/[^\s>]+", str(message.message()["List-Unsubscribe"]))
    assert found
    return found[0]


def test_one_click_unsubscribes_without_signing_in(space: Space, outbox: Outbox, run_jobs: RunJobs) -> None:
    author, discussion = author_in(space, language="fr")
    forums.reply(discussion, make.member(space))
    digests.send_due(later())
    run_jobs()
    url, client = unsubscribe_url(outbox[0]), Client(enforce_csrf_checks=True)

    looked = client.get(url)
    assert (looked.status_code, "Oui, ne plus recevoir" in looked.content.decode()) == (200, True)
    assert not NoticePreferences.objects.exists()  # a program that follows links changes nothing

    done = client.post(url, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert done.status_code == 200
    assert NoticePreferences.objects.get().cadences == {"reply": "none"}

    notices.mark_read(None, acting_user=author)
    forums.reply(discussion, make.member(space))
    assert digests.send_due(later()) == 0


def test_a_forged_unsubscription_changes_nothing(space: Space) -> None:
    person = forums.person()
    good = mail.token(person.pk, ["reply"])

    for token in ("nonsense", good[:-1], good.replace(good[:4], "AAAA", 1)):
        assert Client().post(f"/unsubscribe/{token}").status_code == 404
    assert not NoticePreferences.objects.exists()


def test_notices_read_half_a_year_ago_are_forgotten(space: Space) -> None:
    author, discussion = author_in(space)
    forums.reply(discussion, make.member(space))
    notices.mark_read(None, acting_user=author)

    assert digests.forget_read(timezone.now() + dt.timedelta(days=179)) == 0
    assert digests.forget_read(timezone.now() + dt.timedelta(days=181)) == 1
