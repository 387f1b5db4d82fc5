"""What people are told of rosters, call-outs, invitations and selections."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from experts import labels, notices
from experts.models import Deployment, Invitation, RosterMember, User
from search.viewer import Viewer

APPLIED = "roster.applied"
ADMITTED = "roster.admitted"
DECLINED = "roster.declined"
RETIRED = "roster.retired"
INVITED = "call_out.invited"
ACCEPTED = "call_out.accepted"
REFUSED = "call_out.declined"
WITHDRAWN = "call_out.invitation_withdrawn"
SELECTED = "call_out.selected"
RELEASED = "call_out.released"

_MEMBER = {
    APPLIED: "{person} asks to be on the roster {roster}.",
    ADMITTED: "You are on the roster {roster} now, and can be called out.",
    DECLINED: "Your application for the roster {roster} was not accepted.\n{reason}",
    RETIRED: "Your place on the roster {roster} has ended.\n{reason}",
}
_INVITATION = {
    INVITED: "Would you go? {title}, {place}, {first} to {last}. Please answer by {respond_by}.\n{message}",
    ACCEPTED: "{person} accepts: {title}, {place}, {first} to {last}.",
    REFUSED: "{person} declines: {title}, {place}, {first} to {last}.",
    WITHDRAWN: "The invitation is withdrawn: {title}, {place}, {first} to {last}.",
}
_DEPLOYMENT = {
    SELECTED: "You are selected: {title}, {place}, {first} to {last}. Your profile shows it as a mission.",
    RELEASED: "Your selection was taken back: {title}, {place}, {first} to {last}.",
}


def tell(reason: str, object_id: UUID, recipients: Iterable[UUID]) -> None:
    """Tell these people."""
    notices.tell(reason, object_id, recipients)


def tell_secretariat(reason: str, object_id: UUID) -> None:
    """Tell everybody in the secretariat."""
    staff = User.objects.filter(is_staff=True, status=User.Status.ACTIVE, is_system=False)
    notices.tell(reason, object_id, staff.values_list("pk", flat=True))


def register() -> None:
    """Make the composers known; called from the app's ready()."""
    for reason in _MEMBER:
        notices.register(reason, _of_member(reason))
    for reason in _INVITATION:
        notices.register(reason, _of_invitation(reason))
    for reason in _DEPLOYMENT:
        notices.register(reason, _of_deployment(reason))


def _of_member(reason: str) -> notices.Composer:
    def compose(viewer: Viewer, member_id: UUID, _data: notices.Data) -> notices.Message | None:
        members = RosterMember.objects.visible(viewer).select_related("roster", "user")
        member = members.filter(pk=member_id).first()
        if member is None:
            return None
        roster = labels.pick(member.roster.names, viewer.language)
        text = _MEMBER[reason].format(roster=roster, person=member.user.name, reason=member.reason)
        return notices.Message(roster, text.strip(), f"/api/v1/rosters/{member.roster.slug}")

    return compose


def _of_invitation(reason: str) -> notices.Composer:
    def compose(viewer: Viewer, invitation_id: UUID, _data: notices.Data) -> notices.Message | None:
        invitations = Invitation.objects.visible(viewer).select_related("call_out", "user")
        invitation = invitations.filter(pk=invitation_id).first()
        if invitation is None:
            return None
        text = _INVITATION[reason].format(
            **_words(invitation),
            respond_by=invitation.respond_by.strftime("%Y-%m-%d %H:%M UTC"),
            message=invitation.message,
        )
        path = f"/api/v1/call-outs/{invitation.call_out_id}/invitations"
        return notices.Message(invitation.call_out.title, text.strip(), path)

    return compose


def _of_deployment(reason: str) -> notices.Composer:
    def compose(viewer: Viewer, deployment_id: UUID, _data: notices.Data) -> notices.Message | None:
        deployments = Deployment.objects.visible(viewer).select_related("call_out", "user")
        deployment = deployments.filter(pk=deployment_id).first()
        if deployment is None:
            return None
        path = f"/api/v1/call-outs/{deployment.call_out_id}"
        text = _DEPLOYMENT[reason].format(**_words(deployment))
        return notices.Message(deployment.call_out.title, text, path)

    return compose


def _words(row: Invitation | Deployment) -> dict[str, str]:
    call_out = row.call_out
    return {
        "title": call_out.title,
        "place": call_out.place,
        "first": call_out.starts_on.isoformat(),
        "last": call_out.ends_on.isoformat(),
        "person": row.user.name,
    }
