"""Replies, threads, edits, tombstones, likes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from config.errors import Denied, Invalid, NotFound, Stale
from forums import proof
from forums.actions import discussions, posts
from forums.models import Discussion, Post, PostRevision, Role
from search.viewer import Viewer
from tests.factories import forums as make

type ViewerOf = Callable[..., Viewer]

WHY = "For the test."


def positions(viewer: Viewer, discussion: Discussion) -> list[int]:
    """What a reader of the thread meets, tombstones included."""
    rows = Post.objects.in_thread(viewer).filter(discussion=discussion).order_by("position")
    return list(rows.values_list("position", flat=True))


def test_replies_have_positions_in_order_and_paths_of_the_tree(db: None) -> None:
    discussion = make.discussion(make.space())
    first = make.reply(discussion)
    below = make.reply(first)
    second = make.reply(discussion)
    deeper = make.reply(below)
    opening = discussion.posts.get(position=1)
    to_opening = make.reply(opening)
    paths = {post.position: post.path for post in (first, below, second, deeper, to_opening)}
    assert paths == {2: [2], 3: [2, 3], 4: [4], 5: [2, 3, 5], 6: [6]}
    assert to_opening.parent_id is None
    tree = discussion.posts.order_by("path").values_list("position", "descendant_count")
    assert list(tree) == [(1, 5), (2, 2), (3, 1), (5, 0), (4, 0), (6, 0)]
    assert [post.position for post in Post.objects.all().below(first).order_by("path")] == [3, 5]
    assert Post.objects.all().below(opening).count() == 5
    assert proof.differences() == []


def test_threads_are_a_hundred_deep_at_most(db: None) -> None:
    discussion = make.discussion(make.space())
    owner = make.owner_of(discussion.space)
    post = make.reply(discussion, owner)
    for _ in range(Post.MAX_DEPTH - 1):
        post = make.reply(post, owner)
    with pytest.raises(Invalid) as refused:
        make.reply(post, owner)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/parent", "too_deep")]
    assert proof.differences() == []


def test_parent_must_be_a_published_post_of_the_same_discussion(db: None) -> None:
    space = make.space()
    owner = make.owner_of(space)
    discussion = make.discussion(space)
    foreign = make.reply(make.discussion(space))
    deleted = make.reply(discussion)
    make.reply(deleted)
    posts.delete(deleted.pk, acting_user=owner)
    for parent, code in ((foreign, "unknown_parent"), (deleted, "parent_not_published")):
        with pytest.raises(Invalid) as refused:
            posts.reply(discussion.pk, acting_user=owner, body="Hm", parent_id=parent.pk)
        assert [(error.pointer, error.code) for error in refused.value.errors] == [("/parent", code)]


def test_deleted_post_leaves_a_tombstone_only_where_there_are_replies(viewer: ViewerOf) -> None:
    space = make.space()
    author, reader = make.join(space), make.person()
    discussion = make.discussion(space)
    answered, leaf = make.reply(discussion, author), make.reply(discussion, author)
    below = make.reply(answered)
    posts.delete(answered.pk, acting_user=author)
    posts.delete(leaf.pk, acting_user=author)
    assert positions(viewer(reader), discussion) == [1, 2, 4]
    assert not Post.objects.visible(viewer(reader)).filter(pk=answered.pk).exists()
    assert positions(viewer(make.owner_of(space)), discussion) == [1, 2, 3, 4]
    posts.delete(below.pk, acting_user=make.owner_of(space))
    assert positions(viewer(reader), discussion) == [1]
    assert make.reply(discussion).position == 5
    discussion.refresh_from_db()
    assert discussion.reply_count == 1
    assert proof.differences() == []


def test_opening_post_goes_with_its_discussion(db: None) -> None:
    discussion = make.discussion(make.space())
    with pytest.raises(Denied) as refused:
        posts.delete(discussion.posts.get().pk, acting_user=discussion.author)
    assert refused.value.code == "opening_post"


def test_deleting_the_last_reply_makes_the_one_before_the_last(db: None) -> None:
    space = make.space()
    discussion = make.discussion(space)
    first, second = make.reply(discussion, make.join(space)), make.reply(discussion)
    posts.delete(second.pk, acting_user=second.author)
    discussion.refresh_from_db()
    assert (discussion.last_post_at, discussion.last_post_by_id) == (first.created_at, first.author_id)


def test_edit_keeps_what_was_said_before(db: None) -> None:
    post = make.reply(make.discussion(make.space()), body="First")
    edited = posts.edit(post.pk, acting_user=post.author, body="**Second**", expected_version=1)
    assert (edited.html, edited.version) == ("<p><strong>Second</strong></p>", 2)
    assert edited.edited_at is not None
    revision = PostRevision.objects.get(post=post)
    assert (revision.version, revision.body) == (1, "First")


def test_edit_of_another_version_is_refused_with_both_texts(db: None) -> None:
    post = make.reply(make.discussion(make.space()), body="First")
    posts.edit(post.pk, acting_user=post.author, body="Second", expected_version=1)
    with pytest.raises(Stale) as refused:
        posts.edit(post.pk, acting_user=post.author, body="Mine", expected_version=1)
    assert refused.value.data["current"] == {"version": 2, "body": "Second"}
    assert refused.value.data["yours"] == {"body": "Mine"}
    assert PostRevision.objects.count() == 1


def test_posts_are_edited_by_their_author_and_moderators(db: None) -> None:
    space = make.space()
    post = make.reply(make.discussion(space), make.join(space))
    with pytest.raises(Denied) as refused:
        posts.edit(post.pk, acting_user=make.join(space), body="Mine")
    assert refused.value.code == "not_the_author"
    moderator = make.join(space, Role.MODERATOR)
    assert posts.edit(post.pk, acting_user=moderator, body="Better", reason=WHY).body == "Better"


def test_liking_twice_is_liking_once(db: None) -> None:
    space = make.space()
    discussion = make.discussion(space)
    opening, fan = discussion.posts.get(), make.join(space)
    for _ in range(2):
        posts.like(opening.pk, acting_user=fan)
    discussion.refresh_from_db()
    assert discussion.like_count == 1
    for _ in range(2):
        posts.unlike(opening.pk, acting_user=fan)
    discussion.refresh_from_db()
    assert discussion.like_count == 0
    assert proof.differences() == []


def test_one_does_not_like_oneself_nor_from_outside(db: None) -> None:
    space = make.space()
    post = make.reply(make.discussion(space), make.join(space))
    with pytest.raises(Denied) as refused:
        posts.like(post.pk, acting_user=post.author)
    assert refused.value.code == "own_post"
    with pytest.raises(Denied) as refused:
        posts.like(post.pk, acting_user=make.person())
    assert refused.value.code == "not_a_participant"


def test_hidden_post_is_there_for_author_and_moderators(viewer: ViewerOf) -> None:
    space = make.space()
    author = make.join(space)
    discussion = make.discussion(space)
    post = make.reply(discussion, author)
    Post.objects.filter(pk=post.pk).update(state="hidden")
    assert positions(viewer(make.join(space)), discussion) == [1]
    assert positions(viewer(author), discussion) == [1, 2]
    assert positions(viewer(make.owner_of(space)), discussion) == [1, 2]


def test_reply_is_not_found_where_the_discussion_is_hidden(db: None) -> None:
    space = make.space()
    post = make.reply(make.discussion(space), make.join(space))
    discussions.hide(post.discussion_id, acting_user=make.owner_of(space), reason=WHY)
    with pytest.raises(NotFound):
        posts.edit(post.pk, acting_user=post.author, body="Still here")
