"""The lines of a community archive, read and checked one by one, and written: docs/community-archive.md.

A line that makes no sense raises `ArchiveError`, which says where it is and what is wrong with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple

import orjson

FORMAT = "community-archive"
VERSION = 1
MAX_LINE = 4_000_000
MAX_ID = 150


class ArchiveError(Exception):
    """A line that cannot be imported."""

    def __init__(self, number: int, problem: str) -> None:
        super().__init__(f"Line {number}: {problem}")
        self.number = number
        self.problem = problem


class Line(NamedTuple):
    """A line that was checked: its number in the file, what it is, and all its fields, given or not."""

    number: int
    type: str
    fields: Mapping[str, Any]


class Field(NamedTuple):
    """A field of a line: how its value is read, and what stands for an absent one (`...`: it is needed)."""

    read: Callable[[Any], Any]
    default: Any = ...


def _text(length: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError("is no text")  # noqa: TRY004 - one kind of error for all values
        if len(value) > length:
            raise ValueError(f"has more than {length} characters")
        if "\x00" in value:
            raise ValueError("holds a null character")
        return value

    return read


def _identifier(value: Any) -> str:
    text = _text(MAX_ID)(value)
    if not text:
        raise ValueError("is empty")
    return text


def _time(value: Any) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(_text(40)(value))
    except ValueError:
        raise ValueError("is no RFC 3339 time") from None
    if moment.tzinfo is None:
        raise ValueError("has no time zone")
    return moment


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("is not true or false")  # noqa: TRY004 - one kind of error for a value
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 1_000_000_000:
        raise ValueError("is no number from 0 to 1,000,000,000")
    return value


def _one_of(*choices: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"is none of {', '.join(choices)}")
        return str(value)

    return read


def _list_of(read: Callable[[Any], Any], length: int) -> Callable[[Any], list[Any]]:
    def read_all(value: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) > length:
            raise ValueError(f"is no list of at most {length}")
        return [read(item) for item in value]

    return read_all


def _or_none(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


LANGUAGE = _one_of("", "en", "fr", "de", "it", "ru", "es")
SLUGS = _list_of(_text(80), 20)
HEADER = {
    "format": Field(_one_of(FORMAT)),
    "version": Field(_count),
    "source": Field(_text(40)),
    "exported_at": Field(_or_none(_time), None),
}
FIELDS: Mapping[str, Mapping[str, Field]] = {
    "user": {
        "id": Field(_identifier),
        "name": Field(_text(200)),
        "email": Field(_or_none(_text(254)), None),
        "language": Field(LANGUAGE, "en"),
        "time_zone": Field(_text(64), "UTC"),
    },
    "space": {
        "id": Field(_identifier),
        "title": Field(_text(200)),
        "slug": Field(_text(80), ""),
        "purpose": Field(_text(2_000), ""),
        "rules": Field(_text(10_000), ""),
        "visibility": Field(_one_of("open", "members_only", "private", "secret"), "private"),
        "joining": Field(_or_none(_one_of("free", "ask", "invitation")), None),
        "parent": Field(_or_none(_identifier), None),
        "languages": Field(_list_of(LANGUAGE, 6), []),
        "topics": Field(SLUGS, []),
        "featured_topics": Field(SLUGS, []),
        "join_questions": Field(_list_of(_text(300), 10), []),
        "archived": Field(_flag, False),
        "created_at": Field(_time),
    },
    "membership": {
        "space": Field(_identifier),
        "user": Field(_identifier),
        "role": Field(_one_of("observer", "member", "moderator", "owner"), "member"),
    },
    "discussion": {
        "id": Field(_identifier),
        "space": Field(_identifier),
        "author": Field(_identifier),
        "topic": Field(_text(400)),
        "kind": Field(_one_of("discussion", "question", "announcement"), "discussion"),
        "status": Field(_one_of("open", "answered", "closed", "archived"), "open"),
        "language": Field(LANGUAGE, ""),
        "topics": Field(SLUGS, []),
        "tags": Field(_list_of(_text(100), 5), []),
        "created_at": Field(_time),
        "pinned": Field(_flag, False),
        "pinned_until": Field(_or_none(_time), None),
        "hidden": Field(_flag, False),
        "deleted": Field(_flag, False),
        "accepted": Field(_or_none(_identifier), None),
        "views": Field(_count, 0),
    },
    "post": {
        "id": Field(_identifier),
        "discussion": Field(_identifier),
        "parent": Field(_or_none(_identifier), None),
        "author": Field(_identifier),
        "body": Field(_text(200_000)),
        "language": Field(LANGUAGE, ""),
        "state": Field(_one_of("published", "hidden", "deleted"), "published"),
        "created_at": Field(_time),
        "edited_at": Field(_or_none(_time), None),
        "version": Field(_count, 1),
        "mentions": Field(_list_of(_identifier, 100), []),
    },
    "quote": {"post": Field(_identifier), "quoted": Field(_identifier), "text": Field(_text(2_000), "")},
    "revision": {
        "post": Field(_identifier),
        "version": Field(_count),
        "body": Field(_text(200_000)),
        "language": Field(LANGUAGE, ""),
        "replaced_by": Field(_identifier),
        "replaced_at": Field(_time),
        "reason": Field(_text(500), ""),
    },
    "attachment": {
        "id": Field(_identifier),
        "post": Field(_identifier),
        "path": Field(_text(500)),
        "name": Field(_text(200), ""),
        "alt": Field(_text(500), ""),
    },
    "like": {"post": Field(_identifier), "user": Field(_identifier), "created_at": Field(_time)},
}


def read(path: Path) -> Iterator[Line]:
    """The lines of an archive, the header (type ``archive``) first. Empty lines are passed over."""
    with path.open("rb") as file:
        numbered = enumerate(iter(lambda: file.readline(MAX_LINE + 1), b""), start=1)
        lines = ((number, raw) for number, raw in numbered if raw.strip())
        number, raw = next(lines, (1, b"{}"))
        header = _parsed(number, raw)
        if header.pop("type", None) != "archive":
            raise ArchiveError(number, "the first line is to be of the type archive.")
        fields = _checked(number, header, HEADER)
        if fields["version"] != VERSION:
            raise ArchiveError(number, f"version {fields['version']} of the format is not known here.")
        yield Line(number, "archive", fields)
        for number, raw in lines:
            values = _parsed(number, raw)
            kind = values.pop("type", None)
            if kind not in FIELDS:
                raise ArchiveError(number, f"the type {kind!r} is none of {', '.join(FIELDS)}.")
            yield Line(number, kind, _checked(number, values, FIELDS[kind]))


def write(file: IO[bytes], type_: str, /, **fields: Any) -> None:
    """Append a line; what has its default is left out."""
    known = HEADER if type_ == "archive" else FIELDS[type_]
    told = {name: value for name, value in fields.items() if value != known[name].default}
    file.write(orjson.dumps({"type": type_, **told}, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE))


def _parsed(number: int, raw: bytes) -> dict[str, Any]:
    if len(raw) > MAX_LINE:
        raise ArchiveError(number, f"is longer than {MAX_LINE:,} bytes.")
    try:
        values = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise ArchiveError(number, f"is no JSON: {error}.") from None
    if not isinstance(values, dict):
        raise ArchiveError(number, "is no JSON object.")
    return values


def _checked(number: int, values: dict[str, Any], known: Mapping[str, Field]) -> dict[str, Any]:
    if unknown := sorted(values.keys() - known.keys()):
        raise ArchiveError(number, f"there is no field {', '.join(unknown)}.")
    fields = {}
    for name, field in known.items():
        if name not in values:
            if field.default is ...:
                raise ArchiveError(number, f"{name} is missing.")
            fields[name] = field.default
            continue
        try:
            fields[name] = field.read(values[name])
        except ValueError as error:
            raise ArchiveError(number, f"{name} {error}.") from None
    return fields
