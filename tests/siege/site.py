"""A whole site on this machine: PostgreSQL, API processes, the worker, a search node if wanted.

All of it is the product as it is run (`config.local`, gunicorn, `manage.py worker`), in processes that can be
killed. Nothing outlives the test.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from config.local.postgres import postgres_process
from config.local.processes import Process, free_port, start
from config.local.search_node import search_process

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT / ".local" / "siege"
SECONDS = 60.0
DATABASE_SETTINGS = {"max_connections": "120", "shared_buffers": "128MB"}


@dataclass(frozen=True)
class Answer:
    """What a server said; status 0 where it said nothing."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Site:
    """A running site. ``cast`` is what `prepare` made: tokens and ids by name."""

    folder: Path
    stack: ExitStack
    environment: dict[str, str]
    port: int
    cast: dict[str, Any] = field(default_factory=dict)
    databases: ExitStack = field(default_factory=ExitStack)
    database: Process | None = None
    api: Process | None = None
    worker: Process | None = None
    node: Process | None = None

    @property
    def url(self) -> str:
        return self.environment["DATABASE_URL"]

    # Asking -------------------------------------------------------------------------------------------------

    def ask(
        self,
        who: str | None,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 20.0,
    ) -> Answer:
        """One request, on a connection of its own; an answer with status 0 where there was none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        sent = {"Accept": "application/json", **(headers or {})}
        if who is not None:
            sent["Authorization"] = f"Bearer {self.cast['tokens'][who]}"
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            connection.request(
                method, f"/api/v1{path}", None if body is None else json.dumps(body).encode(), sent
            )
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        except (OSError, http.client.HTTPException):
            return Answer(0)
        finally:
            connection.close()

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows straight from the database."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def manage(self, *command: str, check: bool = True) -> str:
        """What a management command prints; AssertionError where it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            check=False,
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        told = f"{done.stdout}\n{done.stderr}"
        assert not check or done.returncode == 0, f"manage.py {' '.join(command)}: {told[-3000:]}"
        return told

    # Processes ----------------------------------------------------------------------------------------------

    def start_database(self) -> None:
        """Start it, or start it again after it was stopped: its folder is let go of first."""
        self.databases.close()
        url, self.database = self.databases.enter_context(
            postgres_process(self.folder / "pg", durable=False, settings=DATABASE_SETTINGS, database="siege")
        )
        assert self.environment.setdefault("DATABASE_URL", url) == url

    def start_api(self) -> None:
        self.api = self._start("api", "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi")

    def start_worker(self) -> None:
        self.worker = self._start("worker", "manage.py", "worker")

    def await_ready(self) -> None:
        """Until the API answers that it is ready."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with closing(connection), suppress(OSError, http.client.HTTPException):
                connection.request("GET", "/health/ready")
                if connection.getresponse().status == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(f"The API is not ready: {self.api and self.api.last_lines()}")

    def await_indexed(self, seconds: float = 120.0) -> None:
        """Until nothing waits in the outbox."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            [(waiting,)] = self.query("SELECT count(*) FROM search_outbox")
            if waiting == 0:
                return
            time.sleep(0.1)
        raise AssertionError(f"{waiting} rows wait in the outbox: {self.worker and self.worker.last_lines()}")

    def _start(self, name: str, *command: str) -> Process:
        process = start(
            name,
            [sys.executable, *command],
            log=self.folder / f"{name}.log",
            cwd=PROJECT,
            env=self.environment,
        )
        self.stack.callback(process.stop)
        return process


def command_of(process: Process) -> int:
    """The process id of the command itself, below its keeper."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if found := children(process.keeper.pid):
            return found[0]
        time.sleep(0.01)
    raise AssertionError(f"{process.name} does not run: {process.last_lines()}")


def children(pid: int) -> list[int]:
    """The processes that a process started and that still run (Linux)."""
    with suppress(FileNotFoundError, ProcessLookupError):
        found: set[int] = set()
        for task in Path(f"/proc/{pid}/task").iterdir():
            found.update(map(int, (task / "children").read_text().split()))
        return sorted(found)
    return []


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal to a process, if it still runs."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


@contextmanager
def site(
    folder: Path,
    *,
    elasticsearch: bool = False,
    processes: int = 2,
    settings: Mapping[str, str] | None = None,
    with_worker: bool = True,
) -> Iterator[Site]:
    """A site with a small community (see `prepare`), empty at first; removed afterwards."""
    folder = folder / secrets.token_hex(3)
    folder.mkdir(parents=True)
    folder.parent.chmod(0o755)
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        port = free_port()
        environment = {
            **{name: value for name, value in os.environ.items() if name not in _NOT_OURS},
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "of-the-siege-and-known-to-everybody-who-reads-this",
            "SECURE_HTTPS": "no",
            "PORT": str(port),
            "WEB_WORKERS": str(processes),
            "ACCESS_LOG": "no",
            "MEDIA_ROOT": str(folder / "media"),
            "PYTHONUNBUFFERED": "1",
            "SEARCH_INDEX_PREFIX": f"siege-{folder.name}",
            **_GENEROUS,
            **(settings or {}),
        }
        made = Site(folder=folder, stack=stack, environment=environment, port=port)
        stack.callback(made.databases.close)
        made.start_database()
        if elasticsearch:
            if url := os.environ.get("TEST_ELASTICSEARCH_URL"):
                environment["ELASTICSEARCH_URL"] = url
            else:
                environment["ELASTICSEARCH_URL"], made.node = stack.enter_context(
                    search_process("elasticsearch", folder / "node", keep=False)
                )
        made.manage("migrate", "--verbosity=0")
        told = subprocess.run(
            [sys.executable, "-m", "tests.siege.prepare"],
            check=False,
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert told.returncode == 0, told.stderr[-3000:]
        made.cast = json.loads(told.stdout.splitlines()[-1])
        made.manage("search_rebuild", "--if-needed")
        made.start_api()
        if with_worker:
            made.start_worker()
        made.await_ready()
        yield made


_NOT_OURS = {"DATABASE_URL", "ELASTICSEARCH_URL"}
_GENEROUS = dict.fromkeys(("RATE_VISITOR", "RATE_WRITE", "RATE_SEARCH", "RATE_SUGGEST"), "1000000")
