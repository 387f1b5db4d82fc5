"""Telling people what concerns them. Called by other actions, inside their transaction; then what a person
does with what they were told.

Who is told is decided here; whether they may (still) read it, whenever a notice is shown or sent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, Func, OuterRef, UUIDField, Value
from django.utils import timezone

from config.errors import Invalid, require_version
from experts.models import AuditEntry, User
from forums.arrays import IsOneOf
from forums.models import (
    Cadence,
    Case,
    Discussion,
    Draft,
    Invitation,
    JoinRequest,
    Membership,
    NetworkGrant,
    Notice,
    NoticePreferences,
    Post,
    Role,
)
from forums.notices import jobs, store

Reason = Notice.Reason

MARKED_AT_ONCE = 200


# What happened -----------------------------------------------------------------------------------------


def post_published(post: Post, discussion: Discussion, *, mentioned: Collection[UUID] = ()) -> None:
    """A post became readable: who is named in it, who it answers, and (by a job) who follows.

    ``mentioned`` are people whom the caller found to be able to read it. A person is told once, for the most
    personal reason. One statement, and a second one where somebody follows.
    """
    people: dict[UUID, Reason] = {}
    if not post.is_opening:
        people[discussion.author_id] = Reason.REPLY
        if post.parent_id is not None and post.parent is not None:
            people[post.parent.author_id] = Reason.REPLY
    people |= dict.fromkeys(mentioned, Reason.MENTION)
    people.pop(post.author_id, None)
    followed = store.tell_of_post(
        people,
        post_id=post.pk,
        author_id=post.author_id,
        discussion_id=discussion.pk,
        space_id=discussion.space_id,
    )
    if followed:
        jobs.tell_followers.defer(post_id=str(post.pk))


def mentioned(post: Post, people: Collection[UUID]) -> None:
    """An edit named people that the post did not name before."""
    told = [person for person in people if person != post.author_id]
    store.tell(told, Reason.MENTION, about=post.discussion_id, post_id=post.pk, actor_id=post.author_id)


def liked(post: Post, *, acting_user: User) -> None:
    """Somebody likes a post."""
    if acting_user.pk != post.author_id:
        store.tell(
            [post.author_id], Reason.LIKE, about=post.discussion_id, post_id=post.pk, actor_id=acting_user.pk
        )


def unliked(post: Post, *, acting_user: User) -> None:
    """A like was taken back: the author is not told of it any more."""
    unread = Notice.objects.filter(
        user_id=post.author_id,
        reason=Reason.LIKE,
        about=post.discussion_id,
        read_at__isnull=True,
        actor_ids__contains=[acting_user.pk],
    )
    if unread.filter(count__lte=1).delete()[0]:
        return
    without = Func(F("actor_ids"), Value(acting_user.pk, UUIDField()), function="array_remove")
    unread.update(count=F("count") - 1, actor_ids=without)


def accepted(post: Post, *, acting_user: User) -> None:
    """A post was accepted as the answer."""
    if acting_user.pk != post.author_id:
        store.tell(
            [post.author_id],
            Reason.ACCEPTED,
            about=post.discussion_id,
            post_id=post.pk,
            actor_id=acting_user.pk,
        )


def unaccepted(post: Post) -> None:
    """It is not the accepted answer any more: who has not read of it yet will not."""
    Notice.objects.filter(
        user_id=post.author_id, reason=Reason.ACCEPTED, about=post.discussion_id, read_at__isnull=True
    ).delete()


def invited(invitation: Invitation) -> None:
    """A person, or all people of a network, are invited into a space. (A link tells nobody here.)"""
    if invitation.user_id is not None:
        people = [invitation.user_id]
    elif invitation.network is not None:
        group = User.objects.filter(groups=invitation.network.group_id)
        members = Membership.objects.filter(space_id=invitation.space_id, user=OuterRef("pk"))
        people = list(group.exclude(Exists(members)).values_list("pk", flat=True))
    else:
        return
    store.tell(
        [person for person in people if person != invitation.created_by_id],
        Reason.INVITATION,
        about=invitation.pk,
        actor_id=invitation.created_by_id,
        invitation_id=invitation.pk,
    )


def asked_to_join(request: JoinRequest) -> None:
    """Somebody wants to come into a space: its moderators decide."""
    store.tell(
        moderators(request.space_id),
        Reason.JOIN_REQUEST,
        about=request.space_id,
        actor_id=request.user_id,
    )


def invitation_settled(invitation: Invitation, user: User) -> None:
    """A person has answered an invitation: they need not be told of it any more."""
    Notice.objects.filter(
        user=user, reason=Reason.INVITATION, about=invitation.pk, read_at__isnull=True
    ).update(read_at=timezone.now())


def moderated(entry: AuditEntry, *, also: Collection[UUID] = ()) -> None:
    """A moderator's act: the person it concerns is told what was done and why (and ``also`` these)."""
    people = {*also} | ({entry.concerns} if entry.concerns else set())
    store.tell(sorted(people - {entry.actor_id}), Reason.MODERATION, about=entry.pk, entry_id=entry.pk)


def flagged(case: Case, space_id: UUID, *, but_not: Collection[UUID]) -> None:
    """Something for the moderators of a space to look at."""
    people = [person for person in moderators(space_id) if person not in but_not]
    store.tell(people, Reason.FLAG, about=case.pk, case_id=case.pk)


def escalated(case: Case, *, but_not: Collection[UUID]) -> None:
    """Something for the secretariat to look at."""
    store.tell(
        [person for person in secretariat() if person not in but_not],
        Reason.FLAG,
        about=case.pk,
        case_id=case.pk,
    )


def appealed(entry: AuditEntry, people: Sequence[UUID]) -> None:
    """An appeal was made (to who may decide it) or decided (to who made it)."""
    store.tell(people, Reason.APPEAL, about=entry.pk, entry_id=entry.pk)


def unpublished(draft: Draft) -> None:
    """What somebody had scheduled was refused when its time came."""
    store.tell([draft.user_id], Reason.UNPUBLISHED, about=draft.pk)


def moderators(space_id: UUID) -> list[UUID]:
    """Who moderates a space, themselves or through a network."""
    roles = (Role.MODERATOR, Role.OWNER)
    own = Membership.objects.filter(space_id=space_id, role__in=roles).values_list("user_id")
    networks = NetworkGrant.objects.filter(space_id=space_id, role__in=roles)
    through = User.objects.filter(groups__network__space_grants__in=networks).values_list("pk")
    return [row[0] for row in own.order_by().union(through.order_by()).order_by("user_id")]


def secretariat() -> list[UUID]:
    """The secretariat's people."""
    return list(
        User.objects.filter(is_staff=True, is_system=False, status=User.Status.ACTIVE)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


# What a person does with it ----------------------------------------------------------------------------


def read_up_to(user_id: UUID, discussion_id: UUID, position: int) -> None:
    """A person read a discussion up to a position: notices that tell of no later post are read as well."""
    later = Post.objects.filter(
        IsOneOf(F("pk"), OuterRef("post_ids")),
        discussion_id=discussion_id,
        position__gt=position,
    )
    Notice.objects.filter(
        ~Exists(later),
        user_id=user_id,
        about=discussion_id,
        reason__in=Notice.OF_POSTS,
        read_at__isnull=True,
    ).update(read_at=timezone.now())


def read_all(user_id: UUID, discussion_ids: Collection[UUID]) -> None:
    """A person read these discussions to their end: notices of their posts are read as well."""
    Notice.objects.filter(
        user_id=user_id, about__in=discussion_ids, reason__in=Notice.OF_POSTS, read_at__isnull=True
    ).update(read_at=timezone.now())


@transaction.atomic
def mark_read(ids: Collection[UUID] | None, *, acting_user: User) -> int:
    """Mark notices as read, all of them with None; returns how many were unread. At most 200 ids; those of
    others, or of nobody, are passed over."""
    if ids is not None and len(ids) > MARKED_AT_ONCE:
        raise Invalid.field("/ids", f"At most {MARKED_AT_ONCE} at once.", code="max_length")
    unread = Notice.objects.filter(user_id=acting_user.pk, read_at__isnull=True)
    if ids is not None:
        unread = unread.filter(pk__in=ids)
    return unread.update(read_at=timezone.now())


@transaction.atomic
def set_cadences(
    cadences: Mapping[str, str], *, acting_user: User, expected_version: int | None = None
) -> NoticePreferences:
    """Change when e-mail about some reasons goes out; the others stay. Raises `Invalid` for an unknown reason
    or cadence, `Stale` for another version than expected."""
    for reason, cadence in cadences.items():
        if reason not in Reason:
            raise Invalid.field(f"/cadences/{reason}", "There is no such reason.", code="unknown_field")
        if cadence not in Cadence:
            raise Invalid.field(f"/cadences/{reason}", "There is no such choice.", code="invalid_choice")
    preferences = NoticePreferences.objects.select_for_update().get_or_create(user=acting_user)[0]
    require_version(preferences.version, expected_version)
    preferences.cadences |= {str(reason): str(cadence) for reason, cadence in cadences.items()}
    preferences.version += 1
    preferences.save()
    return preferences
