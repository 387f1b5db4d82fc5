"""What people are told of rosters, call-outs, invitations and selections."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from experts import labels, notices
from experts.models import Deployment, Invitation, RosterMember, User
from experts.words import say, say_day, say_time
from search.viewer import Viewer

APPLIED = "roster.applied"
ADMITTED = "roster.admitted"
DECLINED = "roster.declined"
RETIRED = "roster.retired"
INVITED = "call_out.invited"
ACCEPTED = "call_out.accepted"
REFUSED = "call_out.declined"
WITHDRAWN = "call_out.invitation_withdrawn"
CANCELLED = "call_out.cancelled"
SELECTED = "call_out.selected"
RELEASED = "call_out.released"

_OF_MEMBERS = (APPLIED, ADMITTED, DECLINED, RETIRED)
_OF_INVITATIONS = (INVITED, ACCEPTED, REFUSED, WITHDRAWN, CANCELLED)
_OF_DEPLOYMENTS = (SELECTED, RELEASED)


def tell(reason: str, object_id: UUID, recipients: Iterable[UUID]) -> None:
    """Tell these people."""
    notices.tell(reason, object_id, recipients)


def tell_secretariat(reason: str, object_id: UUID) -> None:
    """Tell everybody in the secretariat."""
    staff = User.objects.filter(is_staff=True, status=User.Status.ACTIVE, is_system=False)
    notices.tell(reason, object_id, staff.values_list("pk", flat=True))


def register() -> None:
    """Make the composers known; called from the app's ready()."""
    for reason in _OF_MEMBERS:
        notices.register(reason, partial(_of_member, reason))
    for reason in _OF_INVITATIONS:
        notices.register(reason, partial(_of_invitation, reason))
    for reason in _OF_DEPLOYMENTS:
        notices.register(reason, partial(_of_deployment, reason))


def _of_member(reason: str, viewer: Viewer, member_id: UUID, _data: notices.Data) -> notices.Message | None:
    members = RosterMember.objects.visible(viewer).select_related("roster", "user")
    member = members.filter(pk=member_id).first()
    if member is None:
        return None
    language = viewer.language
    words = {"roster": labels.pick(member.roster.names, language), "person": member.user.name}
    lines = [say(language, f"{reason}.text", **words)]
    if member.reason and reason in {DECLINED, RETIRED}:
        lines.append(say(language, "reason", reason=member.reason))
    subject = say(language, f"{reason}.subject", **words)
    return notices.Message(subject, "\n".join(lines), f"/api/v1/rosters/{member.roster.slug}")


def _of_invitation(
    reason: str, viewer: Viewer, invitation_id: UUID, _data: notices.Data
) -> notices.Message | None:
    invitations = Invitation.objects.visible(viewer).select_related("call_out", "user")
    invitation = invitations.filter(pk=invitation_id).first()
    if invitation is None:
        return None
    written = {INVITED: invitation.message, ACCEPTED: invitation.answer, REFUSED: invitation.answer}
    respond_by = say_time(viewer.language, invitation.respond_by)
    path = f"/api/v1/call-outs/{invitation.call_out_id}/invitations"
    return _message(reason, viewer, invitation, path, written.get(reason, ""), respond_by=respond_by)


def _of_deployment(
    reason: str, viewer: Viewer, deployment_id: UUID, _data: notices.Data
) -> notices.Message | None:
    deployments = Deployment.objects.visible(viewer).select_related("call_out", "user")
    deployment = deployments.filter(pk=deployment_id).first()
    if deployment is None:
        return None
    return _message(reason, viewer, deployment, f"/api/v1/call-outs/{deployment.call_out_id}")


def _message(
    reason: str, viewer: Viewer, row: Invitation | Deployment, path: str, written: str = "", **values: str
) -> notices.Message:
    """What happened, of which call-out, and what a person wrote of it."""
    language, call_out = viewer.language, row.call_out
    words = values | {
        "title": call_out.title,
        "place": call_out.place,
        "first": say_day(language, call_out.starts_on),
        "last": say_day(language, call_out.ends_on),
        "person": row.user.name,
    }
    lines = [say(language, f"{reason}.text", **words), "", say(language, "call_out.what", **words)]
    if written:
        lines += ["", written]
    return notices.Message(say(language, f"{reason}.subject", **words), "\n".join(lines), path)
