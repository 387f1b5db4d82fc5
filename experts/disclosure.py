"""What of a profile a viewer may read: the one function behind every way a profile leaves the database.

The API, previews, exports, vCard and JSON-LD show what `disclose` returns; the search documents carry each
section under `audience`. A hidden section is returned exactly as an empty one: nobody can tell the two apart.
Filters and sorts ask the same question in the database (`ProfileQuerySet.readable_section`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from babel import Locale, UnknownLocaleError

from experts.models import Section

if TYPE_CHECKING:
    from experts.models import Profile
    from search.viewer import Viewer

ALL: tuple[Section, ...] = tuple(Section)

# What a row of the directory shows; enough to recognise a person and to see why they fit.
CARD: tuple[Section, ...] = (
    Section.IDENTITY,
    Section.PHOTO,
    Section.HEADLINE,
    Section.NATIONALITY,
    Section.DUTY_COUNTRY,
    Section.AGENCY,
    Section.TOPICS,
    Section.LANGUAGES,
    Section.NETWORKS,
)


def audience(profile: Profile, section: Section) -> tuple[str, ...]:
    """The audience tokens of a section."""
    return tuple(profile.audiences[section])


def readable(profile: Profile, viewer: Viewer, sections: Collection[Section] = ALL) -> frozenset[Section]:
    """Those of the sections that the viewer may read: none, where they may not know who it is."""
    if not profile.shows(Section.IDENTITY, viewer):
        return frozenset()
    return frozenset(section for section in sections if profile.shows(section, viewer))


def disclose(profile: Profile, viewer: Viewer, *, sections: Collection[Section] = ALL) -> dict[str, Any]:
    """The content of ``sections`` by name, in the viewer's language; what they may not read is as if empty.

    What others add to a section is told under the section's own audience: under ``verified``, which of
    these sections the secretariat has verified as they are, and since when; with each topic, by how many
    peers it is endorsed. The profile must be loaded by ``ProfileQuerySet.with_content(language, sections)``.
    Dates are ISO 8601; ``since`` is a datetime.
    """
    may_read = readable(profile, viewer, sections)
    shown = {
        section.value: content(profile, section, viewer.language) if section in may_read else empty(section)
        for section in sections
    }
    if Section.TOPICS in may_read:
        for topic, row in zip(shown[Section.TOPICS.value], profile.topic_rows, strict=True):
            topic["endorsements"] = row["endorsements"]
    told = {section.value for section in may_read}
    shown["verified"] = [
        {"section": row["section"], "since": datetime.fromisoformat(row["verified_at"])}
        for row in profile.verification_rows
        if row["section"] in told
    ]
    return shown


def content(profile: Profile, section: Section, language: str) -> Any:
    """The content of one section, whoever asks: for `disclose` and for the owner's own files."""
    return _CONTENT[section](profile, language)


def empty(section: Section) -> Any:
    """What an empty section looks like."""
    return _EMPTY[section]()


def display_name(identity: Mapping[str, str]) -> str:
    """The name as one line, e.g. "Dr Ana Kovač"."""
    return " ".join(filter(None, (identity["honorific"], identity["given_name"], identity["family_name"])))


@cache
def language_name(code: str, language: str) -> str:
    """The name of a language in another, e.g. ("ru", "fr") → "russe"; the code itself where none is known."""
    try:
        return str(Locale(language).languages.get(code, code))
    except UnknownLocaleError:
        return code


def _identity(profile: Profile, _language: str) -> dict[str, str]:
    return {
        "honorific": profile.honorific,
        "given_name": profile.given_name,
        "family_name": profile.family_name,
        "original_name": profile.original_name,
    }


def _photo(profile: Profile, _language: str) -> dict[str, str] | None:
    if not profile.photo:
        return None
    return {"version": PurePath(profile.photo.name or "").stem}


def _biography(profile: Profile, _language: str) -> list[dict[str, str]]:
    return [{"language": language, "text": text} for language, text in sorted(profile.biography.items())]


def _place(field: str) -> Callable[[Profile, str], dict[str, str] | None]:
    def place(profile: Profile, _language: str) -> dict[str, str] | None:
        code = getattr(profile, f"{field}_id")
        return {"code": code, "name": getattr(profile, f"{field}_name")} if code else None

    return place


def _topics(profile: Profile, _language: str) -> list[dict[str, Any]]:
    return [{name: row[name] for name in ("topic", "label", "level", "years")} for row in profile.topic_rows]


def _languages(profile: Profile, language: str) -> list[dict[str, str]]:
    return [
        {
            "language": row["language"],
            "name": language_name(row["language"], language),
            "level": row["level"],
        }
        for row in profile.language_rows
    ]


def _networks(profile: Profile, _language: str) -> list[dict[str, Any]]:
    return [{name: row[name] for name in ("slug", "name", "role")} for row in profile.network_rows]


def item(row: Mapping[str, Any]) -> dict[str, Any]:
    """An item as it is shown: the same fields in every section, empty where they do not apply."""
    has_file = bool(row["file"])
    return {
        "id": row["id"],
        "title": row["title"],
        "kind": row["kind"],
        "organisation": {"slug": row["organisation_slug"], "name": row["organisation"]},
        "country": {"code": row["country"], "name": row["country_name"]} if row["country"] else None,
        "place": row["place"],
        "starts_on": row["starts_on"],
        "ends_on": row["ends_on"],
        "url": row["url"],
        "description": row["description"],
        "language": row["language"],
        "file": {name: row[f"file_{name}"] for name in ("name", "type", "size")} if has_file else None,
    }


def _items(section: Section) -> Callable[[Profile, str], list[dict[str, Any]]]:
    def items(profile: Profile, _language: str) -> list[dict[str, Any]]:
        return [item(row) for row in profile.item_rows if row["section"] == section]

    return items


def _contact(profile: Profile, _language: str) -> dict[str, str]:
    return {
        "email": profile.contact_email,
        "phone": profile.contact_phone,
        "address": profile.contact_address,
    }


def _links(profile: Profile, language: str) -> dict[str, Any]:
    return {"orcid": profile.orcid, "items": _items(Section.LINKS)(profile, language)}


def _availability(profile: Profile, _language: str) -> dict[str, Any]:
    return {
        "available_from": profile.available_from.isoformat() if profile.available_from else None,
        "available_to": profile.available_to.isoformat() if profile.available_to else None,
        "share": profile.availability_share,
        "notice_days": profile.notice_days,
        "regions": list(profile.availability_regions),
    }


_CONTENT: Mapping[Section, Callable[[Profile, str], Any]] = {
    Section.IDENTITY: _identity,
    Section.PHOTO: _photo,
    Section.GENDER: lambda profile, _: profile.gender,
    Section.HEADLINE: lambda profile, _: profile.headline,
    Section.BIOGRAPHY: _biography,
    Section.NATIONALITY: _place("nationality"),
    Section.DUTY_COUNTRY: _place("duty_country"),
    Section.AGENCY: lambda profile, _: profile.agency_kind,
    Section.AFFILIATIONS: _items(Section.AFFILIATIONS),
    Section.NETWORKS: _networks,
    Section.TOPICS: _topics,
    Section.LANGUAGES: _languages,
    Section.MISSIONS: _items(Section.MISSIONS),
    Section.TRAININGS: _items(Section.TRAININGS),
    Section.PUBLICATIONS: _items(Section.PUBLICATIONS),
    Section.DOCUMENTS: _items(Section.DOCUMENTS),
    Section.CONTACT: _contact,
    Section.LINKS: _links,
    Section.AVAILABILITY: _availability,
}

_EMPTY: Mapping[Section, Callable[[], Any]] = {
    Section.IDENTITY: lambda: {"honorific": "", "given_name": "", "family_name": "", "original_name": ""},
    Section.PHOTO: lambda: None,
    Section.GENDER: str,
    Section.HEADLINE: str,
    Section.BIOGRAPHY: list,
    Section.NATIONALITY: lambda: None,
    Section.DUTY_COUNTRY: lambda: None,
    Section.AGENCY: str,
    Section.AFFILIATIONS: list,
    Section.NETWORKS: list,
    Section.TOPICS: list,
    Section.LANGUAGES: list,
    Section.MISSIONS: list,
    Section.TRAININGS: list,
    Section.PUBLICATIONS: list,
    Section.DOCUMENTS: list,
    Section.CONTACT: lambda: {"email": "", "phone": "", "address": ""},
    Section.LINKS: lambda: {"orcid": "", "items": []},
    Section.AVAILABILITY: lambda: {
        "available_from": None,
        "available_to": None,
        "share": None,
        "notice_days": None,
        "regions": [],
    },
}
