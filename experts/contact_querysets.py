"""Which conversations, messages, reports and blocks are there for whom: one ``visible(viewer)`` per model."""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from search.viewer import Viewer


class ConversationQuerySet(models.QuerySet[Any]):
    """Conversations."""

    def visible(self, viewer: Viewer) -> Self:
        """One's own: those of the two who write, and of nobody else – no delegate, no secretariat."""
        if not viewer.is_signed_in:
            return self.none()
        return self.filter(Q(starter_id=viewer.user_id) | Q(expert_id=viewer.user_id))


class ContactMessageQuerySet(models.QuerySet[Any]):
    """Messages."""

    def visible(self, viewer: Viewer) -> Self:
        """Those of one's own conversations."""
        if not viewer.is_signed_in:
            return self.none()
        own = Q(conversation__starter_id=viewer.user_id) | Q(conversation__expert_id=viewer.user_id)
        return self.filter(own)


class ContactReportQuerySet(models.QuerySet[Any]):
    """Reports of messages."""

    def visible(self, viewer: Viewer) -> Self:
        """All to the secretariat: its queue. Who reported is told the outcome by mail."""
        return self.all() if viewer.is_secretariat else self.none()


class ContactBlockQuerySet(models.QuerySet[Any]):
    """Blocks."""

    def visible(self, viewer: Viewer) -> Self:
        """One's own; nobody learns by whom they are blocked. To the secretariat also those it has set."""
        if not viewer.is_signed_in:
            return self.none()
        there = Q(blocker_id=viewer.user_id)
        return self.filter(there | Q(blocker__isnull=True) if viewer.is_secretariat else there)

    def stopping(self, sender_id: UUID, receiver_id: UUID) -> Self:
        """Those that stand between a sender and a receiver."""
        return self.filter(Q(blocker=receiver_id) | Q(blocker__isnull=True), blocked=sender_id)
