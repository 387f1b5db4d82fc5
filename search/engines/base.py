"""What an engine is asked and what it answers: the same for Elasticsearch and PostgreSQL.

An engine is always asked *for a viewer*. It finds, counts, sorts and gives back only documents whose
audience and container the viewer has, by facts whose audience the viewer is in, and never what a pending
restricting change has withdrawn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from search.layers import Layered, Passage
from search.query import Leaf, Query, Term
from search.registry import may_have_narrow
from search.viewer import Viewer


class EngineError(Exception):
    """The engine could not answer: it is down, too slow, or has no index. Nothing is wrong with the
    question."""


class Refused(EngineError):
    """The engine is well, and does not take this question."""


class TooSlow(EngineError):
    """The question takes the engine longer than it may."""


class Sort(StrEnum):
    """Orders of results; ties are broken by newest, then by id."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    LIKES = "likes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One search. ``after`` is the `Hit.place` of the last hit of the page before, of the same engine;
    ``skip`` passes over hits where there is no such place. ``today`` is from where the age of posts is
    counted. ``facets`` names the fields whose values are to be counted. ``post_evidence``: experts are also
    found by what they wrote. ``grouped``: of each group (discussion) only the first hit, and the total is of
    groups; pages go by ``skip``.
    """

    query: Query
    today: datetime
    sort: Sort = Sort.RELEVANCE
    limit: int = 20
    after: tuple[float | int | str, ...] | None = None
    skip: int = 0
    facets: tuple[str, ...] = ()
    post_evidence: bool = True
    grouped: bool = False

    @property
    def has_narrow(self) -> bool:
        """Whether what answers may hold facts that not all its readers may read."""
        return not any(
            all(isinstance(leaf, Term) and leaf.field == "type" for leaf in clause.leaves)
            and not any(may_have_narrow(leaf.value) for leaf in clause.leaves if isinstance(leaf, Term))
            for clause in self.query.filters
        )

    @property
    def experts_by_posts(self) -> bool:
        """Whether what people wrote is to be asked for who they are."""
        types = [clause.leaves for clause in self.query.filters if any(map(_is_type, clause.leaves))]
        return (
            self.post_evidence
            and bool(self.query.text)
            and all(Term("type", "expert") in leaves for leaves in types)
        )


def _is_type(leaf: Leaf) -> bool:
    return isinstance(leaf, Term) and leaf.field == "type"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking:
    """A post that speaks for its author, with its text; one the viewer may read."""

    id: UUID
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One document found. ``passages`` and ``terms`` are those the viewer may read, and no others.
    ``place`` is where it stands in the order (it holds the score, so it never leaves the house
    unencrypted). ``posts`` are the viewer-readable posts that spoke for an expert, best first: none for one
    who is not ``findable_by_author``."""

    kind: str
    id: UUID
    title: str
    place: tuple[float | int | str, ...]
    group: UUID
    passages: tuple[Passage, ...] = ()
    terms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    posts: tuple[Speaking, ...] = ()
    findable_by_author: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Hits, and the figures of the whole result. Facet values come most frequent first, then by value."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    has_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A thing whose name begins like what is being typed."""

    kind: str
    id: UUID
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What an engine keeps of one thing, for the sweep."""

    id: UUID
    digest: str


class Engine(Protocol):
    """An engine. Asking raises `EngineError` when it cannot answer."""

    name: str
    is_apart: bool  # from the database: it may be written while the next documents are read

    def search(self, request: Request, viewer: Viewer) -> Page:
        """Find, count and sort."""
        ...

    def totals(self, requests: Sequence[Request], viewer: Viewer) -> list[int]:
        """How much each of these would find, asked in one go."""
        ...

    def suggest(
        self, words: Sequence[str], viewer: Viewer, *, kinds: Collection[str], limit: int
    ) -> list[Suggestion]:
        """Things of whose titles some word begins like each of these; the best ``limit`` of each kind."""
        ...

    def known(self, words: Collection[str], viewer: Viewer) -> set[str]:
        """Those of the (folded) words that stand in any text the viewer may read."""
        ...

    def passages(self, kind: str, ids: Collection[UUID], viewer: Viewer) -> Mapping[UUID, Sequence[Passage]]:
        """The texts of these things that the viewer may read."""
        ...

    def write(
        self,
        documents: Sequence[Layered],
        removed: Collection[tuple[str, UUID]],
        *,
        version: int,
        visible_at_once: bool,
        only: str | None = None,
    ) -> set[tuple[str, UUID]]:
        """Store and remove, unless a higher version is there already. ``visible_at_once``: searches see it
        when this returns. Gives those that failed, which have been logged.
        ``only``: one index, of a rebuild, instead of all."""
        ...

    def stored(
        self, kind: str, *, after: UUID | None = None, ids: Collection[UUID] | None = None
    ) -> Iterator[Stored]:
        """What is kept of one kind (of these ``ids``, from after ``after``), by ascending id."""
        ...

    def count(self) -> Mapping[str, int]:
        """How many documents there are of each kind."""
        ...

    def fingerprint(self) -> str:
        """Of the way in which documents are analyzed and kept: another one needs a rebuild."""
        ...

    def target(self) -> str:
        """What is asked now; empty where there is nothing yet."""
        ...

    def targets(self) -> Collection[str]:
        """All that is written now: what is asked, and what a rebuild fills."""
        ...

    def begin(self) -> str:
        """Start a rebuild; where it is to write. Called while nobody writes."""
        ...

    def finish(self, target: str, *, started: int) -> None:
        """Let a rebuilt target take the place of the former one. ``started``: a version from before the
        rebuild. Called while nobody writes."""
        ...

    def check(self) -> None:
        """Raise `EngineError` if it would not answer now; takes no longer than 0.3 s."""
        ...
