"""Everything that people are told by the experts database, in the six working languages: one module each,
and `account` for what an account's own life needs to be told.

Nothing agrees with the gender of a person who is named. A test compares the modules' keys and placeholders.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from babel.dates import format_date

from experts.words import account, de, en, es, fr, it, ru

_MODULES = {"en": en, "fr": fr, "de": de, "it": it, "ru": ru, "es": es}
WORDS: Mapping[str, Mapping[str, str]] = {
    language: {**module.WORDS, **account.WORDS[language]} for language, module in _MODULES.items()
}


def say(language: str, key: str, **values: str | int) -> str:
    """The text of ``key`` in a working language (in English where the language is none), with the values put
    in. `KeyError` for an unknown key."""
    return WORDS.get(language, WORDS["en"])[key].format(**values)


def say_day(language: str, day: date) -> str:
    """A day as it is written in a language: "5 March 2027"."""
    return format_date(day, format="long", locale=language)


def say_time(language: str, moment: datetime) -> str:
    """A moment as it is written in a language, in UTC: "5 March 2027, 14:00 UTC"."""
    moment = moment.astimezone(UTC)
    return f"{say_day(language, moment.date())}, {moment:%H:%M} UTC"
