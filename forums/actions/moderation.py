"""Moderators' acts on posts, and decisions on cases. Acts on whole discussions: `discussions`, `moves`.

Every act takes a reason, is logged, tells the author, and can be undone (`undoing`).
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, Invalid
from experts.models import User
from experts.policies import require
from forums import moderation_policies
from forums.actions import acts, flags, notices, states
from forums.actions.common import locked_post, viewer_of
from forums.models import Case, Discussion, Post

State = Post.State

# What may be decided on a case, and whether the flags were wrong.
DECISIONS = {"dismiss": True, "uphold": False, "hide": False, "delete": False}


@transaction.atomic
def approve_post(post_id: UUID, *, acting_user: User, reason: str) -> Post:
    """Let a post appear that waits for a moderator; an opening post brings its discussion. Moderators.

    On a post that is shown already, the flags are dismissed. `Conflict` for a hidden or deleted post.
    """
    reason = acts.reason_given(reason)
    viewer = viewer_of(acting_user)
    post = locked_post(viewer, post_id)
    require(moderation_policies.approve_post, viewer, post)
    approve(post, actor=acting_user, reason=reason)
    flags.settle(post, dismissed=True, actor=acting_user, reason=reason)
    return post


@transaction.atomic
def hide_post(post_id: UUID, *, acting_user: User, reason: str) -> Post:
    """Hide a reply from all but its author and moderators; where others replied, a tombstone stays.

    Moderators. Flags on it are upheld. Nothing changes for a hidden one. `Conflict` for an opening post: hide
    the discussion.
    """
    return _take_away(post_id, State.HIDDEN, acting_user, reason)


@transaction.atomic
def delete_post(post_id: UUID, *, acting_user: User, reason: str) -> Post:
    """Delete a reply as a moderator: as `hide_post`, but the author does not see it either."""
    return _take_away(post_id, State.DELETED, acting_user, reason)


@transaction.atomic
def restore_post(post_id: UUID, *, acting_user: User, reason: str) -> Post:
    """Show a hidden or deleted reply again. Moderators. Nothing changes for a published one."""
    reason = acts.reason_given(reason)
    viewer = viewer_of(acting_user)
    post = locked_post(viewer, post_id)
    require(moderation_policies.moderate_post, viewer, post)
    if post.state == State.PENDING:
        raise Conflict("This post waits for a moderator: approve it.", code="not_hidden")
    if post.state != State.PUBLISHED:
        set_state(post, State.PUBLISHED, "post.restored", actor=acting_user, reason=reason)
    return post


@transaction.atomic
def decide(case_id: UUID, decision: str, *, acting_user: User, reason: str) -> Case:
    """Decide a case: ``dismiss`` (nothing is wrong; a held post appears), ``uphold`` (it is, and was dealt
    with), ``hide`` or ``delete`` the post (of an opening post: the discussion).

    Whoever the case is there for, so also the secretariat in a space where it does not moderate. `Denied` for
    a decided case.
    """
    if decision not in DECISIONS:
        raise Invalid.field("/decision", f"One of {', '.join(DECISIONS)}.", code="unknown_choice")
    reason = acts.reason_given(reason)
    viewer = viewer_of(acting_user)
    case = flags.locked_case(viewer, case_id)
    require(moderation_policies.decide_case, viewer, case)
    post = case.post
    if decision == "dismiss" and post.state == State.PENDING:
        approve(post, actor=acting_user, reason=reason)
    elif decision in {"hide", "delete"}:
        remove(post, State.HIDDEN if decision == "hide" else State.DELETED, actor=acting_user, reason=reason)
    status = Case.Status.DISMISSED if DECISIONS[decision] else Case.Status.UPHELD
    flags.close(case, status, actor=acting_user, reason=reason)
    return case


def approve(post: Post, *, actor: User, reason: str) -> None:
    """A held post appears. Locked by the caller with its discussion."""
    if post.state == State.PUBLISHED:
        return
    if post.state != State.PENDING:
        raise Conflict("This post is hidden or deleted: restore it.", code="not_pending")
    before = acts.state(post, ["state"])
    if post.is_opening:
        states.publish_held_discussion(post)
    else:
        states.publish_held(post)
    _note("post.approved", post, before, actor=actor, reason=reason)
    notices.post_published(post, post.discussion, mentioned=post.mentioned_ids)


def remove(post: Post, state: str, *, actor: User, reason: str) -> None:
    """Hide or delete a post; of an opening post, the discussion. Locked by the caller with its discussion."""
    if post.is_opening:
        column = "hidden_at" if state == State.HIDDEN else "deleted_at"
        verb = "discussion.hidden" if state == State.HIDDEN else "discussion.deleted"
        set_discussion(post.discussion, {column: timezone.now()}, verb, actor=actor, reason=reason)
    elif post.state != state:
        verb = "post.hidden" if state == State.HIDDEN else "post.deleted"
        set_state(post, state, verb, actor=actor, reason=reason)


def set_state(post: Post, state: str, verb: str, *, actor: User, reason: str) -> None:
    """Change a reply's state, log it and tell the author."""
    before = acts.state(post, ["state"])
    accepted = post.discussion.accepted_post_id == post.pk
    states.set_post(post, state)
    _note(
        verb,
        post,
        before,
        actor=actor,
        reason=reason,
        more={"is_accepted": [True, False]} if accepted else {},
    )


def set_discussion(
    discussion: Discussion, values: dict[str, object], verb: str, *, actor: User, reason: str
) -> None:
    """Change a discussion's columns, log it and tell the author. Nothing happens where nothing changes."""
    before = acts.state(discussion, values)
    states.set_discussion(discussion, values)
    if changes := acts.difference(before, discussion):
        acts.note(
            verb,
            discussion,
            actor=actor,
            reason=reason,
            changes=changes,
            concerns=discussion.author_id,
            space_id=discussion.space_id,
        )


def _take_away(post_id: UUID, state: str, acting_user: User, reason: str) -> Post:
    reason = acts.reason_given(reason)
    viewer = viewer_of(acting_user)
    post = locked_post(viewer, post_id)
    require(moderation_policies.moderate_post, viewer, post)
    if post.is_opening:
        raise Conflict(
            "An opening post goes with its discussion: act on the discussion.", code="opening_post"
        )
    if post.state != state:
        remove(post, state, actor=acting_user, reason=reason)
        flags.settle(post, dismissed=False, actor=acting_user, reason=reason)
    return post


def _note(
    verb: str,
    post: Post,
    before: dict[str, object],
    *,
    actor: User,
    reason: str,
    more: dict[str, object] | None = None,
) -> None:
    acts.note(
        verb,
        post,
        actor=actor,
        reason=reason,
        changes=acts.difference(before, post) | (more or {}),
        concerns=post.author_id,
        space_id=post.discussion.space_id,
    )
