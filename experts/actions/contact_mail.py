"""Mail that comes to a masked address: taken in as a reply of who had the address, or not."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from email.message import EmailMessage as ParsedMail
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from config.errors import Denied, DomainError, Invalid, NotFound, TooMany
from experts import contact_mail, contact_notices, notices
from experts.actions import contact
from experts.models import ContactMessage, Conversation, User

# How often somebody is told of replies in a conversation that were not relayed.
WARNED_ONCE_IN = timedelta(hours=24)


class Outcome(StrEnum):
    """What became of a mail."""

    RELAYED = "relayed"
    AUTOMATIC = "automatic"  # no person wrote it; dropped
    NOT_RELAYED = "not_relayed"  # its author is told


def receive(raw: bytes, *, recipient: str) -> Outcome:
    """Take in a mail for ``recipient`` (the envelope's address): relay what its author wrote to who has the
    alias.

    It must come from the address of the other's account; from any other nobody is told anything but the
    owner of that account, once a day. Raises `NotFound` for an address that is no alias, `Invalid` for what
    is no mail.
    """
    conversation, author = _addressed(recipient)
    parsed = contact_mail.parse(raw)
    if contact_mail.is_automatic(parsed):
        return Outcome.AUTOMATIC
    if contact_mail.sent_by(parsed) != author.email:
        return _not_relayed(conversation, author, "sender")
    addresses = User.objects.filter(pk__in=[conversation.starter_id, conversation.expert_id])
    text = contact_mail.written(
        parsed,
        withhold=tuple(addresses.values_list("email", flat=True)),
        language=User.objects.get(pk=conversation.other_of(author.pk)).language,
    )
    try:
        contact.reply(
            conversation.pk,
            acting_user=author,
            text=text,
            via=ContactMessage.Via.MAIL,
            source=_source(author, parsed, raw),
        )
    except (Denied, NotFound, TooMany, Invalid) as error:
        return _not_relayed(conversation, author, _because(error))
    return Outcome.RELAYED


def _addressed(recipient: str) -> tuple[Conversation, User]:
    """The conversation of an alias, and who may write to it: the other of the two."""
    alias, _, domain = recipient.strip().strip("<>").lower().partition("@")
    if domain != settings.CONTACT_MAIL_DOMAIN.lower():
        raise NotFound
    conversations = Conversation.objects.select_related("starter", "expert")
    conversation = conversations.filter(Q(starter_alias=alias) | Q(expert_alias=alias)).first()
    if conversation is None:
        raise NotFound
    is_to_starter = conversation.starter_alias == alias
    return conversation, conversation.expert if is_to_starter else conversation.starter


def _source(author: User, parsed: ParsedMail, raw: bytes) -> str:
    """The same for a mail of theirs that is delivered twice."""
    given = str(parsed.get("Message-ID", "")).strip().encode()
    return hashlib.sha256(author.pk.bytes + (given or raw)).hexdigest()


def _because(error: DomainError) -> str:
    if isinstance(error, TooMany):
        return "rate"
    return "text" if isinstance(error, Invalid) else "refused"


def _not_relayed(conversation: Conversation, author: User, because: str) -> Outcome:
    """Tell the author by their account's address, never the address that the mail came from."""
    with transaction.atomic():
        locked = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
        now = timezone.now()
        if locked.warned_at is None or locked.warned_at < now - WARNED_ONCE_IN:
            locked.warned_at = now
            locked.save(update_fields=["warned_at"])
            notices.tell(contact_notices.NOT_RELAYED, locked.pk, [author.pk], because=because)
    return Outcome.NOT_RELAYED
