"""What people are told says the same in every language."""

from __future__ import annotations

import string
from collections import Counter
from datetime import date

import pytest
from django.conf import settings

from experts.models import Designation, Section
from experts.words import WORDS, say, say_day


def placeholders(text: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_there_are_words_in_the_six_working_languages() -> None:
    assert list(WORDS) == [code for code, _ in settings.LANGUAGES]


@pytest.mark.parametrize("language", WORDS)
def test_a_language_says_all_that_english_says_with_the_same_values(language: str) -> None:
    words = WORDS[language]
    assert words.keys() == WORDS["en"].keys()
    assert {key: placeholders(text) for key, text in words.items()} == {
        key: placeholders(text) for key, text in WORDS["en"].items()
    }
    assert all(text.strip() == text and text for text in words.values())


@pytest.mark.parametrize("language", [language for language in WORDS if language != "en"])
def test_no_sentence_was_left_in_english(language: str) -> None:
    same = {key for key, text in WORDS[language].items() if text == WORDS["en"][key] and " " in text}
    assert same <= {
        "contact.from",
        "rank.language",
    }  # names, a site, and what stands in sentences of their own


def test_every_section_and_kind_of_designation_has_a_name() -> None:
    for language in WORDS:
        assert all(say(language, f"section.{section}") for section in Section)
        assert all(say(language, f"kind.{kind}") for kind in Designation.Kind)


def test_days_are_written_as_in_the_language() -> None:
    day = date(2027, 3, 5)
    assert [say_day(language, day) for language in ("en", "fr", "de", "it", "ru", "es")] == [
        "March 5, 2027",
        "5 mars 2027",
        "5. März 2027",
        "5 marzo 2027",
        "5 марта 2027\u202fг.",
        "5 de marzo de 2027",
    ]
