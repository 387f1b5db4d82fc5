"""Flags, and the cases they make: one open case per post, whatever the number of flags on it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from config.errors import Conflict, Invalid, NotFound
from experts import viewers
from experts.models import AuditEntry, User
from experts.policies import require
from forums import moderation_policies, policies, text
from forums.actions import acts, notices
from forums.actions.common import locked, locked_post, viewer_of
from forums.models import Case, Discussion, Flag, Post
from search.viewer import Viewer

MAX_NOTE = 2_000


@transaction.atomic
def flag(post_id: UUID, *, acting_user: User, reason: str, note: str = "") -> Flag:
    """Say that a post is wrong. It joins the open case about the post, or opens one.

    Whoever reads the post, but for its author. ``note`` is needed with the reason ``other``. `Conflict` for a
    second flag of the same person while the case is open.
    """
    if reason not in Flag.Reason:
        raise Invalid.field("/reason", f"One of {', '.join(Flag.Reason.values)}.", code="unknown_choice")
    note = text.body(note, pointer="/note", length=MAX_NOTE, blank=reason != Flag.Reason.OTHER)
    viewer = viewer_of(acting_user)
    post = locked_post(viewer, post_id)
    require(moderation_policies.flag, viewer, post)
    case = _open_case(post, Case.Kind.FLAGGED)
    if Flag.objects.filter(case=case, user=acting_user).exists():
        raise Conflict("You have flagged this post already.", code="already_flagged")
    flagged = Flag.objects.create(case=case, user=acting_user, reason=reason, note=note)
    Case.objects.filter(pk=case.pk).update(flag_count=F("flag_count") + 1)
    case.flag_count += 1
    if case.flag_count == 1:
        _tell_moderators(case, post, but_not={acting_user.pk})
    return flagged


def opening_post_id(viewer: Viewer, discussion_id: UUID) -> UUID:
    """The post that a flag on a whole discussion is about; `NotFound` where there is none for the viewer."""
    found = Post.objects.visible(viewer).filter(discussion_id=discussion_id, position=1)
    post_id = found.values_list("pk", flat=True).first()
    if post_id is None:
        raise NotFound
    return post_id


def hold(post: Post) -> Case:
    """A post waits for a moderator: a case for the queue. Called by the action that wrote it."""
    case = _open_case(post, Case.Kind.HELD)
    _tell_moderators(case, post, but_not=set())
    return case


@transaction.atomic
def assign(case_id: UUID, user_id: UUID | None, *, acting_user: User) -> Case:
    """Say who looks after a case; None for nobody. Whoever sees the case; `Invalid` on ``/user`` for a person
    for whom it is not there."""
    viewer = viewer_of(acting_user)
    case = locked_case(viewer, case_id)
    require(moderation_policies.decide_case, viewer, case)
    if case.assigned_to_id == user_id:
        return case
    if user_id is not None:
        person = User.objects.filter(pk=user_id).first()
        if person is None or not Case.objects.visible(viewers.resolve(person)).filter(pk=case.pk).exists():
            raise Invalid.field("/user", "This person does not see this case.", code="unknown_user")
    before = acts.state(case, ["assigned_to_id"])
    case.assigned_to_id = user_id
    case.save(update_fields=["assigned_to"])
    _note("case.assigned", case, before, actor=acting_user, reason="")
    return case


@transaction.atomic
def escalate(case_id: UUID, *, acting_user: User, reason: str) -> Case:
    """Hand a case to the secretariat, once. The space's moderators.

    It discloses the post as it is now (its text, its author, the flags) to the secretariat, and nothing else
    of a space that the secretariat may not read.
    """
    reason = acts.reason_given(reason)
    viewer = viewer_of(acting_user)
    case = locked_case(viewer, case_id)
    require(moderation_policies.escalate_case, viewer, case)
    before = acts.state(case, ["escalated_at"])
    case.escalated_at, case.escalated_text = timezone.now(), case.post.body
    case.save(update_fields=["escalated_at", "escalated_text"])
    _note("case.escalated", case, before, actor=acting_user, reason=reason)
    notices.escalated(case, but_not={acting_user.pk, case.post.author_id})
    return case


def locked_case(viewer: Viewer, case_id: UUID) -> Case:
    """A case that is there for the viewer, with ``case.post.discussion``; all locked, the discussion first.

    The case is what opens the way to the post here: the secretariat may not read every post it decides on.
    """
    found = Case.objects.visible(viewer).filter(pk=case_id)
    ids = found.values_list("post__discussion_id", "post_id").first()
    if ids is None:
        raise NotFound
    discussion = locked(Discussion.objects.select_related("space"), pk=ids[0])
    post = locked(Post.objects.all(), pk=ids[1])
    post.discussion = discussion
    case = locked(Case.objects.visible(viewer), pk=case_id)
    case.post = post
    return case


def settle(post: Post, *, dismissed: bool, actor: User, reason: str) -> None:
    """Decide the open case about a post, if there is one. Locked by the caller with its discussion."""
    case = Case.objects.select_for_update().filter(post=post, status=Case.Status.OPEN).first()
    if case is not None:
        case.post = post
        close(case, Case.Status.DISMISSED if dismissed else Case.Status.UPHELD, actor=actor, reason=reason)


def close(case: Case, status: Case.Status, *, actor: User, reason: str) -> AuditEntry:
    """Note the decision on a case."""
    before = acts.state(case, ["status"])
    case.status, case.decided_at, case.decided_by = status, timezone.now(), actor
    case.save(update_fields=["status", "decided_at", "decided_by"])
    return _note("case.decided", case, before, actor=actor, reason=reason)


def _open_case(post: Post, kind: Case.Kind) -> Case:
    """The post's lock keeps two from opening a case at once."""
    case = Case.objects.filter(post=post, status=Case.Status.OPEN).first()
    if case is not None:
        return case
    author = viewers.resolve(post.author)
    is_about_moderator = policies.moderates(author, post.discussion.space_id)
    return Case.objects.create(post=post, kind=kind, is_about_moderator=is_about_moderator)


def _tell_moderators(case: Case, post: Post, *, but_not: set[UUID]) -> None:
    but_not = but_not | {post.author_id}
    notices.flagged(case, post.discussion.space_id, but_not=but_not)
    if case.is_about_moderator:
        notices.escalated(case, but_not=but_not)


def _note(verb: str, case: Case, before: dict[str, object], *, actor: User, reason: str) -> AuditEntry:
    return acts.note(
        verb,
        case,
        actor=actor,
        reason=reason,
        changes=acts.difference(before, case),
        concerns=None,
        space_id=case.post.discussion.space_id,
    )
