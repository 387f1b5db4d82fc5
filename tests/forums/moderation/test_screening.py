"""What is checked before a post appears: first posts held, slow mode, banned words, links."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from config.errors import Conflict, Invalid, TooMany
from experts import viewers
from experts.models import User
from forums.actions import discussions, moderation, posts, undoing
from forums.models import Case, Discussion, Notice, Post, Space
from search.models import OutboxRow
from tests.factories import forums
from tests.factories import moderation as make
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def space() -> Space:
    return forums.space()


def reads(user: User | None, post: Post) -> bool:
    viewer = viewers.resolve(user or forums.person())
    return Post.objects.visible(viewer).filter(pk=post.pk).exists()


def test_a_first_reply_waits_for_a_moderator_and_only_the_author_sees_it(space: Space) -> None:
    make.settings(space, first_posts_held=1)
    discussion, moderator = forums.discussion(space), make.moderator(space)
    before = make.figures(space)

    held = forums.reply(discussion, make.member(space))

    assert held.state == Post.State.PENDING
    assert (reads(held.author, held), reads(moderator, held), reads(None, held)) == (True, True, False)
    assert make.figures(space) == before
    assert Case.objects.get().kind == Case.Kind.HELD
    assert Notice.objects.filter(user=moderator, reason="flag").exists()
    assert not OutboxRow.objects.filter(object_id=held.pk).exists()
    assert not Notice.objects.filter(user=discussion.author, reason="reply").exists()


def test_an_approved_reply_appears_at_the_end_unread_and_is_told_of(space: Space) -> None:
    make.settings(space, first_posts_held=1)
    discussion = forums.discussion(space)
    held = forums.reply(discussion, make.member(space))
    forums.reply(discussion)

    moderation.approve_post(held.pk, acting_user=make.moderator(space), reason="Welcome.")

    held.refresh_from_db()
    discussion.refresh_from_db()
    assert (held.state, held.position, held.path) == ("published", 4, [4])
    assert (discussion.last_position, discussion.reply_count) == (4, 2)
    assert Case.objects.get().status == Case.Status.DISMISSED
    assert Notice.objects.filter(user=discussion.author, reason="reply").exists()


def test_after_enough_published_posts_nothing_is_held(space: Space) -> None:
    make.settings(space, first_posts_held=2)
    person, discussion = make.member(space), forums.discussion(space)
    for _ in range(2):
        held = forums.reply(discussion, person)
        moderation.approve_post(held.pk, acting_user=make.moderator(space), reason="Welcome.")

    assert forums.reply(discussion, person).state == Post.State.PUBLISHED


def test_a_first_discussion_waits_too(space: Space) -> None:
    make.settings(space, first_posts_held=1)
    author, moderator = make.member(space), make.moderator(space)
    discussion = forums.discussion(space, author)

    assert discussion.status == Discussion.Status.PENDING
    for user, there in ((author, True), (moderator, True), (forums.person(), False)):
        visible = Discussion.objects.visible(viewers.resolve(user)).filter(pk=discussion.pk)
        assert visible.exists() is there
    assert make.figures(space)[0]["discussion_count"] == 0

    moderation.approve_post(discussion.posts.get().pk, acting_user=moderator, reason="Welcome.")

    discussion.refresh_from_db()
    assert discussion.status == Discussion.Status.OPEN
    assert make.figures(space)[0] == {
        "question_count": 0,
        "discussion_count": 1,
        "reply_count": 0,
        "contributor_count": 1,
    }


def test_an_approval_is_undone_until_somebody_replied(space: Space) -> None:
    make.settings(space, first_posts_held=1)
    moderator, discussion = make.moderator(space), forums.discussion(space)
    held = forums.reply(discussion, make.member(space))
    moderation.approve_post(held.pk, acting_user=moderator, reason="Welcome.")
    undone = undoing.undo(make.last_entry("post.approved").pk, acting_user=moderator, reason="A mistake.")
    assert not reads(None, held)
    assert Case.objects.filter(status="open", kind="held").count() == 1

    undoing.undo(undone.pk, acting_user=moderator, reason="It was right.")
    held.refresh_from_db()
    forums.reply(held)

    with pytest.raises(Conflict):
        undoing.undo(make.last_entry("post.approved").pk, acting_user=moderator, reason="A mistake.")


def test_moderators_are_not_held(space: Space) -> None:
    make.settings(space, first_posts_held=5, slow_mode_seconds=600, banned_words=["casino"], max_links=0)
    discussion, moderator = forums.discussion(space), make.moderator(space)

    for _ in range(2):
        reply = forums.reply(discussion, moderator, body="The casino at https://example.org")
        assert reply.state == Post.State.PUBLISHED


def test_slow_mode_says_how_long_to_wait(space: Space) -> None:
    make.settings(space, slow_mode_seconds=600)
    person, discussion = make.member(space), forums.discussion(space)
    first = forums.reply(discussion, person)

    with pytest.raises(TooMany) as caught:
        forums.reply(discussion, person)
    assert caught.value.code == "slow_mode"
    assert 590 <= int(str(caught.value.data["retry_after"])) <= 600
    forums.reply(discussion, make.member(space))
    posts.edit(first.pk, acting_user=person, body="An edit is not slowed.")

    Post.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(seconds=601))
    forums.reply(discussion, person)


@pytest.mark.django_db(transaction=True)
def test_slow_mode_lets_one_of_two_at_once_through() -> None:
    space = forums.space()
    make.settings(space, slow_mode_seconds=600)
    person, threads = make.member(space), [forums.discussion(space) for _ in range(4)]

    results = at_once(
        *(partial(posts.reply, thread.pk, acting_user=person, body="Quick") for thread in threads)
    )

    assert sum(isinstance(result, Post) for result in results) == 1
    assert sum(isinstance(result, TooMany) for result in results) == 3


@pytest.mark.parametrize(
    "text",
    [
        "Visit the casino",
        "CASINO!",
        "cásíno",
        "ca\u200bsi\u00adno",
        "саsinо",  # with two Cyrillic letters
        "ｃａｓｉｎｏ",
        "c4sin0",
    ],
)
def test_banned_words_are_found_however_they_are_written(space: Space, text: str) -> None:
    make.settings(space, banned_words=["Casino"])
    discussion = forums.discussion(space)

    with pytest.raises(Invalid) as caught:
        forums.reply(discussion, make.member(space), body=text)
    assert [(error.pointer, error.code) for error in caught.value.errors] == [("/body", "banned_word")]


@pytest.mark.parametrize("text", ["An occasion", "casinos", "в казино"])
def test_other_words_are_let_through(space: Space, text: str) -> None:
    make.settings(space, banned_words=["casino"])

    assert forums.reply(forums.discussion(space), make.member(space), body=text).state == "published"


def test_banned_phrases_and_words_of_the_whole_site_count_too(space: Space) -> None:
    make.settings(None, banned_words=["easy money"])
    discussion = forums.discussion(space)
    person = make.member(space)

    with pytest.raises(Invalid):
        forums.reply(discussion, person, body="Easy,\n  money!")
    with pytest.raises(Invalid):
        discussions.start(space.pk, acting_user=person, title="Easy money", body="Read this.")
    post = forums.reply(discussion, person, body="Money is not easy.")
    with pytest.raises(Invalid):
        posts.edit(post.pk, acting_user=person, body="Easy money.")


def test_the_tighter_limit_of_links_counts(space: Space) -> None:
    make.settings(None, max_links=3)
    make.settings(space, max_links=1)
    discussion, person = forums.discussion(space), make.member(space)

    forums.reply(discussion, person, body="[one](https://example.org)")
    with pytest.raises(Invalid) as caught:
        forums.reply(discussion, person, body="https://example.org and [two](//example.net)")
    assert caught.value.errors[0].code == "too_many_links"
