"""Reports of messages: made by the receiver, decided by the secretariat; barring who abuses contact."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, Invalid, NotFound
from experts import audit, contact_notices, contact_policies, notices, policies, roster_notices, viewers
from experts.models import ContactBlock, ContactMessage, ContactReport, Conversation, User

Status = ContactReport.Status

# How long a conversation is kept after its last message.
KEPT = timedelta(days=365)


def report(message_id: UUID, *, acting_user: User, reason: str) -> ContactReport:
    """Tell the secretariat of a message that one received. It reads that message, not the conversation.

    Raises `Conflict` for one that was reported already.
    """
    with transaction.atomic():
        viewer = viewers.resolve(acting_user)
        own = ContactMessage.objects.visible(viewer).select_for_update(of=("self",))
        message = own.filter(pk=message_id).first()
        if message is None:
            raise NotFound
        policies.require(contact_policies.report, viewer, message)
        if not reason.strip():
            raise Invalid.field("/reason", "Say why.", code="blank")
        made, is_new = ContactReport.objects.get_or_create(
            message=message, reporter=acting_user, defaults={"reason": reason.strip()}
        )
        if not is_new:
            raise Conflict("You have reported this already.", code="already_reported")
        audit.record("contact.reported", made, actor=acting_user, concerns=message.sender_id)
        roster_notices.tell_secretariat(contact_notices.REPORTED, made.pk)
        return made


def decide(
    report_id: UUID, *, acting_user: User, uphold: bool, note: str = "", bar_sender: bool = False
) -> ContactReport:
    """Dismiss a report or uphold it; ``bar_sender`` also stops the sender from writing to anybody. Who
    reported is told the outcome, not the note."""
    with transaction.atomic():
        viewer = viewers.resolve(acting_user)
        policies.require(policies.secretariat, viewer, None)
        queue = ContactReport.objects.visible(viewer).select_related("message")
        found: ContactReport | None = queue.select_for_update(of=("self",)).filter(pk=report_id).first()
        if found is None:
            raise NotFound
        policies.require(contact_policies.decide, viewer, found)
        if bar_sender and not uphold:
            raise Invalid.field("/bar_sender", "Only with a report that is upheld.", code="not_applicable")
        found.status = Status.UPHELD if uphold else Status.DISMISSED
        found.decided_by, found.decided_at, found.note = acting_user, timezone.now(), note
        found.save(update_fields=["status", "decided_by", "decided_at", "note"])
        sender: UUID = found.message.sender_id
        audit.record(
            "contact.report_decided",
            found,
            actor=acting_user,
            concerns=sender,
            reason=note,
            changes={"status": [Status.OPEN.value, found.status]},
        )
        notices.tell(contact_notices.DECIDED, found.pk, [found.reporter_id])
        if bar_sender:
            _bar(sender, acting_user, note)
        return found


def lift_bar(person: UUID, *, acting_user: User, reason: str = "") -> None:
    """Let somebody write to people again."""
    with transaction.atomic():
        policies.require(policies.secretariat, viewers.resolve(acting_user), None)
        bars = ContactBlock.objects.select_for_update(of=("self",))
        bar = bars.filter(blocker__isnull=True, blocked=person).first()
        if bar is None:
            raise NotFound
        audit.record("contact.bar_lifted", bar, actor=acting_user, concerns=person, reason=reason)
        bar.delete()


def forget(now: datetime | None = None) -> int:
    """Delete conversations in which nobody wrote for a year, save those with a report that waits; returns how
    many. Safe to repeat."""
    old = Conversation.objects.filter(last_message_at__lt=(now or timezone.now()) - KEPT)
    waiting = ContactReport.objects.filter(status=Status.OPEN).values("message__conversation")
    old = old.exclude(pk__in=waiting)
    number = old.count()
    old.delete()
    return number


def _bar(person: UUID, acting_user: User, reason: str) -> None:
    bar, is_new = ContactBlock.objects.get_or_create(blocker=None, blocked_id=person)
    if is_new:
        audit.record("contact.barred", bar, actor=acting_user, concerns=person, reason=reason)
