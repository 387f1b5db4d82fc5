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


# The fields that `Fact.terms` may use, and the form of their values.
TERM_FIELDS = {
    "topic": "the slug of a topic or of a topic above it",
    "level": "<slug of a topic or of one above it>=<level>; the level alone is added",
    "country": "ISO 3166-1 alpha-2, in capitals; for an expert nationality and duty country together",
    "nationality": "ISO 3166-1 alpha-2, in capitals",
    "duty_country": "ISO 3166-1 alpha-2, in capitals",
    "gender": "female, male, other",
    "language": "ISO 639 code",
    "network": "the slug of a network",
    "agency": "the kind of agency",
    "kind": "the kind within a type: question, announcement …",
    "status": "open, answered, closed …",
    "is": "a yes: answered, accepted, pinned …",
    "has": "what it comes with: attachment …",
    "availability": "a month in which the person is available, YYYY-MM",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A piece of text, or facet values, that one audience may read.

    ``text`` is plain text (no markup). ``terms`` are filter and facet values by a field of `TERM_FIELDS`,
    e.g. ``{"topic": ("border-security", …), "level": ("border-security=trainer",), "country": ("KG",),
    "language": ("ru",)}``; a topic is given with all its ancestors, so that a filter on a topic includes
    its sub-topics."""

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
    ``keys`` are the handles by which it can be withdrawn before it is re-indexed: its own (``post:<id>``)
    and those of what it hangs on (``discussion:<id>``, ``space:<id>``, ``person:<id>``). ``group`` puts
    hits together (a post's discussion; a discussion has none or itself); what is in another's group is not
    suggested while typing, for that other one is. ``audience`` are those who may know of it at all, and may
    read the ``title``. ``findable_by_author`` of an expert: what they wrote may lead to them."""

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
