"""How common words are: the rare ones among those asked for say more, and tell what a text is about.

PostgreSQL keeps no such figures for its ranking, so they are counted from a sample of the documents once a
day. They are of all documents, whoever may read them, and nobody sees them: they only weigh.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from search.analysis import fold
from search.kept import Kept
from search.models import SearchFrequency

SAMPLE = 20_000  # documents that are counted, about
KEPT = 20_000  # words, the commonest; all others are rare
COUNTED_SECONDS = 120

_COUNT = """
INSERT INTO search_searchfrequency (word, share)
SELECT word, ndoc::float8 / greatest((SELECT count(*) FROM search_searchdocument {sample}), 1)
FROM ts_stat('SELECT vector FROM search_searchdocument {sample}') WHERE word !~ '[/=]' AND ndoc > 1
ORDER BY ndoc DESC, word LIMIT %s
"""
_ABOUT_HOW_MANY = "SELECT greatest(reltuples, 1) FROM pg_class WHERE oid = 'search_searchdocument'::regclass"


@dataclass(frozen=True, slots=True)
class Frequencies:
    """The share of documents that have a (folded) word."""

    shares: Mapping[str, float]

    def rarity(self, word: str) -> float:
        """How much a word says: about 0.1 for the commonest to 1 for rare ones; 1 where none were counted."""
        if not self.shares:
            return 1.0
        unseen = 0.5 / SAMPLE
        share = self.shares.get(fold(word), 0.0)
        return math.log1p((1 - share + unseen) / (share + unseen)) / math.log1p((1 + unseen) / unseen)


def count() -> int:
    """Count anew; returns of how many words. Takes seconds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{COUNTED_SECONDS}s'")
        cursor.execute(_ABOUT_HOW_MANY)
        (documents,) = cursor.fetchone()
        percent = min(100.0, 100.0 * SAMPLE / documents)
        sample = f"TABLESAMPLE SYSTEM ({percent:.6f}) REPEATABLE (7)"
        SearchFrequency.objects.all().delete()
        cursor.execute(_COUNT.format(sample=sample), [KEPT])
        counted: int = cursor.rowcount
    current.forget()
    return counted


current = Kept(lambda: Frequencies(dict(SearchFrequency.objects.values_list("word", "share"))), seconds=600)
