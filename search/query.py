"""The query language: what a person typed, as clauses that both engines understand.

    border -drugs "travel document" forg* topic:cyber-security country:KG after:2024-06 question OR answer

Words are all required (the small words that hold sentences together are not), ``OR`` joins its neighbours,
``-`` or ``NOT`` excludes, ``*`` at the end of a word finds all that begin so, ``field:value`` filters. The
parser is tolerant: what it cannot understand is searched as words, and a warning says so. It never raises.

A query is a conjunction of clauses, a clause a disjunction of leaves; every leaf may be found in another
fact of the document, always among those the viewer may read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeGuard

from search import filters, taxonomy
from search.analysis import LONGEST_WORD, WORD, clean, fold, is_stopword, lower, transliterations, words
from search.viewer import Viewer

LONGEST_QUERY = 1_000  # characters
MOST_WORDS = 32
MOST_FILTERS = 32
SHORTEST_PREFIX = 2
MOST = 0.6  # of the words are "most of them"; of two words, one


@dataclass(frozen=True, slots=True)
class Word:
    """A word in lower case, found in its folded form or by its stem. ``added``: by us, not typed; weighs
    less."""

    text: str
    added: bool = False


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin so, in folded form."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words next to each other, in one fact: as written (folded), or, with a ``language``, by their stems in
    texts of that language."""

    words: tuple[str, ...]
    language: str = ""
    added: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A value of a filter field (see `search.documents.TERM_FIELDS`)."""

    field: str
    value: str


type Leaf = Word | Prefix | Phrase | Term


@dataclass(frozen=True, slots=True)
class Clause:
    """One of the leaves must be found (or none of them, among the excluded)."""

    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class QueryWarning:
    """Something in the query that was not taken as typed: a stable code and a sentence."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for.

    ``text`` are the clauses that make the score, of which all (or, relaxed, at least ``least``) must match;
    ``optional`` only add to it; ``filters`` must match and do not score; no ``excluded`` one may match.
    ``since`` ≤ created < ``until``. ``typed`` are the plain words, for highlights and spelling.
    """

    text: tuple[Clause, ...] = ()
    optional: tuple[Clause, ...] = ()
    filters: tuple[Clause, ...] = ()
    excluded: tuple[Clause, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    least: int | None = None
    typed: tuple[str, ...] = ()
    warnings: tuple[QueryWarning, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing."""
        return not (self.text or self.filters or self.since or self.until)

    @property
    def required(self) -> int:
        """How many of the text clauses must match."""
        return len(self.text) if self.least is None else self.least

    def relaxed(self) -> Query | None:
        """The query that most of the words that say something are enough for; None where that is the same."""
        if self.least is not None or len(self.text) < 2:
            return None
        telling = tuple(clause for clause in self.text if any(map(_is_telling, clause.leaves)))
        others = tuple(clause for clause in self.text if clause not in telling)
        if not telling:
            return None
        least = max(1, round(len(telling) * MOST))
        return replace(self, text=telling, optional=self.optional + others, least=least)


def _is_telling(leaf: Leaf) -> bool:
    """A number or a letter or two are no reason to find something by them alone."""
    return not isinstance(leaf, Word) or (len(leaf.text) > 2 and not leaf.text.isdecimal())


def parse(typed: str, viewer: Viewer) -> Query:
    """Understand what was typed. ``viewer`` decides which spaces, people and networks have names."""
    return _Parser(viewer).parse(typed)


# "…", „…“, «…»; field:"…" or field:value; a bare word with what sticks to it
_TOKEN = re.compile(
    r"""
      (?P<minus>(?<!\S)[-−])?
      (?: (?P<field>[^\W\d_]{2,12}):(?:"(?P<quoted>[^"]{0,200})"|(?P<value>[^\s"]+))
        | ["“„”](?P<phrase>[^"“”]*)["“”]
        | «(?P<guillemets>[^«»]*)»
        | (?P<word>[^\s"“„”«»]+)
      )
    """,
    re.VERBOSE,
)
_QUOTES = re.compile(r"[\"“„”«»]")


@dataclass(slots=True)
class _Item:
    """One clause in the making. ``plain`` is the word as typed, for items that are one bare word."""

    leaves: list[Leaf]
    is_filter: bool = False
    excluded: bool = False
    plain: str = ""


@dataclass(slots=True)
class _Parser:
    viewer: Viewer
    warnings: dict[str, QueryWarning] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    word_count: int = 0
    filter_count: int = 0

    def parse(self, typed: str) -> Query:
        text = clean(typed)
        if len(text) > LONGEST_QUERY:
            text = text[:LONGEST_QUERY].rsplit(None, 1)[0]
            self._warn("query_truncated", f"Only the first {LONGEST_QUERY} characters were searched for.")
        items = self._joined(self._items(text))
        return self._query(items)

    # ---- from text to items

    def _items(self, text: str) -> Iterator[_Item | str]:
        """Items, and the operator OR between them."""
        negate = False
        for token in _TOKEN.finditer(text):
            word = token["word"]
            if word in {"OR", "|"}:
                yield "OR"
            elif word == "NOT":
                negate = True
            elif word != "AND":
                for item in self._item(token):
                    item.excluded = negate or token["minus"] is not None
                    yield item
                negate = False
        if len(_QUOTES.findall(_TOKEN.sub(_without_phrases, text))) > 0:
            self._warn("unbalanced_quote", "A quotation mark without its other half was ignored.")

    def _item(self, token: re.Match[str]) -> Iterator[_Item]:
        if token["field"] is not None:
            yield from self._filter(token)
            return
        phrase = token["phrase"] if token["phrase"] is not None else token["guillemets"]
        if phrase is not None:
            yield from self._phrase(phrase)
            return
        yield from self._words(token["word"])

    def _words(self, text: str) -> Iterator[_Item]:
        """Bare words; ``on-line`` is two, as it is in a document."""
        found = list(WORD.finditer(text))
        if not found:
            if "*" in text:
                self._warn("wildcard_ignored", "A * needs the beginning of a word before it.")
            return
        for match in found:
            word = match[0][:LONGEST_WORD]
            if not self._may_add_words(1):
                return
            if text[match.end() :] == "*" and self._is_prefix(word):
                yield _Item([Prefix(fold(word))])
            else:
                yield _Item(_spelled(lower(word)), plain=word)
        if "*" in text[:-1]:
            self._warn("wildcard_ignored", "A * is understood at the end of a word only.")

    def _is_prefix(self, word: str) -> bool:
        if len(word) >= SHORTEST_PREFIX:
            return True
        self._warn("wildcard_ignored", f"A * needs at least {SHORTEST_PREFIX} letters before it.")
        return False

    def _phrase(self, text: str) -> Iterator[_Item]:
        found = words(text)
        if not found or not self._may_add_words(len(found)):
            return
        yield _Item([Phrase(tuple(found))])

    def _filter(self, token: re.Match[str]) -> Iterator[_Item]:
        name = token["field"].lower()
        value = token["quoted"] if token["quoted"] is not None else token["value"]
        if name in {"before", "after"}:
            yield from self._date(name, value, token[0])
            return
        if name not in filters.FIELDS:
            if name not in {"http", "https", "mailto"}:
                self._warn("unknown_field", f"There is no filter “{name}:”; it was searched for as words.")
            yield from self._words(token[0])
            return
        self.filter_count += 1
        if self.filter_count > MOST_FILTERS:
            self._warn("query_truncated", f"Only the first {MOST_FILTERS} filters were applied.")
            return
        values = [value] if token["quoted"] is not None else [part for part in value.split(",") if part]
        found = [term for one in values for term in filters.resolve(name, one, self.viewer)]
        if found:
            yield _Item([Term(field_name, value) for field_name, value in found], is_filter=True)
            return
        self._warn(
            "unknown_value",
            f"“{name}:{value}” names nothing that is known here; it was searched for as words.",
        )
        yield from self._words(value)

    def _date(self, name: str, value: str, whole: str) -> Iterator[_Item]:
        start = filters.date(value)
        if start is None:
            self._warn("date_not_understood", f"“{whole}” is no date such as 2024, 2024-06 or 2024-06-15.")
            yield from self._words(value)
        elif name == "after":
            self.since = start if self.since is None else max(self.since, start)
        else:
            self.until = start if self.until is None else min(self.until, start)

    def _may_add_words(self, count: int) -> bool:
        self.word_count += count
        if self.word_count <= MOST_WORDS:
            return True
        self._warn("query_truncated", f"Only the first {MOST_WORDS} words were searched for.")
        return False

    def _warn(self, code: str, detail: str) -> None:
        self.warnings.setdefault(code if code == "query_truncated" else detail, QueryWarning(code, detail))

    # ---- from items to the query

    def _joined(self, items: Iterable[_Item | str]) -> list[_Item]:
        """Items with the neighbours of every OR made one. What is excluded is never joined."""
        joined: list[_Item] = []
        either = False
        for item in items:
            if isinstance(item, str):
                either = True
                continue
            last = joined[-1] if joined else None
            if either and last is not None and not (last.excluded or item.excluded):
                last.leaves += item.leaves + _about(item.plain) + _about(last.plain)
                last.is_filter = last.is_filter and item.is_filter
                last.plain = ""
            else:
                joined.append(item)
            either = False
        return joined

    def _query(self, items: list[_Item]) -> Query:
        text: list[Clause] = []
        optional: list[Clause] = []
        about = _named_topics(items)
        for position, item in enumerate(items):
            if item.excluded or item.is_filter:
                continue
            clause = Clause(tuple(dict.fromkeys(item.leaves + about.get(position, []))))
            small = item.plain and position not in about and _is_small(item.plain)
            (optional if small else text).append(clause)
        if not text:  # nothing but small words: then they are what is meant
            text, optional = optional, []
        return Query(
            text=tuple(dict.fromkeys(text)),
            optional=tuple(dict.fromkeys(optional)),
            filters=levels_in_topics(
                [Clause(tuple(i.leaves)) for i in items if i.is_filter and not i.excluded]
            ),
            excluded=tuple(dict.fromkeys(Clause(tuple(i.leaves)) for i in items if i.excluded)),
            since=self.since,
            until=self.until,
            typed=tuple(item.plain for item in items if item.plain and not item.excluded),
            warnings=tuple(self.warnings.values()),
        )


def _without_phrases(token: re.Match[str]) -> str:
    return token["word"] or "" if token["phrase"] is None and token["guillemets"] is None else ""


def _spelled(word: str) -> list[Leaf]:
    """A word, and how it is written in Latin letters where it is not."""
    return [Word(word), *(Word(latin, added=True) for latin in transliterations(word))]


def _is_small(word: str) -> bool:
    return is_stopword(word) and not (word.isupper() and len(word) > 1)


def _named_topics(items: Sequence[_Item]) -> dict[int, list[Leaf]]:
    """For each position that is part of a topic's name: the leaves that find the topic instead of the
    word."""
    names = taxonomy.current()
    found: dict[int, list[Leaf]] = {}
    start = 0
    while start < len(items):
        end = start
        while end < len(items) and items[end].plain and not (items[end].excluded or items[end].is_filter):
            end += 1
        end = min(end, start + names.longest)
        while end > start and not (slugs := names.meaning([item.plain for item in items[start:end]])):
            end -= 1
        if end > start:
            leaves = _topics(slugs)
            for position in range(start, end):
                found[position] = leaves
        start = max(end, start + 1)
    return found


def narrowed(asked: Query, filters: Iterable[Clause]) -> Query:
    """The query with further filters."""
    together = dict.fromkeys((*asked.filters, *filters))
    return replace(asked, filters=levels_in_topics(list(together)))


def levels_in_topics(filters: Sequence[Clause]) -> tuple[Clause, ...]:
    """``topic:x level:trainer`` means a trainer in x, not a trainer in something who also knows x."""
    topics = [leaf.value for clause in filters for leaf in clause.leaves if _is_of(leaf, "topic")]
    made: dict[Clause, None] = {}
    for clause in filters:
        levels = [leaf.value for leaf in clause.leaves if _is_of(leaf, "level") and "=" not in leaf.value]
        if topics and len(levels) == len(clause.leaves):
            both = tuple(Term("level", f"{topic}={level}") for topic in topics for level in levels)
            made[Clause(both)] = None
        else:
            made[clause] = None
    return tuple(made)


def _is_of(leaf: Leaf, name: str) -> TypeGuard[Term]:
    return isinstance(leaf, Term) and leaf.field == name


def _about(word: str) -> list[Leaf]:
    return _topics(taxonomy.current().meaning([word])) if word else []


def _topics(slugs: Iterable[str]) -> list[Leaf]:
    names = taxonomy.current().names
    leaves: list[Leaf] = [Term("topic", slug) for slug in slugs]
    leaves += [
        Phrase(name.words, name.language, added=True) for slug in slugs for name in names.get(slug, ())
    ]
    return leaves


def today() -> datetime:
    """The start of today, from which the age of posts is counted: the same for all pages of a result."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
