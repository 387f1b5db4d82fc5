"""Topics as a searcher names them: labels, synonyms and acronyms, in any language and inflection.

A query word that names a topic finds what is about that topic in every language: by the topic itself, and by
its names in texts that nobody tagged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from search import registry
from search.analysis import LANGUAGES, clean, fold, is_cyrillic, is_misspelt, is_stopword, stem, words
from search.documents import TopicLabel
from search.kept import Kept

SHORTEST_SOUGHT = 4  # letters: shorter synonyms (GIF, ISR) are understood, but not looked for in texts
MOST_MEANINGS = 3  # topics that one name may stand for


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a topic: its words in lower case, and the language it is in."""

    words: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The names of all topics. ``meanings`` leads from a name's stems to the slugs it stands for."""

    topics: Mapping[str, TopicLabel]
    names: Mapping[str, tuple[Name, ...]]
    meanings: Mapping[tuple[str, tuple[str, ...]], tuple[str, ...]]
    longest: int
    searchable: Mapping[
        str, Sequence[tuple[str, tuple[str, ...]]]
    ]  # slug → (language, folded words) of each name
    by_letters: Mapping[str, Sequence[tuple[str, tuple[str, ...]]]]  # first letters → slug, folded words

    def meaning(self, typed: Sequence[str]) -> tuple[str, ...]:
        """The topics that these words, together, name. A name that is also an everyday word ("it") is only
        understood in capitals."""
        if len(typed) > self.longest or (
            len(typed) == 1 and is_stopword(typed[0]) and not (typed[0].isupper() and len(typed[0]) > 1)
        ):
            return ()
        found: dict[str, None] = {}
        for language in LANGUAGES:
            if (language == "ru") or not any(map(is_cyrillic, typed)):
                key = (language, tuple(stem(word, language) for word in typed))
                found |= dict.fromkeys(self.meanings.get(key, ()))
        if not found and len(typed) > 1:
            found |= dict.fromkeys(self._misspelt([fold(word) for word in typed]))
        return tuple(found)[:MOST_MEANINGS]

    def _misspelt(self, typed: Sequence[str]) -> Iterator[str]:
        """The topics one of whose names of several words is spelt almost so; first letters are right."""
        for slug, name in self.by_letters.get(_letters(typed), ()):
            if all(map(is_misspelt, typed, name)):
                yield slug

    def has_name(self, typed: Sequence[str], among: AbstractSet[str]) -> bool:
        """Whether some of these words that follow each other, one of ``among`` with them, name a topic."""
        return any(
            not among.isdisjoint(typed[start:end]) and self.meaning(typed[start:end])
            for start in range(len(typed))
            for end in range(start + 1, min(len(typed), start + self.longest) + 1)
        )

    def label(self, slug: str, language: str) -> str | None:
        """A topic's name in a language, else in English."""
        topic = self.topics.get(slug)
        return None if topic is None else topic.labels.get(language) or topic.labels.get("en", slug)

    def resolve(self, typed: str) -> tuple[str, ...]:
        """The topics meant by a slug, or by a name in any language."""
        slug = fold(typed.strip()).replace(" ", "-")
        return (slug,) if slug in self.topics else self.meaning(words(clean(typed)))


def build(labels: Sequence[TopicLabel]) -> Taxonomy:
    """The taxonomy of these labels."""
    names: dict[str, dict[Name, None]] = {}
    meanings: dict[tuple[str, tuple[str, ...]], dict[str, None]] = {}
    searchable: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for topic in labels:
        own = names.setdefault(topic.slug, {})
        for language in LANGUAGES:
            for text in (topic.labels.get(language, ""), *topic.synonyms.get(language, ())):
                if not (split := tuple(words(clean(text)))):
                    continue
                searchable.setdefault(topic.slug, []).append((language, tuple(map(fold, split))))
                stems = tuple(stem(word, language) for word in split)
                meanings.setdefault((language, stems), {})[topic.slug] = None
                if len("".join(split)) >= SHORTEST_SOUGHT:
                    own[Name(split, language)] = None
        slug_words = tuple(stem(word, "en") for word in words(topic.slug))
        meanings.setdefault(("en", slug_words), {})[topic.slug] = None
    by_letters: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for slug, spoken in searchable.items():
        for name in dict.fromkeys(folded for _, folded in spoken):
            by_letters.setdefault(_letters(name), []).append((slug, name))
    return Taxonomy(
        topics={topic.slug: topic for topic in labels},
        names={slug: tuple(of_topic) for slug, of_topic in names.items()},
        meanings={key: tuple(slugs) for key, slugs in meanings.items()},
        searchable=searchable,
        by_letters=by_letters,
        longest=max((len(key[1]) for key in meanings), default=0),
    )


def _letters(folded: Sequence[str]) -> str:
    return "".join(word[0] for word in folded)


_current = Kept(lambda: build(registry.topic_labels()))


def current() -> Taxonomy:
    """The taxonomy as registered, at most a minute old."""
    return _current()


def forget() -> None:
    """Read the labels anew at the next question."""
    _current.forget()
