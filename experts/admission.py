"""What a roster wants of who applies for it, and whether somebody has it.

The secretariat may admit anybody; the rules say who may ask. They are read on the applicant's own profile,
whoever else may read that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from config.errors import Conflict, FieldError
from experts.cleaning import MAX_LANGUAGES, Faults, known_language
from experts.models import ProfileLanguage, ProfileTopic, Roster, User
from experts.references import subtree


def check(roster: Roster, applicant: User) -> None:
    """Raise `Conflict` with everything that the applicant lacks, under the part of the profile it belongs to.

    Two queries beside those for the roster's topics.
    """
    missing = [*_topic_missing(roster, applicant), *_languages_missing(roster, applicant)]
    if missing:
        raise Conflict(
            "Your profile does not have what this roster wants.", code="not_eligible", errors=missing
        )


def clean_languages(asked: Sequence[Mapping[str, Any]], faults: Faults) -> list[str]:
    """``[{"language": "en", "level": "B2"}, …]`` as it is kept: ``["en:B2", …]``."""
    kept: dict[str, str] = {}
    for number, entry in enumerate(asked[:MAX_LANGUAGES]):
        language, level = str(entry["language"]).lower(), str(entry["level"])
        pointer = f"/languages/{number}"
        if not known_language(language):
            faults.add(f"{pointer}/language", "unknown_language", "Not an ISO 639 code, e.g. ru.")
        elif language in kept:
            faults.add(f"{pointer}/language", "repeated", "A language stands once.")
        if level not in ProfileLanguage.Level.values:
            faults.add(
                f"{pointer}/level", "unknown_choice", f"One of {', '.join(ProfileLanguage.Level.values)}."
            )
        kept[language] = level
    return [f"{language}:{level}" for language, level in kept.items()]


def languages(roster: Roster) -> list[dict[str, str]]:
    """The languages a roster wants, as ``{"language", "level"}``."""
    parts = (kept.partition(":") for kept in roster.languages)
    return [{"language": language, "level": level} for language, _, level in parts]


def _topic_missing(roster: Roster, applicant: User) -> list[FieldError]:
    """One of the roster's topics, or one below it, at its level or above."""
    topics = list(roster.topics.all())
    if not roster.level or not topics:
        return []
    levels = ProfileTopic.Level.values
    known = Q()
    for topic in topics:
        known |= subtree(topic, "topic__")
    enough = levels[levels.index(roster.level) :]
    if ProfileTopic.objects.filter(known, profile=applicant.pk, level__in=enough).exists():
        return []
    names = ", ".join(topic.slug for topic in topics)
    return [FieldError("/topics", "topic_missing", f"At least {roster.level} in one of: {names}.")]


def _languages_missing(roster: Roster, applicant: User) -> list[FieldError]:
    if not roster.languages:
        return []
    levels = ProfileLanguage.Level.values
    spoken = dict(ProfileLanguage.objects.filter(profile=applicant.pk).values_list("language", "level"))
    return [
        FieldError(
            "/languages", "language_missing", f"{asked['language']} at {asked['level']} or above is wanted."
        )
        for asked in languages(roster)
        if asked["language"] not in spoken
        or levels.index(spoken[asked["language"]]) < levels.index(asked["level"])
    ]
