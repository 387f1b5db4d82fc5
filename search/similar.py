"""More like this: what has the telling words of a thing, or of a text that is being written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from config.errors import NotFound
from search import frequencies, query, registry, results
from search.analysis import WORD, clean, fold, is_stopword, lower
from search.engines.base import Engine, Page, Request
from search.query import Clause, Query, Term, Word
from search.results import Fetch, Found
from search.selection import Status, ask
from search.viewer import Viewer

TELLING = 12  # words that are looked for
SHORTEST = 3  # letters
SHARE = 0.3  # of the words that must be there
WEIGHTS = {"name": 3, "headline": 2, "body": 1, "aside": 1}
LONGEST = 20_000  # characters of a text that are looked at


def like_thing(
    kind: str, object_id: UUID, viewer: Viewer, fetch: Fetch, *, limit: int
) -> tuple[Sequence[Found], Status]:
    """Things of the same kind that are like this one, as far as the viewer may read both; best first.

    Raises `NotFound` for a thing that is not there for the viewer, `search.selection.SearchTooSlow` (503).
    """
    if object_id not in registry.source(kind).visible_ids(viewer, [object_id]):
        raise NotFound

    def question(engine: Engine) -> tuple[Query, Page]:
        texts = engine.passages(kind, [object_id], viewer).get(object_id, ())
        words = _telling((WEIGHTS[passage["weight"]], passage["text"]) for passage in texts)
        return _ask(engine, words, [kind], viewer, limit=limit + 1)

    (asked, page), status = ask(question)
    others = [hit for hit in page.hits if hit.id != object_id]
    return results.shown(others[:limit], asked, viewer, fetch), status


def like_text(
    title: str, body: str, viewer: Viewer, fetch: Fetch, *, kinds: Sequence[str], limit: int
) -> tuple[Sequence[Found], Status]:
    """Things like a text that is being written; nothing where it says nothing yet."""
    words = _telling([(WEIGHTS["name"], title), (WEIGHTS["body"], body)])
    (asked, page), status = ask(lambda engine: _ask(engine, words, kinds, viewer, limit=limit))
    return results.shown(page.hits, asked, viewer, fetch), status


def _ask(
    engine: Engine, words: Sequence[str], kinds: Sequence[str], viewer: Viewer, *, limit: int
) -> tuple[Query, Page]:
    least = 1 if len(words) < 3 else max(2, round(len(words) * SHARE))
    asked = Query(
        text=tuple(Clause((Word(word),)) for word in words),
        filters=(Clause(tuple(Term("type", kind) for kind in kinds)),),
        least=least,
    )
    if not words:
        return asked, Page(hits=(), total=0)
    request = Request(query=asked, today=query.today(), limit=limit, post_evidence=False)
    return asked, engine.search(request, viewer)


def _telling(texts: Iterable[tuple[int, str]]) -> list[str]:
    """The words that tell most of what the texts are about: often here, rare elsewhere."""
    counted: Counter[str] = Counter()
    written: dict[str, str] = {}
    for weight, text in texts:
        for word in WORD.findall(clean(text[:LONGEST])):
            if len(word) >= SHORTEST and not is_stopword(word):
                counted[fold(word)] += weight
                written.setdefault(fold(word), lower(word))
    known = frequencies.current()
    worth: Mapping[str, float] = {word: number**0.5 * known.rarity(word) for word, number in counted.items()}
    best = sorted(worth, key=lambda word: (-worth[word], word))[:TELLING]
    return [written[word] for word in best]
