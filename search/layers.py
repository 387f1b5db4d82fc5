"""A document as both engines store it: what all its readers may read, and apart from it what only some may.

The *open* layer holds the facts that everyone who may know of the document may read; each *narrow* layer
holds the facts of one narrower audience. A post is one open layer. A word, filter or facet is looked for in
the open layer and in the narrow layers whose audience the viewer belongs to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import TypedDict

import orjson

from search.analysis import WORD, clean, is_cyrillic, language_of, transliterations
from search.documents import TERM_FIELDS, Document, Fact, Weight

LONGEST_TEXT = 50_000  # characters of one fact that are searched


class Passage(TypedDict):
    """A piece of text as it is stored, for matching and for highlights."""

    section: str
    language: str
    weight: str
    text: str


@dataclass(frozen=True, slots=True)
class Layer:
    """Facts of one audience. ``terms`` are values by field; ``spellings`` are names in Latin letters."""

    audience: tuple[str, ...]
    passages: tuple[Passage, ...]
    terms: Mapping[str, tuple[str, ...]]
    spellings: str = ""


@dataclass(frozen=True, slots=True)
class Layered:
    """A document in layers. ``digest`` is of everything stored: two equal ones need no indexing."""

    document: Document
    open: Layer
    narrow: tuple[Layer, ...] = field(default=())

    @property
    def digest(self) -> str:
        """A fingerprint of all that an engine keeps of the document."""
        content = (self.document, self.open, self.narrow)
        return hashlib.blake2b(orjson.dumps(content, default=str), digest_size=12).hexdigest()


def layered(document: Document) -> Layered:
    """The layers of a document. Raises ValueError for a term field that nobody declared."""
    readers = set(document.audience)
    together: list[Fact] = []
    apart: dict[tuple[str, ...], list[Fact]] = {}
    for fact in document.facts:
        if readers.issubset(fact.audience):
            together.append(fact)
        else:
            apart.setdefault(tuple(sorted(set(fact.audience))), []).append(fact)
    own = _own_terms(document)
    opened = _layer(tuple(sorted(readers)), together, own=own)
    seen = {(name, value) for name, values in opened.terms.items() for value in values}
    narrow = tuple(
        _layer(audience, facts, without=seen) for audience, facts in sorted(apart.items()) if audience
    )
    return Layered(document, opened, narrow)


def _own_terms(document: Document) -> dict[str, tuple[str, ...]]:
    """What every document can be filtered and counted by."""
    terms: dict[str, tuple[str, ...]] = {
        "type": (document.kind,),
        "year": (str(document.created_at.astimezone(UTC).year),),
    }
    if document.container:
        terms["space"] = (str(document.container),)
    if document.author:
        terms["author"] = (str(document.author),)
    return terms


def _layer(
    audience: tuple[str, ...],
    facts: Iterable[Fact],
    *,
    own: Mapping[str, tuple[str, ...]] | None = None,
    without: set[tuple[str, str]] | None = None,
) -> Layer:
    """``without``: terms that the open layer has already, so that nothing is counted twice."""
    passages: list[Passage] = []
    terms: dict[str, dict[str, None]] = {name: dict.fromkeys(values) for name, values in (own or {}).items()}
    spellings: dict[str, None] = {}
    for fact in facts:
        for name, value in _terms(fact):
            if not without or (name, value) not in without:
                terms.setdefault(name, {})[value] = None
        if not fact.text:
            continue
        text = clean(fact.text[:LONGEST_TEXT])
        passages.append(
            Passage(
                section=fact.section,
                language=language_of(text, fact.language),
                weight=fact.weight.name.lower(),
                text=text,
            )
        )
        if fact.weight in {Weight.NAME, Weight.HEADLINE} and is_cyrillic(text):
            for word in WORD.findall(text):
                spellings |= dict.fromkeys(transliterations(word))
    return Layer(
        audience=audience,
        passages=tuple(passages),
        terms={name: tuple(values) for name, values in terms.items()},
        spellings=" ".join(spellings),
    )


def _terms(fact: Fact) -> Iterable[tuple[str, str]]:
    for name, values in fact.terms.items():
        if name not in TERM_FIELDS:
            raise ValueError(f"{name} is no field of search.documents.TERM_FIELDS.")
        for value in values:
            yield name, value
            if name == "level" and "=" in value:
                yield name, value.rpartition("=")[2]
