"""What each test reaches of the rules, line by line; noted in a file, so that a run can go on."""

from __future__ import annotations

import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import Any

TOOL = sys.monitoring.COVERAGE_ID


class Reach:
    """``seconds`` of each test that passes, and the ``tests`` that reach a line of one of these files.

    What was noted before is read again, unless one of the files has changed since: then lines have moved.
    """

    def __init__(self, paths: Iterable[Path], noted: Path) -> None:
        self.paths = {str(path) for path in sorted(paths)}
        self.noted = noted
        self.seconds: dict[str, float] = {}
        self.tests: dict[tuple[str, int], set[str]] = defaultdict(set)
        self._digest = hashlib.sha256(
            b"\0".join(Path(path).read_bytes() for path in sorted(self.paths))
        ).hexdigest()
        if noted.exists():
            first, *lines = noted.read_text().splitlines()
            if json.loads(first) == self._digest:
                for line in lines:
                    self._take(**json.loads(line))
                return
        noted.write_text(json.dumps(self._digest) + "\n")

    def keep(self, test: str, seconds: float, lines: Iterable[tuple[str, int]]) -> None:
        """Note a test that has passed."""
        row = {"test": test, "seconds": seconds, "lines": sorted(lines)}
        with self.noted.open("a") as file:
            file.write(json.dumps(row) + "\n")
        self._take(**row)

    def _take(self, *, test: Any, seconds: Any, lines: Any) -> None:
        self.seconds[test] = seconds
        for path, line in lines:
            self.tests[path, line].add(test)

    @contextmanager
    def watched(self) -> Iterator[set[tuple[str, int]]]:
        """Inside of the block the set grows by every line of these files that is run."""
        lines: set[tuple[str, int]] = set()

        def started(code: CodeType, _offset: int) -> Any:
            if code.co_filename not in self.paths:
                return sys.monitoring.DISABLE
            sys.monitoring.set_local_events(TOOL, code, sys.monitoring.events.LINE)
            return None

        def line(code: CodeType, number: int) -> Any:
            lines.add((code.co_filename, number))

        sys.monitoring.use_tool_id(TOOL, "mutation")
        sys.monitoring.register_callback(TOOL, sys.monitoring.events.PY_START, started)
        sys.monitoring.register_callback(TOOL, sys.monitoring.events.LINE, line)
        sys.monitoring.set_events(TOOL, sys.monitoring.events.PY_START)
        try:
            yield lines
        finally:
            sys.monitoring.set_events(TOOL, 0)
            sys.monitoring.free_tool_id(TOOL)
