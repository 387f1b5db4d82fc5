"""A profile as JSON-LD with the words of schema.org, made of what `experts.disclosure.disclose` gave.

Terms: https://schema.org/Person. Where a person's part in something has a name or dates, it stands as a Role
between the two (https://blog.schema.org/2014/06/16/introducing-role/). What is empty, or kept from the asker,
is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from experts import disclosure

MEDIA_TYPE = "application/ld+json"
CONTEXT = "https://schema.org"

_GENDERS = {"female": "https://schema.org/Female", "male": "https://schema.org/Male"}


def person(person_id: UUID, content: Mapping[str, Any], *, site: str, photo: str) -> dict[str, Any]:
    """The Person. ``content`` are all sections as disclosed to somebody; ``site`` starts every address,
    ``photo`` is the path of the photo, if there is one."""
    identity = content["identity"]
    address = f"{site}/api/v1/experts/{person_id}"
    made = {
        "@context": CONTEXT,
        "@type": "Person",
        "@id": address,
        "url": address,
        "identifier": [f"urn:uuid:{person_id}", *_orcid(content["links"]["orcid"])],
        "name": disclosure.display_name(identity),
        "givenName": identity["given_name"],
        "familyName": identity["family_name"],
        "alternateName": identity["original_name"],
        "honorificPrefix": identity["honorific"],
        "image": f"{site}{photo}" if photo else "",
        "gender": _GENDERS.get(content["gender"], content["gender"]),
        "jobTitle": content["headline"],
        "description": [
            {"@value": text["text"], "@language": text["language"]} for text in content["biography"]
        ],
        "nationality": _country(content["nationality"]),
        "workLocation": _country(content["duty_country"]),
        "affiliation": [_affiliation(item) for item in content["affiliations"]],
        "memberOf": [_network(row, site) for row in content["networks"]],
        "knowsAbout": [_topic(row, site) for row in content["topics"]],
        "knowsLanguage": [
            {"@type": "Language", "name": row["name"], "alternateName": row["language"]}
            for row in content["languages"]
        ],
        "hasOccupation": [_mission(item) for item in content["missions"]],
        "hasCredential": [_training(item) for item in content["trainings"] if item["kind"] == "taken"],
        "email": content["contact"]["email"],
        "telephone": content["contact"]["phone"],
        "address": content["contact"]["address"],
        "sameAs": _same(content["links"]),
    }
    if content["publications"]:
        made["@reverse"] = {"author": [_publication(item) for item in content["publications"]]}
    person: dict[str, Any] = _filled(made)
    return person


def _orcid(orcid: str) -> list[dict[str, str]]:
    if not orcid:
        return []
    address = f"https://orcid.org/{orcid}"
    return [{"@type": "PropertyValue", "propertyID": "https://orcid.org", "value": orcid, "url": address}]


def _same(links: Mapping[str, Any]) -> list[str]:
    orcid = [f"https://orcid.org/{links['orcid']}"] if links["orcid"] else []
    return [*orcid, *(item["url"] for item in links["items"])]


def _country(place: Mapping[str, str] | None) -> dict[str, str] | None:
    return {"@type": "Country", "name": place["name"], "identifier": place["code"]} if place else None


def _organisation(item: Mapping[str, Any]) -> dict[str, str] | None:
    name = item["organisation"]["name"]
    return {"@type": "Organization", "name": name} if name else None


def _affiliation(item: Mapping[str, Any]) -> dict[str, Any]:
    return _dated(item, "OrganizationRole") | {
        "roleName": item["title"],
        "affiliation": _organisation(item),
    }


def _network(row: Mapping[str, str], site: str) -> dict[str, Any]:
    network = {
        "@type": "Organization",
        "name": row["name"],
        "url": f"{site}/api/v1/networks/{row['slug']}",
    }
    return {"@type": "OrganizationRole", "roleName": row["role"], "memberOf": network}


def _topic(row: Mapping[str, Any], site: str) -> dict[str, Any]:
    return {
        "@type": "DefinedTerm",
        "name": row["label"],
        "termCode": row["topic"],
        "url": f"{site}/api/v1/topics/{row['topic']}",
        "inDefinedTermSet": f"{site}/api/v1/topics",
    }


def _mission(item: Mapping[str, Any]) -> dict[str, Any]:
    occupation = {
        "@type": "Occupation",
        "name": item["title"],
        "description": item["description"],
        "occupationLocation": _country(item["country"]),
    }
    return _dated(item, "Role") | {"hasOccupation": occupation}


def _training(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "EducationalOccupationalCredential",
        "name": item["title"],
        "dateCreated": item["ends_on"] or item["starts_on"],
        "recognizedBy": _organisation(item),
    }


def _publication(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "CreativeWork",
        "name": item["title"],
        "datePublished": item["ends_on"] or item["starts_on"],
        "publisher": _organisation(item),
        "url": item["url"],
        "inLanguage": item["language"],
        "abstract": item["description"],
    }


def _dated(item: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {"@type": kind, "startDate": item["starts_on"], "endDate": item["ends_on"]}


def _filled(value: Any) -> Any:
    """Without what is empty, however deep."""
    if isinstance(value, Mapping):
        parts = {name: _filled(part) for name, part in value.items()}
        return {name: part for name, part in parts.items() if part not in (None, "", [], {})}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_filled(part) for part in value]
    return value
