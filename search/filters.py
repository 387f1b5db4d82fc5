"""The filters of the query language: their names, and what a person may call their values."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

from babel import Locale

from search import registry, taxonomy
from search.analysis import LANGUAGES, fold
from search.viewer import Viewer

FIELDS = frozenset(
    {
        "type", "topic", "level", "country", "nationality", "duty_country", "gender", "language", "network",
        "agency", "space", "author", "kind", "status", "is", "has", "available", "year",
    }
)  # fmt: skip

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_PLAIN = re.compile(r"[\w.=-]{1,80}")


def resolve(name: str, typed: str, viewer: Viewer) -> list[tuple[str, str]]:
    """The (field, value) pairs that ``name:typed`` means for this viewer; none if it means nothing."""
    typed = typed.strip()
    if own := _OWN.get(name):
        return own(typed)
    if field := registry.field(name):
        return [(name, value) for value in field.resolve(viewer, typed)]
    if name in {"space", "author"}:  # ids, which only a room can give names
        return []
    return [(name, fold(typed))] if _PLAIN.fullmatch(typed) else []


def labels(name: str, values: Collection[str], viewer: Viewer) -> Mapping[str, str]:
    """The names of values in the viewer's language; a value may be missing."""
    if name == "topic":
        return {v: label for v in values if (label := taxonomy.current().label(v, viewer.language))}
    if name == "language":
        return {value: _language_name(value, viewer.language) for value in values}
    if field := registry.field(name):
        return field.labels(viewer, values)
    return {}


def date(typed: str) -> datetime | None:
    """The start of a year, month or day (UTC); None for what is no date."""
    if not (match := _DATE.fullmatch(typed.strip())):
        return None
    try:
        return datetime(int(match[1]), int(match[2] or 1), int(match[3] or 1), tzinfo=UTC)
    except ValueError:
        return None


def _topic(typed: str) -> list[tuple[str, str]]:
    return [("topic", slug) for slug in taxonomy.current().resolve(typed)]


def _type(typed: str) -> list[tuple[str, str]]:
    kind = fold(typed).removesuffix("s")
    return [("type", kind)] if kind in registry.kinds() else []


def _kind(typed: str) -> list[tuple[str, str]]:
    return _type(typed) or [("kind", fold(typed))]


def _language(typed: str) -> list[tuple[str, str]]:
    code = _language_codes().get(fold(typed))
    return [("language", code)] if code else []


def _is(typed: str) -> list[tuple[str, str]]:
    """``is:answered`` is also a status."""
    return [("is", fold(typed)), ("status", fold(typed))] if _PLAIN.fullmatch(typed) else []


def _available(typed: str) -> list[tuple[str, str]]:
    if fold(typed) in {"now", "today"}:
        return [("availability", datetime.now(UTC).strftime("%Y-%m"))]
    month = date(typed)
    return [("availability", month.strftime("%Y-%m"))] if month else []


_OWN: dict[str, Callable[[str], list[tuple[str, str]]]] = {
    "topic": _topic,
    "type": _type,
    "kind": _kind,
    "language": _language,
    "is": _is,
    "available": _available,
}


@functools.cache
def _language_codes() -> Mapping[str, str]:
    """ISO 639 codes by code and by name in each of our languages, folded."""
    codes: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).languages.items():
            if "_" not in code and len(code) <= 3:
                codes.setdefault(fold(name), code)
                codes.setdefault(code, code)
    return codes


def _language_name(code: str, language: str) -> str:
    return str(Locale(language if language in LANGUAGES else "en").languages.get(code, code))
