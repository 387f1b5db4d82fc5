"""Writing to experts, conversations, blocks, and the secretariat's queue of reports."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from experts.models import ContactBlock, ContactMessage, ContactReport, Conversation, Profile
from tests.contracts.matrix.base import Cast, row
from tests.contracts.matrix.experts import draft, for_oneself, for_the_network, hidden, published
from tests.factories import experts as make


def reachable(cast: Cast) -> dict[str, object]:
    return published(cast)


def closed(cast: Cast) -> dict[str, object]:
    thing = published(cast)
    Profile.objects.filter(pk=cast.expert.pk).update(messages_from="secretariat")
    return thing


def conversation(cast: Cast) -> dict[str, object]:
    """Which the peer began, with an answer of the expert; the peer has reported it. A member is blocked."""
    published(cast)
    made = Conversation.objects.create(
        starter=cast.peer, expert=cast.expert, subject="Osh", last_message_at=timezone.now()
    )
    ContactMessage.objects.create(conversation=made, sender=cast.peer, text="Would you be free?")
    answer = ContactMessage.objects.create(conversation=made, sender=cast.expert, text="No.")
    report = ContactReport.objects.create(message=answer, reporter=cast.peer, reason="Rude.")
    ContactBlock.objects.create(blocker=cast.expert, blocked=cast.banned)
    ContactBlock.objects.create(blocker=None, blocked=cast.banned)
    return {
        "id": made.pk,
        "message_id": answer.pk,
        "report": report.pk,
        "person": cast.banned.pk,
        "known": make.profile(reach={"identity": "everyone"}).pk,
    }


def report(cast: Cast) -> dict[str, object]:
    return {"id": conversation(cast)["report"]}


THINGS = {
    "an expert who takes messages": reachable,
    "an expert who takes messages of the secretariat alone": closed,
    "an expert of whom nobody knows": for_oneself,
    "an expert of whom the network knows": for_the_network,
    "an expert whose profile is a draft": draft,
    "an expert whose profile is hidden": hidden,
    "a conversation": conversation,
    "a reported message": report,
}

LETTER = {"subject": "Osh", "text": "Would you be free?"}
TWO: dict[str, Any] = {"expert": 200, "peer": 200}

ROWS = [
    row(
        "POST /experts/{id}/contact",
        "an expert who takes messages",
        body=LETTER,
        visitor=401,
        expert=403,
        others=201,
    ),
    row(
        "POST /experts/{id}/contact",
        "an expert who takes messages of the secretariat alone",
        body=LETTER,
        visitor=401,
        delegate=201,
        secretariat=201,
        others=403,
    ),
    row(
        "POST /experts/{id}/contact",
        "an expert of whom nobody knows",
        body=LETTER,
        visitor=401,
        expert=403,
        delegate=201,
        others=404,
    ),
    row(
        "POST /experts/{id}/contact",
        "an expert of whom the network knows",
        body=LETTER,
        visitor=401,
        expert=403,
        delegate=201,
        peer=201,
        national_authority=201,
        coordinator=201,
        secretariat=201,
        others=404,
    ),
    row(
        "POST /experts/{id}/contact",
        "an expert whose profile is a draft",
        body=LETTER,
        visitor=401,
        expert=403,
        delegate=403,
        others=404,
    ),
    row(
        "POST /experts/{id}/contact",
        "an expert whose profile is hidden",
        body=LETTER,
        visitor=401,
        expert=403,
        delegate=403,
        secretariat=403,
        others=404,
    ),
    row(
        "GET /experts/{id}/contact-settings",
        "an expert who takes messages",
        visitor=401,
        expert=200,
        others=403,
    ),
    row(
        "GET /experts/{id}/contact-settings",
        "an expert of whom nobody knows",
        visitor=401,
        expert=200,
        delegate=403,
        others=404,
    ),
    row(
        "PUT /experts/{id}/contact-settings",
        "an expert who takes messages",
        body={"reach": "self"},
        visitor=401,
        expert=200,
        others=403,
    ),
    row("GET /me/conversations", "a conversation", visitor=401, others=200),
    row("GET /me/conversations/{id}", "a conversation", visitor=401, **TWO, others=404),
    row("GET /me/conversations/{id}/messages", "a conversation", visitor=401, **TWO, others=404),
    row(
        "POST /me/conversations/{id}/messages",
        "a conversation",
        body={"text": "And in June?"},
        visitor=401,
        expert=201,
        peer=201,
        others=404,
    ),
    row(
        "GET /me/conversations/{id}/messages/{message_id}",
        "a conversation",
        visitor=401,
        **TWO,
        others=404,
    ),
    row(
        "POST /me/conversations/{id}/messages/{message_id}/report",
        "a conversation",
        body={"reason": "Rude."},
        visitor=401,
        expert=403,
        peer=409,
        others=404,
    ),
    row("GET /me/contact-blocks", "a conversation", visitor=401, others=200),
    row(
        "POST /me/contact-blocks",
        "a conversation",
        body=lambda thing: {"person": thing["known"]},
        visitor=401,
        others=201,
    ),
    row("GET /me/contact-blocks/{person}", "a conversation", visitor=401, expert=200, others=404),
    row("DELETE /me/contact-blocks/{person}", "a conversation", visitor=401, expert=204, others=404),
    row("GET /contact-reports", "a reported message", visitor=401, secretariat=200, others=403),
    row("GET /contact-reports/{id}", "a reported message", visitor=401, secretariat=200, others=404),
    row(
        "POST /contact-reports/{id}/decide",
        "a reported message",
        body={"outcome": "dismissed"},
        visitor=401,
        secretariat=200,
        others=403,
    ),
    row("DELETE /contact-bars/{person}", "a conversation", visitor=401, secretariat=204, others=403),
]
