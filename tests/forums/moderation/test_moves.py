"""Moving, splitting, merging: positions, unread marks, figures, likes and old links stay right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import transaction

from config.errors import Conflict, Denied, Invalid, NotFound
from experts import viewers
from experts.models import User
from forums.actions import discussions, moves, posts, reading, undoing
from forums.models import Discussion, Follow, MovedDiscussion, Post, ReadMark, Role, Space, Visibility
from search.models import OutboxRow
from tests.factories import forums
from tests.factories import moderation as make
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def space() -> Space:
    return forums.space()


@pytest.fixture
def moderator(space: Space) -> User:
    return make.moderator(space)


@pytest.fixture
def tree(space: Space) -> Discussion:
    """1 ─┬ 2 ── 4 ── 6
    └ 3 ── 5      by three authors"""
    author, other = make.member(space), make.member(space)
    discussion = forums.discussion(space, author, title="The tree", body="1")
    two = forums.reply(discussion, other, body="2")
    three = forums.reply(discussion, body="3")
    four = forums.reply(two, author, body="4")
    forums.reply(three, other, body="5")
    forums.reply(four, other, body="6")
    discussion.refresh_from_db()
    return discussion


def post_at(discussion: Discussion, position: int) -> Post:
    return Post.objects.get(discussion=discussion, position=position)


def exact(*everything: Discussion) -> None:
    """Every figure of these discussions and of all spaces is what counting gives."""
    for discussion in everything:
        discussion.refresh_from_db()
        published = list(discussion.posts.filter(state="published").order_by("position"))
        replies = [post for post in published if post.position > 1]
        assert discussion.reply_count == len(replies)
        if published:
            assert discussion.last_post_at == published[-1].created_at
            assert discussion.last_post_by_id == published[-1].author_id
        for post in discussion.posts.all():
            below = [p for p in replies if p != post and (post.is_opening or post.position in p.path)]
            assert post.descendant_count == len(below), post
            above = post.parent.path if post.parent else []
            assert post.path == ([] if post.is_opening else [*above, post.position])
    for space in Space.objects.all():
        counted = Discussion.objects.counted().filter(space=space)
        written = Post.objects.filter(discussion__in=counted, state="published")
        assert make.figures(space) == [
            {
                "question_count": counted.filter(kind="question").count(),
                "discussion_count": counted.count(),
                "reply_count": written.filter(position__gt=1).count(),
                "contributor_count": written.values("author").distinct().count(),
            }
        ]


def mark(discussion: Discussion, user: User, position: int) -> None:
    ReadMark.objects.update_or_create(user=user, discussion=discussion, defaults={"position": position})


def marked(discussion: Discussion, user: User) -> int | None:
    marks = ReadMark.objects.filter(user=user, discussion=discussion)
    return marks.values_list("position", flat=True).first()


# Moving


def test_a_moved_discussion_counts_in_its_new_space_only(tree: Discussion, moderator: User) -> None:
    target = forums.space()
    make.member(target, moderator)

    moves.move(tree.pk, target.slug, acting_user=moderator, reason=make.WHY)

    exact(tree)
    assert tree.space == target
    assert make.figures(target)[0]["contributor_count"] == 3


def test_who_cannot_read_the_new_space_loses_it_at_once(tree: Discussion, moderator: User) -> None:
    target = forums.space(Visibility.SECRET)
    make.member(target, moderator)
    OutboxRow.objects.all().delete()

    moves.move(tree.pk, target.slug, acting_user=moderator, reason=make.WHY)

    stranger = viewers.resolve(forums.person())
    assert not Discussion.objects.visible(stranger).filter(pk=tree.pk).exists()
    withdrawn = OutboxRow.objects.filter(key=f"discussion:{tree.pk}", restricting=True)
    assert set(withdrawn.values_list("kind", flat=True)) == {"discussion", "post"}
    assert withdrawn.filter(kind="post").count() == 6


def test_one_moves_only_into_spaces_one_can_write_in(tree: Discussion, moderator: User) -> None:
    readable, unknown = forums.space(), forums.space(Visibility.SECRET)

    with pytest.raises(Denied) as denied:
        moves.move(tree.pk, readable.slug, acting_user=moderator, reason=make.WHY)
    assert denied.value.code == "not_a_participant"
    for slug in (unknown.slug, "no-such-space"):
        with pytest.raises(Invalid) as invalid:
            moves.move(tree.pk, slug, acting_user=moderator, reason=make.WHY)
        assert invalid.value.errors[0].code == "unknown_space"


def test_moving_unpins_and_undoing_pins_again(space: Space, tree: Discussion, moderator: User) -> None:
    target = forums.space()
    make.member(target, moderator)
    discussions.pin(tree.pk, acting_user=moderator, reason=make.WHY)
    moves.move(tree.pk, target.slug, acting_user=moderator, reason=make.WHY)
    tree.refresh_from_db()
    assert not tree.is_pinned

    undoing.undo(make.last_entry("discussion.moved").pk, acting_user=moderator, reason="A mistake.")

    exact(tree)
    assert (tree.space, tree.is_pinned) == (space, True)


def test_a_move_is_not_undone_once_the_new_space_wrote_there(tree: Discussion, moderator: User) -> None:
    target = forums.space(Visibility.SECRET)
    make.member(target, moderator)
    moves.move(tree.pk, target.slug, acting_user=moderator, reason=make.WHY)
    tree.refresh_from_db()
    forums.reply(tree, body="For the members of the secret space.")

    with pytest.raises(Conflict) as caught:
        undoing.undo(make.last_entry("discussion.moved").pk, acting_user=moderator, reason="A mistake.")
    assert caught.value.code == "state_moved_on"


# Splitting


def test_splitting_takes_whole_threads_and_numbers_them_anew(tree: Discussion, moderator: User) -> None:
    new = moves.split(
        tree.pk, [post_at(tree, 2).pk], acting_user=moderator, reason=make.WHY, title="Another matter"
    )

    assert make.thread(new) == [(1, [], "2"), (2, [2], "4"), (3, [2, 3], "6")]
    assert make.thread(tree) == [(1, [], "1"), (3, [3], "3"), (5, [3, 5], "5")]
    assert (new.title, new.author, new.last_position) == ("Another matter", post_at(new, 1).author, 3)
    exact(tree, new)


def test_several_threads_stand_side_by_side_below_the_first(tree: Discussion, moderator: User) -> None:
    chosen = [post_at(tree, 4).pk, post_at(tree, 5).pk]

    new = moves.split(tree.pk, chosen, acting_user=moderator, reason=make.WHY, title="Another matter")

    assert make.thread(new) == [(1, [], "4"), (2, [2], "5"), (3, [3], "6")]
    exact(tree, new)


def test_the_next_reply_after_a_split_takes_a_new_position(tree: Discussion, moderator: User) -> None:
    new = moves.split(tree.pk, [post_at(tree, 2).pk], acting_user=moderator, reason=make.WHY, title="New")

    assert forums.reply(tree).position == 7
    assert forums.reply(new).position == 4
    exact(tree, new)


def test_what_was_read_stays_read_after_a_split(tree: Discussion, moderator: User) -> None:
    half, all_of_it, nothing = forums.person(), forums.person(), forums.person()
    mark(tree, half, 4)
    mark(tree, all_of_it, 6)
    mark(tree, nothing, 1)

    new = moves.split(tree.pk, [post_at(tree, 2).pk], acting_user=moderator, reason=make.WHY, title="New")

    assert [marked(new, user) for user in (half, all_of_it, nothing)] == [2, 3, None]
    assert [marked(tree, user) for user in (half, all_of_it, nothing)] == [4, 6, 1]


def test_likes_go_with_their_posts(tree: Discussion, moderator: User) -> None:
    posts.like(post_at(tree, 2).pk, acting_user=make.member(tree.space))

    new = moves.split(tree.pk, [post_at(tree, 2).pk], acting_user=moderator, reason=make.WHY, title="New")

    new.refresh_from_db()
    assert (new.like_count, post_at(new, 1).like_count) == (1, 1)


def test_the_accepted_answer_goes_with_its_post_and_comes_back(space: Space, moderator: User) -> None:
    question = forums.question(space)
    answer = forums.reply(question, make.member(space))
    discussions.accept_answer(question.pk, answer.pk, acting_user=question.author)

    moves.split(question.pk, [answer.pk], acting_user=moderator, reason=make.WHY, title="New")
    question.refresh_from_db()
    assert (question.accepted_post, question.status) == (None, "open")

    undoing.undo(make.last_entry("discussion.split").pk, acting_user=moderator, reason="A mistake.")
    question.refresh_from_db()
    assert (question.accepted_post, question.status) == (answer, "answered")


def test_undoing_a_split_puts_every_post_back(tree: Discussion, moderator: User) -> None:
    before = make.thread(tree)
    new = moves.split(tree.pk, [post_at(tree, 2).pk], acting_user=moderator, reason=make.WHY, title="New")

    undoing.undo(make.last_entry("discussion.split").pk, acting_user=moderator, reason="A mistake.")

    assert make.thread(tree) == before
    exact(tree, new)
    reader = viewers.resolve(forums.person())
    assert not Discussion.objects.visible(reader).filter(pk=new.pk).exists()
    assert moves.target_of(reader, new.pk) == tree.pk


def test_a_split_is_not_undone_once_somebody_replied_there(tree: Discussion, moderator: User) -> None:
    new = moves.split(tree.pk, [post_at(tree, 2).pk], acting_user=moderator, reason=make.WHY, title="New")
    forums.reply(new)

    with pytest.raises(Conflict) as caught:
        undoing.undo(make.last_entry("discussion.split").pk, acting_user=moderator, reason="A mistake.")
    assert caught.value.code == "state_moved_on"


def test_bad_choices_of_posts_are_named(space: Space, tree: Discussion, moderator: User) -> None:
    foreign = forums.reply(forums.discussion(space))
    opening = post_at(tree, 1)

    with pytest.raises(Invalid) as caught:
        moves.split(
            tree.pk,
            [post_at(tree, 2).pk, foreign.pk, opening.pk],
            acting_user=moderator,
            reason=make.WHY,
            title="New",
        )
    named = [(error.pointer, error.code) for error in caught.value.errors]
    assert named == [("/posts/1", "unknown_post"), ("/posts/2", "opening_post")]


# Merging


def test_merged_posts_follow_below_what_was_their_opening_post(
    space: Space, tree: Discussion, moderator: User
) -> None:
    target = forums.discussion(space, body="a")
    forums.reply(target, body="b")

    moves.merge(tree.pk, target.pk, acting_user=moderator, reason=make.WHY)

    assert make.thread(target) == [
        (1, [], "a"),
        (2, [2], "b"),
        (3, [3], "1"),
        (4, [3, 4], "2"),
        (5, [3, 5], "3"),
        (6, [3, 4, 6], "4"),
        (7, [3, 5, 7], "5"),
        (8, [3, 4, 6, 8], "6"),
    ]
    exact(tree, target)
    assert forums.reply(target).position == 9


def test_who_had_read_all_has_read_as_much_of_what_was_merged(
    space: Space, tree: Discussion, moderator: User
) -> None:
    target = forums.discussion(space)
    forums.reply(target)
    everything, behind, new_here = forums.person(), forums.person(), forums.person()
    mark(target, everything, 2)
    mark(tree, everything, 4)
    mark(target, behind, 1)
    mark(tree, behind, 6)
    mark(tree, new_here, 6)

    moves.merge(tree.pk, target.pk, acting_user=moderator, reason=make.WHY)

    # Nobody misses a post: what one position cannot tell as read is unread.
    assert [marked(target, user) for user in (everything, behind, new_here)] == [6, 1, None]


def test_the_old_address_leads_to_the_target_for_who_may_read_that(
    space: Space, tree: Discussion, moderator: User
) -> None:
    closed = forums.space(Visibility.PRIVATE)
    make.moderator(closed, moderator)
    target = forums.discussion(closed)

    moves.merge(tree.pk, target.pk, acting_user=moderator, reason=make.WHY)

    member, stranger = viewers.resolve(make.member(closed)), viewers.resolve(forums.person())
    assert moves.target_of(member, tree.pk) == target.pk
    assert moves.target_of(stranger, tree.pk) is None
    moved = moves.moved_post(member, tree.pk, 4)
    assert moved is not None
    assert (moved.body, moved.discussion_id) == ("4", target.pk)
    assert moves.moved_post(stranger, tree.pk, 4) is None
    exact(tree, target)


def test_addresses_lead_on_through_several_merges(space: Space, tree: Discussion, moderator: User) -> None:
    second, third = forums.discussion(space), forums.discussion(space)
    moves.merge(tree.pk, second.pk, acting_user=moderator, reason=make.WHY)
    moves.merge(second.pk, third.pk, acting_user=moderator, reason=make.WHY)

    assert moves.target_of(viewers.resolve(moderator), tree.pk) == third.pk
    exact(tree, second, third)


def test_a_merged_discussion_is_there_for_nobody(space: Space, tree: Discussion, moderator: User) -> None:
    moves.merge(tree.pk, forums.discussion(space).pk, acting_user=moderator, reason=make.WHY)

    for user in (moderator, tree.author, forums.owner_of(space)):
        assert not Discussion.objects.visible(viewers.resolve(user)).filter(pk=tree.pk).exists()


def test_undoing_a_merge_takes_the_posts_out_again(space: Space, tree: Discussion, moderator: User) -> None:
    target = forums.discussion(space)
    forums.reply(target, body="b")
    before = make.thread(tree), make.thread(target)
    moves.merge(tree.pk, target.pk, acting_user=moderator, reason=make.WHY)
    target.refresh_from_db()
    later = forums.reply(target, body="To the target.")

    undoing.undo(make.last_entry("discussion.merged").pk, acting_user=moderator, reason="A mistake.")

    assert make.thread(tree) == before[0]
    assert make.thread(target) == [*before[1], (later.position, later.path, later.body)]
    assert not MovedDiscussion.objects.exists()
    exact(tree, target)


def test_a_merge_is_not_undone_once_somebody_replied_to_a_merged_post(
    space: Space, tree: Discussion, moderator: User
) -> None:
    target = forums.discussion(space)
    moves.merge(tree.pk, target.pk, acting_user=moderator, reason=make.WHY)
    target.refresh_from_db()
    forums.reply(post_at(target, 4))

    with pytest.raises(Conflict) as caught:
        undoing.undo(make.last_entry("discussion.merged").pk, acting_user=moderator, reason="A mistake.")
    assert caught.value.code == "state_moved_on"


def test_merging_needs_the_moderation_of_both_spaces(tree: Discussion, moderator: User) -> None:
    elsewhere = forums.space()
    make.member(elsewhere, moderator)

    with pytest.raises(Denied):
        moves.merge(tree.pk, forums.discussion(elsewhere).pk, acting_user=moderator, reason=make.WHY)


def test_merging_with_what_is_not_there_is_named(tree: Discussion, moderator: User) -> None:
    secret = forums.discussion(forums.space(Visibility.SECRET))

    for target, code in ((secret.pk, "unknown_discussion"), (tree.pk, "same_discussion")):
        with pytest.raises(Invalid) as caught:
            moves.merge(tree.pk, target, acting_user=moderator, reason=make.WHY)
        assert caught.value.errors[0].code == code
    with pytest.raises(NotFound):
        moves.merge(secret.pk, tree.pk, acting_user=moderator, reason=make.WHY)


def test_a_hidden_discussion_is_not_merged_into_view(space: Space, tree: Discussion, moderator: User) -> None:
    discussions.hide(tree.pk, acting_user=moderator, reason=make.WHY)

    with pytest.raises(Conflict) as caught:
        moves.merge(tree.pk, forums.discussion(space).pk, acting_user=moderator, reason=make.WHY)
    assert caught.value.code == "discussion_hidden"


def test_who_watches_the_one_watches_the_other_and_mutes_stay_behind(
    space: Space, tree: Discussion, moderator: User
) -> None:
    target = forums.discussion(space)
    watching, muted = forums.person(), forums.person()
    Follow.objects.create(user=watching, discussion=tree, level="watching")
    Follow.objects.create(user=muted, discussion=tree, level="muted")

    moves.merge(tree.pk, target.pk, acting_user=moderator, reason=make.WHY)

    follows = Follow.objects.filter(discussion=target).values_list("user", "level")
    assert list(follows) == [(watching.pk, "watching")]


# At the same time


@pytest.mark.django_db(transaction=True)
def test_a_move_racing_replies_loses_neither() -> None:
    space, target = forums.space(), forums.space()
    moderator = make.moderator(space)
    make.member(target, moderator)
    discussion = forums.discussion(space)
    people = [make.member(space) for _ in range(6)]
    for person in people:
        make.member(target, person)

    calls: list[Callable[[], object]] = [
        partial(posts.reply, discussion.pk, acting_user=person, body="Reply") for person in people
    ]
    calls.insert(3, lambda: moves.move(discussion.pk, target.slug, acting_user=moderator, reason=make.WHY))
    results = at_once(*calls)

    assert [result for result in results if isinstance(result, Exception)] == []
    assert sorted(discussion.posts.values_list("position", flat=True)) == list(range(1, 8))
    exact(Discussion.objects.get())


@pytest.mark.django_db(transaction=True)
def test_a_split_racing_replies_to_its_posts_loses_none() -> None:
    space = forums.space()
    moderator = make.moderator(space)
    discussion = forums.discussion(space)
    parent = forums.reply(discussion)
    people = [make.member(space) for _ in range(5)]

    def reply(person: User) -> Post:
        return posts.reply(discussion.pk, acting_user=person, body="Reply", parent_id=parent.pk)

    def split() -> Discussion:
        chosen = [parent.pk]
        return moves.split(discussion.pk, chosen, acting_user=moderator, reason=make.WHY, title="New")

    calls: list[Callable[[], object]] = [partial(reply, person) for person in people]
    calls.insert(2, split)
    results = at_once(*calls)

    written = [result for result in results if isinstance(result, Post)]
    refused = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(error, Invalid) and error.errors[0].code == "unknown_parent" for error in refused)
    assert len(written) + len(refused) == len(people)
    assert Post.objects.count() == 2 + len(written)
    exact(*Discussion.objects.all())


@pytest.mark.django_db(transaction=True)
def test_opposite_moves_and_merges_do_not_lock_each_other_out() -> None:
    here, there = forums.space(), forums.space()
    moderator = make.moderator(there, make.moderator(here))
    authors = [make.member(there, make.member(here)) for _ in range(3)]
    ours = [forums.discussion(here, author) for author in authors]
    theirs = [forums.discussion(there, author) for author in reversed(authors)]

    results = at_once(
        lambda: moves.move(ours[0].pk, there.slug, acting_user=moderator, reason=make.WHY),
        lambda: moves.move(theirs[0].pk, here.slug, acting_user=moderator, reason=make.WHY),
        lambda: moves.merge(ours[1].pk, theirs[1].pk, acting_user=moderator, reason=make.WHY),
        lambda: moves.merge(theirs[2].pk, ours[2].pk, acting_user=moderator, reason=make.WHY),
        lambda: posts.reply(ours[2].pk, acting_user=authors[0], body="Reply"),
        lambda: posts.reply(theirs[1].pk, acting_user=authors[1], body="Reply"),
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    exact(*Discussion.objects.all())


def test_reading_goes_on_after_a_move(tree: Discussion, moderator: User) -> None:
    target = forums.space()
    make.member(target, moderator)
    reader = forums.person()
    reading.mark_read(tree.pk, acting_user=reader, position=4)

    moves.move(tree.pk, target.slug, acting_user=moderator, reason=make.WHY)

    assert marked(tree, reader) == 4
    forums.join(target, Role.OBSERVER, reader)
    with transaction.atomic():
        assert reading.mark_read(tree.pk, acting_user=reader, position=5).position == 5
