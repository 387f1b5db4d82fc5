"""Writing to a person without seeing the address: messages, replies, who may write, blocks.

Raises `NotFound` for whom and what the acting person may not know of, `Denied` where the expert refuses or
the secretariat has barred the sender, `TooMany` where a rate is used up, `Invalid` for what makes no sense.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from config.errors import Denied, Invalid, NotFound, TooMany
from experts import audit, contact_jobs, contact_policies, people, policies, viewers
from experts.actions import editing
from experts.audiences import Choice, Reach
from experts.models import ContactBlock, ContactMessage, Conversation, Network, Profile, User
from search.viewer import Viewer

MAX_SUBJECT = 150
MAX_TEXT = 5000
MAX_BLOCKS = 500

Via = ContactMessage.Via


def write(profile_id: UUID, *, acting_user: User, subject: str, text: str) -> Conversation:
    """Begin a conversation with an expert who takes messages from the acting person. It is relayed by mail
    under a masked address; neither learns the other's."""
    with transaction.atomic():
        _count(acting_user, is_new=True)
        _, profile = editing.opened(profile_id, acting_user, policies.contact, None)
        _require_not_blocked(acting_user, profile.pk)
        conversation = Conversation.objects.create(
            starter=acting_user,
            expert_id=profile.pk,
            subject=_cleaned("/subject", " ".join(subject.split()), MAX_SUBJECT),
            last_message_at=timezone.now(),
        )
        _send(conversation, acting_user, text)
        audit.record("contact.started", conversation, actor=acting_user, concerns=profile.pk)
        return conversation


def reply(
    conversation_id: UUID, *, acting_user: User, text: str, via: Via = Via.SITE, source: str = ""
) -> ContactMessage:
    """Answer in a conversation of one's own, on the site or by mail. ``source`` tells a mail that comes
    twice.

    Whom the expert no longer takes messages from, and whom the other has blocked, is refused; in the same
    words, so that a block cannot be told.
    """
    with transaction.atomic():
        _count(acting_user, is_new=False)
        viewer = viewers.resolve(acting_user)
        own = Conversation.objects.visible(viewer).select_for_update(of=("self",), no_key=True)
        conversation: Conversation | None = own.filter(pk=conversation_id).first()
        if conversation is None:
            raise NotFound
        policies.require(contact_policies.reply, viewer, conversation)
        if source:
            sent = ContactMessage.objects.filter(conversation=conversation, source=source)
            twin: ContactMessage | None = sent.first()
            if twin is not None:
                return twin
        _require_taken(viewer, acting_user, conversation)
        message = _send(conversation, acting_user, text, via, source)
        conversation.last_message_at = message.sent_at
        conversation.save(update_fields=["last_message_at"])
        other = conversation.other_of(acting_user.pk)
        audit.record("contact.answered", conversation, actor=acting_user, concerns=other)
        return message


def set_contact(
    profile_id: UUID, *, acting_user: User, choice: Choice, expected_version: int | None = None
) -> Profile:
    """Choose who may write: members, people of named networks, the secretariat, or nobody (`Reach.SELF`)."""
    with transaction.atomic():
        _, profile = editing.opened(profile_id, acting_user, policies.own_profile, expected_version)
        _check_choice(choice)
        before = [profile.messages_from, *sorted(str(one) for one in profile.messages_networks)]
        profile.messages_from = Profile.MessagesFrom(choice.reach.value)
        profile.messages_networks = sorted(set(choice.networks))
        after = [choice.reach.value, *(str(one) for one in profile.messages_networks)]
        if before == after:
            return profile
        profile.version += 1
        profile.save(update_fields=["messages_from", "messages_networks", "version", "updated_at"])
        audit.record(
            "profile.contact_set",
            profile,
            actor=acting_user,
            concerns=profile.pk,
            changes={"messages_from": [" ".join(before), " ".join(after)]},
        )
        return profile


def block(*, acting_user: User, person: UUID) -> ContactBlock:
    """Refuse messages from a person: somebody one may know of, or has a conversation with. Doing it twice
    changes nothing."""
    with transaction.atomic():
        viewer = viewers.resolve(acting_user)
        User.objects.select_for_update(no_key=True).get(pk=acting_user.pk)
        if person == viewer.user_id:
            raise Invalid.field("/person", "Nobody blocks themselves.", code="oneself")
        if not _writes_to(viewer, person):
            people.named(person, viewer, pointer="/person")
        if ContactBlock.objects.filter(blocker=acting_user).count() >= MAX_BLOCKS:
            raise Invalid.field("/person", f"At most {MAX_BLOCKS}.", code="too_many")
        found, is_new = ContactBlock.objects.get_or_create(blocker=acting_user, blocked_id=person)
        if is_new:
            audit.record("contact.blocked", found, actor=acting_user, concerns=person)
        return found


def unblock(person: UUID, *, acting_user: User) -> None:
    """Take messages from a person again."""
    with transaction.atomic():
        viewer = viewers.resolve(acting_user)
        own = ContactBlock.objects.visible(viewer).select_for_update(of=("self",))
        found = own.filter(blocker=viewer.user_id, blocked=person).first()
        if found is None:
            raise NotFound
        audit.record("contact.unblocked", found, actor=acting_user, concerns=person)
        found.delete()


def _count(user: User, *, is_new: bool) -> None:
    """Rates are counted here too, for mail does not pass through the API. The row of the sender is locked, so
    that no two messages pass as the last."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    now = timezone.now()
    quota = settings.CONTACT_MESSAGES_PER_HOUR
    sent = ContactMessage.objects.filter(sender=user, sent_at__gt=now - timedelta(hours=1)).count()
    if sent >= quota:
        raise TooMany(f"At most {quota} messages an hour.", retry_after=3600)
    if not is_new:
        return
    quota = settings.CONTACT_NEW_PER_DAY
    started = Conversation.objects.filter(starter=user, created_at__gt=now - timedelta(days=1)).count()
    if started >= quota:
        raise TooMany(f"At most {quota} people a day.", retry_after=24 * 3600)


def _require_taken(viewer: Viewer, user: User, conversation: Conversation) -> None:
    """To an expert who has closed to the starter meanwhile nothing more is sent; the expert always
    answers."""
    other = conversation.other_of(user.pk)
    if other == conversation.expert_id:
        there = Profile.objects.visible(viewer).with_content("en", []).filter(pk=other).first()
        if there is None or policies.contact(viewer, there) is not None:
            raise _refused()
    _require_not_blocked(user, other)


def _require_not_blocked(user: User, other: UUID) -> None:
    if ContactBlock.objects.filter(blocker__isnull=True, blocked=user).exists():
        raise Denied("The secretariat has stopped you from writing to people.", code="barred")
    if ContactBlock.objects.filter(blocker=user, blocked=other).exists():
        raise Denied("You take no messages from this person yourself.", code="blocked_by_you")
    is_there = User.objects.filter(pk=other, status=User.Status.ACTIVE).exists()
    if not is_there or ContactBlock.objects.stopping(user.pk, other).exists():
        raise _refused()


def _refused() -> Denied:
    return Denied(policies.CONTACT_REFUSED.reason, code=policies.CONTACT_REFUSED.code)


def _send(
    conversation: Conversation, sender: User, text: str, via: Via = Via.SITE, source: str = ""
) -> ContactMessage:
    message = ContactMessage.objects.create(
        conversation=conversation,
        sender=sender,
        text=_cleaned("/text", text.replace("\r\n", "\n").strip(), MAX_TEXT),
        via=via,
        source=source,
    )
    contact_jobs.relay.defer(message_id=str(message.pk))
    return message


def _cleaned(pointer: str, text: str, limit: int) -> str:
    if "\x00" in text:
        raise Invalid.field(pointer, "NUL is no text.", code="null_characters_not_allowed")
    if not text:
        raise Invalid.field(pointer, "Write something.", code="blank")
    if len(text) > limit:
        raise Invalid.field(pointer, f"At most {limit} characters.", code="max_length")
    return text


def _check_choice(choice: Choice) -> None:
    if choice.reach == Reach.EVERYONE:
        raise Invalid.field("/reach", "Only people who are signed in write.", code="never_public")
    if choice.reach == Reach.NETWORKS and not choice.networks:
        raise Invalid.field("/networks", "Name at least one network.", code="required")
    if choice.reach != Reach.NETWORKS and choice.networks:
        raise Invalid.field("/networks", "Networks go with the reach 'networks' only.", code="not_applicable")
    if Network.objects.filter(pk__in=choice.networks).count() != len(set(choice.networks)):
        raise Invalid.field("/networks", "There is no such network.", code="unknown_network")


def _writes_to(viewer: Viewer, person: UUID) -> bool:
    own = Conversation.objects.visible(viewer)
    return own.filter(Q(starter=person) | Q(expert=person)).exists()
