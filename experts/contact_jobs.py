"""Messages go out as jobs, after the transaction that wrote them."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from experts import contact_mail
from experts.models import ContactBlock, ContactMessage, User


@app.task(name="experts.relay_message", queue="mail", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def relay(*, message_id: str) -> None:
    """Send a message on to the other of its conversation; once, and not where it is refused meanwhile.

    The row is locked while the mail server is asked: a second worker waits, and finds it sent.
    """
    with transaction.atomic():
        messages = ContactMessage.objects.select_for_update(of=("self",))
        message = messages.select_related("conversation", "sender").filter(pk=UUID(message_id)).first()
        if message is None or message.relayed_at is not None:
            return
        sender: User = message.sender
        people = User.objects.filter(status=User.Status.ACTIVE)
        receiver = people.filter(pk=message.conversation.other_of(sender.pk)).first()
        if receiver is None or not sender.is_active:
            return
        if ContactBlock.objects.stopping(sender.pk, receiver.pk).exists():
            return
        before = ContactMessage.objects.filter(conversation=message.conversation, pk__lt=message.pk)
        previous = before.order_by("-pk").first()
        contact_mail.relayed(message, sender, receiver, previous=previous).send()
        message.relayed_at = timezone.now()
        message.save(update_fields=["relayed_at"])
