"""`make run`: the whole product on this machine, in the foreground, until Ctrl-C.

Starts PostgreSQL (unless DATABASE_URL names one), with SEARCH=elasticsearch a search node (unless
ELASTICSEARCH_URL names one), prepares the database, then runs the worker and the API server on PORT (8000) of
the loopback address. When one of them ends, all are stopped and the reason is shown. Nothing outlives this.
"""

import argparse
import json
import os
import secrets
import shlex
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

from config.local.postgres import postgres_process, running_url
from config.local.prepare import DEMO, EXPLAINED
from config.local.processes import LocalServiceError, Process, end_with_parent, http_get, require_free, start
from config.local.search_node import Starting, starting_process

PROJECT = Path(__file__).parents[2]
LOCAL = PROJECT / ".local"
LOGS = LOCAL / "logs"
READY_SECONDS = 60.0
LOOK_SECONDS = 0.2


class Stopped(BaseException):
    """Somebody wants everything to stop."""


def main(arguments: list[str] | None = None) -> int:
    """Run until told to stop (exit code 0) or until something fails (1, and why)."""
    parser = argparse.ArgumentParser(prog="python -m config.local.run", description=__doc__)
    parser.add_argument("--environment", action="store_true", help="print what manage.py needs, for a shell")
    if parser.parse_args(arguments).environment:
        return _print_environment()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    if "MAKELEVEL" in os.environ:
        end_with_parent()
    try:
        with ExitStack() as stack:
            _run(stack)
    except Stopped:
        print("\nStopped.")
        return 0
    except (LocalServiceError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _run(stack: ExitStack) -> NoReturn:
    port = _port()
    require_free(port)
    LOGS.mkdir(parents=True, exist_ok=True)
    running: list[Process] = []
    environment = {**os.environ, **_settings(port)}
    node = _search(os.environ.get("SEARCH", ""), stack)
    if node:
        environment["ELASTICSEARCH_URL"] = node.url
        running.append(node.process)
    if not os.environ.get("DATABASE_URL"):
        url, server = stack.enter_context(postgres_process(durable=True))
        environment["DATABASE_URL"] = url
        running.append(server)

    def run(name: str, *command: str) -> Process:
        (LOGS / f"{name}.log").unlink(missing_ok=True)
        process = start(
            name, [sys.executable, *command], log=LOGS / f"{name}.log", cwd=PROJECT, env=environment
        )
        stack.callback(process.stop)
        return process

    _prepare(run("preparation", "-m", "config.local.prepare"), running)
    running.append(run("worker", "manage.py", "worker"))
    running.append(run("api", "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"))
    health = _await_ready(port, running)
    _welcome(port, health)
    if node:
        node.await_ready()
    if environment.get("ELASTICSEARCH_URL"):
        _fill(run("search index", "manage.py", "search_rebuild", "--if-needed"), running)
    while True:
        time.sleep(LOOK_SECONDS)
        _require_all(running)


def _stop(*_: object) -> NoReturn:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # stopping is under way
    raise Stopped


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit():
        raise LocalServiceError(f"PORT must be a number, not {text!r}")
    return int(text)


def _settings(port: int) -> dict[str, str]:
    ours = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PORT": str(port),
        "BASE_URL": f"http://localhost:{port}",
        "SECURE_HTTPS": "no",
        "PYTHONUNBUFFERED": "1",
    }
    if not os.environ.get("SECRET_KEY"):
        ours["SECRET_KEY"] = _secret_key()
    return ours


def _print_environment() -> int:
    """The settings of what runs now, as lines for a shell's eval."""
    url = os.environ.get("DATABASE_URL") or running_url()
    if url is None:
        print("No server runs on .local/postgres: `make run` starts one.", file=sys.stderr)
        return 1
    for name, value in _settings(_port()).items():
        print(f"export {name}={shlex.quote(value)}")
    print(f"export DATABASE_URL={shlex.quote(url)}")
    return 0


def _secret_key() -> str:
    """A key of this checkout, kept so that sessions survive a restart."""
    LOCAL.mkdir(exist_ok=True)
    path = LOCAL / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def _search(engine: str, stack: ExitStack) -> Starting | None:
    """A node of our own, if one is wanted. It comes up beside everything else; PostgreSQL answers
    meanwhile."""
    if engine in {"", "postgres"} or os.environ.get("ELASTICSEARCH_URL"):
        return None
    if engine != "elasticsearch":
        raise LocalServiceError(f"SEARCH must be elasticsearch or postgres, not {engine!r}")
    print("Starting Elasticsearch (the first time this brings it from Maven Central) ...", flush=True)
    return stack.enter_context(starting_process("elasticsearch", LOCAL / "search"))


def _fill(filling: Process, running: list[Process]) -> None:
    """Wait until Elasticsearch holds everything; searches are answered by PostgreSQL until then."""
    while filling.returncode is None:
        time.sleep(LOOK_SECONDS)
        _require_all(running)
    if filling.returncode != 0:
        raise LocalServiceError(f"{filling.last_lines()}\nElasticsearch could not be filled: see above.")
    print("Elasticsearch answers searches.", flush=True)


def _prepare(preparation: Process, running: list[Process]) -> None:
    print("Preparing the database ...", flush=True)
    told = 0
    while preparation.returncode is None:
        time.sleep(LOOK_SECONDS)
        _require_all(running)
        steps = [line for line in preparation.log.read_text().splitlines() if line.endswith(" ...")]
        for step in steps[told:]:
            print(step, flush=True)
        told = len(steps)
    if preparation.returncode == EXPLAINED:
        raise LocalServiceError(preparation.last_lines(1))
    if preparation.returncode != 0:
        raise LocalServiceError(f"{preparation.last_lines()}\nThe database could not be prepared: see above.")


def _require_all(running: list[Process]) -> None:
    for process in running:
        if process.returncode is not None:
            raise LocalServiceError(
                f"{process.last_lines()}\n{process.name} {process.end}: above is the end of {process.log}."
            )


def _await_ready(port: int, running: list[Process]) -> dict[str, object]:
    until = time.monotonic() + READY_SECONDS
    answer = None
    while time.monotonic() < until:
        _require_all(running)
        answer = http_get(port, "/health/ready")
        if answer and answer[0] == 200:
            health: dict[str, object] = json.loads(answer[1])
            return health
        time.sleep(LOOK_SECONDS)
    said = f"it says {answer[0]}: {answer[1].decode(errors='replace')}" if answer else "it does not answer"
    raise LocalServiceError(f"The API is not ready after {READY_SECONDS:.0f} s: {said} (see {LOGS}).")


def _welcome(port: int, health: dict[str, object]) -> None:
    site = f"http://localhost:{port}"
    print(f"\nThe community answers at {site}/api/v1/")
    for path, what in (
        ("/api/docs", "the API to try out"),
        ("/api/redoc", "the API to read"),
        ("/health/ready", json.dumps(health)),
    ):
        print(f"  {site + path:<38} {what}")
    if DEMO.exists():
        demo = json.loads(DEMO.read_text())
        if demo.get("base_url") != site:
            DEMO.write_text(json.dumps(demo | {"base_url": site}, indent=2, ensure_ascii=False) + "\n")
        print(
            f"\nDemo accounts, all fictitious ({DEMO.relative_to(PROJECT)}), for Authorization: Bearer TOKEN"
        )
        for role, account in demo["roles"].items():
            print(f"  {role:<12} {account['username']:<34} {account['token']}")
    print(f"\nLogs are in {LOGS.relative_to(PROJECT)}. Ctrl-C stops everything.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
