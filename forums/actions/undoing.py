"""Undoing an act of moderation: from what its entry in the audit log says it changed, and by an entry of
its own.

An undo that would not bring back exactly what was is refused: whoever wants it undoes first what came later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from config.errors import Conflict, NotFound
from experts.models import AuditEntry, User
from experts.policies import require
from forums import access, grants, moderation_policies, policies
from forums.actions import acts, flags, moves, states, writing
from forums.actions.acts import MovedOn, Reverted
from forums.actions.common import locked, viewer_of
from forums.models import Case, Discussion, Membership, Post, PostRevision, Sanction, Space
from forums.moderation_querysets import entries

State, Status = Post.State, Discussion.Status
UNDONE = ".undone"


@transaction.atomic
def undo(entry_id: UUID, *, acting_user: User, reason: str) -> AuditEntry:
    """Undo an act of moderation (or an undo); returns the new entry, whose ``undoes`` is the old one.

    Moderators of the space where it was done; the secretariat for the whole site's. `Conflict` if it is
    undone already, cannot be undone, or what it changed has changed since (code ``state_moved_on``).
    """
    reason = acts.reason_given(reason)
    viewer = viewer_of(acting_user)
    entry = entries(viewer).select_for_update(of=("self",)).filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    require(moderation_policies.undo, viewer, entry)
    if (other := moves.other_space(entry)) is not None:
        require(lambda who, where: policies.in_space(who, where, access.MODERATE), viewer, other)
    return revert(entry, actor=acting_user, reason=reason)


def revert(entry: AuditEntry, *, actor: User, reason: str) -> AuditEntry:
    """Undo an act, whoever decided it. The caller has locked the entry."""
    verb, was_undone = entry.verb.removesuffix(UNDONE), entry.verb.endswith(UNDONE)
    inverse = INVERSES.get(verb)
    if inverse is None or (was_undone and verb in ONE_WAY):
        raise Conflict("This cannot be undone.", code="not_undoable")
    if AuditEntry.objects.filter(undoes=entry).exists():
        raise Conflict("This is undone already.", code="already_undone")
    reverted = inverse(entry, actor)
    return acts.note(
        verb if was_undone else verb + UNDONE,
        reverted.thing,
        actor=actor,
        reason=reason,
        changes=reverted.changes,
        concerns=entry.concerns,
        space_id=entry.space_id,
        undoes=entry,
    )


def is_undoable(entry: AuditEntry) -> bool:
    """Whether there is a way to undo acts of this kind at all."""
    verb = entry.verb.removesuffix(UNDONE)
    return verb in INVERSES and (entry.verb == verb or verb not in ONE_WAY)


# One function per kind of thing: it checks that all is as the act left it, brings back what was before, and
# returns the thing. The discussion's lock is taken before the post's.


def _discussion(entry: AuditEntry, _: User) -> Reverted:
    discussion = locked(Discussion.objects.all(), pk=entry.object_id)
    if discussion.status == Status.MERGED:
        raise MovedOn
    here = entry.changes.get("space_id", [None, str(entry.space_id)])[1]
    if str(discussion.space_id) != here:
        raise MovedOn
    values = acts.values_before(discussion, entry)
    if "space_id" in values and _written_since(discussion, entry):
        raise MovedOn("There are new posts, written for the readers of the other space.")
    if (
        "space_id" in values
        and Space.objects.filter(pk=values["space_id"], archived_at__isnull=False).exists()
    ):
        raise Conflict("The space it came from is archived.", code="space_archived")
    accepted = values.get("accepted_post_id")
    if accepted and not _is_published_reply(discussion, accepted):
        raise MovedOn
    states.set_discussion(discussion, values)
    return _reverted(entry, discussion)


def _post(entry: AuditEntry, _: User) -> Reverted:
    post = _locked_post(entry)
    before, after = entry.changes["state"]
    if post.state != after:
        raise MovedOn
    if before == State.PENDING:
        _hold_again(post)
    elif after == State.PENDING:
        _publish_again(post)
    else:
        states.set_post(post, before)
        _accept_again(post, entry)
    return _reverted(entry, post)


def _post_text(entry: AuditEntry, actor: User) -> Reverted:
    post = _locked_post(entry)
    before, after = entry.changes["version"]
    if post.version != after:
        raise MovedOn
    was = PostRevision.objects.get(post=post, version=before)
    written = writing.as_it_was(post, was)
    if written is None:
        raise MovedOn("A file that went with it is no longer kept.")
    states.rewrite(post, written, language=was.language, editor=actor, reason="")
    return Reverted(post, {"version": [after, post.version]})


def _case(entry: AuditEntry, actor: User) -> Reverted:
    ids = Case.objects.filter(pk=entry.object_id).values_list("post__discussion_id", "post_id").first()
    if ids is None:
        raise MovedOn
    locked(Discussion.objects.all(), pk=ids[0])
    post = locked(Post.objects.all(), pk=ids[1])
    case = locked(Case.objects.all(), pk=entry.object_id)
    for field, value in acts.values_before(case, entry).items():
        setattr(case, field, value)
    if case.status == Case.Status.OPEN:
        if Case.objects.filter(post=post, status=Case.Status.OPEN).exclude(pk=case.pk).exists():
            raise MovedOn("There is another open case about this post.")
        case.decided_at = case.decided_by = None
    else:
        case.decided_at, case.decided_by = timezone.now(), actor
    case.escalated_text = post.body if case.escalated_at else ""
    case.save()
    return _reverted(entry, case)


def _sanction(entry: AuditEntry, _: User) -> Reverted:
    sanction = locked(Sanction.objects.all(), pk=entry.object_id)
    before, after = entry.changes["in_force"]
    if (sanction.lifted_at is None) != after:
        raise MovedOn
    if before and sanction.ends_at is not None and sanction.ends_at <= timezone.now():
        raise MovedOn("Its time is over.")
    sanction.lifted_at = None if before else timezone.now()
    sanction.save(update_fields=["lifted_at"])
    return _reverted(entry, sanction)


def _membership(entry: AuditEntry, _: User) -> Reverted:
    space = locked(Space.objects.all(), pk=entry.object_id)
    before, after = entry.changes["role"]
    if entry.concerns is None:
        raise MovedOn
    membership = Membership.objects.filter(space=space, user_id=entry.concerns).first()
    if (membership.role if membership else None) != after:
        raise MovedOn
    if before is None:
        grants.take(space.pk, [entry.concerns])
    else:
        grants.give(space.pk, {entry.concerns: before})
    return _reverted(entry, space)


type Inverse = Callable[[AuditEntry, User], Reverted]
INVERSES: Mapping[str, Inverse] = {
    **dict.fromkeys(
        [
            f"discussion.{act}"
            for act in (
                "edited", "kind_changed", "closed", "reopened", "archived", "pinned", "unpinned",
                "hidden", "unhidden", "deleted", "restored", "moved",
            )
        ],
        _discussion,
    ),
    "discussion.split": moves.revert_split,
    "discussion.merged": moves.revert_merge,
    **dict.fromkeys(["post.approved", "post.hidden", "post.deleted", "post.restored"], _post),
    "post.edited": _post_text,
    **dict.fromkeys(["case.decided", "case.escalated"], _case),
    **dict.fromkeys(["sanction.warning", "sanction.silence", "sanction.ban", "sanction.lifted"], _sanction),
    **dict.fromkeys(["membership.removed", "membership.role_set"], _membership),
}  # fmt: skip


# Undone, they are simply done again.
ONE_WAY = frozenset({"discussion.split", "discussion.merged"})


def _reverted(entry: AuditEntry, thing: models.Model) -> Reverted:
    return Reverted(thing, {field: pair[::-1] for field, pair in entry.changes.items()})


def _locked_post(entry: AuditEntry) -> Post:
    """The post the act was about, where it was then, with its discussion."""
    discussion_id = Post.objects.filter(pk=entry.object_id).values_list("discussion_id", flat=True).first()
    discussion = locked(Discussion.objects.all(), pk=discussion_id)
    post = locked(Post.objects.all(), pk=entry.object_id)
    if post.discussion_id != discussion.pk or discussion.space_id != entry.space_id:
        raise MovedOn
    post.discussion = discussion
    return post


def _hold_again(post: Post) -> None:
    """Back to the moderators: refused once others have replied."""
    if post.is_opening:
        if post.discussion.last_position > 1:
            raise MovedOn("Others have replied to it.")
        states.set_discussion(post.discussion, {"status": Status.PENDING})
        post.state = State.PENDING
        post.save(update_fields=["state"])
    else:
        if post.descendant_count:
            raise MovedOn("Others have replied to it.")
        states.set_post(post, State.PENDING)
    flags.hold(post)


def _publish_again(post: Post) -> None:
    if post.is_opening:
        states.publish_held_discussion(post)
    else:
        states.publish_held(post)


def _accept_again(post: Post, entry: AuditEntry) -> None:
    """It was the accepted answer, and no other has been accepted since."""
    discussion = post.discussion
    was_accepted = entry.changes.get("is_accepted", [False])[0] and post.state == State.PUBLISHED
    if was_accepted and discussion.accepted_post_id is None and discussion.kind == Discussion.Kind.QUESTION:
        status = Status.ANSWERED if discussion.status == Status.OPEN else discussion.status
        states.set_discussion(discussion, {"accepted_post_id": post.pk, "status": status})


def _written_since(discussion: Discussion, entry: AuditEntry) -> bool:
    since = Q(created_at__gt=entry.at) | Q(edited_at__gt=entry.at)
    return Post.objects.filter(since, discussion=discussion).exists()


def _is_published_reply(discussion: Discussion, post_id: UUID) -> bool:
    replies = Post.objects.filter(discussion=discussion, state=State.PUBLISHED, position__gt=1)
    return replies.filter(pk=post_id).exists()
