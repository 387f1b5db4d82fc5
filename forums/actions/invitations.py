"""Inviting into a space: one person, whoever holds a link (sent by e-mail or passed on), a whole network."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from config.errors import Conflict, Invalid, NotFound
from experts import audit
from experts.models import Network, User
from experts.policies import require
from forums import access, grants, invitation_policies, policies, text
from forums.actions import memberships, notices
from forums.actions.common import locked, viewer_of
from forums.invitation_links import digest, secret
from forums.models import Invitation, Membership, Role, Space
from forums.notices import jobs

MAX_MESSAGE = 2_000
MAX_USES = 10_000
MAX_HOLDING = 500
HOLDS = dt.timedelta(days=30)
HOLDS_AT_MOST = dt.timedelta(days=366)


@transaction.atomic
def invite(
    space_id: UUID,
    *,
    acting_user: User,
    person: UUID | None = None,
    email: str = "",
    network: str = "",
    role: str = Role.MEMBER,
    message: str = "",
    expires_at: dt.datetime | None = None,
    max_uses: int | None = None,
) -> Invitation:
    """Invite one person, the holder of an e-mail address (who is sent a link), or all people of a network; a
    link to pass on with none of them. It holds 30 days unless said otherwise, at most a year; a link sent by
    e-mail is used once unless said otherwise.

    Moderators invite observers and members, owners also moderators. `Invalid` for people and networks there
    are not, a time that is past, more than one of the three; `Conflict` for a person who belongs to the space
    or is invited already, for who is banned, and for the 501st invitation that holds.
    """
    viewer = viewer_of(acting_user)
    space = locked(Space.objects.readable(viewer), pk=space_id)
    require(policies.invite, viewer, space)
    if role not in Role.values or role == Role.OWNER:
        raise Invalid.field("/role", "One of observer, member, moderator.", code="unknown_choice")
    if role == Role.MODERATOR:
        require(policies.manage, viewer, space)
    if sum(map(bool, (person, email, network))) > 1:
        raise Invalid("One of person, email and network.", code="one_of")
    if Invitation.objects.holding().filter(space=space).count() >= MAX_HOLDING:
        raise Conflict(f"At most {MAX_HOLDING} invitations hold at once.", code="too_many_invitations")
    invitation = Invitation(
        space=space,
        role=role,
        message=text.body(message, pointer="/message", length=MAX_MESSAGE, blank=True),
        created_by=acting_user,
        expires_at=_expiry(expires_at),
        max_uses=_uses(max_uses),
    )
    if person is not None:
        invitation.user, invitation.max_uses = _invitable(space, person), 1
    elif network:
        invitation.network = _network(network)
    else:
        invitation.email = _address(email) if email else ""
        if email and max_uses is None:
            invitation.max_uses = 1
        invitation.token_digest = digest(secret(invitation.pk))
    invitation.save(force_insert=True)
    audit.record(
        "invitation.made",
        invitation,
        actor=acting_user,
        changes={"role": [None, role]},
        concerns=person,
        space_id=space.pk,
    )
    notices.invited(invitation)
    if invitation.email:
        jobs.send_invitation.defer(invitation_id=str(invitation.pk))
    return invitation


@transaction.atomic
def revoke(invitation_id: UUID, *, acting_user: User) -> Invitation:
    """Take an invitation back; whoever came in by it stays. Moderators of the space (others: `NotFound`)."""
    viewer = viewer_of(acting_user)
    moderated = access.spaces_with(viewer, access.MODERATE)
    invitation = locked(Invitation.objects.filter(space_id__in=moderated), pk=invitation_id)
    require(policies.invite, viewer, Space.objects.get(pk=invitation.space_id))
    if invitation.revoked_at is None:
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
        audit.record(
            "invitation.revoked",
            invitation,
            actor=acting_user,
            concerns=invitation.user_id,
            space_id=invitation.space_id,
        )
    return invitation


@transaction.atomic
def accept(invitation_id: UUID, *, acting_user: User) -> Membership:
    """Come in by an invitation that is addressed to one. Whoever has that role already, or a higher one,
    keeps it.

    `NotFound` for an invitation that does not hold; `Denied` for who may not read the space above, and for an
    archived space.
    """
    viewer = viewer_of(acting_user)
    found = Invitation.objects.addressed_to(viewer).filter(pk=invitation_id)
    return _enter(found.values_list("space_id", "pk").first(), acting_user)


@transaction.atomic
def decline(invitation_id: UUID, *, acting_user: User) -> None:
    """Say no to an invitation to oneself. One to a whole network is passed over for oneself: its notice is
    read."""
    viewer = viewer_of(acting_user)
    invitation = locked(Invitation.objects.addressed_to(viewer), pk=invitation_id)
    notices.invitation_settled(invitation, acting_user)
    if invitation.user_id is None:
        return
    invitation.declined_at = timezone.now()
    invitation.save(update_fields=["declined_at"])
    audit.record("invitation.declined", invitation, actor=acting_user, space_id=invitation.space_id)


@transaction.atomic
def redeem(token: str, *, acting_user: User) -> Membership:
    """Come in by a link. Else as `accept`; `Denied` for who is banned."""
    found = Invitation.objects.holding().filter(token_digest=digest(token))
    return _enter(found.values_list("space_id", "pk").first(), acting_user)


def by_token(token: str) -> Invitation:
    """The invitation of a link that can be used now, with space and inviter; `NotFound` otherwise."""
    held = Invitation.objects.holding().select_related("space", "created_by", "user", "network")
    invitation = held.filter(token_digest=digest(token)).first()
    if invitation is None:
        raise NotFound
    return invitation


def _enter(ids: tuple[UUID, UUID] | None, user: User) -> Membership:
    """The space is locked before the invitation, as everywhere."""
    if ids is None:
        raise NotFound
    space = locked(Space.objects.all(), pk=ids[0])
    invitation = locked(Invitation.objects.holding(), pk=ids[1])
    held = Membership.objects.filter(space=space, user=user).first()
    require(invitation_policies.accept, viewer_of(user), space)
    notices.invitation_settled(invitation, user)
    if held is not None and grants.rank(held.role) >= grants.rank(invitation.role):
        return held
    Invitation.objects.filter(pk=invitation.pk).update(use_count=F("use_count") + 1)
    return memberships.admit(space, user, invitation.role)


def _invitable(space: Space, person: UUID) -> User:
    user = User.objects.filter(pk=person, is_system=False, status=User.Status.ACTIVE).first()
    if user is None:
        raise Invalid.field("/person", "There is no such person.", code="unknown_person")
    if Membership.objects.filter(space=space, user=user).exists():
        raise Conflict("This person belongs to the space.", code="already_a_member")
    if Invitation.objects.holding().filter(space=space, user=user).exists():
        raise Conflict("This person is invited already.", code="already_invited")
    here = access.spaces(viewer_of(user)).get(space.pk)
    if here is not None and here.banned:
        raise Conflict("This person is banned: lift that first.", code="banned")
    return user


def _network(slug: str) -> Network:
    network: Network | None = Network.objects.filter(slug=slug).first()
    if network is None:
        raise Invalid.field("/network", "There is no such network.", code="unknown_network")
    return network


def _address(email: str) -> str:
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid.field("/email", "This is no e-mail address.", code="invalid") from None
    return email.lower()


def _expiry(wanted: dt.datetime | None) -> dt.datetime:
    now = timezone.now()
    if wanted is None:
        return now + HOLDS
    if wanted <= now:
        raise Invalid.field("/expires", "This time is past.", code="past")
    if wanted > now + HOLDS_AT_MOST:
        raise Invalid.field("/expires", "An invitation holds a year at most.", code="too_late")
    return wanted


def _uses(wanted: int | None) -> int | None:
    if wanted is not None and not 1 <= wanted <= MAX_USES:
        raise Invalid.field("/max_uses", f"From 1 to {MAX_USES}.", code="out_of_range")
    return wanted
