"""Rosters: applying, admission, retiring, and days on which a person cannot go.

Raises `NotFound` for what the acting person may not know of, `Denied` where a policy says no, `Conflict`
where the state of things does not permit it, `Invalid` for what makes no sense.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, Invalid, NotFound
from experts import admission, audit, people, roster_notices, viewers
from experts import roster_policies as policies
from experts.actions import consents
from experts.dates import today
from experts.models import Blackout, Profile, Purpose, Roster, RosterMember, User
from experts.policies import Policy, require, secretariat
from search.viewer import Viewer

Status = RosterMember.Status

MAX_BLACKOUTS = 100


def apply(roster_id: UUID, *, acting_user: User, motivation: str = "") -> RosterMember:
    """Ask to be on a roster, with a published profile that has what the roster wants; also anew after having
    been declined or retired.

    Raises `Conflict` (``consent_required``) for who has not consented to being put forward for call-outs.
    """
    with transaction.atomic():
        viewer, roster = _opened(roster_id, acting_user)
        require(policies.apply_for_roster, viewer, roster)
        admission.check(roster, acting_user)
        member = _place(roster, acting_user, Status.APPLIED)
        member.motivation = motivation
        member.save()
        audit.record("roster.applied", member, actor=acting_user, concerns=acting_user.pk)
        roster_notices.tell_secretariat(roster_notices.APPLIED, member.pk)
        return member


def add(roster_id: UUID, *, acting_user: User, person: UUID) -> RosterMember:
    """The secretariat puts a person who consented to it (see `apply`) on a roster without an application."""
    with transaction.atomic():
        viewer, roster = _opened(roster_id, acting_user)
        require(secretariat, viewer, roster)
        member = _place(roster, people.named(person, viewer, pointer="/person"), Status.ADMITTED)
        member.decided_at = timezone.now()
        member.save()
        audit.record("roster.admitted", member, actor=acting_user, concerns=member.user_id)
        roster_notices.tell(roster_notices.ADMITTED, member.pk, [member.user_id])
        return member


def admit(member_id: UUID, *, acting_user: User) -> RosterMember:
    """Accept an application: the person can be called out from now on."""
    with transaction.atomic():
        member = _open_member(member_id, acting_user, policies.admit_member)
        return _decide(member, Status.ADMITTED, "roster.admitted", acting_user)


def decline(member_id: UUID, *, acting_user: User, reason: str = "") -> RosterMember:
    """Turn an application down; the person is told the reason."""
    with transaction.atomic():
        member = _open_member(member_id, acting_user, policies.admit_member)
        return _decide(member, Status.DECLINED, "roster.declined", acting_user, reason)


def retire(member_id: UUID, *, acting_user: User, reason: str = "") -> RosterMember:
    """End a place or an application. Selections that were made stand."""
    with transaction.atomic():
        member = _open_member(member_id, acting_user, policies.retire_member)
        return _decide(member, Status.RETIRED, "roster.retired", acting_user, reason)


def add_blackout(*, acting_user: User, starts_on: date, ends_on: date, note: str = "") -> Blackout:
    """Days on which the acting person cannot be called out; at most `MAX_BLACKOUTS` that are not over."""
    if ends_on < starts_on:
        raise Invalid.field("/ends_on", "It ends before it starts.", code="end_before_start")
    if ends_on < today():
        raise Invalid.field("/ends_on", "It would be over already.", code="in_the_past")
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=acting_user.pk)
        if Blackout.objects.filter(user=acting_user, ends_on__gte=today()).count() >= MAX_BLACKOUTS:
            raise Conflict(f"At most {MAX_BLACKOUTS}.", code="too_many")
        return Blackout.objects.create(user=acting_user, starts_on=starts_on, ends_on=ends_on, note=note)


def remove_blackout(blackout_id: UUID, *, acting_user: User) -> None:
    """Be available again on these days."""
    with transaction.atomic():
        viewer = viewers.resolve(acting_user)
        deleted, _ = Blackout.objects.visible(viewer).filter(pk=blackout_id).delete()
        if not deleted:
            raise NotFound


def _opened(roster_id: UUID, acting_user: User) -> tuple[Viewer, Roster]:
    viewer = viewers.resolve(acting_user)
    rosters = Roster.objects.visible(viewer).select_for_update(of=("self",), no_key=True)
    roster: Roster | None = rosters.filter(pk=roster_id).first()
    if roster is None:
        raise NotFound
    return viewer, roster


def _place(roster: Roster, user: User, status: RosterMember.Status) -> RosterMember:
    published = Profile.objects.filter(user=user, status=Profile.Status.PUBLISHED)
    if published.select_for_update(no_key=True).first() is None:
        raise Conflict("Only people with a published profile stand on a roster.", code="no_published_profile")
    consents.require_consent(user.pk, Purpose.ROSTERS)
    member: RosterMember | None = RosterMember.objects.filter(roster=roster, user=user).first()
    if member is None:
        return RosterMember(roster=roster, user=user, status=status)
    if member.status in {Status.ADMITTED, status}:
        raise Conflict("They are on the roster, or have applied, already.", code="already_on_roster")
    member.status, member.reason, member.decided_at = status, "", None
    member.applied_at = timezone.now()
    return member


def _open_member(member_id: UUID, acting_user: User, policy: Policy[RosterMember]) -> RosterMember:
    viewer = viewers.resolve(acting_user)
    members = RosterMember.objects.visible(viewer).select_for_update(of=("self",))
    member: RosterMember | None = members.filter(pk=member_id).first()
    if member is None:
        raise NotFound
    require(policy, viewer, member)
    return member


def _decide(
    member: RosterMember, status: RosterMember.Status, verb: str, acting_user: User, reason: str = ""
) -> RosterMember:
    changes = {"status": [member.status, status]}
    member.status, member.reason, member.decided_at = status, reason, timezone.now()
    member.save()
    audit.record(verb, member, actor=acting_user, concerns=member.user_id, reason=reason, changes=changes)
    if member.user_id != acting_user.pk:
        roster_notices.tell(verb, member.pk, [member.user_id])
    return member
