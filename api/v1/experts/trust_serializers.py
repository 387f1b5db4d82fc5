"""Verification, endorsements and consents: what is sent and answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from api.serializers import Input, Output
from api.v1.experts.serializers import VERIFIABLE
from experts import labels, policies
from experts.actions.consents import MAX_TEXT
from experts.models import Consent, ConsentText, Endorsement, Purpose
from forums.text import render
from search.viewer import Viewer


class Verification(Input):
    sections = serializers.ListField(
        child=serializers.ChoiceField(choices=VERIFIABLE), min_length=1, max_length=len(VERIFIABLE)
    )


class VerificationEnd(Verification):
    reason = serializers.CharField(
        max_length=2000, required=False, allow_blank=True, help_text="The expert is told."
    )


class EndorsedTopic(Output):
    topic = serializers.CharField(help_text="Slug.")
    label = serializers.CharField(help_text="In the asker's language.")  # type: ignore[assignment]


class Endorser(Output):
    id = serializers.UUIDField()
    name = serializers.CharField()


class EndorsementShown(Output):
    id = serializers.UUIDField()
    expert = serializers.UUIDField(help_text="Whom it is for.")
    topic = EndorsedTopic()
    endorser = Endorser()
    created = serializers.DateTimeField()
    allowed_actions = serializers.ListField(child=serializers.CharField())


class EndorsementInput(Input):
    topic = serializers.CharField(max_length=80, help_text="A topic of the profile, by its slug.")


def endorsements(rows: Sequence[Endorsement], viewer: Viewer) -> list[dict[str, Any]]:
    """`EndorsementShown` of each row, which was selected with ``topic`` and ``endorser``."""
    return [
        {
            "id": row.pk,
            "expert": row.profile_id,
            "topic": {
                "topic": row.topic.slug,
                "label": labels.pick(row.topic.labels, viewer.language),
            },
            "endorser": {"id": row.endorser_id, "name": row.endorser.name},
            "created": row.created_at,
            "allowed_actions": policies.allowed_actions(policies.ENDORSEMENT, viewer, row),
        }
        for row in rows
    ]


class ConsentTextShown(Output):
    id = serializers.UUIDField()
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    version = serializers.IntegerField()
    text = serializers.CharField(help_text="In the asker's language: Markdown.")
    html = serializers.CharField(help_text="Safe to show.")
    is_present = serializers.BooleanField(help_text="Whether this is what is asked now.")
    published = serializers.DateTimeField()


class MyConsent(Output):
    """Where one stands with a purpose."""

    purpose = serializers.ChoiceField(choices=Purpose.choices)
    text = ConsentTextShown(help_text="What is asked now.")
    needed_for = serializers.ChoiceField(
        choices=[("publish", "publish"), ("apply_for_roster", "apply_for_roster")],
        help_text="What cannot be done without it.",
    )
    is_given = serializers.BooleanField(help_text="Whether consent to the present text stands.")
    given_version = serializers.IntegerField(
        allow_null=True, help_text="The newest version that was consented to, and not withdrawn."
    )
    given_at = serializers.DateTimeField(allow_null=True)


class ConsentPast(Output):
    id = serializers.UUIDField()
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    version = serializers.IntegerField()
    given_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class ConsentInput(Input):
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    version = serializers.IntegerField(
        min_value=1, max_value=30_000, help_text="Of the text that was shown: the present one."
    )


class TextsInput(Input):
    """One text in the working languages; the English one stands in for those that are missing."""

    en = serializers.CharField(max_length=MAX_TEXT)
    fr = serializers.CharField(max_length=MAX_TEXT, required=False)
    de = serializers.CharField(max_length=MAX_TEXT, required=False)
    it = serializers.CharField(max_length=MAX_TEXT, required=False)
    ru = serializers.CharField(max_length=MAX_TEXT, required=False)
    es = serializers.CharField(max_length=MAX_TEXT, required=False)


class ConsentTextInput(Input):
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    texts = TextsInput(help_text="Markdown.")


NEEDED_FOR = {Purpose.DIRECTORY: "publish", Purpose.ROSTERS: "apply_for_roster"}


def consent_text(row: ConsentText, viewer: Viewer, *, is_present: bool) -> dict[str, Any]:
    """`ConsentTextShown` of a text."""
    text = labels.pick(row.texts, viewer.language)
    return {
        "id": row.pk,
        "purpose": row.purpose,
        "version": row.version,
        "text": text,
        "html": render(text),
        "is_present": is_present,
        "published": row.published_at,
    }


def my_consents(
    texts: Sequence[ConsentText], given: Sequence[Consent], viewer: Viewer
) -> list[dict[str, Any]]:
    """`MyConsent` for each of the present texts; ``given`` are the person's standing consents."""
    newest: dict[str, Consent] = {}
    for consent in sorted(given, key=lambda one: one.text.version):
        newest[consent.text.purpose] = consent
    return [
        {
            "purpose": text.purpose,
            "text": consent_text(text, viewer, is_present=True),
            "needed_for": NEEDED_FOR[Purpose(text.purpose)],
            "is_given": bool(found and found.text_id == text.pk),
            "given_version": found.text.version if found else None,
            "given_at": found.given_at if found else None,
        }
        for text in texts
        for found in [newest.get(text.purpose)]
    ]


def consents(rows: Sequence[Consent]) -> list[dict[str, Any]]:
    """`ConsentPast` of each row, which was selected with ``text``."""
    return [
        {
            "id": row.pk,
            "purpose": row.text.purpose,
            "version": row.text.version,
            "given_at": row.given_at,
            "withdrawn_at": row.withdrawn_at,
        }
        for row in rows
    ]
