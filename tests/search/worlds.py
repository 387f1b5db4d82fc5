"""A small world to search: documents kept in memory, indexed through the outbox like those of the rooms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.db import transaction

from search import indexer, outbox, query, registry
from search.documents import Document, Fact, Weight, key
from search.engines.base import Engine, Page, Request, Sort
from search.viewer import MEMBERS, PUBLIC, Viewer

KINDS = ("expert", "post", "discussion", "space")
START = datetime(2026, 1, 1, tzinfo=UTC)
TODAY = datetime(2026, 11, 1, tzinfo=UTC)
_numbers = count(1)


def new_id() -> UUID:
    """Ids grow, as those of the rooms do."""
    return UUID(int=0x0192_0000_0000_7000_8000_0000_0000_0000 + next(_numbers))


def fact(text: str = "", *, to: Sequence[str] = (PUBLIC,), language: str = "en", **terms: Any) -> Fact:
    """A fact: ``fact("calibration", to=["members"], topic=["drugs"], weight=Weight.NAME)``."""
    weight = terms.pop("weight", Weight.BODY)
    section = terms.pop("section", "body")
    values = {name: tuple(values) for name, values in terms.items()}
    return Fact(section, tuple(to), text, language, weight, values)


def document(kind: str, *facts: Fact | str, **fields: Any) -> Document:
    """A document for everybody, unless said otherwise. A text stands for a fact of all its readers."""
    document_id = fields.pop("id", None) or new_id()
    audience = tuple(fields.pop("audience", (PUBLIC,)))
    made = tuple(fact(one, to=audience) if isinstance(one, str) else one for one in facts)
    created = fields.pop("created_at", None) or START + timedelta(minutes=next(_numbers))
    return Document(
        kind=kind,
        id=document_id,
        title=fields.pop("title", f"{kind} {document_id.int % 1000}"),
        audience=audience,
        facts=made,
        keys=(key(kind, document_id), *fields.pop("keys", ())),
        created_at=created,
        **fields,
    )


def viewer(*tokens: str, containers: Sequence[UUID] = (), language: str = "en") -> Viewer:
    """A viewer with these tokens (everybody's is always among them) who may read these containers."""
    memo = {"containers": frozenset(containers)}
    return Viewer(user_id=None, tokens=frozenset({PUBLIC, *tokens}), language=language, memo=memo)


VISITOR = viewer()
MEMBER = viewer(MEMBERS)


@dataclass
class World:
    """What there is, and the engine it is searched with."""

    engine: Engine
    documents: dict[tuple[str, UUID], Document] = field(default_factory=dict)

    def source(self, kind: str) -> registry.Source:
        def load(ids: Sequence[UUID]) -> list[Document]:
            return [self.documents[kind, one] for one in ids if (kind, one) in self.documents]

        def visible(_viewer: Viewer, ids: Sequence[UUID]) -> set[UUID]:
            return {one for one in ids if (kind, one) in self.documents}

        def every(after: UUID | None) -> Iterator[UUID]:
            ids = sorted(one for of_kind, one in self.documents if of_kind == kind)
            return (one for one in ids if after is None or one > after)

        return registry.Source(kind, load, visible, every)

    def add(self, *documents: Document) -> None:
        """Put documents there, or in place of what is there, and index them."""
        for one in documents:
            self.documents[one.kind, one.id] = one
        self.enqueue(*documents)
        indexer.drain([self.engine.name])

    def remove(self, *documents: Document) -> None:
        """Take documents away, and out of the index."""
        for one in documents:
            del self.documents[one.kind, one.id]
        self.enqueue(*documents)
        indexer.drain([self.engine.name])

    def change(self, former: Document, **fields: Any) -> Document:
        """Change a document without indexing it."""
        changed = replace(former, **fields)
        self.documents[changed.kind, changed.id] = changed
        return changed

    def enqueue(self, *documents: Document, restricting: bool = False, withdraw: str | None = None) -> None:
        with transaction.atomic():
            for one in documents:
                outbox.enqueue(one.kind, [one.id], restricting=restricting, withdraw=withdraw)

    def search(self, typed: str, who: Viewer = VISITOR, **options: Any) -> Page:
        """Search as a person does; ``sort``, ``limit``, ``after``, ``facets`` as in `Request`."""
        options.setdefault("sort", Sort.NEWEST)
        options.setdefault("post_evidence", False)
        asked = query.parse(typed, who)
        return self.engine.search(Request(query=asked, today=TODAY, **options), who)

    def found(self, typed: str, who: Viewer = VISITOR, **options: Any) -> list[UUID]:
        """The ids found, in order; the total must say as many."""
        page = self.search(typed, who, **options)
        if "limit" not in options:
            assert page.total == len(page.hits)
        return [hit.id for hit in page.hits]

    def facets(self, typed: str, who: Viewer, *fields: str) -> Mapping[str, dict[str, int]]:
        """The counts of facet values."""
        page = self.search(typed, who, facets=fields)
        return {name: dict(values) for name, values in page.facets.items()}


def ids(*documents: Document) -> list[UUID]:
    """The ids of documents, newest first: as the default order of `World.search` has them."""
    return [one.id for one in sorted(documents, key=lambda one: (one.created_at, one.id), reverse=True)]
