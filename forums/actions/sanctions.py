"""Warning, silencing and banning people, in a space or on the whole site, for a time or until lifted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, Invalid, NotFound
from experts.models import User
from experts.policies import require
from forums import policies
from forums.actions import acts
from forums.actions.common import locked, viewer_of
from forums.models import Membership, Sanction, Space


@transaction.atomic
def impose(
    user_id: UUID,
    kind: str,
    *,
    acting_user: User,
    reason: str,
    space_id: UUID | None = None,
    ends_at: datetime | None = None,
) -> Sanction:
    """Warn, silence or ban a person in a space (with all below it), or everywhere (the secretariat). A
    reason is needed.

    Moderators sanction members, owners also moderators; nobody themselves, nobody an owner. `Conflict` where
    the person has that sanction there already.
    """
    if kind not in Sanction.Kind.values:
        raise Invalid.field("/kind", f"One of {', '.join(Sanction.Kind.values)}.", code="unknown_choice")
    reason = acts.reason_given(reason)
    if ends_at is not None and ends_at <= timezone.now():
        raise Invalid.field("/ends_at", "This time is past.", code="past")
    if ends_at is not None and kind == Sanction.Kind.WARNING:
        raise Invalid.field("/ends_at", "A warning takes nothing away: it does not end.", code="unexpected")
    viewer = viewer_of(acting_user)
    if space_id is None:
        require(policies.sanction_everywhere, viewer, None)
    else:
        space = locked(Space.objects.readable(viewer), pk=space_id)
        require(policies.moderate, viewer, space)
        membership = Membership.objects.filter(space=space, user_id=user_id).first()
        role = membership.role if membership else None
        require(lambda who, where: policies.sanction(who, where, role), viewer, space)
    person = User.objects.select_for_update(no_key=True).filter(pk=user_id, is_system=False).first()
    if person is None:
        raise Invalid.field("/user", "There is no such person.", code="unknown_user")
    if person == acting_user:
        raise Invalid.field("/user", "One does not sanction oneself.", code="oneself")
    held = Sanction.objects.active()
    held = held.filter(space__isnull=True) if space_id is None else held.filter(space_id=space_id)
    if kind != Sanction.Kind.WARNING and held.filter(user=person, kind=kind).exists():
        raise Conflict("This person has that sanction here already.", code="already_sanctioned")
    sanction = Sanction.objects.create(
        space_id=space_id, user=person, kind=kind, reason=reason, created_by=acting_user, ends_at=ends_at
    )
    acts.note(
        f"sanction.{kind}",
        sanction,
        actor=acting_user,
        reason=reason,
        changes={"in_force": [False, True]},
        concerns=person.pk,
        space_id=space_id,
    )
    return sanction


@transaction.atomic
def lift(sanction_id: UUID, *, acting_user: User, reason: str) -> Sanction:
    """End a sanction before its time. Moderators of its space; the secretariat for the whole site's."""
    reason = acts.reason_given(reason)
    viewer = viewer_of(acting_user)
    sanction = Sanction.objects.select_for_update(no_key=True).filter(pk=sanction_id).first()
    if sanction is None:
        raise NotFound
    if sanction.space_id is None:
        if not viewer.is_secretariat:
            raise NotFound
    else:
        if not policies.moderates(viewer, sanction.space_id):
            raise NotFound
        require(policies.moderate, viewer, Space.objects.get(pk=sanction.space_id))
    if sanction.lifted_at is None:
        sanction.lifted_at = timezone.now()
        sanction.save(update_fields=["lifted_at"])
        acts.note(
            "sanction.lifted",
            sanction,
            actor=acting_user,
            reason=reason,
            changes={"in_force": [True, False]},
            concerns=sanction.user_id,
            space_id=sanction.space_id,
        )
    return sanction
