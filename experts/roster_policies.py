"""May this viewer do that with rosters and call-outs? (See `experts.policies` for how policies are asked.)

The secretariat runs both; a person applies, retires, and answers invitations for themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from config.errors import Refusal
from experts.models import CallOut, Deployment, Invitation, Roster, RosterMember
from experts.policies import SIGN_IN, Policy, secretariat
from search.viewer import Viewer

Status = RosterMember.Status
NOT_OPEN = Refusal("not_open", "The call-out is closed or cancelled.")
NOT_YOURS = Refusal("not_yours", "Only the invited person answers.")


BY_NOMINATION = Refusal("by_nomination", "Nobody applies for this roster: the secretariat names people.")


def edit_roster(viewer: Viewer, roster: Roster) -> Refusal | None:
    """The secretariat makes rosters and says what they want."""
    return secretariat(viewer, roster)


def apply_for_roster(viewer: Viewer, roster: Roster) -> Refusal | None:
    """Anyone signed in, where people apply; `experts.admission` asks what the roster wants of them."""
    if not viewer.is_signed_in:
        return SIGN_IN
    return BY_NOMINATION if roster.admission == Roster.Admission.NOMINATION else None


def admit_member(viewer: Viewer, member: RosterMember) -> Refusal | None:
    """The secretariat admits who applied."""
    if refusal := secretariat(viewer, member):
        return refusal
    if member.status != Status.APPLIED:
        return Refusal("not_applied", "There is no open application.")
    return None


def retire_member(viewer: Viewer, member: RosterMember) -> Refusal | None:
    """The secretariat and the person end a place, or an application."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if not (viewer.is_secretariat or viewer.user_id == member.user_id):
        return Refusal("not_yours", "Only the person and the secretariat do this.")
    if member.status not in {Status.APPLIED, Status.ADMITTED}:
        return Refusal("over", "This place on the roster is over.")
    return None


def run_call_out(viewer: Viewer, call_out: CallOut) -> Refusal | None:
    """The secretariat ranks, invites, selects and changes, while the call-out is open."""
    if refusal := secretariat(viewer, call_out):
        return refusal
    return None if call_out.status == CallOut.Status.OPEN else NOT_OPEN


def cancel_call_out(viewer: Viewer, call_out: CallOut) -> Refusal | None:
    """The secretariat cancels what is not cancelled yet."""
    if refusal := secretariat(viewer, call_out):
        return refusal
    if call_out.status == CallOut.Status.CANCELLED:
        return Refusal("cancelled", "The call-out is cancelled already.")
    return None


def accept_invitation(viewer: Viewer, invitation: Invitation) -> Refusal | None:
    """The invited person, while it is pending and in time. The invitation carries its call-out."""
    if refusal := _invited(viewer, invitation):
        return refusal
    if invitation.status != Invitation.Status.PENDING:
        return Refusal("answered", "This invitation is answered or withdrawn.")
    if invitation.respond_by < timezone.now():
        return Refusal("deadline_passed", "The deadline to answer has passed.")
    return None


def decline_invitation(viewer: Viewer, invitation: Invitation) -> Refusal | None:
    """The invited person, also after the deadline, and after having accepted."""
    if refusal := _invited(viewer, invitation):
        return refusal
    if invitation.status not in {Invitation.Status.PENDING, Invitation.Status.ACCEPTED}:
        return Refusal("answered", "This invitation is answered or withdrawn.")
    return None


def withdraw_invitation(viewer: Viewer, invitation: Invitation) -> Refusal | None:
    """The secretariat, while it is pending or accepted."""
    if refusal := run_call_out(viewer, invitation.call_out):
        return refusal
    if invitation.status not in {Invitation.Status.PENDING, Invitation.Status.ACCEPTED}:
        return Refusal("answered", "This invitation is declined or withdrawn.")
    return None


def release_person(viewer: Viewer, deployment: Deployment) -> Refusal | None:
    """The secretariat takes a selection back."""
    return secretariat(viewer, deployment)


def _invited(viewer: Viewer, invitation: Invitation) -> Refusal | None:
    if not viewer.is_signed_in:
        return SIGN_IN
    if viewer.user_id != invitation.user_id:
        return NOT_YOURS
    return None if invitation.call_out.status == CallOut.Status.OPEN else NOT_OPEN


ROSTER: Mapping[str, Policy[Roster]] = {
    "edit": edit_roster,
    "apply": apply_for_roster,
    "manage_members": secretariat,
}
MEMBER: Mapping[str, Policy[RosterMember]] = {
    "admit": admit_member,
    "decline": admit_member,
    "retire": retire_member,
}
CALL_OUT: Mapping[str, Policy[CallOut]] = {
    "edit": run_call_out,
    "rank": run_call_out,
    "invite": run_call_out,
    "select": run_call_out,
    "close": run_call_out,
    "cancel": cancel_call_out,
}
INVITATION: Mapping[str, Policy[Invitation]] = {
    "accept": accept_invitation,
    "decline": decline_invitation,
    "withdraw": withdraw_invitation,
}
DEPLOYMENT: Mapping[str, Policy[Deployment]] = {"release": release_person}
