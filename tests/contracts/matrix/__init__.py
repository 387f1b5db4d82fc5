"""Every file here except base.py is a part of the permission matrix; it is found by itself."""

from __future__ import annotations

import importlib
import pkgutil

from tests.contracts.matrix.base import Row, Thing

THINGS: dict[str, Thing] = {}
ROWS: list[Row] = []

for module in pkgutil.iter_modules(__path__):
    if module.name != "base":
        part = importlib.import_module(f"{__name__}.{module.name}")
        if twice := THINGS.keys() & part.THINGS.keys():
            raise RuntimeError(f"Two parts of the matrix make {', '.join(twice)}.")
        THINGS |= part.THINGS
        ROWS += part.ROWS
