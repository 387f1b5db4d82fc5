"""The real server under measurement: gunicorn with production's settings, and the CPU time it takes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import nodes
from bench.database import LOGGED, PROJECT, Database
from config.local.processes import LocalServiceError, Process, free_port, http_get, start

START_SECONDS = 60.0
_TICK = 1000 / os.sysconf("SC_CLK_TCK")  # milliseconds
# As behind a proxy that speaks HTTPS. Rates count as in production, but no bench meets one; connections
# outlive the run, so that the CPU time of their processes can be read.
_SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DEBUG": "no",
    "SECURE_HTTPS": "yes",
    "BEHIND_PROXY": "yes",
    "SECRET_KEY": "of-the-benches-and-known-to-everybody",
    "BASE_URL": "https://localhost",
    "MAIL_HOST": "mail.example.org",
    "WEB_WORKERS": "2",
    "DATABASE_CONN_MAX_AGE": "3600",
    "RATE_WRITE": "100000000",
    "RATE_SEARCH": "100000000",
    "RATE_VISITOR": "100000000",
    "RATE_SUGGEST": "100000000",
}


@dataclass(frozen=True)
class Cpu:
    """CPU time so far, in milliseconds: of the application's workers, of the database's processes that serve
    them, and of the search node."""

    application: float
    database: float
    search: float

    def __sub__(self, before: Cpu) -> Cpu:
        return Cpu(
            self.application - before.application,
            self.database - before.database,
            self.search - before.search,
        )


@dataclass(frozen=True)
class Api:
    """The running server. ``node``: the address of the search node; empty where PostgreSQL searches."""

    port: int
    database: Database
    process: Process
    node: str = ""

    @property
    def engine(self) -> str:
        """The search engine that answers."""
        return "elasticsearch" if self.node else "postgres"

    def cpu(self) -> Cpu:
        """The CPU time of everything that answers requests."""
        [master] = _children(self.process.keeper.pid)
        serving = "SELECT pid FROM pg_stat_activity WHERE application_name = %(name)s"
        backends = [pid for (pid,) in self.database.rows(serving, {"name": LOGGED})]
        return Cpu(
            application=sum(_milliseconds(pid) for pid in _children(master)),
            database=sum(_milliseconds(pid) for pid in backends),
            search=nodes.cpu(self.node) if self.node else 0.0,
        )


@contextmanager
def serve(database: Database, settings: dict[str, str] | None = None) -> Iterator[Api]:
    """The API on that database, ready. ``settings`` are environment variables beside the usual ones."""
    port = free_port()
    log = PROJECT / ".local" / "logs" / "bench-api.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    environment = os.environ | _SETTINGS | {"DATABASE_URL": database.url, "PORT": str(port)}
    environment.pop("ELASTICSEARCH_URL", None)
    process = start(
        "the API",
        [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"],
        log=log,
        cwd=PROJECT,
        env=environment | (settings or {}),
    )
    try:
        _await_ready(port, process)
        yield Api(port, database, process, (settings or {}).get("ELASTICSEARCH_URL", ""))
    finally:
        process.stop()


def _await_ready(port: int, process: Process) -> None:
    until = time.monotonic() + START_SECONDS
    while (answer := http_get(port, "/health/live")) is None or answer[0] != 200:
        if process.returncode is not None or time.monotonic() > until:
            raise LocalServiceError(f"{process.last_lines()}\nThe API does not answer.")
        time.sleep(0.1)


def _children(parent: int) -> list[int]:
    return [
        int(path.name)
        for path in Path("/proc").glob("[0-9]*")
        if (fields := _stat(path)) is not None and int(fields[1]) == parent
    ]


def _milliseconds(pid: int) -> float:
    """User and system time of a process, its threads included; 0 once it has ended."""
    fields = _stat(Path("/proc") / str(pid))
    return (int(fields[11]) + int(fields[12])) * _TICK if fields else 0.0


def _stat(path: Path) -> list[str] | None:
    """The fields of /proc/PID/stat from the process's state on (see proc(5))."""
    try:
        return (path / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
