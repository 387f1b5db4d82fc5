"""What the rooms tell search: which things can be searched, and what the values of filters are called.

Each room registers in its AppConfig.ready(); the engines, the indexer and the query language ask here, and
know no model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from search.documents import Document, TopicLabel
from search.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of searchable thing.

    ``load(ids)`` reads the rows anew and gives the documents of those that belong in the index (published,
    not hidden, not deleted); an id it does not return is removed from the index. ``visible_ids(viewer,
    ids)`` is the room's own ``visible(viewer)`` asked for these ids, in one query. ``all_ids(after)`` walks
    every id that belongs in the index, in ascending order, from after ``after``. ``has_narrow``: some facts
    may be for fewer than may know of the thing; where none ever is, searching this kind alone costs less."""

    kind: str
    load: Callable[[Sequence[UUID]], list[Document]]
    visible_ids: Callable[[Viewer, Sequence[UUID]], set[UUID]]
    all_ids: Callable[[UUID | None], Iterator[UUID]]
    has_narrow: bool = True


@dataclass(frozen=True, slots=True)
class FilterField:
    """A filter whose values people call otherwise than the index does, such as ``space`` or ``country``.

    ``resolve(viewer, typed)`` gives the values of `Fact.terms` (for ``space`` and ``author`` the id) that a
    person means by what they typed (a slug, a code, a name in any language); nothing where there is none
    *that this viewer may know of*. ``labels(viewer, values)`` gives the values' names in the viewer's
    language, leaving out those the viewer may not know of. One query each at most."""

    name: str
    resolve: Callable[[Viewer, str], Collection[str]]
    labels: Callable[[Viewer, Collection[str]], Mapping[str, str]]


_sources: dict[str, Source] = {}
_fields: dict[str, FilterField] = {}
_topic_labels: list[Callable[[], Sequence[TopicLabel]]] = []


def register(source: Source) -> None:
    """Make a kind searchable; called from the room's AppConfig.ready()."""
    _sources[source.kind] = source


def register_field(field: FilterField) -> None:
    """Say how the values of a filter are called; called from the room's AppConfig.ready()."""
    _fields[field.name] = field


def register_topic_labels(labels: Callable[[], Sequence[TopicLabel]]) -> None:
    """Say where the taxonomy's labels and synonyms come from."""
    _topic_labels[:] = [labels]


def source(kind: str) -> Source:
    """The source of a kind; KeyError for an unknown one."""
    return _sources[kind]


def may_have_narrow(kind: str) -> bool:
    """Whether things of this kind may hold facts that not all their readers may read."""
    return kind not in _sources or _sources[kind].has_narrow


def kinds() -> list[str]:
    """All searchable kinds, in the order of their registration."""
    return list(_sources)


def field(name: str) -> FilterField | None:
    """How the values of a filter are called; None where they are called what they are."""
    return _fields.get(name)


def topic_labels() -> Sequence[TopicLabel]:
    """The taxonomy's names as they are now; empty where no room registered any."""
    return _topic_labels[0]() if _topic_labels else ()
