"""Starting, editing, answering and closing discussions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from config.errors import Conflict, Denied, Invalid, NotFound, Stale
from experts.models import User
from forums import proof
from forums.actions import discussions, posts
from forums.models import Discussion, Post, Role
from search.documents import key
from search.models import OutboxRow
from search.viewer import Viewer
from tests.factories import experts
from tests.factories import forums as make

type ViewerOf = Callable[..., Viewer]

WHY = "For the test."
Status = Discussion.Status


def test_starting_opens_with_a_post_and_counts(db: None) -> None:
    space, topic = make.space(), experts.topic("risk-analysis")
    author = make.join(space)
    started = discussions.start(
        space.pk,
        acting_user=author,
        title="Which  indicators?",
        body="For **lorries**.",
        kind="question",
        topics=[topic.slug],
        language="en",
    )
    opening = started.posts.get()
    assert (started.title, opening.position, opening.path) == ("Which indicators?", 1, [])
    assert opening.html == "<p>For <strong>lorries</strong>.</p>"
    space.refresh_from_db()
    assert (space.question_count, space.discussion_count, space.contributor_count) == (1, 1, 1)
    assert proof.differences() == []
    assert set(OutboxRow.objects.filter(kind__in=["discussion", "post"]).values_list("kind", flat=True)) == {
        "discussion",
        "post",
    }


@pytest.mark.parametrize("role", [None, Role.OBSERVER])
def test_only_participants_start(db: None, role: str | None) -> None:
    space = make.space()
    person = make.join(space, role) if role else make.person()
    with pytest.raises(Denied) as refused:
        make.discussion(space, person)
    assert refused.value.code == "not_a_participant"


def test_announcements_are_made_by_moderators(db: None) -> None:
    space = make.space()
    with pytest.raises(Denied):
        make.discussion(space, make.join(space), kind="announcement")
    assert (
        make.discussion(space, make.join(space, Role.MODERATOR), kind="announcement").kind == "announcement"
    )


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"title": " "}, "/topic", "blank"),
        ({"title": "a" * 201}, "/topic", "max_length"),
        ({"body": "\u200b"}, "/body", "blank"),
        ({"body": "a" * 50_001}, "/body", "max_length"),
        ({"body": "a\x00b"}, "/body", "null_characters_not_allowed"),
        ({"topics": ["no-such-topic"]}, "/topics/0", "unknown_topic"),
        ({"language": "xx"}, "/language", "unknown_language"),
        ({"kind": "rant"}, "/kind", "unknown_choice"),
    ],
)
def test_impossible_discussions_name_the_field(
    db: None, fields: dict[str, Any], pointer: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make.discussion(make.space(), **fields)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [(pointer, code)]


def test_silenced_person_reads_but_does_not_write(viewer: ViewerOf) -> None:
    space = make.space("members_only")
    person = make.join(space)
    discussion = make.discussion(space)
    make.ban(space, person, kind="silence")
    assert Discussion.objects.visible(viewer(person)).count() == 1
    for act in (lambda: make.discussion(space, person), lambda: make.reply(discussion, person)):
        with pytest.raises(Denied) as refused:
            act()
        assert refused.value.code == "silenced"


def test_title_is_edited_by_author_and_moderators_with_the_version_they_saw(db: None) -> None:
    space = make.space()
    author, moderator = make.join(space), make.join(space, Role.MODERATOR)
    discussion = make.discussion(space, author)
    edited = discussions.edit(discussion.pk, {"title": "Better"}, acting_user=author, expected_version=1)
    assert (edited.title, edited.version) == ("Better", 2)
    with pytest.raises(Stale):
        discussions.edit(discussion.pk, {"title": "Late"}, acting_user=author, expected_version=1)
    discussions.edit(discussion.pk, {"title": "Best"}, acting_user=moderator, reason=WHY)
    with pytest.raises(Denied):
        discussions.edit(discussion.pk, {"title": "Mine"}, acting_user=make.join(space))


def test_old_title_is_not_found_from_the_commit_on(db: None) -> None:
    discussion = make.discussion(make.space())
    OutboxRow.objects.all().delete()
    discussions.edit(discussion.pk, {"title": "Better"}, acting_user=discussion.author)
    keys = set(OutboxRow.objects.filter(restricting=True).values_list("key", flat=True))
    assert key("discussion", discussion.pk) in keys


def test_accepted_answer_makes_a_question_answered_and_back(db: None) -> None:
    space = make.space()
    asker = make.join(space)
    question = make.question(space, asker)
    first, second = make.reply(question), make.reply(question)
    assert discussions.accept_answer(question.pk, first.pk, acting_user=asker).status == Status.ANSWERED
    replaced = discussions.accept_answer(question.pk, second.pk, acting_user=asker)
    assert replaced.accepted_post_id == second.pk
    undone = discussions.unaccept_answer(question.pk, acting_user=asker)
    assert (undone.status, undone.accepted_post_id) == (Status.OPEN, None)


def test_answers_are_accepted_by_who_asked_and_moderators(db: None) -> None:
    space = make.space()
    question = make.question(space, make.join(space))
    answer = make.reply(question)
    with pytest.raises(Denied):
        discussions.accept_answer(question.pk, answer.pk, acting_user=make.join(space))
    accepted = discussions.accept_answer(question.pk, answer.pk, acting_user=make.join(space, Role.MODERATOR))
    assert accepted.status == Status.ANSWERED


def test_only_published_replies_of_the_question_are_accepted(db: None) -> None:
    space = make.space()
    owner = make.owner_of(space)
    question, other = make.question(space), make.discussion(space)
    deleted = make.reply(question)
    posts.delete(deleted.pk, acting_user=owner)
    with pytest.raises(Invalid):
        discussions.accept_answer(question.pk, make.reply(other).pk, acting_user=owner)
    for post in (deleted, question.posts.get(position=1)):
        with pytest.raises(Denied) as refused:
            discussions.accept_answer(question.pk, post.pk, acting_user=owner)
        assert refused.value.code == "not_an_answer"
    with pytest.raises(Denied):
        discussions.accept_answer(other.pk, make.reply(other).pk, acting_user=owner)


def test_deleting_the_accepted_answer_reopens_the_question(db: None) -> None:
    question = make.question(make.space())
    answer = make.reply(question)
    discussions.accept_answer(question.pk, answer.pk, acting_user=question.author)
    posts.delete(answer.pk, acting_user=question.author)
    question.refresh_from_db()
    assert (question.status, question.accepted_post_id) == (Status.OPEN, None)


def test_closed_discussion_takes_replies_from_moderators_alone(db: None) -> None:
    space = make.space()
    member, moderator = make.join(space), make.join(space, Role.MODERATOR)
    discussion = make.discussion(space, member)
    discussions.close(discussion.pk, acting_user=moderator, reason=WHY)
    for act in (
        lambda: make.reply(discussion, member),
        lambda: discussions.edit(discussion.pk, {"title": "Mine"}, acting_user=member),
        lambda: posts.edit(discussion.posts.get().pk, acting_user=member, body="Changed"),
    ):
        with pytest.raises(Denied) as refused:
            act()
        assert refused.value.code == "discussion_closed"
    assert make.reply(discussion, moderator).position == 2


def test_closing_twice_is_closing_once_and_reopening_undoes_it(db: None) -> None:
    space = make.space()
    moderator = make.join(space, Role.MODERATOR)
    question = make.question(space)
    answer = make.reply(question)
    discussions.accept_answer(question.pk, answer.pk, acting_user=moderator)
    closed = discussions.close(question.pk, acting_user=moderator, reason=WHY)
    assert discussions.close(question.pk, acting_user=moderator, reason=WHY).version == closed.version
    assert discussions.reopen(question.pk, acting_user=moderator, reason=WHY).status == Status.ANSWERED


def test_archived_discussion_stays_as_it_is(db: None) -> None:
    space = make.space()
    owner, member = make.owner_of(space), make.join(space)
    discussion = make.discussion(space)
    discussions.archive(discussion.pk, acting_user=owner, reason=WHY)
    opening = discussion.posts.get()
    for act in (
        lambda: make.reply(discussion, owner),
        lambda: posts.like(opening.pk, acting_user=member),
        lambda: discussions.close(discussion.pk, acting_user=owner, reason=WHY),
    ):
        with pytest.raises(Denied) as refused:
            act()
        assert refused.value.code == "discussion_archived"
    assert discussions.reopen(discussion.pk, acting_user=owner, reason=WHY).status == Status.OPEN


@pytest.mark.parametrize("act", [discussions.close, discussions.archive, discussions.pin, discussions.hide])
def test_members_and_moderators_elsewhere_do_not_moderate(db: None, act: Callable[..., Discussion]) -> None:
    space = make.space()
    discussion = make.discussion(space, make.join(space))
    elsewhere = make.join(space)
    make.join(make.space(), Role.MODERATOR, elsewhere)
    for person in (discussion.author, elsewhere):
        with pytest.raises(Denied) as refused:
            act(discussion.pk, acting_user=person, reason=WHY)
        assert refused.value.code == "not_a_moderator"


def test_hiding_takes_a_discussion_out_of_figures_and_search_at_once(viewer: ViewerOf) -> None:
    space = make.space()
    moderator, reader = make.join(space, Role.MODERATOR), make.join(space)
    discussion = make.question(space)
    make.reply(discussion, reader)
    OutboxRow.objects.all().delete()
    discussions.hide(discussion.pk, acting_user=moderator, reason=WHY)
    space.refresh_from_db()
    assert (space.question_count, space.reply_count, space.contributor_count) == (0, 0, 0)
    assert proof.differences() == []
    assert not Discussion.objects.visible(viewer(reader)).exists()
    rows = OutboxRow.objects.filter(engine="postgres")
    assert {(row.kind, row.key, row.restricting) for row in rows} == {
        ("discussion", key("discussion", discussion.pk), True),
        ("post", key("discussion", discussion.pk), True),
    }
    discussions.unhide(discussion.pk, acting_user=moderator, reason=WHY)
    space.refresh_from_db()
    assert (space.question_count, space.reply_count, space.contributor_count) == (1, 1, 2)
    assert proof.differences() == []


def test_ten_discussions_are_pinned_at_most(db: None) -> None:
    space = make.space()
    owner = make.owner_of(space)
    for _ in range(discussions.MAX_PINNED):
        discussions.pin(make.discussion(space).pk, acting_user=owner, reason=WHY)
    with pytest.raises(Conflict) as refused:
        discussions.pin(make.discussion(space).pk, acting_user=owner, reason=WHY)
    assert refused.value.code == "too_many_pinned"


def test_pin_ends_at_its_time(db: None) -> None:
    space = make.space()
    owner = make.owner_of(space)
    discussion = make.discussion(space)
    soon = timezone.now() + dt.timedelta(hours=1)
    discussions.pin(discussion.pk, acting_user=owner, until=soon, reason=WHY)
    assert discussions.unpin_expired() == 0
    Discussion.objects.filter(pk=discussion.pk).update(pinned_until=timezone.now())
    assert discussions.unpin_expired() == 1
    discussion.refresh_from_db()
    assert not discussion.is_pinned
    with pytest.raises(Invalid):
        discussions.pin(discussion.pk, acting_user=owner, until=timezone.now(), reason=WHY)


def test_author_deletes_as_long_as_nobody_replied(viewer: ViewerOf) -> None:
    space = make.space()
    author = make.join(space)
    lonely, answered = make.discussion(space, author), make.discussion(space, author)
    make.reply(answered)
    discussions.delete(lonely.pk, acting_user=author)
    with pytest.raises(Denied) as refused:
        discussions.delete(answered.pk, acting_user=author)
    assert refused.value.code == "has_replies"
    discussions.delete(answered.pk, acting_user=make.owner_of(space), reason=WHY)
    assert not Discussion.objects.visible(viewer(author)).exists()
    assert proof.differences() == []


def test_change_of_kind_keeps_the_figures_right(db: None) -> None:
    space = make.space()
    owner = make.owner_of(space)
    discussion = make.discussion(space)
    discussions.change_kind(discussion.pk, "question", acting_user=owner, reason=WHY)
    answer = make.reply(discussion)
    discussions.accept_answer(discussion.pk, answer.pk, acting_user=owner)
    changed = discussions.change_kind(discussion.pk, "discussion", acting_user=owner, reason=WHY)
    assert (changed.status, changed.accepted_post_id) == (Status.OPEN, None)
    space.refresh_from_db()
    assert space.question_count == 0
    assert proof.differences() == []


def test_nothing_is_done_to_what_one_does_not_see(db: None) -> None:
    space = make.space("secret")
    discussion = make.discussion(space)
    stranger: User = make.person()
    for act in (
        lambda: make.reply(discussion, stranger),
        lambda: discussions.close(discussion.pk, acting_user=stranger, reason=WHY),
        lambda: posts.like(Post.objects.get(discussion=discussion).pk, acting_user=stranger),
        lambda: make.discussion(space, stranger),
    ):
        with pytest.raises(NotFound):
            act()
