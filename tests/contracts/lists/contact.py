"""Lists of conversations, messages, blocks and reports."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from experts.models import ContactBlock, ContactMessage, ContactReport, Conversation, User
from tests.contracts.lists.base import List
from tests.factories import experts as make


def _conversation(starter: User, expert: User) -> Conversation:
    return Conversation.objects.create(
        starter=starter, expert=expert, subject="Osh", last_message_at=timezone.now()
    )


def conversations(count: int, asker: User) -> Mapping[str, object]:
    for number in range(count):
        other = make.user()
        _conversation(*((asker, other) if number % 2 else (other, asker)))
    return {}


def messages(count: int, asker: User) -> Mapping[str, object]:
    other = make.user()
    conversation = _conversation(asker, other)
    for number in range(count):
        sender = asker if number % 2 else other
        ContactMessage.objects.create(conversation=conversation, sender=sender, text="Hello")
    return {"id": conversation.pk}


def blocks(count: int, asker: User) -> Mapping[str, object]:
    for _ in range(count):
        ContactBlock.objects.create(blocker=asker, blocked=make.user())
    return {}


def reports(count: int, asker: User) -> Mapping[str, object]:
    asker.is_staff = True
    asker.save()
    for _ in range(count):
        sender, receiver = make.user(), make.user()
        message = ContactMessage.objects.create(
            conversation=_conversation(sender, receiver), sender=sender, text="Buy"
        )
        ContactReport.objects.create(message=message, reporter=receiver, reason="Advertising")
    return {}


LISTS = [
    List("GET /me/conversations", conversations, budget=4),
    List("GET /me/conversations/{id}/messages", messages, budget=5),
    List("GET /me/contact-blocks", blocks, budget=4),
    List("GET /contact-reports", reports, budget=4),
]
