"""Did you mean …? Only words that stand in text the viewer may read are ever proposed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import islice, product

from django.db import connection

from search import frequencies, taxonomy
from search.analysis import edits, fold, is_misspelt
from search.engines.base import Engine
from search.models import SearchWord
from search.query import Query
from search.viewer import Viewer

MOST_WORDS = 6  # that are looked at
MOST_GUESSES = 7  # guesses weighed for each
MOST_COMBINED = 64  # ways to put guesses together
_WORD = re.compile(r"\w+")

# Words like the given ones, among all that were ever indexed: nominated here, allowed by the engine.
_ALIKE = """
SELECT asked.word, alike.word, similarity(asked.word, alike.word)
FROM unnest(%s::text[]) AS asked (word) CROSS JOIN LATERAL (
    SELECT word FROM search_searchword AS known WHERE known.word %% asked.word
    ORDER BY similarity(known.word, asked.word) DESC, known.word LIMIT %s
) AS alike
"""


def corrected(typed: str, query: Query, engine: Engine, viewer: Viewer) -> str | None:
    """What was typed, with the words that the viewer's texts do not have replaced by the likeliest they have;
    None where there is no guess.

    Of likely words those are taken that make the name of a topic; else the nearest, the commonest of equals.
    """
    plain = {fold(word): word for word in query.typed if len(word) > 3 and word.isalpha()}
    best = _guesses(list(plain), engine, viewer) if plain else {}
    words = [fold(word) for word in query.typed]
    for guessed in islice(product(*best.values()), MOST_COMBINED):
        likely = dict(zip(best, guessed, strict=True))
        if likely and taxonomy.current().has_name([likely.get(word, word) for word in words], set(guessed)):
            return _replaced(typed, {plain[word]: guess for word, guess in likely.items()})
    if not best:
        return None
    return _replaced(typed, {plain[word]: guesses[0] for word, guesses in best.items()})


def _guesses(words: Sequence[str], engine: Engine, viewer: Viewer) -> dict[str, list[str]]:
    """For each word that the viewer's texts do not have: those they have that it may stand for, the likeliest
    first."""
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, [list(words[:MOST_WORDS]), MOST_GUESSES])
        rows = cursor.fetchall()
    near = [(word, guess, alike) for word, guess, alike in rows if is_misspelt(word, guess)]
    known = engine.known({*words[:MOST_WORDS], *(guess for _, guess, _ in near)}, viewer)
    shares = frequencies.current().shares
    found: dict[str, list[tuple[float, float, float, str]]] = {}
    for word, guess, alike in near:
        if word not in known and guess in known:
            found.setdefault(word, []).append((edits(word, guess), -shares.get(guess, 0.0), -alike, guess))
    return {word: [guess for *_, guess in sorted(guesses)] for word, guesses in found.items()}


def _replaced(typed: str, others: Mapping[str, str]) -> str:
    for word, other in others.items():
        typed = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", other, typed)
    return typed


def forget(texts: Collection[str]) -> None:
    """Propose the words of these texts no more, until something that holds them is indexed again."""
    words = {fold(word) for text in texts for word in _WORD.findall(text)}
    SearchWord.objects.filter(word__in=words).delete()
