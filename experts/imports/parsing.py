"""From a row's cells to what an edit of a profile is given (see `experts.cleaning.clean`).

Only words are understood here: names of States and topics, days, lists within a cell. What makes sense is
decided by `experts.cleaning`, as for every other edit. An empty cell says nothing: what is there stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from config.errors import FieldError
from experts.cleaning import WORKING_LANGUAGES, Faults
from experts.cleaning import email as clean_email
from experts.imports import sources
from experts.imports.fields import key
from experts.imports.known import Known
from experts.models import ImportRow

MAX_EXTERNAL_ID = 100
_IDENTITY = ("honorific", "given_name", "family_name", "original_name")
_CONTACT = ("contact_email", "contact_phone", "contact_address")
_LANGUAGE = re.compile(r"(.+?)\s*[:(\s]\s*([^():\s][^():]*)\)?")


@dataclass(slots=True)
class Parsed:
    """A row, understood. ``affiliation`` and ``website`` are added to what a profile has; ``account`` holds
    email, external_id and language, where the row gives them."""

    account: dict[str, str] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    affiliation: dict[str, str] = field(default_factory=dict)
    website: str = ""
    networks: list[UUID] = field(default_factory=list)
    faults: list[dict[str, str]] = field(default_factory=list)

    def fault(self, name: str, code: str, detail: str) -> None:
        """Note what is wrong with a field."""
        self.faults.append({"field": name, "code": code, "detail": detail})

    @property
    def is_about_profile(self) -> bool:
        """Whether the row says anything that a profile would hold."""
        return bool(self.changes or self.affiliation or self.website)


def parse(row: ImportRow, mapping: Sequence[str], known: Known) -> Parsed:
    """Understand a row; faults are by the field's name."""
    parsed = Parsed()
    for column, code in row.flaws:
        name = mapping[column] if column < len(mapping) else ""
        if name or code == "beyond_headings":
            parsed.fault(name, code, sources.FLAWS[code])
    given: dict[str, list[str]] = {}
    # The cells of a row about somebody who was erased are gone.
    for name, cell in zip(mapping, row.cells, strict=False):
        if name and cell:
            given.setdefault(name, []).append(cell)
    values = {name: cells[0] for name, cells in given.items()}
    _account(values, parsed)
    _sections(values, parsed, known)
    for name, understand in _LISTS.items():
        if name in given:
            parts = [part.strip() for cell in given[name] for part in re.split(r"[;|\n]", cell)]
            understand([part for part in parts if part], parsed, known)
    return parsed


def told(fault: FieldError) -> dict[str, str]:
    """A fault that cleaning found, by the field that the table's reader knows it as."""
    section, _, rest = fault.pointer.removeprefix("/").partition("/")
    inner = rest.rpartition("/")[2]
    match section:
        case "identity":
            name = inner
        case "contact":
            name = f"contact_{inner}"
        case "affiliations":
            name = "organisation" if inner.startswith("organisation") else "position"
        case "links":
            name = "orcid" if inner == "orcid" else "website"
        case "availability":
            name = "availability_share" if inner == "share" else inner
        case _:
            name = section
    return {"field": name, "code": fault.code, "detail": fault.detail}


def _account(values: Mapping[str, str], parsed: Parsed) -> None:
    if address := values.get("email"):
        faults = Faults()
        parsed.account["email"] = clean_email(address, "/email", faults).lower()
        parsed.faults += [told(fault) for fault in faults.errors]
    if external_id := values.get("external_id"):
        if len(external_id) > MAX_EXTERNAL_ID:
            parsed.fault("external_id", "max_length", f"At most {MAX_EXTERNAL_ID} characters.")
        else:
            parsed.account["external_id"] = external_id
    if language := values.get("account_language"):
        if language.lower() in WORKING_LANGUAGES:
            parsed.account["language"] = language.lower()
        else:
            parsed.fault("account_language", "unknown_language", "It is not a working language.")


def _sections(values: Mapping[str, str], parsed: Parsed, known: Known) -> None:
    changes = parsed.changes
    if identity := {name: values[name] for name in _IDENTITY if name in values}:
        changes["identity"] = identity
    if contact := {name.removeprefix("contact_"): values[name] for name in _CONTACT if name in values}:
        changes["contact"] = contact
    if "headline" in values:
        changes["headline"] = values["headline"]
    if "orcid" in values:
        changes["links"] = {"orcid": values["orcid"]}
    if texts := [
        {"language": name.removeprefix("biography_"), "text": text}
        for name, text in values.items()
        if name.startswith("biography_")
    ]:
        changes["biography"] = texts
    for name, names in (
        ("nationality", known.countries),
        ("duty_country", known.countries),
        ("agency", known.agencies),
        ("gender", known.genders),
    ):
        if name in values:
            # What is not known is left to cleaning, which refuses it.
            changes[name] = names.get(key(values[name]), values[name])
    if organisation := values.get("organisation"):
        slug = known.organisations.get(key(organisation))
        parsed.affiliation = {"organisation": slug} if slug else {"organisation_name": organisation}
        parsed.affiliation["title"] = values.get("position", organisation)
    elif position := values.get("position"):
        parsed.affiliation = {"title": position}
    parsed.website = values.get("website", "")
    _availability(values, parsed)


def _availability(values: Mapping[str, str], parsed: Parsed) -> None:
    readers: Mapping[str, tuple[str, Callable[[str], Any], str, str]] = {
        "available_from": ("available_from", _day, "invalid_date", _DAY),
        "available_to": ("available_to", _day, "invalid_date", _DAY),
        "availability_share": ("share", _number, "not_a_number", "A whole number."),
        "notice_days": ("notice_days", _number, "not_a_number", "A whole number."),
    }
    found: dict[str, Any] = {}
    for name, (inner, read, code, detail) in readers.items():
        if name not in values:
            continue
        value = read(values[name])
        if value is None:
            parsed.fault(name, code, detail)
        else:
            found[inner] = value
    if found:
        parsed.changes["availability"] = found


_DAY = "A day is written 2026-05-31 or 31.05.2026."


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _number(text: str) -> int | None:
    digits = text.removesuffix("%").strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 6 else None


def _topics(parts: Sequence[str], parsed: Parsed, known: Known) -> None:
    entries: list[dict[str, Any]] = []
    for part in parts:
        name, _, rest = part.partition(":")
        level, _, years = rest.partition(":")
        number = _number(years.strip() or "0")
        if number is None:
            parsed.fault("topics", "not_a_number", f"“{years.strip()[:40]}” is no number of years.")
            continue
        slug = known.topics.get(key(name), name.strip())
        entries.append({"topic": slug, "level": level.strip().lower(), "years": number})
    parsed.changes["topics"] = entries


def _languages(parts: Sequence[str], parsed: Parsed, known: Known) -> None:
    entries: list[dict[str, str]] = []
    for part in parts:
        match = _LANGUAGE.fullmatch(part)
        name, level = match.groups() if match else (part, "")
        level = "native" if key(level) in known.native else level.strip().upper()
        entries.append({"language": known.language(name), "level": level})
    parsed.changes["languages"] = entries


def _networks(parts: Sequence[str], parsed: Parsed, known: Known) -> None:
    for part in parts:
        network = known.networks.get(key(part))
        if network is None:
            parsed.fault("networks", "unknown_network", f"There is no network “{part[:80]}”.")
        elif network not in parsed.networks:
            parsed.networks.append(network)


_LISTS: Mapping[str, Callable[[Sequence[str], Parsed, Known], None]] = {
    "topics": _topics,
    "languages": _languages,
    "networks": _networks,
}
