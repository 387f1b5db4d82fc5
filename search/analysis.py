"""From text to the words that are compared: one analysis for documents, queries and highlights.

A word is a run of letters and digits. It is compared in two forms: *folded* (lower case, Latin letters
without accents, ё as е), which is neutral to language and serves names, acronyms and mixed text; and
*stemmed* by the Snowball algorithm of the text's language. PostgreSQL is given these forms ready made;
Elasticsearch makes the same ones with its own analyzers (see `search.engines.mappings`), which the contract
suite holds to this module.
"""

from __future__ import annotations

import functools
import json
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import Stemmer

LANGUAGES = ("en", "fr", "de", "it", "ru", "es")
SNOWBALL = {
    "en": "English",
    "fr": "French",
    "de": "German",
    "it": "Italian",
    "ru": "Russian",
    "es": "Spanish",
}
LONGEST_WORD = 100  # characters; the rest of a longer one is not compared
MOST_LETTERS_ONE_EDIT = 7  # a shorter word with two mistakes is another word

WORD = re.compile(r"[^\W_]+")
# Control characters, and marks that steer the direction of writing: nothing a person means to search for.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")


def clean(text: str) -> str:
    """The text in composed form (NFC), without control characters, direction marks and lone surrogates."""
    text = text.encode("utf-8", "replace").decode() if not text.isascii() else text
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def words(text: str) -> list[str]:
    """The words of a cleaned text in lower case, accents kept."""
    return [word[:LONGEST_WORD] for word in WORD.findall(lower(text))]


def lower(text: str) -> str:
    """In lower case, letter by letter, as Elasticsearch does it (Python makes two of the Turkish İ)."""
    return text.replace("İ", "i").lower()


def is_cyrillic(word: str) -> bool:
    """Whether there is a Cyrillic letter in it."""
    return _CYRILLIC.search(word) is not None


# Latin with its extensions, super- and subscripts, circled, ligatures, full width
_FOLDED_BLOCKS = (
    range(0xB2, 0xBA),
    range(0xC0, 0x250),
    range(0x1E00, 0x1F00),
    range(0x2070, 0x209D),
    range(0x2460, 0x2474),
    range(0x24B6, 0x24EA),
    range(0xFB00, 0xFB07),
    range(0xFF10, 0xFF5B),
)


def _folding() -> dict[int, str]:
    table = {
        ord(letter): plain
        for letter, plain in zip(
            "ßæœøđðþłħıŋ", ["ss", "ae", "oe", "o", "d", "d", "th", "l", "h", "i", "n"], strict=True
        )
    }
    for block in _FOLDED_BLOCKS:
        for code in block:
            plain = "".join(
                c for c in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(c)
            )
            if plain.isascii() and plain.isalnum():
                table.setdefault(code, plain)
    table[ord("ё")] = "е"
    return table


_FOLDING = _folding()


@functools.lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """The language-neutral form: Müller → muller, ЁЖ → еж."""
    return lower(word)[:LONGEST_WORD].translate(_FOLDING)


_stemmers = {language: Stemmer.Stemmer(name.lower()) for language, name in SNOWBALL.items()}
_stemmers_lock = threading.Lock()  # a stemmer keeps its word in a buffer of its own


@functools.lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """The stem of a word in one of `LANGUAGES`, folded: (calibrations, en) → calibr."""
    with _stemmers_lock:
        stemmed: str = _stemmers[language].stemWord(lower(word)[:LONGEST_WORD].replace("ё", "е"))
    return stemmed.translate(_FOLDING)


def stems(word: str) -> dict[str, str]:
    """The stems of a word whose language is not known, by language: Cyrillic words are taken for Russian."""
    languages: Iterable[str] = ("ru",) if is_cyrillic(word) else (code for code in LANGUAGES if code != "ru")
    return {language: stem(word, language) for language in languages}


@functools.cache
def stopwords() -> dict[str, frozenset[str]]:
    """Words that say nothing of a subject, folded, by language."""
    data = json.loads((Path(__file__).parent / "data" / "stopwords.json").read_text())
    return {language: frozenset(map(fold, data[language])) for language in LANGUAGES}


@functools.lru_cache(maxsize=10_000)
def is_stopword(word: str) -> bool:
    """Whether it is one in any language. Acronyms, written in capitals, are asked about before (IT, THE)."""
    folded = fold(word)
    return any(folded in of_language for of_language in stopwords().values())


def language_of(text: str, declared: str = "") -> str:
    """The language to stem by: the declared one if it is one of `LANGUAGES`, else the likeliest by the words
    that hold sentences together; English where nothing speaks for another."""
    if declared in LANGUAGES:
        return declared
    found = [fold(word) for word in words(text[:2000])]
    if sum(map(is_cyrillic, found)) * 2 > len(found):
        return "ru"
    votes = Counter(language for word in found for language, stops in stopwords().items() if word in stops)
    if not votes:
        return "en"
    return max(LANGUAGES, key=lambda language: votes[language])  # the first of equals


def is_misspelt(word: str, meant: str) -> bool:
    """Whether a (folded) word may be another one, or the same, with a mistake; a long one with two."""
    most = 1 if len(word) <= MOST_LETTERS_ONE_EDIT else 2
    return abs(len(word) - len(meant)) <= most and edits(word, meant) <= most


def edits(a: str, b: str) -> int:
    """How many edits lead from one to the other: insert, delete, replace, swap (Damerau–Levenshtein)."""
    before: list[int] = []
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        before, previous = previous, current
    return previous[-1]


# Names are written in passports by ICAO 9303 and in newspapers otherwise; both are indexed.
_ICAO = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "ie", "ы": "y", "ь": "", "э": "e",
    "ю": "iu", "я": "ia", "і": "i", "ї": "i", "є": "ie", "ґ": "g", "ў": "u", "ђ": "dj", "ј": "j", "љ": "lj",
    "њ": "nj", "ћ": "c", "џ": "dz", "ѓ": "g", "ќ": "k", "қ": "k", "ғ": "g", "ң": "n", "ө": "o", "ү": "u",
    "ұ": "u", "ә": "a", "һ": "h", "ҳ": "h", "ҷ": "j", "ӣ": "i", "ӯ": "u",
}  # fmt: skip
_POPULAR = _ICAO | {"й": "y", "ю": "yu", "я": "ya", "ї": "yi", "є": "ye", "ъ": ""}
_SCHEMES = tuple(str.maketrans(scheme) for scheme in (_ICAO, _POPULAR))


@functools.lru_cache(maxsize=50_000)
def transliterations(word: str) -> tuple[str, ...]:
    """How a Cyrillic word is written in Latin letters, folded; nothing for other words."""
    if not is_cyrillic(word):
        return ()
    folded = fold(word)
    return tuple(dict.fromkeys(folded.translate(scheme) for scheme in _SCHEMES))
