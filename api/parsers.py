"""JSON in, strictly: UTF-8, no duplicate names, no NaN, no NUL, bounded in size and depth."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.parsers import BaseParser

from config.errors import DomainError, FieldError, Invalid

MAX_DEPTH = 32
# The escapes by which text that PostgreSQL cannot hold gets into JSON: NUL and lone surrogates.
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


class TooLarge(DomainError):
    """The body is larger than allowed. HTTP 413."""

    status = 413
    code = "too_large"
    detail = f"A body has at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes."


class TooManyFields(DomainError):
    """More query parameters or form fields than are counted. HTTP 400."""

    code = "malformed"
    detail = f"At most {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS} parameters or fields are taken."


def require_length(request: Any, most: int) -> None:
    """Raise `TooLarge` where the body says that it is longer than ``most`` bytes. One that does not say how
    long it is counts as empty, as everywhere in Django."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > most:
        raise TooLarge(f"A form has at most {most // 1024 // 1024} MB here.")


class Malformed(DomainError):
    """The body is not what its content type says. HTTP 400."""

    code = "malformed"
    detail = "The body is no valid JSON."


class JSONParser(BaseParser):
    """Parses ``application/json``; raises `Malformed`, `TooLarge`, or `Invalid` that names the field."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - the signature is the framework's
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        content: bytes = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(content) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        return decode(content)


def decode(content: bytes) -> Any:
    """The value of a JSON text."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(f"The body is not UTF-8 (byte {error.start}).") from None
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_bounded,
        )
    except json.JSONDecodeError as error:
        raise Malformed(
            f"The body is no valid JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        ) from None
    except RecursionError:
        raise _too_deep("") from None
    if content.count(b"[") + content.count(b"{") > MAX_DEPTH or _SUSPECT.search(content):
        _check(value)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        seen: set[str] = set()
        name = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise Malformed(f"The name {name[:60]!r} is given twice.")
    return result


def _no_constant(name: str) -> NoReturn:
    raise Malformed(f"{name} is no JSON.")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Malformed(f"The number {digits[:40]} is too large.")
    return number


def _bounded(digits: str) -> int:
    if len(digits) > 20:
        raise Malformed(f"The number {digits[:40]} is too large.")
    return int(digits)


def _check(value: Any) -> None:
    """Refuse what is nested too deeply, and text that no database holds, naming where it is."""
    for pointer, depth, text in _texts(value, "", 0):
        if depth > MAX_DEPTH:
            raise _too_deep(pointer)
        if "\x00" in text:
            raise _bad_text(pointer, "null_characters_not_allowed", "NUL is no text.")
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise _bad_text(pointer, "surrogate_characters_not_allowed", "Lone surrogates are no text.")


def _texts(value: Any, pointer: str, depth: int) -> Iterator[tuple[str, int, str]]:
    """Every text and name in a value, with its pointer and depth; parents before what is in them."""
    waiting = [(value, pointer, depth)]
    while waiting:
        value, pointer, depth = waiting.pop()
        if isinstance(value, str):
            yield pointer, depth, value
            continue
        if not isinstance(value, dict | list):
            continue
        yield pointer, depth + 1, ""
        if isinstance(value, list):
            waiting += [(item, f"{pointer}/{index}", depth + 1) for index, item in enumerate(value)]
            continue
        for name, item in value.items():
            yield pointer, depth, name
            waiting.append((item, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}", depth + 1))


def _too_deep(pointer: str) -> Invalid:
    return _bad_text(pointer[:200], "too_deep", f"At most {MAX_DEPTH} levels of nesting.")


def _bad_text(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid(errors=[FieldError(pointer, code, detail)])
