"""Cleaning and rendering many texts on all processors. Imports no models: it runs in processes of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from uuid import UUID

from config.errors import Invalid
from forums import mentions, text

CHUNK = 250

type People = Sequence[tuple[str, UUID, str]]  # who may be named: id in the archive, id here, name here
type Raw = tuple[str, People]
type Rendered = tuple[str, str, list[UUID]] | str
type Renderer = Callable[[Sequence[Raw]], list[Rendered]]


def render(raw: Raw) -> Rendered:
    """The cleaned text, its HTML, and whom of these people it names, as for a post written here; of one that
    would be refused, why. Ids of people in the text become those here."""
    written, people = raw
    try:
        body = text.body(written)
    except Invalid as refused:
        return refused.errors[0].detail
    if not people:
        return body, text.render(body), []
    body = mentions.readdressed(body, {theirs: ours for theirs, ours, _ in people})
    known = mentions.Known(
        {mentions.fold(name): (person_id, name) for _, person_id, name in people},
        {person_id: (person_id, name) for _, person_id, name in people},
    )
    return body, text.render(body, known), list(known.named)


@contextmanager
def renderer(processes: int | None = None) -> Iterator[Renderer]:
    """A function that renders many texts at once, in their order."""
    context = get_context("forkserver")  # not fork: the database connection stays with its process
    with ProcessPoolExecutor(processes or os.cpu_count(), mp_context=context) as pool:
        yield lambda bodies: list(pool.map(render, bodies, chunksize=CHUNK))
