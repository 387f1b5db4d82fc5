"""What a searchable thing looks like to the engines: facts under audiences, in a container.

A room turns its rows into `Document`s; engines store and query them without knowing any model. The rule of
reading is in the shape: text and terms sit in `Fact`s, each with the audience that may read it, and the whole
document sits in at most one container. An engine reaches a fact only if the viewer is in its audience and may
read its container, so hits, totals, facets, sorting, suggestions and highlights need no second rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Weight(StrEnum):
    """How much a match in a fact's text says about the thing: PostgreSQL's A to D, boosts elsewhere."""

    NAME = "A"
    HEADLINE = "B"
    BODY = "C"
    ASIDE = "D"


@dataclass(frozen=True, slots=True)
class Fact:
    """A piece of text, or facet values, that one audience may read.

    ``terms`` are filter and facet values by field, e.g. ``{"topic": ("border-security", …),
    "level": ("border-security=trainer",), "country": ("KG",), "language": ("ru",)}``; a topic is given with all
    its ancestors so that a filter on a topic includes its sub-topics.
    """

    section: str
    audience: tuple[str, ...]
    text: str = ""
    language: str = ""
    weight: Weight = Weight.BODY
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """One searchable thing as an engine keeps it.

    ``container`` is the space whose readers may read it, or None where only the facts' audiences decide.
    ``keys`` are the handles by which it can be withdrawn before it is re-indexed: its own
    (``post:<id>``) and those of what it hangs on (``discussion:<id>``, ``space:<id>``, ``person:<id>``).
    ``group`` puts hits together (a post's discussion). ``audience`` are those who may know of it at all.
    """

    kind: str
    id: UUID
    title: str
    audience: tuple[str, ...]
    facts: tuple[Fact, ...]
    keys: tuple[str, ...]
    created_at: datetime
    container: UUID | None = None
    group: UUID | None = None
    author: UUID | None = None
    likes: int = 0
    accepted: bool = False
    findable_by_author: bool = True


def key(kind: str, object_id: UUID | str) -> str:
    """The withdrawal handle of one thing."""
    return f"{kind}:{object_id}"


@dataclass(frozen=True, slots=True)
class TopicLabel:
    """A topic's names, for cross-language search: slug, ancestors' slugs, labels and synonyms by language."""

    slug: str
    ancestors: tuple[str, ...]
    labels: Mapping[str, str]
    synonyms: Mapping[str, Sequence[str]]
