"""Starting, changing and moderating discussions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, Invalid, NotFound, Refusal, require_version
from experts import audit
from experts.models import User
from experts.policies import require
from forums import counters, policies, text
from forums.actions.common import language as known_language
from forums.actions.common import locked, viewer_of
from forums.actions.common import topics as known_topics
from forums.models import Discussion, Post, ReadMark, Space
from search import outbox
from search.documents import key
from search.viewer import Viewer

Kind, Status = Discussion.Kind, Discussion.Status
MAX_PINNED = 10


class DiscussionChanges(TypedDict, total=False):
    """What an edit may change; what is absent stays. The text is its opening post's: `actions.posts.edit`."""

    title: str
    language: str
    topics: Sequence[str]


@transaction.atomic
def start(
    space_id: UUID,
    *,
    acting_user: User,
    title: str,
    body: str,
    kind: str = Kind.DISCUSSION,
    topics: Sequence[str] = (),
    language: str = "",
) -> Discussion:
    """A new discussion with its opening post. Announcements: moderators; all else: who takes part in the
    space.
    """
    if kind not in Kind.values:
        raise Invalid.field("/kind", f"One of {', '.join(Kind.values)}.", code="unknown_choice")
    title = text.title(title)
    body = text.body(body)
    viewer = viewer_of(acting_user)
    space = Space.objects.visible(viewer).filter(pk=space_id).first()
    if space is None:
        raise NotFound
    require(policies.announce if kind == Kind.ANNOUNCEMENT else policies.start_discussion, viewer, space)
    now = timezone.now()
    discussion = Discussion.objects.create(
        space=space,
        kind=kind,
        title=title,
        language=known_language(language),
        author=acting_user,
        created_at=now,
        last_position=1,
        last_post_at=now,
        last_post_by=acting_user,
    )
    post = Post.objects.create(
        discussion=discussion,
        position=1,
        author=acting_user,
        body=body,
        html=text.render(body),
        language=discussion.language,
        created_at=now,
    )
    discussion.topics.set(known_topics(topics))
    ReadMark.objects.create(user=acting_user, discussion=discussion, position=1)
    counters.opened(discussion)
    outbox.enqueue("discussion", [discussion.pk])
    outbox.enqueue("post", [post.pk])
    return discussion


@transaction.atomic
def edit(
    discussion_id: UUID,
    changes: DiscussionChanges,
    *,
    acting_user: User,
    expected_version: int | None = None,
    reason: str = "",
) -> Discussion:
    """Change title, language or topics. The author while it is not closed, and moderators; `Stale`
    otherwise.
    """
    viewer = viewer_of(acting_user)
    discussion = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    require(policies.edit_discussion, viewer, discussion)
    require_version(discussion.version, expected_version)
    before = discussion.title
    if "title" in changes:
        discussion.title = text.title(changes["title"])
    if "language" in changes:
        discussion.language = known_language(changes["language"])
    if "topics" in changes:
        discussion.topics.set(known_topics(changes["topics"]))
    discussion.version += 1
    discussion.save(update_fields=["title", "language", "version"])
    renamed = discussion.title != before
    _note(
        "discussion.edited",
        discussion,
        acting_user,
        reason,
        changes={"topic": [before, discussion.title]} if renamed else {},
    )
    _reindex(discussion, posts=renamed, restricting=True)
    return discussion


@transaction.atomic
def change_kind(discussion_id: UUID, kind: str, *, acting_user: User, reason: str = "") -> Discussion:
    """Make a discussion a question, an announcement, … Moderators. An accepted answer is unaccepted with
    it.
    """
    if kind not in Kind.values:
        raise Invalid.field("/kind", f"One of {', '.join(Kind.values)}.", code="unknown_choice")
    viewer = viewer_of(acting_user)
    discussion = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    require(policies.change_kind, viewer, discussion)
    before = discussion.kind
    if before == kind:
        return discussion
    if discussion.accepted_post_id is not None:
        _set_accepted(discussion, None)
    discussion.kind = kind
    discussion.version += 1
    discussion.save(update_fields=["kind", "version"])
    counters.kind_changed(discussion, before=before)
    _note("discussion.kind_changed", discussion, acting_user, reason, changes={"kind": [before, kind]})
    _reindex(discussion, posts=True)
    return discussion


@transaction.atomic
def close(discussion_id: UUID, *, acting_user: User, reason: str = "") -> Discussion:
    """No more replies, except by moderators. Moderators. A closed one stays as it is."""
    return _moderate(
        discussion_id,
        acting_user,
        policies.close,
        verb="discussion.closed",
        reason=reason,
        done=lambda discussion: discussion.status == Status.CLOSED,
        change=lambda discussion: _set_status(discussion, Status.CLOSED),
    )


@transaction.atomic
def reopen(discussion_id: UUID, *, acting_user: User, reason: str = "") -> Discussion:
    """Let a closed or archived discussion go on; a question with an accepted answer is answered.
    Moderators.
    """
    return _moderate(
        discussion_id,
        acting_user,
        policies.reopen,
        verb="discussion.reopened",
        reason=reason,
        done=lambda discussion: discussion.status in {Status.OPEN, Status.ANSWERED},
        change=lambda discussion: _set_status(discussion, _open_status(discussion)),
    )


@transaction.atomic
def archive(discussion_id: UUID, *, acting_user: User, reason: str = "") -> Discussion:
    """Keep a discussion as it is: nothing in it changes any more. Moderators; `reopen` undoes it."""
    return _moderate(
        discussion_id,
        acting_user,
        policies.archive,
        verb="discussion.archived",
        reason=reason,
        done=lambda discussion: discussion.status == Status.ARCHIVED,
        change=lambda discussion: _set_status(discussion, Status.ARCHIVED),
    )


@transaction.atomic
def pin(
    discussion_id: UUID, *, acting_user: User, until: datetime | None = None, reason: str = ""
) -> Discussion:
    """Put a discussion on top of its space's table, until a time or until unpinned. Moderators.

    `Conflict` where ten are pinned; `Invalid` for a time that is past.
    """
    if until is not None and until <= timezone.now():
        raise Invalid.field("/until", "This time is past.", code="past")

    def change(discussion: Discussion) -> None:
        Space.objects.select_for_update(no_key=True).get(pk=discussion.space_id)  # counts pins one at a time
        pinned = Discussion.objects.filter(space_id=discussion.space_id).pinned().exclude(pk=discussion.pk)
        if pinned.count() >= MAX_PINNED:
            raise Conflict(f"At most {MAX_PINNED} discussions of a space are pinned.", code="too_many_pinned")
        discussion.pinned_at, discussion.pinned_until = timezone.now(), until
        discussion.save(update_fields=["pinned_at", "pinned_until"])

    return _moderate(
        discussion_id,
        acting_user,
        policies.pin,
        verb="discussion.pinned",
        reason=reason,
        done=lambda discussion: discussion.is_pinned and discussion.pinned_until == until,
        change=change,
    )


@transaction.atomic
def unpin(discussion_id: UUID, *, acting_user: User, reason: str = "") -> Discussion:
    """Take a discussion from the top of the table. Moderators."""

    def change(discussion: Discussion) -> None:
        discussion.pinned_at = discussion.pinned_until = None
        discussion.save(update_fields=["pinned_at", "pinned_until"])

    return _moderate(
        discussion_id,
        acting_user,
        policies.unpin,
        verb="discussion.unpinned",
        reason=reason,
        done=lambda discussion: not discussion.is_pinned,
        change=change,
    )


@transaction.atomic
def hide(discussion_id: UUID, *, acting_user: User, reason: str = "") -> Discussion:
    """Hide a discussion with all its posts from everybody but moderators, at once and in search too.
    Moderators.
    """

    def change(discussion: Discussion) -> None:
        counters.withdrawn(discussion)
        discussion.hidden_at = timezone.now()
        discussion.save(update_fields=["hidden_at"])
        withdraw(discussion)

    return _moderate(
        discussion_id,
        acting_user,
        policies.hide,
        verb="discussion.hidden",
        reason=reason,
        done=lambda discussion: discussion.hidden_at is not None,
        change=change,
    )


@transaction.atomic
def unhide(discussion_id: UUID, *, acting_user: User, reason: str = "") -> Discussion:
    """Show a hidden discussion again. Moderators."""

    def change(discussion: Discussion) -> None:
        discussion.hidden_at = None
        discussion.save(update_fields=["hidden_at"])
        counters.opened(discussion)
        _reindex(discussion, posts=True)

    return _moderate(
        discussion_id,
        acting_user,
        policies.unhide,
        verb="discussion.unhidden",
        reason=reason,
        done=lambda discussion: discussion.hidden_at is None,
        change=change,
    )


@transaction.atomic
def delete(discussion_id: UUID, *, acting_user: User, reason: str = "") -> None:
    """Remove a discussion: moderators still see it. The author while nobody replied, and moderators."""
    viewer = viewer_of(acting_user)
    discussion = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    require(policies.delete_discussion, viewer, discussion)
    if discussion.is_counted:
        counters.withdrawn(discussion)
    discussion.deleted_at = timezone.now()
    discussion.save(update_fields=["deleted_at"])
    withdraw(discussion)
    _note("discussion.deleted", discussion, acting_user, reason)


@transaction.atomic
def accept_answer(discussion_id: UUID, post_id: UUID, *, acting_user: User) -> Discussion:
    """Mark a published reply as the question's answer, instead of any other. Who asked, and moderators."""
    viewer = viewer_of(acting_user)
    discussion = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    require(policies.accept_answer, viewer, discussion)
    post = Post.objects.visible(viewer).filter(discussion_id=discussion.pk, pk=post_id).first()
    if post is None:
        raise Invalid.field("/post", "There is no such reply in this discussion.", code="unknown_post")
    post.discussion = discussion
    require(policies.accept_post, viewer, post)
    if discussion.accepted_post_id == post.pk:
        return discussion
    _set_accepted(discussion, post)
    _note("discussion.answer_accepted", discussion, acting_user, "", concerns=post.author_id)
    return discussion


@transaction.atomic
def unaccept_answer(discussion_id: UUID, *, acting_user: User) -> Discussion:
    """The question has no accepted answer any more. Who asked, and moderators."""
    viewer = viewer_of(acting_user)
    discussion = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    require(policies.accept_answer, viewer, discussion)
    if discussion.accepted_post_id is not None:
        _set_accepted(discussion, None)
        _note("discussion.answer_unaccepted", discussion, acting_user, "")
    return discussion


def drop_answer(discussion: Discussion) -> None:
    """The accepted answer is gone (deleted, hidden, moved): the question is open again. Locked by the
    caller.
    """
    _set_accepted(discussion, None)


def withdraw(discussion: Discussion) -> None:
    """Take a discussion and all its posts out of search with this transaction's commit."""
    handle = key("discussion", discussion.pk)
    outbox.enqueue("discussion", [discussion.pk], withdraw=handle)
    outbox.enqueue("post", _post_ids(discussion), withdraw=handle)


def _moderate(
    discussion_id: UUID,
    acting_user: User,
    policy: Callable[[Viewer, Discussion], Refusal | None],
    *,
    verb: str,
    reason: str,
    done: Callable[[Discussion], bool],
    change: Callable[[Discussion], None],
) -> Discussion:
    """An act of moderation: nothing happens where it is done already, so that it can be repeated."""
    viewer = viewer_of(acting_user)
    discussion = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    require(policies.moderate_discussion, viewer, discussion)
    if done(discussion):
        return discussion
    require(policy, viewer, discussion)
    before = discussion.status
    change(discussion)
    changes = {"status": [before, discussion.status]} if discussion.status != before else {}
    _note(verb, discussion, acting_user, reason, changes=changes)
    return discussion


def _set_status(discussion: Discussion, status: str) -> None:
    discussion.status = status
    discussion.version += 1
    discussion.save(update_fields=["status", "version"])
    outbox.enqueue("discussion", [discussion.pk])


def _open_status(discussion: Discussion) -> str:
    return Status.OPEN if discussion.accepted_post_id is None else Status.ANSWERED


def _set_accepted(discussion: Discussion, post: Post | None) -> None:
    changed = {discussion.accepted_post_id, post.pk if post else None} - {None}
    discussion.accepted_post = post
    if discussion.status in {Status.OPEN, Status.ANSWERED}:
        discussion.status = _open_status(discussion)
    discussion.version += 1
    discussion.save(update_fields=["accepted_post", "status", "version"])
    outbox.enqueue("discussion", [discussion.pk])
    outbox.enqueue("post", [post_id for post_id in changed if post_id is not None])


def _note(
    verb: str,
    discussion: Discussion,
    acting_user: User,
    reason: str,
    *,
    changes: Mapping[str, object] | None = None,
    concerns: UUID | None = None,
) -> None:
    audit.record(
        verb,
        discussion,
        actor=acting_user,
        reason=reason,
        changes=changes,
        concerns=concerns or discussion.author_id,
        space_id=discussion.space_id,
    )


def _reindex(discussion: Discussion, *, posts: bool, restricting: bool = False) -> None:
    outbox.enqueue("discussion", [discussion.pk], restricting=restricting)
    if posts:
        outbox.enqueue("post", _post_ids(discussion), restricting=restricting)


def _post_ids(discussion: Discussion) -> list[UUID]:
    return list(Post.objects.filter(discussion_id=discussion.pk).values_list("pk", flat=True))
