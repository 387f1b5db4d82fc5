"""Writing to a person without seeing the address: conversations, messages, blocks, reports."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from experts.contact_querysets import (
    ContactBlockQuerySet,
    ContactMessageQuerySet,
    ContactReportQuerySet,
    ConversationQuerySet,
)


def new_alias() -> str:
    """The local part of a masked address: 128 random bits, lower case, for mail servers fold case."""
    return secrets.token_hex(16)


class Conversation(models.Model):
    """What somebody (the starter) and an expert write to each other.

    Each has an alias in it: the local part of the address under which the other meets them. Mail to an alias
    is relayed to who has it, as from the alias of the other.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    starter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    expert = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    starter_alias = models.CharField(max_length=32, unique=True, default=new_alias, editable=False)
    expert_alias = models.CharField(max_length=32, unique=True, default=new_alias, editable=False)
    subject = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    last_message_at = models.DateTimeField()
    warned_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody was last told that a reply by mail was not relayed"
    )

    objects = ConversationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["starter", "-last_message_at", "-id"], name="conversation_starter"),
            models.Index(fields=["expert", "-last_message_at", "-id"], name="conversation_expert"),
            models.Index(fields=["last_message_at"], name="conversation_age"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(starter=models.F("expert")), name="conversation_between_two")
        ]

    def __str__(self) -> str:
        return self.subject

    def other_of(self, user_id: UUID) -> UUID:
        """The id of the other of the two."""
        return self.expert_id if user_id == self.starter_id else self.starter_id

    def alias_of(self, user_id: UUID) -> str:
        """The alias of one of the two."""
        return self.starter_alias if user_id == self.starter_id else self.expert_alias


class ContactMessage(models.Model):
    """One message of a conversation; its text is plain."""

    class Via(models.TextChoices):
        SITE = "site", "written on the site"
        MAIL = "mail", "came by mail"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    via = models.CharField(max_length=4, choices=Via, default=Via.SITE)
    source = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the mail's Message-ID: one that comes twice is one"
    )
    sent_at = models.DateTimeField(auto_now_add=True)
    relayed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it went out to the other by mail"
    )

    objects = ContactMessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["conversation", "id"], name="contact_message_order"),
            models.Index(fields=["sender", "sent_at"], name="contact_message_rate"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "source"], condition=~Q(source=""), name="contact_message_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.sent_at}"


class ContactReport(models.Model):
    """The receiver of a message has told the secretariat of it."""

    class Status(models.TextChoices):
        OPEN = "open", "waits"
        DISMISSED = "dismissed", "dismissed"
        UPHELD = "upheld", "upheld"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message = models.ForeignKey(ContactMessage, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.TextField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    objects = ContactReportQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["status", "-id"], name="contact_report_queue")]
        constraints = [models.UniqueConstraint(fields=["message", "reporter"], name="contact_report_once")]

    def __str__(self) -> str:
        return f"{self.get_status_display()}: {self.reason[:60]}"


class ContactBlock(models.Model):
    """Messages from somebody are refused: by one person, or (without a blocker) by the secretariat for
    all."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    blocker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ContactBlockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["blocker", "blocked"], nulls_distinct=False, name="contact_block_once"
            ),
            models.CheckConstraint(
                condition=Q(blocker__isnull=True) | ~Q(blocker=models.F("blocked")),
                name="contact_block_of_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.blocked_id} by {self.blocker_id or 'the secretariat'}"
