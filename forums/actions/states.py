"""Changing what a post or a discussion is, with figures, search and the accepted answer in step.

No questions are asked and nothing is logged here: that is done by the actions that call this. They hold the
row locks, the discussion's before the post's.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any
from uuid import UUID

from django.utils import timezone

from experts.models import User
from forums import counters, tags
from forums.actions import writing
from forums.actions.writing import Written
from forums.models import Discussion, Post, PostAttachment, PostRevision
from search import outbox
from search.documents import key

State, Status = Post.State, Discussion.Status
REVISION_REASON = 500


def set_post(post: Post, state: str) -> None:
    """Give a reply another state. ``post.discussion`` is loaded and locked."""
    was_published = post.state == State.PUBLISHED
    post.state = State(state)
    post.version += 1
    post.save(update_fields=["state", "version"])
    if post.state == State.PUBLISHED:
        counters.post_shown(post.discussion, post)
        outbox.enqueue("post", [post.pk])
        return
    if was_published:
        counters.post_withdrawn(post.discussion, post)
    if post.discussion.accepted_post_id == post.pk:
        set_discussion(
            post.discussion, {"accepted_post_id": None, "status": _without_answer(post.discussion)}
        )
    outbox.enqueue("post", [post.pk], withdraw=key("post", post.pk))


def rewrite(post: Post, written: Written, *, language: str, editor: User, reason: str) -> None:
    """Give a post another text; what it said is kept as a revision. Its old text is not found any more."""
    now = timezone.now()
    before = writing.attachment_ids(post)
    PostRevision.objects.create(
        post=post,
        version=post.version,
        body=post.body,
        language=post.language,
        quotes=post.quotes,
        attachment_ids=before,
        replaced_by=editor,
        replaced_at=now,
        reason=reason[:REVISION_REASON],
    )
    changed = writing.columns(written) | {
        "language": language,
        "version": post.version + 1,
        "edited_at": now,
    }
    for name, value in changed.items():
        setattr(post, name, value)
    post.save(update_fields=list(changed))
    if before != [file.pk for file in written.attachments]:
        PostAttachment.objects.filter(post=post).delete()
        writing.attach(post, written)
    outbox.enqueue("post", [post.pk], restricting=True)
    if post.is_opening:
        outbox.enqueue("discussion", [post.discussion_id], restricting=True)


def publish_held(post: Post) -> None:
    """A reply that was held appears as if it were written now: at the end, unread by everybody. Nobody has
    answered it, for nobody could read it."""
    discussion = post.discussion
    post.position = discussion.last_position + 1
    post.path = [*(post.parent.path if post.parent else ()), post.position]
    post.state = State.PUBLISHED
    post.created_at = timezone.now()
    post.version += 1
    post.save(update_fields=["position", "path", "state", "created_at", "version"])
    counters.replied(discussion, post)
    outbox.enqueue("post", [post.pk])


def publish_held_discussion(post: Post) -> None:
    """A discussion whose opening post was held appears as if it were started now."""
    discussion = post.discussion
    post.state = State.PUBLISHED
    post.created_at = timezone.now()
    post.version += 1
    post.save(update_fields=["state", "created_at", "version"])
    discussion.created_at = discussion.last_post_at = post.created_at
    discussion.save(update_fields=["created_at", "last_post_at"])
    set_discussion(discussion, {"status": Status.OPEN})


def set_discussion(discussion: Discussion, values: Mapping[str, Any]) -> None:
    """Give a discussion's columns these values."""
    changed = {name: value for name, value in values.items() if getattr(discussion, name) != value}
    if not changed:
        return
    before = copy(discussion)
    for name, value in changed.items():
        setattr(discussion, name, value)
    new_readers = "space_id" in changed or before.is_counted != discussion.is_counted
    if before.space_id != discussion.space_id:
        counters.claim([discussion.pk], [before.space_id, discussion.space_id])
    if new_readers and before.is_counted:
        counters.withdrawn(before)
    discussion.version += 1
    discussion.save(update_fields=[*changed, "version"])
    if changed.keys() & {"space_id", "tags"}:
        tags.ensure(discussion.space_id, discussion.tags)
    if new_readers and discussion.is_counted:
        counters.opened(discussion)
    elif discussion.kind != before.kind:
        counters.kind_changed(discussion, before=before.kind)
    if before.tags != discussion.tags and discussion.is_counted and not new_readers:
        tags.recount(discussion.space_id, before=before.tags, after=discussion.tags)
    _reindex(before, discussion, all_posts=new_readers or before.kind != discussion.kind)


def _without_answer(discussion: Discussion) -> str:
    return Status.OPEN if discussion.status == Status.ANSWERED else discussion.status


def _reindex(before: Discussion, discussion: Discussion, *, all_posts: bool) -> None:
    """Who can no longer read it, or its old title, must not find it from the commit on."""
    renamed = before.title != discussion.title
    withdrawn = before.is_counted and (
        renamed or before.space_id != discussion.space_id or not discussion.is_counted
    )
    handle = key("discussion", discussion.pk) if withdrawn else None
    outbox.enqueue("discussion", [discussion.pk], withdraw=handle)
    if all_posts or renamed:
        outbox.enqueue("post", post_ids(discussion), withdraw=handle)
    elif before.accepted_post_id != discussion.accepted_post_id:
        answers = {before.accepted_post_id, discussion.accepted_post_id}
        outbox.enqueue("post", [post_id for post_id in answers if post_id is not None])


def reindex(discussion: Discussion) -> None:
    """What search knows of it, and of its posts through it, changed (its topics)."""
    outbox.enqueue("discussion", [discussion.pk])
    outbox.enqueue("post", post_ids(discussion))


def post_ids(discussion: Discussion) -> list[UUID]:
    """Every post of a discussion."""
    return list(Post.objects.filter(discussion_id=discussion.pk).values_list("pk", flat=True))
