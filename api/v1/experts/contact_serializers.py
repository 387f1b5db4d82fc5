"""Contact without addresses: what is sent and answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from api.serializers import Input, Output, Query
from experts import contact_policies, policies
from experts.actions.contact import MAX_SUBJECT, MAX_TEXT
from experts.models import ContactBlock, ContactMessage, ContactReport, Conversation, Profile
from search.viewer import Viewer

REACHES = Profile.MessagesFrom.choices
STATUSES = ContactReport.Status.choices
OUTCOMES = [(value, label) for value, label in STATUSES if value != ContactReport.Status.OPEN]


class ContactPerson(Output):
    id = serializers.UUIDField()
    name = serializers.CharField()


class ConversationShown(Output):
    id = serializers.UUIDField()
    subject = serializers.CharField()
    other = ContactPerson(help_text="With whom.")
    is_started_by_me = serializers.BooleanField()
    created = serializers.DateTimeField()
    last_message_at = serializers.DateTimeField()
    allowed_actions = serializers.ListField(child=serializers.CharField())


class MessageShown(Output):
    id = serializers.UUIDField()
    author = ContactPerson()
    is_mine = serializers.BooleanField()
    text = serializers.CharField(help_text="Plain text.")
    sent = serializers.DateTimeField()
    allowed_actions = serializers.ListField(child=serializers.CharField())


class ContactLetter(Input):
    subject = serializers.CharField(max_length=MAX_SUBJECT)
    text = serializers.CharField(max_length=MAX_TEXT, help_text="Plain text.")


class ContactAnswer(Input):
    text = serializers.CharField(max_length=MAX_TEXT, help_text="Plain text.")


class ContactSettings(Output):
    reach = serializers.ChoiceField(choices=REACHES, help_text="Who may write; `self` is nobody.")
    networks = serializers.ListField(child=serializers.UUIDField())


class ContactSettingsInput(Input):
    reach = serializers.ChoiceField(choices=REACHES)
    networks = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=50, help_text="With the reach `networks`."
    )


class ContactBlockShown(Output):
    person = ContactPerson()
    created = serializers.DateTimeField()


class ContactBlockInput(Input):
    person = serializers.UUIDField()


class ContactReportInput(Input):
    reason = serializers.CharField(max_length=2000, help_text="The secretariat reads it with the message.")


class ContactReportShown(Output):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=STATUSES)
    author = ContactPerson(help_text="Who wrote the message.")
    reporter = ContactPerson(help_text="Who received and reported it.")
    subject = serializers.CharField()
    text = serializers.CharField(help_text="The message that is reported; no other of the conversation.")
    reason = serializers.CharField()
    created = serializers.DateTimeField()
    decided = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()
    allowed_actions = serializers.ListField(child=serializers.CharField())


class ContactReportFilters(Query):
    status = serializers.ChoiceField(choices=STATUSES, required=False)


class ReportDecision(Input):
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    note = serializers.CharField(
        max_length=2000, required=False, allow_blank=True, help_text="Kept for the secretariat."
    )
    bar_sender = serializers.BooleanField(
        required=False, help_text="Stop the sender from writing to anybody; with `upheld` only."
    )


def conversations(rows: Sequence[Conversation], viewer: Viewer) -> list[dict[str, Any]]:
    """`ConversationShown` of each row, which was selected with ``starter`` and ``expert``."""
    return [
        {
            "id": row.pk,
            "subject": row.subject,
            "other": _person(row.expert if viewer.user_id == row.starter_id else row.starter),
            "is_started_by_me": viewer.user_id == row.starter_id,
            "created": row.created_at,
            "last_message_at": row.last_message_at,
            "allowed_actions": policies.allowed_actions(contact_policies.CONVERSATION, viewer, row),
        }
        for row in rows
    ]


def messages(rows: Sequence[ContactMessage], viewer: Viewer) -> list[dict[str, Any]]:
    """`MessageShown` of each row, which was selected with ``sender``."""
    return [
        {
            "id": row.pk,
            "author": _person(row.sender),
            "is_mine": viewer.user_id == row.sender_id,
            "text": row.text,
            "sent": row.sent_at,
            "allowed_actions": policies.allowed_actions(contact_policies.MESSAGE, viewer, row),
        }
        for row in rows
    ]


def settings_of(profile: Profile) -> dict[str, Any]:
    """`ContactSettings` of a profile."""
    return {"reach": profile.messages_from, "networks": list(profile.messages_networks)}


def blocks(rows: Sequence[ContactBlock]) -> list[dict[str, Any]]:
    """`ContactBlockShown` of each row, which was selected with ``blocked``."""
    return [{"person": _person(row.blocked), "created": row.created_at} for row in rows]


def reports(rows: Sequence[ContactReport], viewer: Viewer) -> list[dict[str, Any]]:
    """`ContactReportShown` of each row, selected with ``reporter``, the message, its sender and its
    conversation."""
    return [
        {
            "id": row.pk,
            "status": row.status,
            "author": _person(row.message.sender),
            "reporter": _person(row.reporter),
            "subject": row.message.conversation.subject,
            "text": row.message.text,
            "reason": row.reason,
            "created": row.created_at,
            "decided": row.decided_at,
            "note": row.note,
            "allowed_actions": policies.allowed_actions(contact_policies.REPORT, viewer, row),
        }
        for row in rows
    ]


def _person(user: Any) -> dict[str, Any]:
    return {"id": user.pk, "name": user.name}
