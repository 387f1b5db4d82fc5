"""What a person has not read: per discussion, per space, in all; exact whatever happens to the posts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from config.errors import NotFound
from experts.models import User
from forums import reading as unread
from forums.actions import discussions as discussion_actions
from forums.actions import follows, memberships, moderation, moves
from forums.actions import posts as post_actions
from forums.actions import reading as actions
from forums.models import Discussion, Notice, Post, Role, Space
from search.viewer import Viewer
from tests.contracts.client import ApiClient
from tests.factories import experts, networks
from tests.factories import forums as make
from tests.factories import moderation as moderate

type ViewerOf = Callable[..., Viewer]
type Api = Callable[..., ApiClient]
WHY = moderate.WHY


@pytest.fixture
def space(db: None) -> Space:
    return make.space("private")


@pytest.fixture
def reader(space: Space) -> User:
    return make.join(space)


def thread(space: Space, replies: int = 2) -> Discussion:
    discussion = make.discussion(space)
    for _ in range(replies):
        make.reply(discussion)
    discussion.refresh_from_db()
    return discussion


def counted(viewer: Viewer) -> tuple[int, int]:
    """Discussions and posts, in all."""
    rows = unread.by_space(viewer).values()
    return sum(row.discussions for row in rows), sum(row.posts for row in rows)


def test_unread_is_what_was_posted_after_the_position_read(
    space: Space, reader: User, viewer: ViewerOf, api: Api
) -> None:
    discussion = thread(space, replies=4)
    thread(space)
    assert counted(viewer(reader)) == (2, 8)

    answer = api(reader).post(f"/api/v1/discussions/{discussion.pk}/read", {"position": 3}).json()

    assert answer == {"read_position": 3, "unread": 2, "first_unread": 4}
    assert counted(viewer(reader)) == (2, 5)
    assert api(reader).get("/api/v1/me/unread").json()["posts"] == 5
    detail = api(reader).get(f"/api/v1/discussions/{discussion.pk}").json()
    assert (detail["first_unread"], detail["unread"]) == (4, 2)


def test_the_first_unread_post_is_one_that_is_there(space: Space, reader: User, api: Api) -> None:
    discussion = thread(space, replies=3)
    api(reader).post(f"/api/v1/discussions/{discussion.pk}/read", {"position": 1})
    second = Post.objects.get(discussion=discussion, position=2)
    moderation.hide_post(second.pk, acting_user=make.owner_of(space), reason=WHY)

    detail = api(reader).get(f"/api/v1/discussions/{discussion.pk}").json()
    assert (detail["first_unread"], detail["unread"]) == (3, 2)
    page = api(reader).get(f"/api/v1/discussions/{discussion.pk}/posts?around=3").json()["results"]
    assert 3 in [post["position"] for post in page]


def test_hidden_deleted_and_shown_again(space: Space, reader: User, viewer: ViewerOf) -> None:
    owner, discussion = make.owner_of(space), thread(space, replies=3)
    actions.mark_read(discussion.pk, acting_user=reader, position=1)
    reply = Post.objects.get(discussion=discussion, position=3)

    moderation.hide_post(reply.pk, acting_user=owner, reason=WHY)
    assert counted(viewer(reader)) == (1, 2)
    moderation.restore_post(reply.pk, acting_user=owner, reason=WHY)
    assert counted(viewer(reader)) == (1, 3)
    post_actions.delete(reply.pk, acting_user=owner)
    assert counted(viewer(reader)) == (1, 2)
    discussion_actions.hide(discussion.pk, acting_user=owner, reason=WHY)
    assert counted(viewer(reader)) == (0, 0)
    discussion_actions.unhide(discussion.pk, acting_user=owner, reason=WHY)
    assert counted(viewer(reader)) == (1, 2)


def test_a_moved_discussion_counts_where_it_is_and_lost_access_counts_nothing(
    space: Space, reader: User, viewer: ViewerOf
) -> None:
    owner, discussion = make.owner_of(space), thread(space)
    other = make.space("private", owner=owner)
    make.join(other, Role.MEMBER, reader)
    moves.move(discussion.pk, other.slug, acting_user=owner, reason=WHY)
    assert unread.by_space(viewer(reader)) == {other.pk: (1, 3)}

    memberships.leave(other.pk, acting_user=reader)

    assert unread.by_space(viewer(reader)) == {}
    memberships.remove(space.pk, reader.pk, acting_user=owner, reason=WHY)
    assert counted(viewer(reader)) == (0, 0)


def test_a_split_leaves_exactly_what_was_not_read_on_both_sides(
    space: Space, reader: User, viewer: ViewerOf
) -> None:
    owner, discussion = make.owner_of(space), thread(space, replies=4)
    actions.mark_read(discussion.pk, acting_user=reader, position=3)
    posts = list(discussion.posts.filter(position__in=[3, 4]).values_list("pk", flat=True))

    moves.split(discussion.pk, posts, acting_user=owner, title="Apart", reason=WHY)

    rows = Discussion.objects.visible(viewer(reader)).with_reading(viewer(reader))
    assert rows.get(title="Apart").unread == 1
    assert counted(viewer(reader)) == (2, 2)


def test_people_of_a_network_have_its_spaces_and_nobody_those_they_only_could_read(
    viewer: ViewerOf,
) -> None:
    network, granted, public = networks.network(), make.space("secret"), make.space("open")
    person = networks.member(network)
    make.grant(granted, network, Role.OBSERVER)
    thread(granted)
    elsewhere = thread(public)
    assert unread.by_space(viewer(person)) == {granted.pk: (1, 3)}

    follows.follow("watching", acting_user=person, discussion_id=elsewhere.pk)
    assert unread.by_space(viewer(person)) == {granted.pk: (1, 3), public.pk: (1, 3)}


def test_what_is_muted_is_left_out_and_the_nearest_choice_counts(
    space: Space, reader: User, viewer: ViewerOf
) -> None:
    topic = experts.topic()
    below = make.space("private", parent=space, owner=make.owner_of(space))
    make.join(below, Role.MEMBER, reader)
    make.discussion(below)
    about = make.discussion(space, topics=[topic.slug])
    plain = make.discussion(space)

    def left() -> int:
        return counted(viewer(reader))[1]

    assert left() == 3
    follows.follow("muted", acting_user=reader, space_id=space.pk)
    assert left() == 0
    follows.follow("following", acting_user=reader, space_id=below.pk)
    assert left() == 1
    follows.follow("watching", acting_user=reader, topic=topic.slug)
    assert left() == 2
    follows.follow("muted", acting_user=reader, discussion_id=about.pk)
    assert left() == 1
    follows.follow("following", acting_user=reader, discussion_id=plain.pk)
    assert left() == 2
    follows.unfollow(acting_user=reader, space_id=below.pk)
    assert left() == 1
    follows.unfollow(acting_user=reader, space_id=space.pk)
    follows.follow("muted", acting_user=reader, topic=topic.slug)
    follows.unfollow(acting_user=reader, discussion_id=about.pk)
    assert left() == 2


def test_a_space_is_marked_as_read_and_the_one_below_only_if_asked(
    space: Space, reader: User, viewer: ViewerOf, api: Api
) -> None:
    below = make.space("private", parent=space, owner=make.owner_of(space))
    make.join(below, Role.MEMBER, reader)
    first = thread(space)
    thread(below)
    make.reply(make.reply(first, reader))
    assert Notice.objects.filter(user=reader, read_at__isnull=True).exists()

    answer = api(reader).post(f"/api/v1/spaces/{space.slug}/read", {}).json()
    assert [row["space"]["slug"] for row in answer["spaces"]] == [below.slug]
    assert not Notice.objects.filter(user=reader, read_at__isnull=True).exists()
    assert api(reader).post(f"/api/v1/spaces/{space.slug}/read", {"below": True}).json()["posts"] == 0
    make.reply(first)
    assert counted(viewer(reader)) == (1, 1)
    with pytest.raises(NotFound):
        actions.mark_space_read(space.pk, acting_user=make.person())


def test_everything_is_marked_as_read(space: Space, reader: User, api: Api) -> None:
    thread(space)
    assert api(reader).post("/api/v1/me/unread/read").json() == {"discussions": 0, "posts": 0, "spaces": []}
    assert api(reader).get("/api/v1/discussions?unread=true").json()["results"] == []
    assert len(api(reader).get("/api/v1/discussions?unread=false").json()["results"]) == 1


def test_marks_never_go_back_by_themselves(space: Space, reader: User) -> None:
    discussion = thread(space, replies=3)
    actions.mark_read(discussion.pk, acting_user=reader)
    assert actions.mark_space_read(space.pk, acting_user=reader) == 0
    assert actions.mark_read(discussion.pk, acting_user=reader, position=2).position == 4
    assert actions.mark_read(discussion.pk, acting_user=reader, position=2, back=True).position == 2


def test_unread_costs_the_same_few_queries_however_much_there_is(
    api: Api, assert_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    reader = make.person()
    for _ in range(3):
        space = make.space("private")
        make.join(space, Role.MEMBER, reader)
        thread(space)
        thread(space)
    with assert_queries(6):
        assert api(reader).get("/api/v1/me/unread").json()["posts"] == 18
