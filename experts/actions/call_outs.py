"""Call-outs: announcing, inviting, answering, selecting.

Each action opens the call-out first (a row lock, then who is acting); selecting also locks the people, in
order, so that two call-outs cannot book one person for a day; the database refuses it in any case. Raises
`NotFound`, `Denied`, `Conflict` and `Invalid` as other actions do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from config.errors import Conflict, Invalid, NotFound, require_version
from experts import audit, call_out_cleaning, roster_notices, viewers
from experts import roster_policies as policies
from experts.actions import editing
from experts.cleaning import Faults
from experts.models import (
    CallOut,
    Deployment,
    Invitation,
    Profile,
    ProfileItem,
    Requirement,
    Roster,
    RosterMember,
    Section,
    User,
)
from experts.policies import Policy, require, secretariat
from search import outbox
from search.viewer import Viewer

MAX_INVITED_AT_ONCE = 100
BOOKED = "They are booked for some of these days."


def announce(roster_id: UUID, *, acting_user: User, values: Mapping[str, Any]) -> CallOut:
    """A new call-out to a roster. ``values`` as `experts.call_out_cleaning.clean` takes them."""
    with transaction.atomic():
        viewer = viewers.resolve(acting_user)
        roster = Roster.objects.visible(viewer).filter(pk=roster_id).first()
        if roster is None:
            raise NotFound
        call_out = CallOut(roster=roster, created_by=acting_user)
        require(secretariat, viewer, call_out)
        requirements = call_out_cleaning.clean(values, call_out)
        call_out.save(force_insert=True)
        Requirement.objects.bulk_create(requirements)
        audit.record(
            "call_out.announced", call_out, actor=acting_user, changes={"title": [None, call_out.title]}
        )
        return call_out


def edit(
    call_out_id: UUID,
    *,
    acting_user: User,
    values: Mapping[str, Any],
    expected_version: int | None = None,
) -> CallOut:
    """Change a call-out. Its days stand once somebody is selected (`Conflict`)."""
    with transaction.atomic():
        _, call_out = _opened(call_out_id, acting_user, policies.run_call_out)
        require_version(call_out.version, expected_version)
        days = (call_out.starts_on, call_out.ends_on)
        requirements = call_out_cleaning.clean(values, call_out)
        booked = call_out.deployments.booked().count()
        if booked and days != (call_out.starts_on, call_out.ends_on):
            raise Conflict("People are booked for its days: release them first.", code="people_booked")
        if booked > call_out.number:
            raise Conflict("More people are selected than that.", code="people_booked")
        call_out.version += 1
        call_out.save()
        if "topics" in values:
            call_out.requirements.filter(topic__isnull=False).delete()
        if "languages" in values:
            call_out.requirements.filter(topic__isnull=True).delete()
        Requirement.objects.bulk_create(requirements)
        audit.record(
            "call_out.edited",
            call_out,
            actor=acting_user,
            changes={name: [None, "changed"] for name in sorted(values)},
        )
        return call_out


def close(call_out_id: UUID, *, acting_user: User) -> CallOut:
    """End inviting and selecting; selections stand."""
    with transaction.atomic():
        _, call_out = _opened(call_out_id, acting_user, policies.run_call_out)
        return _set_status(call_out, CallOut.Status.CLOSED, "call_out.closed", acting_user)


def cancel(call_out_id: UUID, *, acting_user: User, reason: str = "") -> CallOut:
    """Call it off: everybody selected is free again, their missions go from the profiles."""
    with transaction.atomic():
        _, call_out = _opened(call_out_id, acting_user, policies.cancel_call_out)
        released = list(call_out.deployments.booked().select_for_update())
        for deployment in released:
            _release(deployment, acting_user, reason)
        asked = call_out.invitations.filter(
            status__in=(Invitation.Status.PENDING, Invitation.Status.ACCEPTED)
        ).exclude(user__in=[deployment.user_id for deployment in released])
        for invitation in asked:
            roster_notices.tell(roster_notices.CANCELLED, invitation.pk, [invitation.user_id])
        return _set_status(call_out, CallOut.Status.CANCELLED, "call_out.cancelled", acting_user, reason)


def invite(
    call_out_id: UUID,
    *,
    acting_user: User,
    persons: Sequence[UUID],
    respond_by: datetime,
    message: str = "",
) -> list[Invitation]:
    """Ask members of the roster whether they would go; also anew, who has declined or let the time pass.

    Refused by field are who is not on the roster, is invited already, or is booked for one of the days.
    """
    with transaction.atomic():
        viewer, call_out = _opened(call_out_id, acting_user, policies.run_call_out)
        faults = Faults()
        if respond_by <= timezone.now():
            faults.add("/respond_by", "in_the_past", "The deadline has passed.")
        elif respond_by.date() > call_out.starts_on:
            faults.add("/respond_by", "after_start", "The deadline is after the first day.")
        if len(persons) > MAX_INVITED_AT_ONCE:
            faults.add("/persons", "too_many", f"At most {MAX_INVITED_AT_ONCE} at once.")
        faults.raise_any()
        members = set(
            RosterMember.objects.admitted()
            .filter(
                roster=call_out.roster_id,
                user__in=persons,
                user__profile__in=Profile.objects.visible(viewer),
            )
            .values_list("user_id", flat=True)
        )
        present = {one.user_id: one for one in call_out.invitations.select_for_update()}
        booked = _booked(call_out, persons)
        invitations = []
        for position, person in enumerate(persons):
            earlier = present.get(person)
            if person not in members:
                faults.add(
                    f"/persons/{position}", "unknown_person", "There is nobody on the roster like this."
                )
            elif earlier is not None and not _is_open_to_new(earlier):
                faults.add(f"/persons/{position}", "already_invited", "They are invited already.")
            elif person in booked:
                faults.add(f"/persons/{position}", "already_booked", BOOKED)
            else:
                invitation = earlier or Invitation(call_out=call_out, user_id=person)
                invitation.status, invitation.answer = Invitation.Status.PENDING, ""
                invitation.answered_at, invitation.created_by = None, acting_user
                invitation.respond_by, invitation.message = respond_by, message
                present[person] = invitation
                invitations.append(invitation)
        faults.raise_any()
        for invitation in invitations:
            invitation.save()
            audit.record("call_out.invited", invitation, actor=acting_user, concerns=invitation.user_id)
            roster_notices.tell(roster_notices.INVITED, invitation.pk, [invitation.user_id])
        return invitations


def accept(invitation_id: UUID, *, acting_user: User, answer: str = "") -> Invitation:
    """Say that one would go, before the deadline and unless one is booked for a day of it."""
    with transaction.atomic():
        invitation = _open_invitation(invitation_id, acting_user, policies.accept_invitation)
        call_out = invitation.call_out
        if _booked(call_out, [acting_user.pk]):
            raise Conflict("You are booked for some of these days.", code="already_booked")
        return _answer(invitation, Invitation.Status.ACCEPTED, roster_notices.ACCEPTED, acting_user, answer)


def decline(invitation_id: UUID, *, acting_user: User, answer: str = "") -> Invitation:
    """Say that one would not go; also after having accepted, until one is selected."""
    with transaction.atomic():
        invitation = _open_invitation(invitation_id, acting_user, policies.decline_invitation)
        _require_not_selected(invitation)
        return _answer(invitation, Invitation.Status.DECLINED, roster_notices.REFUSED, acting_user, answer)


def withdraw_invitation(invitation_id: UUID, *, acting_user: User) -> Invitation:
    """Take an invitation back, until the person is selected."""
    with transaction.atomic():
        invitation = _open_invitation(invitation_id, acting_user, policies.withdraw_invitation)
        _require_not_selected(invitation)
        invitation.status = Invitation.Status.WITHDRAWN
        invitation.save(update_fields=["status"])
        verb = "call_out.invitation_withdrawn"
        audit.record(verb, invitation, actor=acting_user, concerns=invitation.user_id)
        roster_notices.tell(roster_notices.WITHDRAWN, invitation.pk, [invitation.user_id])
        return invitation


def select(call_out_id: UUID, *, acting_user: User, persons: Sequence[UUID]) -> list[Deployment]:
    """Select people who accepted: books them for the days and puts the mission on their profiles.

    Refused by field are people who did not accept, who are selected already or booked elsewhere, more people
    than there are places, and a selection after which the places left cannot meet the call-out's balance of
    women and men (counting only whose gender the acting person may read).
    """
    with transaction.atomic():
        viewer, call_out = _opened(call_out_id, acting_user, policies.run_call_out)
        users = {user.pk: user for user in _locked_people(persons)}
        selected = set(call_out.deployments.booked().values_list("user_id", flat=True))
        accepted = set(
            call_out.invitations.filter(status=Invitation.Status.ACCEPTED).values_list("user_id", flat=True)
        )
        booked = _booked(call_out, persons)
        faults = Faults()
        for position, person in enumerate(persons):
            at = f"/persons/{position}"
            if person in selected or person in persons[:position]:
                faults.add(at, "already_selected", "They are selected already.")
            elif person not in accepted:
                faults.add(at, "not_accepted", "Only who accepted an invitation can be selected.")
            elif person in booked:
                faults.add(at, "already_booked", BOOKED)
        left = call_out.number - len(selected) - len(persons)
        if left < 0:
            faults.add("/persons", "too_many", f"There are places for {call_out.number}.")
        faults.raise_any()
        _check_balance(call_out, viewer, [*selected, *persons], left)
        deployments = [_deploy(call_out, users[person], acting_user) for person in persons]
        outbox.enqueue("expert", list(persons))
        return deployments


def release(call_out_id: UUID, user_id: UUID, *, acting_user: User, reason: str = "") -> None:
    """Take a selection back: the person is free, the mission goes from the profile."""
    with transaction.atomic():
        viewer, call_out = _opened(call_out_id, acting_user, secretariat)
        deployments = Deployment.objects.visible(viewer).booked().select_for_update(of=("self",))
        deployment = deployments.filter(call_out=call_out, user=user_id).first()
        if deployment is None:
            raise NotFound
        _release(deployment, acting_user, reason)


def _opened(call_out_id: UUID, acting_user: User, policy: Policy[CallOut]) -> tuple[Viewer, CallOut]:
    CallOut.objects.select_for_update(no_key=True).filter(pk=call_out_id).first()
    viewer = viewers.resolve(acting_user)
    call_out: CallOut | None = CallOut.objects.visible(viewer).filter(pk=call_out_id).first()
    if call_out is None:
        raise NotFound
    require(policy, viewer, call_out)
    return viewer, call_out


def _open_invitation(invitation_id: UUID, acting_user: User, policy: Policy[Invitation]) -> Invitation:
    found = Invitation.objects.filter(pk=invitation_id).values_list("call_out_id", flat=True).first()
    if found is None:
        raise NotFound
    CallOut.objects.select_for_update(no_key=True).filter(pk=found).first()
    viewer = viewers.resolve(acting_user)
    invitations = Invitation.objects.visible(viewer).select_related("call_out")
    invitation: Invitation | None = invitations.filter(pk=invitation_id).first()
    if invitation is None:
        raise NotFound
    require(policy, viewer, invitation)
    return invitation


def _locked_people(persons: Sequence[UUID]) -> list[User]:
    return list(User.objects.select_for_update(no_key=True).filter(pk__in=persons).order_by("pk"))


def _booked(call_out: CallOut, persons: Sequence[UUID]) -> set[UUID]:
    """Who of these is booked for another call-out on a day of this one."""
    others = Deployment.objects.booked().filter(
        user__in=persons, starts_on__lte=call_out.ends_on, ends_on__gte=call_out.starts_on
    )
    return set(others.exclude(call_out=call_out).values_list("user_id", flat=True))


def _check_balance(call_out: CallOut, viewer: Viewer, persons: Sequence[UUID], left: int) -> None:
    readable = Profile.objects.readable_section(viewer, "gender")
    genders = list(Profile.objects.filter(readable, pk__in=persons).values_list("gender", flat=True))
    missing = {
        "women": max(0, call_out.women_at_least - genders.count(Profile.Gender.FEMALE)),
        "men": max(0, call_out.men_at_least - genders.count(Profile.Gender.MALE)),
    }
    if sum(missing.values()) > left:
        lacking = " and ".join(f"{number} {who}" for who, number in missing.items() if number)
        raise Invalid.field(
            "/persons", f"The call-out then lacks {lacking} for its places left.", code="unbalanced"
        )


def _deploy(call_out: CallOut, user: User, acting_user: User) -> Deployment:
    deployment = Deployment.objects.create(
        call_out=call_out,
        user=user,
        starts_on=call_out.starts_on,
        ends_on=call_out.ends_on,
        item=_mission(call_out, user, acting_user),
        selected_by=acting_user,
    )
    audit.record("call_out.selected", deployment, actor=acting_user, concerns=user.pk)
    roster_notices.tell(roster_notices.SELECTED, deployment.pk, [user.pk])
    return deployment


def _mission(call_out: CallOut, user: User, acting_user: User) -> ProfileItem | None:
    """The mission on the person's profile, if they have one; it is read by whoever may read their
    missions."""
    profile = Profile.objects.select_for_update(no_key=True).filter(pk=user.pk).first()
    if profile is None:
        return None
    last = profile.items.filter(section=Section.MISSIONS).aggregate(last=Max("position"))["last"]
    item = ProfileItem.objects.create(
        profile=profile,
        section=Section.MISSIONS,
        position=0 if last is None else last + 1,
        title=call_out.role,
        description=call_out.title,
        place=call_out.place,
        country=call_out.country,
        starts_on=call_out.starts_on,
        ends_on=call_out.ends_on,
    )
    _touch(profile, acting_user, [None, f"{item.title}, {item.place}"])
    return item


def _release(deployment: Deployment, acting_user: User, reason: str) -> None:
    item = deployment.item
    deployment.cancelled_at, deployment.item = timezone.now(), None
    deployment.save(update_fields=["cancelled_at", "item"])
    if item is not None:
        item.delete()
        _touch(item.profile, acting_user, [f"{item.title}, {item.place}", None])
        outbox.enqueue("expert", [deployment.user_id], restricting=True)
    audit.record(
        "call_out.released", deployment, actor=acting_user, concerns=deployment.user_id, reason=reason
    )
    roster_notices.tell(roster_notices.RELEASED, deployment.pk, [deployment.user_id])


def _touch(profile: Profile, acting_user: User, change: list[str | None]) -> None:
    ended = editing.verifications_ended({profile.pk: [Section.MISSIONS.value]})[profile.pk]
    Profile.objects.filter(pk=profile.pk).update(version=F("version") + 1, updated_at=timezone.now())
    audit.record(
        "profile.edited",
        profile,
        actor=acting_user,
        concerns=profile.pk,
        changes={Section.MISSIONS.value: change, **ended},
    )


def _is_open_to_new(invitation: Invitation) -> bool:
    """Whether a person may be invited again."""
    if invitation.status == Invitation.Status.PENDING:
        return invitation.respond_by < timezone.now()
    return invitation.status in {Invitation.Status.DECLINED, Invitation.Status.WITHDRAWN}


def _require_not_selected(invitation: Invitation) -> None:
    selected = Deployment.objects.booked().filter(call_out=invitation.call_out_id, user=invitation.user_id)
    if selected.exists():
        raise Conflict("They are selected: the secretariat can release them.", code="selected")


def _answer(
    invitation: Invitation, status: Invitation.Status, reason: str, acting_user: User, answer: str
) -> Invitation:
    changes = {"status": [invitation.status, status]}
    invitation.status, invitation.answer, invitation.answered_at = status, answer, timezone.now()
    invitation.save(update_fields=["status", "answer", "answered_at"])
    audit.record(reason, invitation, actor=acting_user, concerns=invitation.user_id, changes=changes)
    roster_notices.tell_secretariat(reason, invitation.pk)
    return invitation


def _set_status(
    call_out: CallOut, status: CallOut.Status, verb: str, acting_user: User, reason: str = ""
) -> CallOut:
    changes = {"status": [call_out.status, status]}
    call_out.status = status
    call_out.version += 1
    call_out.save(update_fields=["status", "version"])
    audit.record(verb, call_out, actor=acting_user, reason=reason, changes=changes)
    return call_out
