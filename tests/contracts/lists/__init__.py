"""Every file here except base.py adds list endpoints to the query-count test; it is found by itself."""

from __future__ import annotations

import importlib
import pkgutil

from tests.contracts.lists.base import List

LISTS: list[List] = []

for module in pkgutil.iter_modules(__path__):
    if module.name != "base":
        LISTS += importlib.import_module(f"{__name__}.{module.name}").LISTS
