"""Why something was found: the best pieces of its text, with the words that matched marked.

Made here for both engines, from the passages that the viewer may read and no others, by the same comparison
that found them. The text is escaped; ``<mark>`` is the only markup.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from search.analysis import WORD, fold, stem, stems
from search.layers import Passage
from search.query import Leaf, Phrase, Prefix, Query, Word

MOST_HIGHLIGHTS = 3
WINDOW = 36  # words of one highlight
LEAD = 6  # of these before the first match


@dataclass(frozen=True, slots=True)
class Highlight:
    """A piece of a section's text, as HTML."""

    section: str
    text: str


@dataclass(slots=True)
class Marker:
    """Marks what a query matches. One per search: it remembers which words match."""

    query: Query
    _words: set[str] = field(default_factory=set)
    _prefixes: tuple[str, ...] = ()
    _stems: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _phrases: dict[str, list[Phrase]] = field(default_factory=lambda: defaultdict(list))
    _known: dict[tuple[str, str], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for leaf in self._leaves():
            match leaf:
                case Word(text):
                    self._words.add(fold(text))
                    for language, form in stems(text).items():
                        self._stems[language].add(form)
                case Prefix(text):
                    self._prefixes += (text,)
                case Phrase(words, language):
                    first = stem(words[0], language) if language else fold(words[0])
                    self._phrases[first].append(leaf)

    def highlights(self, passages: Iterable[Passage]) -> list[Highlight]:
        """The best pieces, best first; at most one of a passage."""
        found = [
            (score, piece)
            for passage in passages
            if (marked := self._piece(passage))
            for score, piece in [marked]
        ]
        found.sort(key=lambda pair: -pair[0])
        return [piece for _, piece in found[:MOST_HIGHLIGHTS]]

    def _leaves(self) -> Iterator[Leaf]:
        for clause in (*self.query.text, *self.query.optional):
            yield from clause.leaves

    def _piece(self, passage: Passage) -> tuple[int, Highlight] | None:
        text, language = passage["text"], passage["language"]
        tokens = list(WORD.finditer(text))
        matched = [n for n, token in enumerate(tokens) if self._matches(token[0], language)]
        if self._phrases:
            matched = sorted({*matched, *self._in_phrases([token[0] for token in tokens], language)})
        if not matched:
            return None
        start, score = self._window([fold(tokens[n][0]) for n in matched], matched)
        first = max(start - LEAD, 0)
        last = min(first + WINDOW, len(tokens)) - 1
        marks = [n for n in matched if first <= n <= last]
        begin = tokens[first].start() if first else 0
        end = tokens[last].end() if last < len(tokens) - 1 else len(text)
        spans = [(tokens[n].start(), tokens[n].end()) for n in marks]
        piece = ("…" if begin else "") + _marked(text, begin, end, spans) + ("…" if end < len(text) else "")
        return score, Highlight(passage["section"], piece)

    def _matches(self, token: str, language: str) -> bool:
        key = (token, language)
        if (known := self._known.get(key)) is None:
            folded = fold(token)
            known = (
                folded in self._words
                or bool(self._prefixes and folded.startswith(self._prefixes))
                or (language in self._stems and stem(token, language) in self._stems[language])
            )
            self._known[key] = known
        return known

    def _in_phrases(self, tokens: Sequence[str], language: str) -> Iterator[int]:
        folded = [fold(token) for token in tokens]
        stemmed = [stem(token, language) for token in tokens]
        for position in range(len(tokens)):
            for forms, of_language in ((folded, ""), (stemmed, language)):
                for phrase in self._phrases.get(forms[position], ()):
                    if phrase.language != of_language:
                        continue
                    wanted = [stem(w, of_language) if of_language else fold(w) for w in phrase.words]
                    if forms[position : position + len(wanted)] == wanted:
                        yield from range(position, position + len(wanted))

    @staticmethod
    def _window(forms: Sequence[str], positions: Sequence[int]) -> tuple[int, int]:
        """Where the window with the most different matches starts (the first of equals), and how many it
        has."""
        best = (positions[0], 0)
        for n, start in enumerate(positions):
            inside = {forms[m] for m in range(n, len(positions)) if positions[m] < start + WINDOW - LEAD}
            if len(inside) > best[1]:
                best = (start, len(inside))
        return best


def _marked(text: str, begin: int, end: int, spans: Sequence[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = begin
    for start, stop in spans:
        between = text[at:start]
        if pieces and at != begin and between.isspace():  # one mark for words next to each other
            pieces.append(pieces.pop().removesuffix("</mark>"))
            pieces.append(f" {escape(text[start:stop])}</mark>")
        else:
            pieces += [escape(between, quote=False), f"<mark>{escape(text[start:stop], quote=False)}</mark>"]
        at = stop
    pieces.append(escape(text[at:end], quote=False))
    return " ".join("".join(pieces).split())
