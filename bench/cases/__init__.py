"""The cases of each set. Every module here is found by itself: ``SET`` names its set, ``CASES`` its cases."""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict

from bench.measure import Case

CASES: dict[str, list[Case]] = defaultdict(list)
ENGINES: dict[str, tuple[str, ...]] = {}  # with which search engines a set is measured, where with several

for found in pkgutil.iter_modules(__path__):
    module = importlib.import_module(f"{__name__}.{found.name}")
    for name in module.SETS:
        CASES[name] += module.CASES
        ENGINES[name] = getattr(module, "ENGINES", ("postgres",))
