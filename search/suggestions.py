"""Typing help: people, discussions, spaces and topics that are called like what is being typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search import registry, taxonomy
from search.analysis import clean, fold, words
from search.engines.base import Suggestion
from search.selection import Status, ask
from search.viewer import Viewer

KINDS = ("expert", "discussion", "space")
MOST_WORDS = 6
LONGEST = 200  # characters
TOPIC = "topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """One suggestion; ``id`` is a topic's slug, otherwise the id of the thing."""

    kind: str
    id: str
    title: str


def suggest(typed: str, viewer: Viewer, *, limit: int = 5) -> tuple[list[Suggested], Status]:
    """What the viewer may mean: at most ``limit`` of each kind, topics first.

    Things are authorized by the database, like the results of a search.
    """
    beginnings = [fold(word) for word in words(clean(typed[:LONGEST]))][:MOST_WORDS]
    kinds = [kind for kind in registry.kinds() if kind in KINDS]
    if not beginnings:
        return [], ask(lambda _: None)[1]
    found, status = ask(lambda engine: engine.suggest(beginnings, viewer, kinds=kinds, limit=limit))
    return [*_topics(beginnings, viewer, limit), *_authorized(found, viewer)], status


def _authorized(found: Sequence[Suggestion], viewer: Viewer) -> list[Suggested]:
    by_kind: dict[str, list[Suggestion]] = {}
    for one in found:
        by_kind.setdefault(one.kind, []).append(one)
    suggested: list[Suggested] = []
    for kind, ones in by_kind.items():
        visible = registry.source(kind).visible_ids(viewer, [one.id for one in ones])
        suggested += [
            Suggested(kind=kind, id=str(one.id), title=one.title) for one in ones if one.id in visible
        ]
    return suggested


def _topics(beginnings: Sequence[str], viewer: Viewer, limit: int) -> list[Suggested]:
    """Topics one of whose names has words that begin so; those called so in the viewer's language first."""
    names = taxonomy.current()
    found: list[tuple[bool, str, str]] = []
    for slug, spoken in names.searchable.items():
        hits = [language for language, folded in spoken if _begin(beginnings, folded)]
        if hits:
            found.append((viewer.language not in hits, names.label(slug, viewer.language) or slug, slug))
    return [Suggested(kind=TOPIC, id=slug, title=label) for _, label, slug in sorted(found)[:limit]]


def _begin(beginnings: Sequence[str], folded: Sequence[str]) -> bool:
    return all(any(word.startswith(one) for word in folded) for one in beginnings)
