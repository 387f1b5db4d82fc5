"""A profile as a vCard 4.0 (RFC 6350), made of what `experts.disclosure.disclose` gave.

vobject writes structured and escaped values, but knows version 3.0 only and counts characters where the
standard counts octets. So the version, the order of what comes first, and folding are ours.
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

import vobject  # type: ignore[import-untyped]
from vobject.base import Component, ContentLine, registerBehavior  # type: ignore[import-untyped]
from vobject.vcard import Address, Name, VCard3_0  # type: ignore[import-untyped]

from experts import disclosure
from experts.dates import today

MEDIA_TYPE = "text/vcard"
PRODUCT = "-//Experts and forums//vCard 4.0//EN"
FOLD_AT = 75  # octets, without the line break (RFC 6350, 3.2)

_UNFOLDED = 1 << 40
_SEX = {"female": "F", "male": "M", "other": "O"}
# RFC 6715 knows three levels of expertise.
_EXPERTISE = {
    "awareness": "beginner",
    "practitioner": "average",
    "specialist": "expert",
    "trainer": "expert",
}


class VCard4(VCard3_0):  # type: ignore[misc]  # the library has no types
    """What vobject needs to know to write 4.0, and to read it back."""

    description = "vCard 4.0, defined in RFC 6350"
    versionString = "4.0"  # noqa: N815 - vobject's names
    sortFirst: ClassVar[tuple[str, ...]] = ("version", "prodid", "uid", "kind")  # noqa: N815


registerBehavior(VCard4, id="4.0")


def vcard(person_id: UUID, content: Mapping[str, Any], *, address: str, photo: bytes | None = None) -> bytes:
    """The vCard, in UTF-8 with CRLF. ``content`` are all sections as disclosed to somebody; ``address`` the
    profile's, ``photo`` a JPEG for the one who may see it. There is no REV: it would tell of changes to what
    the reader may not see."""
    card = _Card()
    card.add("uid", f"urn:uuid:{person_id}")
    card.add("kind", "individual")
    card.add("source", address, is_text=False)
    _names(card, content["identity"])
    if content["gender"]:
        card.add("gender", _SEX[content["gender"]])
    if photo:
        encoded = base64.b64encode(photo).decode("ascii")
        card.add("photo", f"data:image/jpeg;base64,{encoded}", is_text=False)
    card.add("role", content["headline"])
    _work(card, content["affiliations"])
    _contact(card, content["contact"], content["duty_country"])
    for language in content["languages"]:
        card.add("lang", language["language"])
    for topic in content["topics"]:
        card.add("expertise", topic["label"], parameters={"LEVEL": _EXPERTISE[topic["level"]]})
    card.list("categories", [topic["label"] for topic in content["topics"]])
    if content["links"]["orcid"]:
        card.add("url", f"https://orcid.org/{content['links']['orcid']}", is_text=False)
    for link in content["links"]["items"]:
        card.add("url", link["url"], is_text=False)
    for text in content["biography"]:
        card.add("note", text["text"], parameters={"LANGUAGE": text["language"], "ALTID": "1"})
    return card.written()


class _Card:
    """Adds properties that have a value."""

    def __init__(self) -> None:
        self.component: Component = vobject.newFromBehavior("vcard", "4.0")
        self.add("prodid", PRODUCT)

    def add(
        self, name: str, value: str, *, is_text: bool = True, parameters: Mapping[str, str] | None = None
    ) -> None:
        value = _printable(value) if is_text else _printable(value).replace("\n", "")
        if not value:
            return
        line = self._line(name, parameters or {})
        line.value = value
        line.encoded = not is_text  # an address is no text: nothing in it is escaped

    def structured(
        self,
        name: str,
        value: Name | Address | Sequence[str],
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        line = self._line(name, parameters or {})
        line.value, line.isNative = value, True

    def list(self, name: str, values: Sequence[str]) -> None:
        if values:
            self._line(name, {}).value = [_printable(value) for value in values]

    def _line(self, name: str, parameters: Mapping[str, str]) -> ContentLine:
        line: ContentLine = self.component.add(name)
        line.params = {key: [value] for key, value in parameters.items()}
        return line

    def written(self) -> bytes:
        lines = self.component.serialize(lineLength=_UNFOLDED).split("\r\n")
        return b"\r\n".join(_folded(line) for line in lines)


def _names(card: _Card, identity: Mapping[str, str]) -> None:
    original = identity["original_name"]
    # The same name in two scripts is one name (RFC 6350, 5.4).
    same = {"ALTID": "1"} if original else {}
    card.add("fn", disclosure.display_name(identity), parameters=same)
    card.add("fn", original, parameters=same)
    name = Name(
        family=_printable(identity["family_name"]),
        given=_printable(identity["given_name"]),
        prefix=_printable(identity["honorific"]),
    )
    card.structured("n", name)


def _work(card: _Card, affiliations: Sequence[Mapping[str, Any]]) -> None:
    """Where the person works now."""
    day = today().isoformat()
    for affiliation in affiliations:
        if affiliation["ends_on"] and affiliation["ends_on"] < day:
            continue
        if affiliation["organisation"]["name"]:
            card.structured("org", [_printable(affiliation["organisation"]["name"])])
        card.add("title", affiliation["title"])


def _contact(card: _Card, contact: Mapping[str, str], duty_country: Mapping[str, str] | None) -> None:
    card.add("email", contact["email"])
    if contact["phone"]:
        card.add("tel", f"tel:{contact['phone']}", is_text=False, parameters={"VALUE": "uri"})
    country = duty_country["name"] if duty_country else ""
    if contact["address"] or country:
        card.structured(
            "adr",
            Address(street=_printable(contact["address"]), country=_printable(country)),
            {"TYPE": "work"},
        )


def _printable(text: str) -> str:
    """Without control characters but line breaks: no value may hold them (RFC 6350, 3.3)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(letter for letter in lines if letter == "\n" or unicodedata.category(letter) != "Cc")


def _folded(line: str) -> bytes:
    """A line broken after at most `FOLD_AT` octets, never within a character."""
    data = line.encode()
    parts: list[bytes] = []
    room = FOLD_AT
    while len(data) > room:
        cut = room
        while data[cut] & 0xC0 == 0x80:
            cut -= 1
        parts.append(data[:cut])
        data = data[cut:]
        room = FOLD_AT - 1  # a folded line starts with a space
    return b"\r\n ".join([*parts, data])
