"""The query language: what was typed, as it is understood, and what is told about it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import query, registry, taxonomy
from search.documents import TopicLabel
from search.query import Clause, Phrase, Prefix, Query, Term, Word
from search.registry import FilterField
from tests.search.worlds import VISITOR


@pytest.fixture(autouse=True)
def vocabulary(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two topics, one space that the viewer knows of, the usual kinds."""
    topics = [
        TopicLabel("arms", (), {"en": "Arms", "ru": "Оружие"}, {"en": ["SALW", "small arms"]}),
        TopicLabel("it", (), {"en": "Information technology"}, {"en": ["IT"]}),
    ]
    space = FilterField(
        "space",
        lambda _, typed: ["s1"] if typed == "known" else [],
        lambda _, values: dict.fromkeys(values, "S"),
    )
    monkeypatch.setattr(registry, "_topic_labels", [lambda: topics])
    monkeypatch.setattr(registry, "_fields", {"space": space})
    monkeypatch.setattr(registry, "_sources", dict.fromkeys(("expert", "post")))
    taxonomy.forget()
    yield
    taxonomy.forget()


def parse(typed: str) -> Query:
    return query.parse(typed, VISITOR)


def codes(typed: str) -> list[str]:
    return [warning.code for warning in parse(typed).warnings]


def words(*texts: str) -> tuple[Clause, ...]:
    return tuple(Clause((Word(text),)) for text in texts)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("border control", words("border", "control")),
        ("Border  CONTROL border", words("border", "control")),
        ("border-crossing", words("border", "crossing")),
        ("red OR blue", (Clause((Word("red"), Word("blue"))),)),
        ("red | blue OR green", (Clause((Word("red"), Word("blue"), Word("green"))),)),
        ('"Travel Document"', (Clause((Phrase(("travel", "document")),)),)),
        ("«Travel» „Document“", (Clause((Phrase(("travel",)),)), Clause((Phrase(("document",)),)))),
        ("forg*", (Clause((Prefix("forg"),)),)),
        ("red AND blue", words("red", "blue")),
    ],
)
def test_words_phrases_alternatives_and_beginnings(typed: str, text: tuple[Clause, ...]) -> None:
    understood = parse(typed)
    assert tuple(c for c in (*understood.text, *understood.optional) if c in text) == text
    assert understood.warnings == ()


def test_what_is_excluded_is_no_part_of_the_text() -> None:
    understood = parse('red -blue NOT green -"travel document" -type:post')
    assert understood.text == words("red")
    assert understood.excluded == (
        *words("blue", "green"),
        Clause((Phrase(("travel", "document")),)),
        Clause((Term("type", "post"),)),
    )
    assert understood.typed == ("red",)


def test_a_hyphen_inside_excludes_nothing() -> None:
    assert parse("intelligence-led").excluded == ()


def test_small_words_are_optional() -> None:
    understood = parse("who knows of the border")
    assert Clause((Word("border"),)) in understood.text
    assert Clause((Word("the"),)) in understood.optional
    assert parse("the who").optional == ()


def test_names_of_topics_are_understood_in_any_language_and_inflection() -> None:
    for typed in ("SALW", "salw", "оружия", "small arm"):
        assert all(Term("topic", "arms") in clause.leaves for clause in parse(typed).text), typed
    added = [leaf for leaf in parse("salw").text[0].leaves if isinstance(leaf, Phrase)]
    assert Phrase(("оружие",), "ru", added=True) in added


def test_an_acronym_that_is_also_a_small_word_is_understood_in_capitals_only() -> None:
    assert Term("topic", "it") in parse("IT experts").text[0].leaves
    assert parse("it experts").text == words("experts")


def test_filters_become_terms() -> None:
    understood = parse(
        'topic:SALW type:experts level:trainer status:"open" space:known language:russian border'
    )
    assert understood.filters == (
        Clause((Term("topic", "arms"),)),
        Clause((Term("type", "expert"),)),
        Clause((Term("level", "arms=trainer"),)),
        Clause((Term("status", "open"),)),
        Clause((Term("space", "s1"),)),
        Clause((Term("language", "ru"),)),
    )
    assert understood.text == words("border")
    assert parse("topic:arms,it").filters == (Clause((Term("topic", "arms"), Term("topic", "it"))),)
    assert parse("kind:question").filters == (Clause((Term("kind", "question"),)),)
    assert parse("kind:post").filters == (Clause((Term("type", "post"),)),)


def test_dates_bound_when_things_were_made() -> None:
    understood = parse("after:2024-06 before:2025 border")
    assert understood.since is not None
    assert understood.since.isoformat() == "2024-06-01T00:00:00+00:00"
    assert understood.until is not None
    assert understood.until.isoformat() == "2025-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("topic:nonsense", "unknown_value"),
        ("space:secret", "unknown_value"),
        ("colour:red", "unknown_field"),
        ("before:yesterday", "date_not_understood"),
        ("before:2024-13", "date_not_understood"),
        ('a "quote', "unbalanced_quote"),
        ("*", "wildcard_ignored"),
        ("a*", "wildcard_ignored"),
        ("bo*der", "wildcard_ignored"),
        ("word " * 300, "query_truncated"),
        (" ".join(f"word{n}" for n in range(40)), "query_truncated"),
        (" ".join(f"year:{2000 + n}" for n in range(40)), "query_truncated"),
    ],
)
def test_what_is_not_understood_is_told_and_searched_as_words(typed: str, code: str) -> None:
    assert code in codes(typed)
    assert not any(leaf.value == "nonsense" for c in parse(typed).filters for leaf in c.leaves)  # type: ignore[union-attr]


def test_an_unknown_space_and_a_hidden_one_are_told_alike() -> None:
    hidden, absent = parse("space:secret"), parse("space:absent")
    assert hidden.warnings[0].code == absent.warnings[0].code
    assert hidden.warnings[0].detail.replace("secret", "absent") == absent.warnings[0].detail


def test_a_relaxed_query_wants_most_of_the_words() -> None:
    relaxed = parse("red green blue yellow").relaxed()
    assert relaxed is not None
    assert relaxed.required == 2
    assert parse("red").relaxed() is None
    assert relaxed.relaxed() is None


@given(st.text(max_size=300))
def test_anything_at_all_is_understood_somehow(typed: str) -> None:
    understood = parse(typed)
    assert len(understood.text) + len(understood.optional) <= query.MOST_WORDS
    for clause in (*understood.text, *understood.optional, *understood.excluded):
        assert clause.leaves


@pytest.mark.parametrize(
    "typed", ['"' * 50_000, "-" * 50_000, "a:" * 50_000, "(" * 50_000, "a" * 1_000_000, "* " * 50_000]
)
def test_nothing_takes_long_to_understand(typed: str) -> None:
    started = time.monotonic()
    parse(typed)
    assert time.monotonic() - started < 0.2
