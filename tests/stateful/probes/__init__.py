"""Surfaces: every way in which something can be seen, each a small function that compares it with the model.

A file here holds `PROBES`; it is found by itself. A probe is called after every step for some viewers, before
the indexer has caught up and after it::

    def endorsements(world: World, who: Viewer, *, indexed: bool) -> None:
        for person in world.model.profiles:
            ...
            same(shown, expected, f"endorsements of {person} to {who}")

Before indexing, nothing forbidden may be shown; what is asked of the database is exact at any time.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Protocol

from tests.stateful.model import Viewer
from tests.stateful.world import World


class Probe(Protocol):
    """Asks as a viewer, compares with the model, raises AssertionError where they differ."""

    __name__: str

    def __call__(self, world: World, who: Viewer, *, indexed: bool) -> None: ...


PROBES: list[Probe] = []

for module in pkgutil.iter_modules(__path__):
    PROBES += importlib.import_module(f"{__name__}.{module.name}").PROBES
