"""The figures are right after anything, also when fifty people do it at once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from config.errors import DomainError
from experts.models import User
from forums import proof
from forums.actions import discussions, memberships, posts, reading
from forums.models import Discussion, DiscussionView, Post, Role, Space
from tests.factories import forums as make
from tests.factories.threads import at_once

WHY = "For the test."


@pytest.mark.django_db(transaction=True)
def test_fifty_people_replying_at_once_leave_no_gap_and_no_wrong_figure() -> None:
    space = make.space()
    discussion = make.discussion(space)
    root = make.reply(discussion)
    people = [make.join(space) for _ in range(50)]
    answers = at_once(
        *(
            partial(
                posts.reply,
                discussion.pk,
                acting_user=person,
                body=f"Me, number {number}",
                parent_id=root.pk if number % 2 else None,
            )
            for number, person in enumerate(people)
        )
    )
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert list(discussion.posts.order_by("position").values_list("position", flat=True)) == list(
        range(1, 53)
    )
    space.refresh_from_db()
    assert (space.reply_count, space.contributor_count) == (51, 51)
    assert proof.differences() == []


@pytest.mark.django_db(transaction=True)
def test_replies_likes_deletions_and_hiding_at_once_keep_figures_right() -> None:
    space = make.space()
    owner = make.owner_of(space)
    discussion, other = make.discussion(space), make.discussion(space)
    replies = [make.reply(discussion) for _ in range(4)]
    opening = discussion.posts.get(position=1)
    people = [make.join(space) for _ in range(6)]
    answers = at_once(
        *(partial(posts.reply, discussion.pk, acting_user=person, body="Me") for person in people),
        *(partial(posts.like, opening.pk, acting_user=person) for person in people),
        *(partial(posts.reply, other.pk, acting_user=person, body="Here too") for person in people),
        *(partial(posts.delete, reply.pk, acting_user=owner) for reply in replies),
        partial(discussions.hide, other.pk, acting_user=owner, reason=WHY),
        partial(reading.fold_views),
    )
    assert [a for a in answers if isinstance(a, Exception) and not isinstance(a, DomainError)] == []
    assert proof.differences() == []


def test_views_count_a_person_once_an_hour_and_are_proven_by_their_tally(db: None) -> None:
    discussion = make.discussion(make.space())
    for who in ("ann", "ann", "bob"):
        reading.view(discussion.pk, viewer_key=who)
    assert reading.fold_views() == 2
    assert reading.fold_views() == 0
    discussion.refresh_from_db()
    assert discussion.view_count == 2
    assert proof.differences() == []
    DiscussionView.objects.update(hour="2026-01-01T10:00:00Z")
    reading.tally_views()
    assert not DiscussionView.objects.exists()
    assert proof.differences() == []


def test_verify_counters_finds_and_mends_what_is_wrong(db: None) -> None:
    discussion = make.discussion(make.space())
    make.reply(discussion)
    call_command("verify_counters", stdout=StringIO())
    Discussion.objects.update(reply_count=7)
    Space.objects.update(contributor_count=9)
    discussion.space.contributors.all().delete()
    told = StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("verify_counters", stdout=told)
    assert failed.value.returncode == 1
    assert "reply_count is 7, not 1" in told.getvalue()
    call_command("verify_counters", "--fix", stdout=StringIO())
    assert proof.differences() == []


class Community(RuleBasedStateMachine):
    """People who do anything in two spaces; after every step every figure must be what a recount gives."""

    @initialize()
    def settle(self) -> None:
        self.world = transaction.atomic()
        self.world.__enter__()
        self.spaces = [make.space(), make.space("members_only")]
        self.people: list[User] = [make.join(self.spaces[0]) for _ in range(3)]
        for person in self.people[:2]:
            make.join(self.spaces[1], user=person)
        self.moderator = make.join(self.spaces[0], Role.MODERATOR)
        make.join(self.spaces[1], Role.MODERATOR, self.moderator)

    @rule(who=st.integers(0, 2), where=st.integers(0, 1), kind=st.sampled_from(["discussion", "question"]))
    def start(self, who: int, where: int, kind: str) -> None:
        with contextlib.suppress(DomainError):
            make.discussion(self.spaces[where], self.people[who], kind=kind)

    @rule(who=st.integers(0, 2), which=st.integers(0, 50))
    def reply(self, who: int, which: int) -> None:
        if post := self._one(Post, which):
            with contextlib.suppress(DomainError):
                make.reply(post, self.people[who])

    @rule(who=st.integers(0, 2), which=st.integers(0, 50), back=st.booleans())
    def like(self, who: int, which: int, back: bool) -> None:
        if post := self._one(Post, which):
            with contextlib.suppress(DomainError):
                (posts.unlike if back else posts.like)(post.pk, acting_user=self.people[who])

    @rule(which=st.integers(0, 50))
    def delete_post(self, which: int) -> None:
        if post := self._one(Post, which):
            with contextlib.suppress(DomainError):
                posts.delete(post.pk, acting_user=self.moderator, reason=WHY)

    @rule(
        which=st.integers(0, 10),
        act=st.sampled_from(
            [discussions.hide, discussions.unhide, discussions.close, discussions.reopen, discussions.delete]
        ),
    )
    def moderate(self, which: int, act: Callable[..., object]) -> None:
        if discussion := self._one(Discussion, which):
            with contextlib.suppress(DomainError):
                act(discussion.pk, acting_user=self.moderator, reason=WHY)

    @rule(which=st.integers(0, 10), kind=st.sampled_from(["discussion", "question"]))
    def change_kind(self, which: int, kind: str) -> None:
        if discussion := self._one(Discussion, which):
            with contextlib.suppress(DomainError):
                discussions.change_kind(discussion.pk, kind, acting_user=self.moderator, reason=WHY)

    @rule(which=st.integers(0, 50))
    def accept(self, which: int) -> None:
        if post := self._one(Post, which):
            with contextlib.suppress(DomainError):
                discussions.accept_answer(post.discussion_id, post.pk, acting_user=self.moderator)

    @rule(who=st.integers(0, 2), where=st.integers(0, 1), leave=st.booleans())
    def come_and_go(self, who: int, where: int, leave: bool) -> None:
        act = memberships.leave if leave else memberships.join
        with contextlib.suppress(DomainError):
            act(self.spaces[where].pk, acting_user=self.people[who])

    @rule(who=st.text("ab", min_size=1, max_size=2), which=st.integers(0, 10))
    def look(self, who: str, which: int) -> None:
        if discussion := self._one(Discussion, which):
            reading.view(discussion.pk, viewer_key=who)
            reading.fold_views()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @invariant()
    def every_figure_is_right(self) -> None:
        assert proof.differences() == []

    def _one[M: (Post, Discussion)](self, model: type[M], number: int) -> M | None:
        rows = list(model.objects.order_by("created_at", "pk"))
        return rows[number % len(rows)] if rows else None


@pytest.mark.timeout(600)  # when it fails, finding the shortest story takes a while
def test_figures_are_right_after_anything(db: None) -> None:
    run_state_machine_as_test(
        Community, settings=settings(max_examples=15, stateful_step_count=30, deadline=None)
    )
