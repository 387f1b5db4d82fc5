"""Did you mean …? Only words that stand in text the viewer may read are ever proposed."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.db import connection

from search.analysis import fold
from search.engines.base import Engine
from search.models import SearchWord
from search.query import Query
from search.viewer import Viewer

MOST_WORDS = 4  # misspelt words that are guessed at
MOST_GUESSES = 8  # guesses weighed for each
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
    None where there is nothing to correct or no guess."""
    plain = {fold(word): word for word in query.typed if len(word) > 3 and word.isalpha()}
    unknown = [word for word in plain if word not in engine.known(list(plain), viewer)][:MOST_WORDS]
    if not unknown:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, [unknown, MOST_GUESSES])
        rows = cursor.fetchall()
    known = engine.known({guess for _, guess, _ in rows}, viewer) if rows else set()
    best: dict[str, tuple[float, str]] = {}
    for word, guess, similarity in rows:
        if guess in known and _distance(word, guess) <= _most_edits(word):
            best[word] = max(best.get(word, (0.0, "")), (similarity, guess))
    if not best:
        return None
    for word, (_, guess) in best.items():
        typed = re.sub(rf"(?<!\w){re.escape(plain[word])}(?!\w)", guess, typed)
    return typed


def _most_edits(word: str) -> int:
    return 1 if len(word) <= 5 else 2


def _distance(a: str, b: str) -> int:
    """Edits from one to the other: insert, delete, replace, swap neighbours (Damerau–Levenshtein)."""
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


def forget(texts: Collection[str]) -> None:
    """Propose the words of these texts no more, until something that holds them is indexed again."""
    words = {fold(word) for text in texts for word in _WORD.findall(text)}
    SearchWord.objects.filter(word__in=words).delete()
