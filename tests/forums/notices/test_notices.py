"""Who is told of what, once; and that nobody is told of what they may not read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import transaction

from config.errors import NotFound
from experts import viewers
from experts.models import User
from forums.actions import discussions, follows, memberships, moderation, moves, notices, posts, reading
from forums.models import Discussion, Follow, Notice, NoticePreferences, Post, Space, Visibility
from forums.notices.jobs import tell_followers
from forums.notices.shown import show
from tests.factories import experts, forums, jobs
from tests.factories import moderation as make
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db

type RunJobs = Callable[[], int]


@pytest.fixture
def space() -> Space:
    return forums.space()


@pytest.fixture
def discussion(space: Space) -> Discussion:
    return forums.discussion(space, make.member(space))


def told(user: User, reason: str = "") -> list[Notice]:
    """What a person is shown."""
    rows = Notice.objects.visible(viewers.resolve(user)).order_by("created_at")
    return list(rows.filter(reason=reason) if reason else rows)


def reasons(user: User) -> list[str]:
    return sorted(notice.reason for notice in told(user))


def watch(user: User, level: str = "watching", **what: object) -> None:
    follows.follow(level, acting_user=user, **what)  # type: ignore[arg-type]


def test_who_started_the_discussion_and_who_is_answered_are_told(
    space: Space, discussion: Discussion
) -> None:
    first = forums.reply(discussion, make.member(space))
    forums.reply(first, make.member(space))

    assert reasons(discussion.author) == ["reply"]
    assert told(discussion.author)[0].count == 2
    assert told(first.author)[0].count == 1


def test_nobody_is_told_of_what_they_wrote_themselves(discussion: Discussion) -> None:
    forums.reply(discussion, discussion.author)

    assert told(discussion.author) == []


def test_who_is_named_is_told_of_that_alone(space: Space, discussion: Discussion) -> None:
    reply = forums.reply(discussion, make.member(space))
    Notice.objects.all().delete()

    notices.post_published(reply, discussion, mentioned=[discussion.author_id])

    assert reasons(discussion.author) == ["mention"]


def test_replies_are_collapsed_until_they_are_read(space: Space, discussion: Discussion) -> None:
    for _ in range(3):
        forums.reply(discussion, make.member(space))
    assert [notice.count for notice in told(discussion.author)] == [3]

    notices.mark_read(None, acting_user=discussion.author)
    forums.reply(discussion, make.member(space))
    assert [notice.count for notice in told(discussion.author)] == [3, 1]


def test_reading_the_discussion_reads_its_notices_as_far_as_one_read(
    space: Space, discussion: Discussion
) -> None:
    forums.reply(discussion, make.member(space))
    forums.reply(discussion, make.member(space))
    author = discussion.author

    reading.mark_read(discussion.pk, acting_user=author, position=2)
    assert told(author)[0].read_at is None
    reading.mark_read(discussion.pk, acting_user=author, position=3)
    assert told(author)[0].read_at is not None


def test_a_hidden_post_is_not_told_of_any_more_and_not_counted(space: Space, discussion: Discussion) -> None:
    first = forums.reply(discussion, make.member(space), body="Fine.")
    second = forums.reply(discussion, make.member(space), body="Not fine.")
    moderator = make.moderator(space)
    moderation.hide_post(second.pk, acting_user=moderator, reason=make.WHY)

    author = discussion.author
    [shown] = show(told(author), viewers.resolve(author))
    assert (shown.count, [post.body for post in shown.posts]) == (1, ["Fine."])

    moderation.hide_post(first.pk, acting_user=moderator, reason=make.WHY)
    assert told(author) == []


def test_notices_go_with_the_access_and_come_back_with_it() -> None:
    space = forums.space(Visibility.SECRET)
    person = make.member(space)
    forums.reply(forums.discussion(space, person))
    assert reasons(person) == ["reply"]

    memberships.remove(space.pk, person.pk, acting_user=forums.owner_of(space), reason=make.WHY)
    assert reasons(person) == ["moderation"]

    forums.join(space, "member", person)
    assert reasons(person) == ["moderation", "reply"]


def test_followers_of_a_discussion_its_topics_and_its_spaces_are_told(run_jobs: RunJobs) -> None:
    above = forums.space()
    space = forums.space(parent=above)
    topic = experts.topic("risk-analysis")
    people = {name: forums.person(name) for name in ("discussion", "topic", "space", "above", "nobody")}
    discussion = forums.discussion(space, topics=["risk-analysis"])
    run_jobs()
    watch(people["discussion"], discussion_id=discussion.pk)
    watch(people["topic"], topic=topic.slug)
    watch(people["space"], space_id=space.pk)
    watch(people["above"], space_id=above.pk)

    forums.reply(discussion)
    run_jobs()

    heard = {name: reasons(person) for name, person in people.items()}
    assert heard == {name: ["watching"] for name in people} | {"nobody": []}


def test_followers_hear_of_new_discussions_but_not_of_replies(space: Space, run_jobs: RunJobs) -> None:
    person = forums.person()
    watch(person, "following", space_id=space.pk)

    forums.reply(forums.discussion(space))
    run_jobs()

    assert reasons(person) == ["new_discussion"]


def test_the_nearest_choice_counts(space: Space, run_jobs: RunJobs) -> None:
    loud, quiet = forums.person(), forums.person()
    discussion = forums.discussion(space)
    watch(loud, "muted", space_id=space.pk)
    watch(loud, discussion_id=discussion.pk)
    watch(quiet, space_id=space.pk)
    watch(quiet, "muted", discussion_id=discussion.pk)

    forums.reply(discussion)
    run_jobs()

    assert (reasons(loud), reasons(quiet)) == (["watching"], [])


def test_who_muted_a_discussion_hears_of_its_moderation_only(space: Space, discussion: Discussion) -> None:
    author = discussion.author
    watch(author, "muted", discussion_id=discussion.pk)

    forums.reply(discussion)
    discussions.close(discussion.pk, acting_user=make.moderator(space), reason=make.WHY)

    assert reasons(author) == ["moderation"]


def test_a_post_is_told_once_to_each_and_running_twice_changes_nothing(
    space: Space, discussion: Discussion, run_jobs: RunJobs
) -> None:
    watch(discussion.author, space_id=space.pk)
    watcher = forums.person()
    watch(watcher, space_id=space.pk)
    reply = forums.reply(discussion)
    [job] = jobs.waiting("forums.tell_followers")
    run_jobs()
    tell_followers.func(**job.args)

    assert reasons(discussion.author) == ["reply"]
    assert [notice.count for notice in told(watcher)] == [1]
    assert told(watcher)[0].post_ids == [reply.pk]


def test_no_job_is_deferred_where_nobody_follows(discussion: Discussion) -> None:
    forums.reply(discussion)

    assert jobs.waiting() == []


def test_a_job_is_rolled_back_with_what_it_was_for(space: Space, discussion: Discussion) -> None:
    watch(forums.person(), space_id=space.pk)

    with transaction.atomic():
        forums.reply(discussion)
        assert len(jobs.waiting()) == 1
        transaction.set_rollback(True)

    assert jobs.waiting() == []


def test_watching_a_space_tells_nobody_who_cannot_read_it_any_more(run_jobs: RunJobs) -> None:
    space = forums.space(Visibility.SECRET)
    person = make.member(space)
    watch(person, space_id=space.pk)
    memberships.leave(space.pk, acting_user=person)

    forums.discussion(space)
    run_jobs()

    assert told(person) == []


def test_likes_are_collapsed_and_taken_back(space: Space, discussion: Discussion) -> None:
    post = discussion.posts.get()
    first, second = make.member(space, forums.person("First")), make.member(space, forums.person("Second"))
    posts.like(post.pk, acting_user=first)
    posts.like(post.pk, acting_user=second)
    [shown] = show(told(discussion.author), viewers.resolve(discussion.author))
    assert (shown.count, [person.name for person in shown.people]) == (2, ["Second", "First"])

    posts.unlike(post.pk, acting_user=second)
    [shown] = show(told(discussion.author), viewers.resolve(discussion.author))
    assert (shown.count, [person.name for person in shown.people]) == (1, ["First"])

    posts.unlike(post.pk, acting_user=first)
    assert told(discussion.author) == []


def test_an_accepted_answer_is_told_and_withdrawn(space: Space) -> None:
    question = forums.question(space)
    answer = forums.reply(question, make.member(space))

    discussions.accept_answer(question.pk, answer.pk, acting_user=question.author)
    assert reasons(answer.author) == ["accepted"]
    discussions.unaccept_answer(question.pk, acting_user=question.author)
    assert reasons(answer.author) == []


def test_a_post_that_was_split_off_is_told_of_where_it_is(space: Space, discussion: Discussion) -> None:
    reply = forums.reply(discussion, make.member(space))
    new = moves.split(
        discussion.pk, [reply.pk], acting_user=make.moderator(space), reason=make.WHY, title="New"
    )

    author = discussion.author
    [shown] = show(told(author, "reply"), viewers.resolve(author))
    assert shown.discussion == new


def test_a_storm_keeps_one_notice_with_the_latest_posts(space: Space, discussion: Discussion) -> None:
    person = make.member(space)
    for _ in range(Notice.KEPT + 5):
        latest = forums.reply(discussion, person)

    [notice] = told(discussion.author)
    assert (notice.count, len(notice.post_ids)) == (Notice.KEPT + 5, Notice.KEPT)
    assert notice.post_ids[0] == latest.pk


def test_people_who_are_not_active_are_not_told(space: Space, discussion: Discussion) -> None:
    User.objects.filter(pk=discussion.author_id).update(status=User.Status.SUSPENDED)

    forums.reply(discussion)

    assert not Notice.objects.filter(user=discussion.author).exists()


def test_only_what_is_to_be_mailed_at_once_is_due(space: Space, discussion: Discussion) -> None:
    notices.set_cadences({"reply": "daily"}, acting_user=discussion.author)
    post = forums.reply(discussion, make.member(space))
    forums.reply(post)

    assert Notice.objects.get(user=discussion.author).due_at is None
    assert Notice.objects.get(user=post.author).due_at is not None
    assert NoticePreferences.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_replies_at_the_same_time_make_one_notice_that_counts_all() -> None:
    space = forums.space()
    discussion = forums.discussion(space, make.member(space))
    people = [make.member(space) for _ in range(8)]

    def reply(person: User) -> Callable[[], Post]:
        return lambda: posts.reply(discussion.pk, acting_user=person, body="At once")

    results = at_once(*(reply(person) for person in people))

    assert all(isinstance(result, Post) for result in results)
    assert [notice.count for notice in told(discussion.author)] == [8]


def test_a_reply_costs_at_most_twelve_queries(
    space: Space, assert_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    discussion = forums.discussion(space, make.member(space))
    parent = forums.reply(discussion, make.member(space))
    person = make.member(space)
    watch(forums.person(), space_id=space.pk)

    with assert_queries(11):  # and one for who asks
        posts.reply(discussion.pk, acting_user=person, body="Reply", parent_id=parent.pk)


def test_one_follows_only_what_one_reads() -> None:
    secret = forums.space(Visibility.SECRET)
    discussion = forums.discussion(secret)
    person = forums.person()

    for what in ({"space_id": secret.pk}, {"discussion_id": discussion.pk}, {"topic": "no-such-topic"}):
        with pytest.raises(NotFound):
            watch(person, **what)
    assert not Follow.objects.exists()
