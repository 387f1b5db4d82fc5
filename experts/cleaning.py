"""What makes sense in a profile: each section's values checked, and turned into what is stored.

Called by the actions, hence for the API, the admin and imports alike. Every fault found is reported at once,
with a JSON pointer into what was sent (`Invalid.errors`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

import phonenumbers
import pycountry
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from config.errors import FieldError, Invalid
from experts.dates import today
from experts.models import (
    AgencyKind,
    Country,
    Organisation,
    Profile,
    ProfileItem,
    ProfileLanguage,
    ProfileTopic,
    Section,
    Topic,
)
from experts.references import countries_by_code, organisations_by_slug, regions, topics_by_slug

MAX_TOPICS = 50
MAX_LANGUAGES = 30
MAX_ITEMS = 200
MAX_BIOGRAPHY = 20_000
MAX_DESCRIPTION = 5_000
EARLIEST = date(1940, 1, 1)
YEARS_AHEAD = 10

WORKING_LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)
ITEM_SECTIONS = frozenset(ProfileItem.SECTIONS)


class Faults:
    """Collects what is wrong; ``raise_any`` says all of it."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def add(self, pointer: str, code: str, detail: str) -> None:
        """Note a fault."""
        self.errors.append(FieldError(pointer, code, detail))

    def raise_any(self) -> None:
        """Raise `Invalid` with every fault noted, if there is any."""
        if self.errors:
            raise Invalid(errors=self.errors)


@dataclass(slots=True)
class Cleaned:
    """What a change of sections comes to: the profile's columns, and rows that replace the present ones."""

    columns: dict[str, Any] = field(default_factory=dict)
    topics: list[ProfileTopic] | None = None
    languages: list[ProfileLanguage] | None = None
    items: dict[Section, list[ProfileItem]] = field(default_factory=dict)


def clean(changes: Mapping[str, Any], profile: Profile) -> Cleaned:
    """Check the new values of whole or partial sections for a profile; raises `Invalid` with all faults.

    Objects (identity, contact, links, availability) may be partial; lists replace the list, save that an item
    given with its ``id`` stays the one it is, with its file and what is not named. The shapes are those that
    `experts.disclosure` shows, with places, topics and organisations as codes and slugs.
    """
    faults = Faults()
    cleaned = Cleaned()
    for name, value in changes.items():
        if name in _CLEANERS:
            _CLEANERS[name](value, profile, cleaned, faults)
        elif name in ITEM_SECTIONS:
            section = Section(name)
            cleaned.items[section] = _items(value, section, profile, faults)
        else:
            faults.add(f"/{name}", "unknown_field", "A profile has no such section to write.")
    faults.raise_any()
    return cleaned


def clean_item(values: Mapping[str, Any], item: ProfileItem) -> None:
    """Check values for one item and set them on it; raises `Invalid` with pointers like ``/starts_on``."""
    faults = Faults()
    _set_item(values, item, "", faults, _organisations([values]), _countries([values]))
    faults.raise_any()


def _text(value: Any, pointer: str, limit: int, faults: Faults, *, required: bool = False) -> str:
    text = str(value).strip() if value is not None else ""
    if "\x00" in text:
        faults.add(pointer, "null_characters_not_allowed", "NUL is no text.")
    if len(text) > limit:
        faults.add(pointer, "max_length", f"At most {limit} characters.")
    if required and not text:
        faults.add(pointer, "blank", "It may not be empty.")
    return text


def _identity(value: Mapping[str, Any], _profile: Profile, cleaned: Cleaned, faults: Faults) -> None:
    limits = {"honorific": 40, "given_name": 100, "family_name": 100, "original_name": 200}
    for name, text in value.items():
        if name not in limits:
            faults.add(f"/identity/{name}", "unknown_field", "There is no such field.")
            continue
        required = name in {"given_name", "family_name"}
        cleaned.columns[name] = _text(text, f"/identity/{name}", limits[name], faults, required=required)


def _headline(value: Any, _profile: Profile, cleaned: Cleaned, faults: Faults) -> None:
    cleaned.columns["headline"] = _text(value, "/headline", 200, faults)


def _biography(
    value: Sequence[Mapping[str, Any]], _profile: Profile, cleaned: Cleaned, faults: Faults
) -> None:
    texts: dict[str, str] = {}
    for number, entry in enumerate(value):
        language = str(entry.get("language", ""))
        if language not in WORKING_LANGUAGES:
            faults.add(f"/biography/{number}/language", "unknown_language", "It is not a working language.")
        elif language in texts:
            faults.add(f"/biography/{number}/language", "repeated", "There is one text per language.")
        text = _text(entry.get("text"), f"/biography/{number}/text", MAX_BIOGRAPHY, faults, required=True)
        texts[language] = text
    cleaned.columns["biography"] = texts


def _one_of(section: str, column: str, choices: Sequence[str]) -> Callable[..., None]:
    def check(value: Any, _profile: Profile, cleaned: Cleaned, faults: Faults) -> None:
        if value and value not in choices:
            faults.add(f"/{section}", "unknown_choice", "Not one of the known values.")
        cleaned.columns[column] = value or ""

    return check


def _country(section: str) -> Callable[..., None]:
    def check(value: Any, _profile: Profile, cleaned: Cleaned, faults: Faults) -> None:
        code = str(value or "").upper() or None
        if code and not countries_by_code([code]):
            faults.add(f"/{section}", "unknown_country", "No State or Partner has this code.")
        cleaned.columns[f"{section}_id"] = code

    return check


def _contact(value: Mapping[str, Any], _profile: Profile, cleaned: Cleaned, faults: Faults) -> None:
    for name, raw in value.items():
        pointer = f"/contact/{name}"
        if name == "email":
            cleaned.columns["contact_email"] = email(raw, pointer, faults)
        elif name == "phone":
            cleaned.columns["contact_phone"] = phone(raw, pointer, faults)
        elif name == "address":
            cleaned.columns["contact_address"] = _text(raw, pointer, 1_000, faults)
        else:
            faults.add(pointer, "unknown_field", "There is no such field.")


def email(value: Any, pointer: str, faults: Faults) -> str:
    """An e-mail address, or "" for none."""
    text = _text(value, pointer, 254, faults)
    if text:
        try:
            validate_email(text)
        except ValidationError:
            faults.add(pointer, "invalid_email", "This is not an e-mail address.")
    return text


def phone(value: Any, pointer: str, faults: Faults) -> str:
    """A telephone number as E.164; it must carry its country code (+…) and be one that can exist."""
    text = _text(value, pointer, 40, faults)
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        faults.add(pointer, "invalid_phone", "Write the number with its country code, e.g. +43 1 514 36 0.")
        return ""
    if not phonenumbers.is_possible_number(number):
        faults.add(pointer, "invalid_phone", "No number of that country looks like this.")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def orcid(value: Any, pointer: str, faults: Faults) -> str:
    """An ORCID iD as 0000-0000-0000-000X, its check character (ISO 7064 mod 11-2) verified.

    Source: https://support.orcid.org/hc/en-us/articles/360006897674-Structure-of-the-ORCID-Identifier
    """
    text = _text(value, pointer, 60, faults).removeprefix("https://orcid.org/").upper()
    if not text:
        return ""
    digits = text.replace("-", "")
    if len(digits) != 16 or not digits[:15].isdecimal() or not digits.isascii():
        faults.add(pointer, "invalid_orcid", "An ORCID iD looks like 0000-0002-1825-0097.")
        return ""
    total = 0
    for digit in digits[:15]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if digits[15] != ("X" if check == 10 else str(check)):
        faults.add(pointer, "invalid_orcid", "Its check character does not fit: a digit is mistyped.")
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4))


def _links(value: Mapping[str, Any], profile: Profile, cleaned: Cleaned, faults: Faults) -> None:
    for name, raw in value.items():
        if name == "orcid":
            cleaned.columns["orcid"] = orcid(raw, "/links/orcid", faults)
        elif name == "items":
            cleaned.items[Section.LINKS] = _items(raw, Section.LINKS, profile, faults, "/links/items")
        else:
            faults.add(f"/links/{name}", "unknown_field", "There is no such field.")


def _availability(value: Mapping[str, Any], profile: Profile, cleaned: Cleaned, faults: Faults) -> None:
    for name, raw in value.items():
        pointer = f"/availability/{name}"
        if name in {"available_from", "available_to"}:
            cleaned.columns[name] = raw
        elif name == "share":
            cleaned.columns["availability_share"] = _within(raw, 1, 100, pointer, faults)
        elif name == "notice_days":
            cleaned.columns["notice_days"] = _within(raw, 0, 365, pointer, faults)
        elif name == "regions":
            cleaned.columns["availability_regions"] = _regions(raw, pointer, faults)
        else:
            faults.add(pointer, "unknown_field", "There is no such field.")
    first = cleaned.columns.get("available_from", profile.available_from)
    last = cleaned.columns.get("available_to", profile.available_to)
    if first and last and last < first:
        faults.add("/availability/available_to", "end_before_start", "It ends before it starts.")


def _regions(values: Sequence[str], pointer: str, faults: Faults) -> list[str]:
    for number, region in enumerate(values):
        if region not in regions():
            faults.add(f"{pointer}/{number}", "unknown_region", "There is no such region.")
    return list(dict.fromkeys(values))


def _within(value: Any, least: int, most: int, pointer: str, faults: Faults) -> Any:
    """A whole number within bounds, or None."""
    if value is not None and (not isinstance(value, int) or not least <= value <= most):
        faults.add(pointer, "out_of_range", f"A whole number from {least} to {most}.")
    return value


def _topics(value: Sequence[Mapping[str, Any]], profile: Profile, cleaned: Cleaned, faults: Faults) -> None:
    if len(value) > MAX_TOPICS:
        faults.add("/topics", "too_many", f"At most {MAX_TOPICS}.")
        return
    known = topics_by_slug(str(entry.get("topic", "")) for entry in value)
    rows: list[ProfileTopic] = []
    seen: set[UUID] = set()
    for position, entry in enumerate(value):
        pointer = f"/topics/{position}"
        topic: Topic | None = known.get(str(entry.get("topic", "")))
        if topic is None:
            faults.add(f"{pointer}/topic", "unknown_topic", "There is no such topic.")
            continue
        if topic.id in seen:
            faults.add(f"{pointer}/topic", "repeated", "A topic stands once.")
        seen.add(topic.id)
        level = entry.get("level")
        if level not in ProfileTopic.Level.values:
            faults.add(
                f"{pointer}/level", "unknown_choice", f"One of {', '.join(ProfileTopic.Level.values)}."
            )
        years = _within(entry.get("years") or 0, 0, 70, f"{pointer}/years", faults)
        rows.append(
            ProfileTopic(profile=profile, topic=topic, level=str(level), years=years, position=position)
        )
    cleaned.topics = rows


@cache
def known_language(code: str) -> bool:
    """Whether a code is an ISO 639 one (two letters where it has them, else three)."""
    if len(code) == 2:
        return pycountry.languages.get(alpha_2=code) is not None
    found = pycountry.languages.get(alpha_3=code)
    return found is not None and not hasattr(found, "alpha_2")


def _languages(
    value: Sequence[Mapping[str, Any]], profile: Profile, cleaned: Cleaned, faults: Faults
) -> None:
    if len(value) > MAX_LANGUAGES:
        faults.add("/languages", "too_many", f"At most {MAX_LANGUAGES}.")
        return
    rows: list[ProfileLanguage] = []
    seen: set[str] = set()
    for position, entry in enumerate(value):
        pointer = f"/languages/{position}"
        code = str(entry.get("language", "")).lower()
        if not known_language(code):
            faults.add(f"{pointer}/language", "unknown_language", "Not an ISO 639 code, e.g. ru.")
        elif code in seen:
            faults.add(f"{pointer}/language", "repeated", "A language stands once.")
        seen.add(code)
        level = entry.get("level")
        if level not in ProfileLanguage.Level.values:
            faults.add(
                f"{pointer}/level", "unknown_choice", f"One of {', '.join(ProfileLanguage.Level.values)}."
            )
        rows.append(ProfileLanguage(profile=profile, language=code, level=str(level), position=position))
    cleaned.languages = rows


def _items(
    value: Sequence[Mapping[str, Any]], section: Section, profile: Profile, faults: Faults, pointer: str = ""
) -> list[ProfileItem]:
    pointer = pointer or f"/{section.value}"
    if len(value) > MAX_ITEMS:
        faults.add(pointer, "too_many", f"At most {MAX_ITEMS}.")
        return []
    organisations, countries = _organisations(value), _countries(value)
    present: dict[str, ProfileItem] = {}
    if any(entry.get("id") for entry in value):
        present = {str(item.pk): item for item in profile.items.filter(section=section)}
    items: list[ProfileItem] = []
    for position, entry in enumerate(value):
        item = ProfileItem(profile=profile, section=section)
        if item_id := entry.get("id"):
            kept = present.pop(str(item_id), None)
            if kept is None:
                faults.add(
                    f"{pointer}/{position}/id",
                    "unknown_item",
                    "The section has no such item, or has it twice.",
                )
                continue
            item = kept
        item.position = position
        values = {name: raw for name, raw in entry.items() if name != "id"}
        _set_item(values, item, f"{pointer}/{position}", faults, organisations, countries)
        items.append(item)
    return items


_ITEM_TEXTS = {"title": 300, "organisation_name": 200, "place": 200, "description": MAX_DESCRIPTION}
_OF_LINKS = frozenset({"title", "url", "description"})
_OF_ITEMS = _OF_LINKS | {
    "organisation",
    "organisation_name",
    "country",
    "place",
    "starts_on",
    "ends_on",
    "kind",
    "language",
}


def _set_item(
    values: Mapping[str, Any],
    item: ProfileItem,
    pointer: str,
    faults: Faults,
    organisations: Mapping[str, Organisation],
    countries: Mapping[str, Country],
) -> None:
    for name, raw in values.items():
        at = f"{pointer}/{name}"
        if name not in (_OF_LINKS if item.section == Section.LINKS else _OF_ITEMS):
            faults.add(at, "unknown_field", "There is no such field here.")
        elif name in _ITEM_TEXTS:
            setattr(item, name, _text(raw, at, _ITEM_TEXTS[name], faults))
        elif name == "organisation":
            item.organisation = organisations.get(raw) if raw else None
            if raw and item.organisation is None:
                faults.add(at, "unknown_organisation", "There is no such organisation.")
        elif name == "country":
            item.country = countries.get(str(raw).upper()) if raw else None
            if raw and item.country is None:
                faults.add(at, "unknown_country", "No State or Partner has this code.")
        elif name == "url":
            item.url = _url(raw, at, faults)
        else:
            setattr(item, name, raw or ("" if name in {"kind", "language"} else None))
    _check_item(item, pointer, faults)


def _check_item(item: ProfileItem, pointer: str, faults: Faults) -> None:
    if not item.title:
        faults.add(f"{pointer}/title", "required", "Every item has a title.")
    if item.section == Section.LINKS and not item.url:
        faults.add(f"{pointer}/url", "required", "A link has an address.")
    if item.language and item.language not in WORKING_LANGUAGES:
        faults.add(f"{pointer}/language", "unknown_language", "It is not a working language.")
    is_training = item.section == Section.TRAININGS
    if is_training and item.kind not in ProfileItem.Kind.values:
        faults.add(f"{pointer}/kind", "unknown_choice", "A training was given or taken.")
    if item.kind and not is_training:
        faults.add(f"{pointer}/kind", "unknown_field", "Only trainings have a kind.")
    _check_dates(item, pointer, faults)


def _check_dates(item: ProfileItem, pointer: str, faults: Faults) -> None:
    now = today()
    is_past = item.section == Section.PUBLICATIONS or item.kind == ProfileItem.Kind.TAKEN
    for name in ("starts_on", "ends_on"):
        day: date | None = getattr(item, name)
        if day is None:
            continue
        if day < EARLIEST or day.year > now.year + YEARS_AHEAD:
            faults.add(
                f"{pointer}/{name}", "implausible_date", f"Not before {EARLIEST.year} and not far ahead."
            )
        elif is_past and day > now:
            faults.add(f"{pointer}/{name}", "in_the_future", "What is over cannot lie in the future.")
    if item.starts_on and item.ends_on and item.ends_on < item.starts_on:
        faults.add(f"{pointer}/ends_on", "end_before_start", "It ends before it starts.")


_check_url = URLValidator(schemes=["http", "https"])


def _url(value: Any, pointer: str, faults: Faults) -> str:
    text = _text(value, pointer, 500, faults)
    if text:
        try:
            _check_url(text)
        except ValidationError:
            faults.add(pointer, "invalid_url", "This is not an http(s) address.")
    return text


def _organisations(values: Sequence[Mapping[str, Any]]) -> dict[str, Organisation]:
    return organisations_by_slug(entry["organisation"] for entry in values if entry.get("organisation"))


def _countries(values: Sequence[Mapping[str, Any]]) -> dict[str, Country]:
    return countries_by_code(str(entry["country"]).upper() for entry in values if entry.get("country"))


_CLEANERS: Mapping[str, Callable[[Any, Profile, Cleaned, Faults], None]] = {
    Section.IDENTITY: _identity,
    Section.GENDER: _one_of("gender", "gender", Profile.Gender.values),
    Section.HEADLINE: _headline,
    Section.BIOGRAPHY: _biography,
    Section.NATIONALITY: _country("nationality"),
    Section.DUTY_COUNTRY: _country("duty_country"),
    Section.AGENCY: _one_of("agency", "agency_kind", AgencyKind.values),
    Section.TOPICS: _topics,
    Section.LANGUAGES: _languages,
    Section.CONTACT: _contact,
    Section.LINKS: _links,
    Section.AVAILABILITY: _availability,
}
