"""Names and purposes in the working languages: ``{"en": "…", "ru": "…"}``."""

from __future__ import annotations

from collections.abc import Mapping

from experts.cleaning import WORKING_LANGUAGES, Faults


def clean(
    values: Mapping[str, str], *, pointer: str, limit: int, faults: Faults, required: bool
) -> dict[str, str]:
    """The texts, stripped, without empty ones. ``required``: the English one, which stands in for others."""
    cleaned: dict[str, str] = {}
    for language, text in values.items():
        at = f"{pointer}/{language}"
        if language not in WORKING_LANGUAGES:
            faults.add(at, "unknown_language", "It is not a working language.")
        elif len(text) > limit:
            faults.add(at, "max_length", f"At most {limit} characters.")
        elif "\x00" in text:
            faults.add(at, "null_characters_not_allowed", "NUL is no text.")
        elif text.strip():
            cleaned[language] = text.strip()
    if required and "en" not in cleaned:
        faults.add(f"{pointer}/en", "required", "The English name stands in for missing ones.")
    return cleaned


def pick(values: Mapping[str, str], language: str) -> str:
    """The text in a language, in English where there is none, else empty."""
    return values.get(language) or values.get("en", "")
