"""Which things can be searched: each room registers its sources; the engines and the indexer ask here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from search.documents import Document, TopicLabel
from search.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of searchable thing.

    ``load(ids)`` reads the rows anew and gives the documents of those that belong in the index (published, not
    hidden, not deleted); an id it does not return is removed from the index.
    ``visible_ids(viewer, ids)`` is the room's own ``visible(viewer)`` asked for these ids, in one query.
    ``all_ids(after)`` walks every id that belongs in the index, in ascending order, from after ``after``.
    """

    kind: str
    load: Callable[[Sequence[UUID]], list[Document]]
    visible_ids: Callable[[Viewer, Sequence[UUID]], set[UUID]]
    all_ids: Callable[[UUID | None], Iterator[UUID]]


_sources: dict[str, Source] = {}
_topic_labels: list[Callable[[], Sequence[TopicLabel]]] = []


def register(source: Source) -> None:
    """Make a kind searchable; called from the room's AppConfig.ready()."""
    _sources[source.kind] = source


def register_topic_labels(labels: Callable[[], Sequence[TopicLabel]]) -> None:
    """Say where the taxonomy's labels and synonyms come from."""
    _topic_labels[:] = [labels]


def source(kind: str) -> Source:
    """The source of a kind; KeyError for an unknown one."""
    return _sources[kind]


def kinds() -> list[str]:
    """All searchable kinds, in the order of their registration."""
    return list(_sources)


def topic_labels() -> Sequence[TopicLabel]:
    """The taxonomy's names as they are now; empty where no room registered any."""
    return _topic_labels[0]() if _topic_labels else ()
