"""Cleaning and rendering many texts on all processors. Imports no models: it runs in processes of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from config.errors import Invalid
from forums import text

CHUNK = 250

type Rendered = tuple[str, str] | str
type Renderer = Callable[[Sequence[str]], list[Rendered]]


def render(raw: str) -> Rendered:
    """The cleaned text and its HTML, as for a post written here; of one that would be refused, why."""
    try:
        body = text.body(raw)
    except Invalid as refused:
        return refused.errors[0].detail
    return body, text.render(body)


@contextmanager
def renderer(processes: int | None = None) -> Iterator[Renderer]:
    """A function that renders many texts at once, in their order."""
    context = get_context("forkserver")  # not fork: the database connection stays with its process
    with ProcessPoolExecutor(processes or os.cpu_count(), mp_context=context) as pool:
        yield lambda bodies: list(pool.map(render, bodies, chunksize=CHUNK))
