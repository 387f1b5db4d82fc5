"""Acts of moderation on posts and discussions, what they leave in the log, and undoing them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from config.errors import Conflict, Denied, Invalid, NotFound
from experts import viewers
from experts.models import AuditEntry, User
from forums.actions import discussions, memberships, moderation, posts, sanctions, undoing
from forums.models import (
    Case,
    Discussion,
    Membership,
    Notice,
    Post,
    PostRevision,
    Role,
    Sanction,
    Space,
    Visibility,
)
from search.models import OutboxRow
from tests.factories import forums
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def space() -> Space:
    return forums.space()


@pytest.fixture
def moderator(space: Space) -> User:
    return make.moderator(space)


@pytest.fixture
def post(space: Space) -> Post:
    return forums.reply(forums.discussion(space), make.member(space))


def snapshot(discussion: Discussion) -> dict[str, Any]:
    """All that readers meet of a discussion and its space, without versions."""
    discussion.refresh_from_db()
    unversioned = {"id", "version", "_state", "last_position", "edited_at"}
    rows = [discussion, *discussion.posts.order_by("position")]
    return {
        "rows": [{k: v for k, v in vars(row).items() if k not in unversioned} for row in rows],
        "figures": make.figures(discussion.space),
        "topics": set(discussion.topics.all()),
    }


def undo_last(acting_user: User) -> AuditEntry:
    entry = AuditEntry.objects.exclude(verb__startswith="case.").exclude(actor__is_system=True)
    return undoing.undo(entry.latest("at").pk, acting_user=acting_user, reason="A mistake.")


def hide_post(post: Post, by: User) -> None:
    moderation.hide_post(post.pk, acting_user=by, reason=make.WHY)


def test_hiding_leaves_the_post_to_its_author_and_moderators(post: Post, moderator: User) -> None:
    hide_post(post, moderator)

    def sees(user: User) -> bool:
        return Post.objects.visible(viewers.resolve(user)).filter(pk=post.pk).exists()

    assert sees(moderator)
    assert sees(post.author)
    assert not sees(forums.person())


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_every_act_needs_a_reason(post: Post, moderator: User, reason: str) -> None:
    person, discussion = post.author.pk, post.discussion_id
    by: dict[str, Any] = {"acting_user": moderator, "reason": reason}
    acts: list[Callable[[], object]] = [
        lambda: moderation.approve_post(post.pk, **by),
        lambda: moderation.hide_post(post.pk, **by),
        lambda: moderation.restore_post(post.pk, **by),
        lambda: moderation.delete_post(post.pk, **by),
        lambda: posts.delete(post.pk, **by),
        lambda: posts.edit(post.pk, body="Better.", **by),
        lambda: discussions.edit(discussion, {"title": "Better"}, **by),
        lambda: discussions.close(discussion, **by),
        lambda: discussions.reopen(discussion, **by),
        lambda: discussions.archive(discussion, **by),
        lambda: discussions.pin(discussion, **by),
        lambda: discussions.unpin(discussion, **by),
        lambda: discussions.hide(discussion, **by),
        lambda: discussions.unhide(discussion, **by),
        lambda: discussions.delete(discussion, **by),
        lambda: discussions.restore(discussion, **by),
        lambda: discussions.change_kind(discussion, "question", **by),
        lambda: sanctions.impose(person, "silence", space_id=post.discussion.space_id, **by),
        lambda: undoing.undo(post.pk, **by),
    ]
    for act in acts:
        with pytest.raises(Invalid) as caught:
            act()
        assert [error.pointer for error in caught.value.errors] == ["/reason"]


def test_authors_need_no_reason_for_their_own(post: Post) -> None:
    posts.edit(post.pk, acting_user=post.author, body="Better.")
    posts.delete(post.pk, acting_user=post.author)

    assert not Notice.objects.filter(reason="moderation").exists()


def test_an_act_is_logged_and_told_with_its_reason(post: Post, moderator: User) -> None:
    hide_post(post, moderator)

    entry = make.last_entry("post.hidden")
    assert (entry.actor, entry.reason, entry.space_id) == (moderator, make.WHY, post.discussion.space_id)
    assert entry.changes == {"state": ["published", "hidden"]}
    notice = Notice.objects.get(reason="moderation")
    assert (notice.user, notice.entry) == (post.author, entry)


def test_the_log_cannot_be_changed(post: Post, moderator: User) -> None:
    hide_post(post, moderator)

    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.update(reason="Another one.")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_hiding_withdraws_from_search_in_the_same_transaction(post: Post, moderator: User) -> None:
    OutboxRow.objects.all().delete()

    hide_post(post, moderator)

    assert OutboxRow.objects.filter(kind="post", object_id=post.pk, restricting=True).exists()


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.MEMBER])
def test_only_moderators_of_the_space_act(post: Post, role: Role) -> None:
    elsewhere = make.moderator(forums.space())

    for person in (forums.join(post.discussion.space, role), elsewhere, make.secretariat()):
        with pytest.raises(Denied):
            hide_post(post, person)


def test_a_post_of_a_secret_space_is_not_there_for_other_moderators() -> None:
    post = forums.reply(forums.discussion(forums.space(Visibility.SECRET)))

    with pytest.raises(NotFound):
        hide_post(post, make.moderator(forums.space()))


def test_an_opening_post_is_not_hidden_by_itself(space: Space, moderator: User) -> None:
    with pytest.raises(Conflict) as caught:
        hide_post(forums.discussion(space).posts.get(), moderator)
    assert caught.value.code == "opening_post"


def test_hiding_the_accepted_answer_opens_the_question_and_undoing_answers_it(
    space: Space, moderator: User
) -> None:
    question = forums.question(space)
    answer = forums.reply(question, make.member(space))
    discussions.accept_answer(question.pk, answer.pk, acting_user=question.author)
    before = snapshot(question)

    hide_post(answer, moderator)
    question.refresh_from_db()
    assert (question.status, question.accepted_post) == ("open", None)

    undo_last(moderator)
    assert snapshot(question) == before


ACTS: dict[str, Callable[[Discussion, Post, dict[str, Any]], object]] = {
    "post.hidden": lambda d, p, by: moderation.hide_post(p.pk, **by),
    "post.deleted": lambda d, p, by: moderation.delete_post(p.pk, **by),
    "post.edited": lambda d, p, by: posts.edit(p.pk, body="Moderated.", **by),
    "discussion.edited": lambda d, p, by: discussions.edit(d.pk, {"title": "Another title"}, **by),
    "discussion.closed": lambda d, p, by: discussions.close(d.pk, **by),
    "discussion.archived": lambda d, p, by: discussions.archive(d.pk, **by),
    "discussion.hidden": lambda d, p, by: discussions.hide(d.pk, **by),
    "discussion.deleted": lambda d, p, by: discussions.delete(d.pk, **by),
    "discussion.kind_changed": lambda d, p, by: discussions.change_kind(d.pk, "question", **by),
    "discussion.pinned": lambda d, p, by: discussions.pin(
        d.pk, until=timezone.now() + timedelta(days=1), **by
    ),
}


@pytest.mark.parametrize("verb", ACTS)
def test_undoing_brings_back_what_was_and_undoing_that_does_it_again(
    verb: str, post: Post, moderator: User
) -> None:
    discussion = post.discussion
    forums.reply(post, make.member(discussion.space))
    before = snapshot(discussion)
    ACTS[verb](discussion, post, {"acting_user": moderator, "reason": make.WHY})
    done = snapshot(discussion)
    entry = make.last_entry(verb)
    assert done != before

    undone = undoing.undo(entry.pk, acting_user=moderator, reason="A mistake.")
    assert snapshot(discussion) == before
    assert (undone.verb, undone.undoes) == (f"{verb}.undone", entry)

    undoing.undo(undone.pk, acting_user=moderator, reason="It was right.")
    assert snapshot(discussion) == done


def test_an_act_is_undone_once(post: Post, moderator: User) -> None:
    hide_post(post, moderator)
    entry = make.last_entry("post.hidden")
    undoing.undo(entry.pk, acting_user=moderator, reason="A mistake.")

    with pytest.raises(Conflict) as caught:
        undoing.undo(entry.pk, acting_user=moderator, reason="A mistake.")
    assert caught.value.code == "already_undone"


def test_what_changed_again_since_is_not_undone(post: Post, moderator: User) -> None:
    hide_post(post, moderator)
    entry = make.last_entry("post.hidden")
    moderation.restore_post(post.pk, acting_user=moderator, reason=make.WHY)

    with pytest.raises(Conflict) as caught:
        undoing.undo(entry.pk, acting_user=moderator, reason="A mistake.")
    assert caught.value.code == "state_moved_on"


def test_an_act_in_a_space_is_undone_by_its_moderators_only(post: Post, moderator: User) -> None:
    hide_post(post, moderator)
    entry = make.last_entry("post.hidden")

    with pytest.raises(NotFound):
        undoing.undo(entry.pk, acting_user=post.author, reason="A mistake.")
    with pytest.raises(NotFound):
        undoing.undo(entry.pk, acting_user=make.moderator(forums.space()), reason="A mistake.")
    with pytest.raises(Denied):
        undoing.undo(entry.pk, acting_user=make.secretariat(), reason="A mistake.")


def test_undoing_an_edit_keeps_every_revision(post: Post, moderator: User) -> None:
    said = post.body
    posts.edit(post.pk, acting_user=moderator, body="Moderated.", reason=make.WHY)

    undo_last(moderator)

    post.refresh_from_db()
    assert (post.body, post.version) == (said, 3)
    assert list(PostRevision.objects.order_by("version").values_list("body", flat=True)) == [
        said,
        "Moderated.",
    ]


def test_undoing_a_decision_opens_the_case_again(post: Post, moderator: User) -> None:
    case = make.case(post)
    moderation.decide(case.pk, "dismiss", acting_user=moderator, reason=make.WHY)

    undoing.undo(make.last_entry("case.decided").pk, acting_user=moderator, reason="A mistake.")

    case.refresh_from_db()
    assert (case.status, case.decided_at) == (Case.Status.OPEN, None)


def test_a_warning_is_told_and_taken_back(space: Space, moderator: User) -> None:
    person = make.member(space)
    sanctions.impose(person.pk, "warning", acting_user=moderator, reason=make.WHY, space_id=space.pk)
    sanctions.impose(person.pk, "warning", acting_user=moderator, reason="Again.", space_id=space.pk)
    assert Notice.objects.filter(user=person, reason="moderation").count() == 2
    forums.reply(forums.discussion(space), person)  # it takes nothing away

    undoing.undo(make.last_entry("sanction.warning").pk, acting_user=moderator, reason="A mistake.")

    assert Sanction.objects.active().count() == 1


def test_a_ban_is_undone_and_done_again(space: Space, moderator: User) -> None:
    person = make.member(space)
    sanctions.impose(person.pk, "ban", acting_user=moderator, reason=make.WHY, space_id=space.pk)

    undone = undoing.undo(make.last_entry("sanction.ban").pk, acting_user=moderator, reason="A mistake.")
    forums.discussion(space, person)

    undoing.undo(undone.pk, acting_user=moderator, reason="It was right.")
    with pytest.raises(Denied):
        forums.discussion(space, person)


def test_a_ban_whose_time_is_over_does_not_come_back(space: Space, moderator: User) -> None:
    person = make.member(space)
    ban = sanctions.impose(
        person.pk,
        "ban",
        acting_user=moderator,
        reason=make.WHY,
        space_id=space.pk,
        ends_at=timezone.now() + timedelta(hours=1),
    )
    undone = undoing.undo(make.last_entry("sanction.ban").pk, acting_user=moderator, reason="A mistake.")
    Sanction.objects.filter(pk=ban.pk).update(ends_at=timezone.now())

    with pytest.raises(Conflict):
        undoing.undo(undone.pk, acting_user=moderator, reason="It was right.")


def test_a_removed_member_comes_back_with_their_role(space: Space) -> None:
    owner, moderator = forums.owner_of(space), make.moderator(space)
    memberships.remove(space.pk, moderator.pk, acting_user=owner, reason=make.WHY)

    undoing.undo(make.last_entry("membership.removed").pk, acting_user=owner, reason="A mistake.")

    assert Membership.objects.get(space=space, user=moderator).role == Role.MODERATOR


def test_site_wide_sanctions_are_undone_by_the_secretariat(space: Space) -> None:
    person, staff = make.member(space), make.secretariat()
    sanctions.impose(person.pk, "ban", acting_user=staff, reason=make.WHY)
    entry = make.last_entry("sanction.ban")

    with pytest.raises(NotFound):
        undoing.undo(entry.pk, acting_user=forums.owner_of(space), reason="A mistake.")
    undoing.undo(entry.pk, acting_user=make.secretariat(), reason="A mistake.")

    assert not Sanction.objects.active().exists()
