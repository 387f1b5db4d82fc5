"""Small tables that hardly ever change (topics, States), kept in the process for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

SECONDS = 60.0  # what changed is known to all processes by then


class Kept[T]:
    """What ``load`` gives, at most `SECONDS` old: ``taxonomy = Kept(load)``, then ``taxonomy()``."""

    def __init__(self, load: Callable[[], T], *, seconds: float = SECONDS) -> None:
        self._load = load
        self._seconds = seconds
        self._lock = threading.Lock()
        self._kept: tuple[float, T] | None = None

    def __call__(self) -> T:
        kept = self._kept
        if kept is not None and time.monotonic() - kept[0] < self._seconds:
            return kept[1]
        with self._lock:
            loaded = self._load()
            self._kept = (time.monotonic(), loaded)
        return loaded

    def forget(self) -> None:
        """Load it anew at the next question."""
        self._kept = None
