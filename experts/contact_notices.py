"""What people are told of contact beside the messages: reports, their outcome, replies that went nowhere."""

from __future__ import annotations

from uuid import UUID

from experts import notices
from experts.models import ContactReport, Conversation
from experts.words import say
from search.viewer import Viewer

REPORTED = "contact.reported"
DECIDED = "contact.decided"
NOT_RELAYED = "contact.not_relayed"


def register() -> None:
    """Make the composers known; called once from ExpertsConfig.ready()."""
    notices.register(REPORTED, _reported)
    notices.register(DECIDED, _decided)
    notices.register(NOT_RELAYED, _not_relayed)


def _reported(viewer: Viewer, report_id: UUID, _data: notices.Data) -> notices.Message | None:
    waiting = ContactReport.objects.visible(viewer).filter(status=ContactReport.Status.OPEN)
    if not waiting.filter(pk=report_id).exists():
        return None
    return notices.Message(
        say(viewer.language, f"{REPORTED}.subject"),
        say(viewer.language, f"{REPORTED}.text"),
        f"/api/v1/contact-reports/{report_id}",
    )


def _decided(viewer: Viewer, report_id: UUID, _data: notices.Data) -> notices.Message | None:
    own = ContactReport.objects.filter(reporter=viewer.user_id, pk=report_id)
    found = own.exclude(status=ContactReport.Status.OPEN).select_related("message").first()
    if found is None:
        return None
    return notices.Message(
        say(viewer.language, f"{DECIDED}.subject"),
        say(viewer.language, f"{DECIDED}.{found.status}"),
        f"/api/v1/me/conversations/{found.message.conversation_id}",
    )


def _not_relayed(viewer: Viewer, conversation_id: UUID, data: notices.Data) -> notices.Message | None:
    if not Conversation.objects.visible(viewer).filter(pk=conversation_id).exists():
        return None
    return notices.Message(
        say(viewer.language, f"{NOT_RELAYED}.subject"),
        say(viewer.language, f"{NOT_RELAYED}.{data['because']}"),
        f"/api/v1/me/conversations/{conversation_id}",
    )
