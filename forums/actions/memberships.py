"""Who belongs to a space: joining, asking, leaving, roles, whole networks."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, Invalid, NotFound
from experts import audit
from experts.models import Network, User
from experts.policies import require
from forums import access, grants, policies, text
from forums.actions import acts, notices
from forums.actions.common import locked, viewer_of
from forums.models import JoinRequest, Membership, NetworkGrant, Role, Space

MAX_MESSAGE = 2_000
LAST_OWNER = "A space keeps at least one owner: make somebody else an owner first."


@transaction.atomic
def join(space_id: UUID, *, acting_user: User) -> Membership:
    """Become a member of a space that is free to join. A member's role stays as it is.

    `Denied` for a space that takes requests or invitations only, for who is banned, for an archived one.
    """
    viewer = viewer_of(acting_user)
    space = locked(Space.objects.visible(viewer), pk=space_id)
    membership = Membership.objects.filter(space=space, user=acting_user).first()
    if membership is not None and not access.spaces(viewer)[space.pk].banned:
        return membership
    require(policies.join, viewer, space)
    return admit(space, acting_user, Role.MEMBER)


@transaction.atomic
def leave(space_id: UUID, *, acting_user: User) -> None:
    """Stop being a member. `Conflict` for the last owner; `Denied` for who is no member."""
    viewer = viewer_of(acting_user)
    space = locked(Space.objects.visible(viewer), pk=space_id)
    require(policies.leave, viewer, space)
    _keep_an_owner(space, acting_user.pk)
    grants.take(space.pk, [acting_user.pk])
    audit.record("membership.left", space, actor=acting_user, concerns=acting_user.pk, space_id=space.pk)


@transaction.atomic
def ask(space_id: UUID, *, acting_user: User, message: str = "", answers: Sequence[str] = ()) -> JoinRequest:
    """Ask to become a member. ``answers`` belong to the space's questions, in their order; every one is
    wanted.

    One request waits at a time: asking again changes it.
    """
    viewer = viewer_of(acting_user)
    space = locked(Space.objects.visible(viewer), pk=space_id)
    require(policies.ask_to_join, viewer, space)
    if len(answers) != len(space.join_questions):
        raise Invalid.field(
            "/answers", f"Answer each of the {len(space.join_questions)} questions.", code="answers_wanted"
        )
    answered = [
        {"question": question, "answer": text.body(answer, pointer=f"/answers/{number}", length=MAX_MESSAGE)}
        for number, (question, answer) in enumerate(zip(space.join_questions, answers, strict=True))
    ]
    request, is_new = JoinRequest.objects.update_or_create(
        space=space,
        user=acting_user,
        status=JoinRequest.Status.WAITING,
        defaults={
            "message": text.body(message, pointer="/message", length=MAX_MESSAGE, blank=True),
            "answers": answered,
        },
    )
    if is_new:
        notices.asked_to_join(request)
    return request


@transaction.atomic
def withdraw_request(request_id: UUID, *, acting_user: User) -> JoinRequest:
    """Take one's own waiting request back; `NotFound` for anybody else's."""
    request = locked(JoinRequest.objects.filter(user=acting_user), pk=request_id)
    return _decide(request, acting_user, JoinRequest.Status.WITHDRAWN, "")


@transaction.atomic
def decide_request(request_id: UUID, *, acting_user: User, accept: bool, note: str = "") -> JoinRequest:
    """Let the person in, or not; ``note`` is what they are told, needed to decline. Moderators; `Conflict` if
    it is decided already.
    """
    viewer = viewer_of(acting_user)
    space_id = JoinRequest.objects.filter(pk=request_id).values_list("space_id", flat=True).first()
    if space_id is None:
        raise NotFound
    space = locked(Space.objects.readable(viewer), pk=space_id)
    if not policies.moderates(viewer, space.pk):
        raise NotFound  # others are not told who asked
    require(policies.decide_requests, viewer, space)
    request = locked(JoinRequest.objects.select_related("user"), pk=request_id)
    status = JoinRequest.Status.ACCEPTED if accept else JoinRequest.Status.DECLINED
    _decide(request, acting_user, status, text.body(note, pointer="/note", length=MAX_MESSAGE, blank=accept))
    if accept and not Membership.objects.filter(space=space, user=request.user).exists():
        admit(space, request.user, Role.MEMBER)
    acts.note(
        f"join_request.{status}",
        space,
        actor=acting_user,
        reason=request.note,
        concerns=request.user_id,
        space_id=space.pk,
    )
    return request


@transaction.atomic
def set_role(space_id: UUID, user_id: UUID, role: str, *, acting_user: User, reason: str = "") -> Membership:
    """Give a member another role. Owners only; `NotFound` for who is no member, `Conflict` for the last
    owner.
    """
    viewer = viewer_of(acting_user)
    space = locked(Space.objects.visible(viewer), pk=space_id)
    require(policies.manage, viewer, space)
    membership = _membership(space, user_id)
    if role not in Role.values:
        raise Invalid.field("/role", f"One of {', '.join(Role.values)}.", code="unknown_choice")
    before = membership.role
    if before == role:
        return membership
    reason = text.body(reason, pointer="/reason", length=acts.MAX_REASON, blank=True)
    if before == Role.OWNER:
        _keep_an_owner(space, user_id)
    grants.give(space.pk, {user_id: role})
    acts.note(
        "membership.role_set",
        space,
        actor=acting_user,
        reason=reason,
        changes={"role": [before, role]},
        concerns=user_id,
        space_id=space.pk,
    )
    membership.role = role
    return membership


@transaction.atomic
def remove(space_id: UUID, user_id: UUID, *, acting_user: User, reason: str) -> None:
    """Remove a member, who is told why. Moderators remove observers and members, owners anybody but the
    last owner; nobody does without a reason."""
    viewer = viewer_of(acting_user)
    space = locked(Space.objects.visible(viewer), pk=space_id)
    require(policies.moderate, viewer, space)
    membership = _membership(space, user_id)
    reason = acts.reason_given(reason)
    require(lambda who, where: policies.remove_member(who, where, membership.role), viewer, space)
    _keep_an_owner(space, user_id)
    grants.take(space.pk, [user_id])
    acts.note(
        "membership.removed",
        space,
        actor=acting_user,
        reason=reason,
        changes={"role": [membership.role, None]},
        concerns=user_id,
        space_id=space.pk,
    )


@transaction.atomic
def set_network_role(space_id: UUID, network_slug: str, role: str, *, acting_user: User) -> NetworkGrant:
    """Give all people of a network a role in the space, now and whoever joins the network later. Owners
    only.
    """
    viewer = viewer_of(acting_user)
    space = locked(Space.objects.visible(viewer), pk=space_id)
    require(policies.manage, viewer, space)
    if role not in Role.values or role == Role.OWNER:
        raise Invalid.field("/role", "One of observer, member, moderator.", code="unknown_choice")
    network = Network.objects.filter(slug=network_slug).first()
    if network is None:
        raise Invalid.field("/network", "There is no such network.", code="unknown_network")
    grant = grants.give_network(space.pk, network, role)
    audit.record(
        "network_grant.set",
        space,
        actor=acting_user,
        changes={"network": [None, network.slug], "role": [None, role]},
        space_id=space.pk,
    )
    return grant


@transaction.atomic
def remove_network(space_id: UUID, network_slug: str, *, acting_user: User, reason: str = "") -> None:
    """Take a network's role in the space away. Owners only; `NotFound` where it has none."""
    viewer = viewer_of(acting_user)
    space = locked(Space.objects.visible(viewer), pk=space_id)
    require(policies.manage, viewer, space)
    network = Network.objects.filter(slug=network_slug).first()
    if network is None or not grants.take_network(space.pk, network):
        raise NotFound
    audit.record(
        "network_grant.removed",
        space,
        actor=acting_user,
        reason=reason,
        changes={"network": [network.slug, None]},
        space_id=space.pk,
    )


def admit(space: Space, user: User, role: str) -> Membership:
    """Make a person a member; any request of theirs that waits is settled. The caller has locked the
    space.
    """
    grants.give(space.pk, {user.pk: role})
    JoinRequest.objects.filter(space=space, user=user, status=JoinRequest.Status.WAITING).update(
        status=JoinRequest.Status.ACCEPTED, decided_at=timezone.now()
    )
    audit.record("membership.joined", space, actor=user, concerns=user.pk, space_id=space.pk)
    return Membership.objects.get(space=space, user=user)


def _decide(request: JoinRequest, acting_user: User, status: str, note: str) -> JoinRequest:
    if request.status != JoinRequest.Status.WAITING:
        raise Conflict("This request is settled already.", code="already_decided")
    request.status, request.note = status, note
    request.decided_at, request.decided_by = timezone.now(), acting_user
    request.save(update_fields=["status", "note", "decided_at", "decided_by"])
    return request


def _membership(space: Space, user_id: UUID) -> Membership:
    membership = Membership.objects.filter(space=space, user_id=user_id).first()
    if membership is None:
        raise NotFound
    return membership


def _keep_an_owner(space: Space, user_id: UUID) -> None:
    """Refuse to let the last owner go; the space's lock keeps two from leaving at once."""
    owners = Membership.objects.filter(space=space, role=Role.OWNER).values_list("user_id", flat=True)
    if set(owners) == {user_id}:
        raise Conflict(LAST_OWNER, code="last_owner")
