"""What makes sense in a call-out: its values checked, and turned into what is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from experts.cleaning import Faults, known_language
from experts.dates import today
from experts.models import CallOut, Country, ProfileLanguage, ProfileTopic, Requirement
from experts.references import topics_by_slug

MAX_REQUIREMENTS = 20
MAX_DAYS = 366
TEXTS = {"title": 200, "role": 200, "place": 200, "description": 10_000}
NUMBERS = ("number", "women_at_least", "men_at_least")


def clean(values: Mapping[str, Any], call_out: CallOut) -> list[Requirement]:
    """Set values on a call-out (new, or with what it has already) and return its new requirements.

    ``topics`` are ``{"topic": slug, "level": …, "essential": bool}``, ``languages`` ``{"language": code,
    "level": CEFR, "essential": bool}``; each list replaces its kind. Raises `Invalid` with all faults.
    """
    faults = Faults()
    for name in TEXTS:
        if name in values:
            setattr(call_out, name, values[name].strip())
    for name in ("starts_on", "ends_on", *NUMBERS):
        if name in values:
            setattr(call_out, name, values[name])
    if "country" in values:
        call_out.country_id = values["country"] or None
    for name in ("nationalities", "excluded_nationalities"):
        if name in values:
            setattr(call_out, name, list(dict.fromkeys(values[name])))
    _check(call_out, faults)
    requirements = [
        *_topics(values.get("topics", ()), call_out, faults),
        *_languages(values.get("languages", ()), call_out, faults),
    ]
    faults.raise_any()
    return requirements


def _check(call_out: CallOut, faults: Faults) -> None:
    for name, limit in TEXTS.items():
        text = getattr(call_out, name)
        if not text and name != "description":
            faults.add(f"/{name}", "required", "It may not be empty.")
        if len(text) > limit:
            faults.add(f"/{name}", "max_length", f"At most {limit} characters.")
    if call_out.ends_on < call_out.starts_on:
        faults.add("/ends_on", "end_before_start", "It ends before it starts.")
    elif call_out.ends_on < today():
        faults.add("/ends_on", "in_the_past", "It would be over already.")
    elif (call_out.ends_on - call_out.starts_on).days > MAX_DAYS:
        faults.add("/ends_on", "too_long", "At most a year.")
    if not 1 <= call_out.number <= CallOut.MAX_NUMBER:
        faults.add("/number", "out_of_range", f"1 to {CallOut.MAX_NUMBER}.")
    if call_out.women_at_least + call_out.men_at_least > call_out.number:
        faults.add("/women_at_least", "out_of_range", "Together more than the people it takes.")
    _check_countries(call_out, faults)


def _check_countries(call_out: CallOut, faults: Faults) -> None:
    asked = {*call_out.nationalities, *call_out.excluded_nationalities}
    if call_out.country_id:
        asked.add(call_out.country_id)
    known = set(Country.objects.filter(pk__in=asked).values_list("pk", flat=True))
    if call_out.country_id and call_out.country_id not in known:
        faults.add("/country", "unknown_country", "No State or Partner has this code.")
    for name in ("nationalities", "excluded_nationalities"):
        for position, code in enumerate(getattr(call_out, name)):
            if code not in known:
                faults.add(f"/{name}/{position}", "unknown_country", "No State or Partner has this code.")
    if both := set(call_out.nationalities) & set(call_out.excluded_nationalities):
        detail = f"{', '.join(sorted(both))}: asked for and excluded."
        faults.add("/excluded_nationalities", "contradiction", detail)


def _topics(entries: Sequence[Mapping[str, Any]], call_out: CallOut, faults: Faults) -> list[Requirement]:
    if len(entries) > MAX_REQUIREMENTS:
        faults.add("/topics", "too_many", f"At most {MAX_REQUIREMENTS}.")
        return []
    known = topics_by_slug(entry["topic"] for entry in entries)
    requirements: list[Requirement] = []
    seen = set()
    for position, entry in enumerate(entries):
        topic = known.get(entry["topic"])
        if topic is None:
            faults.add(f"/topics/{position}/topic", "unknown_topic", "There is no such topic.")
            continue
        if topic.pk in seen:
            faults.add(f"/topics/{position}/topic", "repeated", "A topic stands once.")
        seen.add(topic.pk)
        level = _level(entry, ProfileTopic.Level.values, f"/topics/{position}/level", faults)
        requirements.append(
            Requirement(
                call_out=call_out,
                topic=topic,
                level=level,
                essential=entry.get("essential", True),
                position=position,
            )
        )
    return requirements


def _languages(entries: Sequence[Mapping[str, Any]], call_out: CallOut, faults: Faults) -> list[Requirement]:
    if len(entries) > MAX_REQUIREMENTS:
        faults.add("/languages", "too_many", f"At most {MAX_REQUIREMENTS}.")
        return []
    requirements = []
    seen = set()
    for position, entry in enumerate(entries):
        code = entry["language"]
        if not known_language(code):
            faults.add(f"/languages/{position}/language", "unknown_language", "Not an ISO 639 code, e.g. ru.")
        elif code in seen:
            faults.add(f"/languages/{position}/language", "repeated", "A language stands once.")
        seen.add(code)
        level = _level(entry, ProfileLanguage.Level.values, f"/languages/{position}/level", faults)
        requirements.append(
            Requirement(
                call_out=call_out,
                language=code,
                level=level,
                essential=entry.get("essential", True),
                position=MAX_REQUIREMENTS + position,
            )
        )
    return requirements


def _level(entry: Mapping[str, Any], known: Sequence[str], pointer: str, faults: Faults) -> str:
    level: str = entry["level"]
    if level not in known:
        faults.add(pointer, "unknown_choice", f"One of {', '.join(known)}.")
    return level
