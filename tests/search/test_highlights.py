"""Highlights: the right words, escaped text, the best piece."""

from __future__ import annotations

import pytest

from search import query, registry, taxonomy
from search.highlights import Marker
from search.layers import Passage
from tests.search.worlds import VISITOR


@pytest.fixture(autouse=True)
def no_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_topic_labels", [])
    taxonomy.forget()


def marked(typed: str, *texts: str, language: str = "en") -> list[str]:
    passages = [Passage(section="body", language=language, weight="body", text=text) for text in texts]
    return [piece.text for piece in Marker(query.parse(typed, VISITOR)).highlights(passages)]


@pytest.mark.parametrize(
    ("typed", "text", "expected"),
    [
        ("calibration", "Calibrations!", "<mark>Calibrations</mark>!"),
        ("securite", "la Sécurité", "la <mark>Sécurité</mark>"),
        ("forg*", "a forged one", "a <mark>forged</mark> one"),
        (
            '"travel document"',
            "a travel document, no document",
            "a <mark>travel document</mark>, no document",
        ),
        (
            "turbine",
            "<script>turbine</script> & more",
            "&lt;script&gt;<mark>turbine</mark>&lt;/script&gt; &amp; more",
        ),
        ("red turbine", "red turbine", "<mark>red turbine</mark>"),
        ("turbine", "one\n\ntwo  turbine", "one two <mark>turbine</mark>"),
    ],
)
def test_words_are_marked_and_text_is_escaped(typed: str, text: str, expected: str) -> None:
    assert marked(typed, text) == [expected]


def test_stems_of_another_language_are_not_marked() -> None:
    assert marked("trainings", "le train", language="fr") == []


def test_what_is_excluded_is_not_marked() -> None:
    assert marked("red -blue", "red and blue") == ["<mark>red</mark> and blue"]


def test_the_piece_with_most_different_words_is_shown_and_cut_out() -> None:
    text = "turbine " + "filler " * 100 + "the calibration of a turbine " + "filler " * 100
    (piece,) = marked("calibration turbine", text)
    assert piece.startswith("…")
    assert piece.endswith("…")
    assert "<mark>calibration</mark> of a <mark>turbine</mark>" in piece
    assert len(piece) < 400


def test_the_best_passages_come_first_and_are_few() -> None:
    found = marked("red turbine", "red", "a red turbine", "turbine", "red", "nothing")
    assert found[0] == "a <mark>red turbine</mark>"
    assert len(found) == 3


def test_marks_never_break_the_escaping() -> None:
    assert marked("amp lt gt", "a &amp; b < lt > gt") == [
        "a &amp;<mark>amp</mark>; b &lt; <mark>lt</mark> &gt; <mark>gt</mark>"
    ]
