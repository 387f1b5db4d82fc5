"""Who is asking, as reading and searching see them: audience tokens and readable containers.

A `Viewer` is resolved once a request (and anew in every action's transaction, so that a right taken away a
moment ago is gone). It knows nothing of models: `experts` fills the tokens, `forums` registers how to find
the spaces that a viewer may read. Reading, filtering, counting and search all ask this one object.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

PUBLIC = "public"
MEMBERS = "members"
SECRETARIAT = "secretariat"


def network_token(network_id: UUID | str) -> str:
    """The audience of one network's people."""
    return f"network:{network_id}"


def self_token(user_id: UUID | str) -> str:
    """The audience of one person (and of who edits for them)."""
    return f"self:{user_id}"


@dataclass(slots=True)
class Viewer:
    """The asker. ``tokens`` are the audiences they belong to; ``user_id`` is None for a visitor.

    ``memo`` keeps what was resolved for this asker (container access and the like) for the life of the
    object, which is one request or one transaction; it is never shared.
    """

    user_id: UUID | None
    tokens: frozenset[str]
    language: str = "en"
    memo: dict[str, Any] = field(default_factory=dict)

    @property
    def is_signed_in(self) -> bool:
        """Whether a person (or a system account) asks, not a visitor."""
        return self.user_id is not None

    @property
    def is_secretariat(self) -> bool:
        """Whether the asker is of the secretariat."""
        return SECRETARIAT in self.tokens

    def is_in(self, audience: Collection[str]) -> bool:
        """Whether text kept for ``audience`` may be shown to the asker."""
        return not self.tokens.isdisjoint(audience)

    def ids(self, name: str, find: Callable[[Viewer], list[UUID]]) -> list[UUID]:
        """A list of keys that a rule asks for, found once. By this, a query can be prepared before it is
        known who asks (`experts.prepared`)."""
        kept = f"ids:{name}"
        if kept not in self.memo:
            self.memo[kept] = find(self)
        found: list[UUID] = self.memo[kept]
        return found

    def forget(self) -> None:
        """Drop what was resolved, after an action changed it in this very transaction."""
        self.memo.clear()

    def containers(self) -> Collection[UUID]:
        """Ids of the containers (spaces) whose content the asker may read, from every registered source."""
        if "containers" not in self.memo:
            self.memo["containers"] = frozenset().union(*(source(self) for source in _container_sources))
        found: frozenset[UUID] = self.memo["containers"]
        return found


ContainerSource = Callable[[Viewer], Collection[UUID]]
_container_sources: list[ContainerSource] = []


def register_containers(source: ContainerSource) -> None:
    """Let a room say which of its containers a viewer may read; called once from its AppConfig.ready()."""
    if source not in _container_sources:
        _container_sources.append(source)
