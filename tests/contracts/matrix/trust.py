"""Verification, endorsements, confirmation and consents."""

from __future__ import annotations

from typing import Any

from experts.models import Consent, ConsentText, Endorsement, Profile, SectionVerification
from tests.contracts.matrix.base import Cast, row
from tests.contracts.matrix.experts import OWN, for_oneself, published, stale
from tests.factories import experts as make


def with_topics(cast: Cast) -> dict[str, object]:
    """Endorsed by the peer, and verified."""
    thing = published(cast)
    profile = Profile.objects.get(pk=cast.expert.pk)
    topic, other = make.topic("risk-analysis"), make.topic("airport-security")
    make.knows(profile, topic)
    make.knows(profile, other)
    endorsement = Endorsement.objects.create(profile=profile, topic=topic, endorser=cast.peer)
    SectionVerification.objects.create(profile=profile, section="topics", verified_by=cast.secretariat)
    return thing | {"endorsement_id": endorsement.pk}


def with_secret_topics(cast: Cast) -> dict[str, object]:
    thing = with_topics(cast)
    profile = Profile.objects.get(pk=cast.expert.pk)
    profile.audiences = make.tokens(profile.pk, {"topics": "self", "identity": "everyone"})
    profile.save()
    return thing


def consent_text(cast: Cast) -> dict[str, object]:
    """Which the expert has consented to."""
    text = ConsentText.objects.create(purpose="directory", version=1, texts={"en": "I agree."})
    Consent.objects.create(user=cast.expert, text=text)
    return {"id": text.pk, "purpose": "directory"}


THINGS = {
    "a profile with topics": with_topics,
    "a profile with secret topics": with_secret_topics,
    "a stale profile": stale,
    "a profile that nobody else knows of": for_oneself,
    "a consent text": consent_text,
}

PEERS: dict[str, Any] = {"peer": 201, "national_authority": 201, "coordinator": 201}
ENDORSING = {"topic": "airport-security"}

ROWS = [
    row("POST /experts/{id}/confirm", "a profile with topics", visitor=401, **OWN, others=403),
    row("POST /experts/{id}/confirm", "a stale profile", visitor=401, **OWN, secretariat=403, others=404),
    row(
        "POST /experts/{id}/verify",
        "a profile with topics",
        body={"sections": ["topics"]},
        visitor=401,
        secretariat=200,
        others=403,
    ),
    row(
        "POST /experts/{id}/verify",
        "a profile with secret topics",
        body={"sections": ["topics"]},
        visitor=401,
        secretariat=400,
        others=403,
    ),
    row(
        "POST /experts/{id}/verify",
        "a profile that nobody else knows of",
        body={"sections": ["identity"]},
        visitor=401,
        expert=403,
        delegate=403,
        others=404,
    ),
    row(
        "POST /experts/{id}/unverify",
        "a profile with topics",
        body={"sections": ["topics"], "reason": "It was a mistake."},
        visitor=401,
        secretariat=200,
        others=403,
    ),
    row("GET /experts/{id}/endorsements", "a profile with topics", visitor=401, others=200),
    row(
        "GET /experts/{id}/endorsements",
        "a profile that nobody else knows of",
        visitor=401,
        **OWN,
        others=404,
    ),
    row(
        "POST /experts/{id}/endorsements",
        "a profile with topics",
        body=ENDORSING,
        visitor=401,
        **PEERS,
        others=403,
    ),
    row(
        "POST /experts/{id}/endorsements",
        "a profile with secret topics",
        body=ENDORSING,
        visitor=401,
        others=403,
    ),
    row(
        "GET /experts/{id}/endorsements/{endorsement_id}",
        "a profile with topics",
        visitor=401,
        others=200,
    ),
    row(
        "GET /experts/{id}/endorsements/{endorsement_id}",
        "a profile with secret topics",
        visitor=401,
        **OWN,
        peer=200,
        others=404,
    ),
    row(
        "DELETE /experts/{id}/endorsements/{endorsement_id}",
        "a profile with topics",
        visitor=401,
        peer=204,
        expert=204,
        delegate=204,
        others=403,
    ),
    row(
        "DELETE /experts/{id}/endorsements/{endorsement_id}",
        "a profile with secret topics",
        visitor=401,
        peer=204,
        expert=204,
        delegate=204,
        others=404,
    ),
    row("GET /me/endorsements", "a profile with topics", visitor=401, others=200),
    row("GET /me/consents", "a consent text", visitor=401, others=200),
    row(
        "POST /me/consents",
        "a consent text",
        body={"purpose": "directory", "version": 1},
        visitor=401,
        others=201,
    ),
    row("GET /me/consents/{purpose}", "a consent text", visitor=401, others=200),
    row("DELETE /me/consents/{purpose}", "a consent text", visitor=401, expert=204, others=404),
    row("GET /me/consents/history", "a consent text", visitor=401, others=200),
    row("GET /consent-texts", "a consent text", others=200),
    row("GET /consent-texts/{id}", "a consent text", others=200),
    row(
        "POST /consent-texts",
        "a consent text",
        body={"purpose": "directory", "texts": {"en": "I agree to more."}},
        visitor=401,
        secretariat=201,
        others=403,
    ),
]
