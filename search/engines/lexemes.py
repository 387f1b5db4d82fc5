"""What PostgreSQL compares: text as a tsvector, a query as a tsquery.

Three sorts of lexemes share one index: folded words (``training``), stems by language (``en/train``), and
terms (``=topic:border-security``). All words of all facts of a layer stand in one vector, with a gap
between facts, so that no phrase reaches from one into the next.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable

from search.analysis import WORD, fold, stem, stems, words
from search.documents import Weight
from search.layers import Layer
from search.query import Clause, Leaf, Phrase, Prefix, Term, Word

GAP = 10  # positions between two facts
LAST_POSITION = 16_383  # PostgreSQL's; what stands behind is found, but no part of phrases


def vector(layer: Layer) -> str:
    """A layer as a tsvector literal."""
    found: dict[str, list[str]] = defaultdict(list)
    position = 0
    for passage in layer.passages:
        weight = Weight[passage["weight"].upper()].value
        language = passage["language"]
        for word in WORD.findall(passage["text"]):
            position += 1
            place = f"{min(position, LAST_POSITION)}{weight}"
            folded, stemmed = _forms(word, language)
            found[folded].append(place)
            found[stemmed].append(place)
        position += GAP
    for spelling in layer.spellings.split():
        found[_quoted(spelling)].append(f"{LAST_POSITION}{Weight.NAME.value}")
    lexemes = [f"{lexeme}:{','.join(places)}" for lexeme, places in found.items()]
    lexemes += [_quoted(_term(name, value)) for name, values in layer.terms.items() for value in values]
    return " ".join(lexemes)


@functools.lru_cache(maxsize=200_000)
def _forms(word: str, language: str) -> tuple[str, str]:
    """A word of a text as the two lexemes that it is kept as."""
    return _quoted(fold(word)), _quoted(f"{language}/{stem(word, language)}")


def title_vector(title: str) -> str:
    """The folded words of a title as a tsvector literal, for typing help."""
    return " ".join(_quoted(fold(word)) for word in dict.fromkeys(words(title)))


def flat_terms(layer: Layer) -> list[str]:
    """A layer's terms as ``field:value``."""
    return [f"{name}:{value}" for name, values in layer.terms.items() for value in values]


def any_of(leaves: Iterable[Leaf]) -> str:
    """The tsquery of a disjunction."""
    return " | ".join(dict.fromkeys(map(_leaf, leaves)))


def all_of(clauses: Iterable[Clause]) -> str:
    """The tsquery of a conjunction of clauses."""
    return " & ".join(f"({any_of(clause.leaves)})" for clause in clauses)


def starting_with(beginnings: Iterable[str]) -> str:
    """The tsquery of words that begin so, each of which must be there."""
    return " & ".join(_quoted(one) + ":*" for one in beginnings)


def word(folded: str) -> str:
    """The tsquery of one folded word as it is."""
    return _quoted(folded)


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Word(text):
            forms = [fold(text), *(f"{language}/{form}" for language, form in stems(text).items())]
            return "(" + " | ".join(map(_quoted, forms)) + ")"
        case Prefix(text):
            return _quoted(text) + ":*"
        case Phrase(in_order, language):
            forms = [f"{language}/{stem(one, language)}" if language else fold(one) for one in in_order]
            return "(" + " <-> ".join(map(_quoted, forms)) + ")"
        case Term(field, value):
            return _quoted(_term(field, value))


def _term(field: str, value: str) -> str:
    return f"={field}:{value}"


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
