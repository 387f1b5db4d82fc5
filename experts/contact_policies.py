"""Who may do what in a conversation, and with a report. See `experts.policies` for what a policy is."""

from __future__ import annotations

from collections.abc import Mapping

from config.errors import Refusal
from experts.models import ContactMessage, ContactReport, Conversation
from experts.policies import SIGN_IN, Policy, secretariat
from search.viewer import Viewer


def reply(viewer: Viewer, conversation: Conversation) -> Refusal | None:
    """The two whose conversation it is; whether the other takes it is found when it is sent."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if viewer.user_id in {conversation.starter_id, conversation.expert_id}:
        return None
    return Refusal("not_yours", "Only the two who write to each other do this.")


def report(viewer: Viewer, message: ContactMessage) -> Refusal | None:
    """Who received the message."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if viewer.user_id != message.sender_id:
        return None
    return Refusal("own_message", "Nobody reports themselves.")


def decide(viewer: Viewer, found: ContactReport) -> Refusal | None:
    """The secretariat, but for who wrote or received the message; once."""
    if refusal := secretariat(viewer, found):
        return refusal
    if viewer.user_id in {found.reporter_id, found.message.sender_id}:
        return Refusal("concerned", "Somebody else decides what concerns you.")
    if found.status != ContactReport.Status.OPEN:
        return Refusal("decided", "It is decided.")
    return None


CONVERSATION: Mapping[str, Policy[Conversation]] = {"reply": reply}
MESSAGE: Mapping[str, Policy[ContactMessage]] = {"report": report}
REPORT: Mapping[str, Policy[ContactReport]] = {"decide": decide}
