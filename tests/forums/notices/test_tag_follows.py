"""Watching, following and muting a tag of a space."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import timezone

from config.errors import NotFound
from experts import viewers
from experts.models import User
from forums import reading
from forums.actions import digests, discussions, follows, memberships, moves
from forums.models import Discussion, Follow, Notice, Role, Space, Tag, Visibility
from tests.contracts.client import ApiClient
from tests.factories import experts, forums
from tests.factories import moderation as make

type RunJobs = Callable[[], int]
type Api = Callable[..., ApiClient]

pytestmark = pytest.mark.django_db


@pytest.fixture
def space() -> Space:
    space = forums.space()
    forums.discussion(space, tags=["visa", "passports"])
    return space


@pytest.fixture
def reader() -> User:
    return forums.person()


def choose(level: str, reader: User, space: Space, tag: str = "visa") -> Follow:
    return follows.follow(level, acting_user=reader, space_id=space.pk, tag=tag)


def reasons(user: User) -> list[str]:
    return sorted(Notice.objects.visible(viewers.resolve(user)).values_list("reason", flat=True))


def unread(user: User) -> int:
    return sum(found.posts for found in reading.by_space(viewers.resolve(user)).values())


def test_who_follows_a_tag_is_told_of_new_discussions_that_have_it(
    space: Space, reader: User, run_jobs: RunJobs
) -> None:
    choose("following", reader, space)
    forums.discussion(space, tags=["passports"])
    run_jobs()
    assert reasons(reader) == []

    tagged = forums.discussion(space, tags=["visa"])
    forums.reply(tagged)
    run_jobs()
    assert reasons(reader) == ["new_discussion"]


def test_who_watches_a_tag_is_told_of_every_post(space: Space, reader: User, run_jobs: RunJobs) -> None:
    discussion = space.discussions.get()
    choose("watching", reader, space)
    forums.reply(discussion)
    run_jobs()
    assert reasons(reader) == ["watching"]

    discussions.edit(discussion.pk, acting_user=discussion.author, changes={"tags": ["passports"]})
    Notice.objects.all().delete()
    forums.reply(discussion)
    run_jobs()
    assert reasons(reader) == []


def test_a_tag_of_the_same_name_elsewhere_is_another_one(
    space: Space, reader: User, run_jobs: RunJobs
) -> None:
    choose("watching", reader, space)
    forums.discussion(forums.space(), tags=["visa"])
    run_jobs()
    assert reasons(reader) == []


def test_a_tag_counts_more_than_the_space_and_less_than_the_discussion(
    space: Space, reader: User, run_jobs: RunJobs
) -> None:
    follows.follow("watching", acting_user=reader, space_id=space.pk)
    choose("muted", reader, space)
    discussion = space.discussions.get()
    forums.reply(discussion)
    run_jobs()
    assert reasons(reader) == []

    follows.follow("watching", acting_user=reader, discussion_id=discussion.pk)
    forums.reply(discussion)
    run_jobs()
    assert reasons(reader) == ["watching"]


def test_of_several_tags_and_topics_the_loudest_counts(space: Space, reader: User, run_jobs: RunJobs) -> None:
    topic = experts.topic()
    choose("muted", reader, space)
    choose("watching", reader, space, "passports")
    forums.reply(space.discussions.get())
    run_jobs()
    assert reasons(reader) == ["watching"]

    follows.unfollow(acting_user=reader, space_id=space.pk, tag="passports")
    follows.follow("following", acting_user=reader, topic=topic.slug)
    forums.discussion(space, tags=["visa"], topics=[topic.slug])
    run_jobs()
    assert reasons(reader) == ["new_discussion", "watching"]


def test_a_muted_tag_silences_even_replies(space: Space) -> None:
    discussion = space.discussions.get()
    choose("muted", discussion.author, space)
    forums.reply(discussion)
    assert reasons(discussion.author) == []


def test_a_moved_discussion_has_the_tags_of_where_it_is_now(
    space: Space, reader: User, run_jobs: RunJobs
) -> None:
    discussion, moderator = space.discussions.get(), make.moderator(space)
    target = forums.space()
    forums.join(target, Role.MEMBER, moderator)
    choose("watching", reader, space)
    moves.move(discussion.pk, target.slug, acting_user=moderator, reason=make.WHY)

    forums.reply(discussion, make.member(target))
    run_jobs()
    assert reasons(reader) == []

    choose("watching", reader, target)
    forums.reply(discussion, make.member(target))
    run_jobs()
    assert reasons(reader) == ["watching"]


def test_tags_are_followed_as_far_as_one_reads(space: Space, reader: User, run_jobs: RunJobs) -> None:
    secret = forums.space(Visibility.SECRET)
    forums.discussion(secret, tags=["visa"])
    moderator = make.moderator(space)
    hidden = forums.discussion(space, tags=["unheard"])
    discussions.hide(hidden.pk, acting_user=moderator, reason=make.WHY)

    for where, tag in ((secret, "visa"), (space, "no-such"), (space, "unheard"), (space, "")):
        with pytest.raises(NotFound):
            choose("watching", reader, where, tag)
    assert choose("watching", moderator, space, "Unheard").tag == Tag.objects.get(name="unheard")


def test_a_tag_of_a_space_that_was_left_is_silent_and_not_listed(
    reader: User, run_jobs: RunJobs, api: Api
) -> None:
    secret = forums.space(Visibility.SECRET)
    discussion = forums.discussion(secret, tags=["visa"])
    forums.join(secret, Role.MEMBER, reader)
    choose("watching", reader, secret)
    assert len(api(reader).get("/api/v1/me/follows").json()["results"]) == 1
    memberships.leave(secret.pk, acting_user=reader)

    forums.reply(discussion)
    run_jobs()
    assert reasons(reader) == []
    assert unread(reader) == 0
    assert api(reader).get("/api/v1/me/follows").json()["results"] == []


def test_tags_over_http(space: Space, reader: User, api: Api) -> None:
    forums.discussion(space, tags=["C++", "Grenzübergang"])
    address = f"/api/v1/spaces/{space.slug}/tags"

    body = api(reader).post(f"{address}/Visa/follow", {"level": "muted"}).json()
    assert (body["level"], body["tag"]["name"], body["tag"]["space"]["slug"]) == ("muted", "visa", space.slug)
    for name in ("c%2B%2B", "grenz%C3%BCbergang"):
        assert api(reader).post(f"{address}/{name}/follow", {"level": "watching"}).status_code == 200
    [latest, *_] = api(reader).get("/api/v1/me/follows").json()["results"]
    assert latest["tag"]["name"] == "grenzübergang"
    assert [latest[kind] for kind in ("space", "discussion", "topic")] == [None, None, None]

    assert api(reader).delete(f"{address}/Visa/follow").status_code == 204
    assert api(reader).delete(f"{address}/never-was/follow").status_code == 204
    assert Follow.objects.count() == 2


def test_tags_decide_what_counts_as_unread(space: Space, reader: User) -> None:
    forums.discussion(space)
    assert unread(reader) == 0  # not a space of theirs
    choose("following", reader, space)
    assert unread(reader) == 1  # but what they follow in it

    forums.join(space, Role.MEMBER, reader)
    assert unread(reader) == 2
    choose("muted", reader, space)
    assert unread(reader) == 1
    choose("watching", reader, space, "passports")
    assert unread(reader) == 2
    follows.follow("muted", acting_user=reader, discussion_id=Discussion.objects.earliest("created_at").pk)
    assert unread(reader) == 1


def test_a_topic_that_is_followed_counts_as_unread_wherever_it_is_read(reader: User) -> None:
    topic = experts.topic()
    forums.discussion(forums.space(), topics=[topic.slug])
    forums.discussion(forums.space(Visibility.SECRET), topics=[topic.slug])
    follows.follow("following", acting_user=reader, topic=topic.slug)
    assert unread(reader) == 1


def test_what_a_watched_tag_brings_stands_in_the_digest(
    space: Space, reader: User, run_jobs: RunJobs
) -> None:
    choose("watching", reader, space)
    forums.reply(space.discussions.get(), body="Stamps are not enough.")
    run_jobs()
    mail.outbox.clear()

    digests.send_digests(timezone.now() + dt.timedelta(days=2))
    run_jobs()
    [letter] = [letter for letter in mail.outbox if letter.to == [reader.email]]
    assert "Stamps are not enough." in letter.body
