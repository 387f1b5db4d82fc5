"""Pytest plugin: brings the services that the tests run against, and takes them away again.

Loaded by `-p tests.services` (pyproject.toml), before Django's settings are read. PostgreSQL is there from
the start. A search engine starts once a selected test is known to want it, while other tests run already.
Only the controlling process starts anything; xdist's workers find the addresses in the environment.

Instead of our own: DATABASE_URL, TEST_ELASTICSEARCH_URL and TEST_OPENSEARCH_URL.

A test that wants an engine asks for the fixture `elasticsearch_url` or `opensearch_url` (or has the mark
`elasticsearch` or `opensearch`). Where Maven or a JDK is missing it is skipped, and the summary says so; with
CI=true that fails the run.
"""

import os
import shutil
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from config.local.postgres import postgres
from config.local.processes import LocalServiceError, free_port
from config.local.search_node import Engine, MissingToolError, find_jdk, find_maven, search_node

ENGINES: tuple[Engine, ...] = ("elasticsearch", "opensearch")
LOCAL = Path(__file__).parents[1] / ".local"
RUN = "TEST_RUN_FOLDER"  # where the processes of one run leave notes for each other
WAIT_SECONDS = 300.0
STACK = pytest.StashKey[ExitStack]()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        stack = early_config.stash.setdefault(STACK, ExitStack())
        try:
            _bring_up(stack)
        except LocalServiceError as error:
            stack.close()
            raise pytest.UsageError(str(error)) from error
    os.environ["SEARCH_INDEX_PREFIX"] = f"{Path(os.environ[RUN]).name}-{worker or 'main'}".lower()


def pytest_configure(config: pytest.Config) -> None:
    for engine in ENGINES:
        config.addinivalue_line("markers", f"{engine}: runs against a real {engine} node")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for engine in ENGINES:
            if f"{engine}_url" in getattr(item, "fixturenames", ()):
                item.add_marker(engine)
            if item.get_closest_marker(engine) and (reason := _note(engine, "missing")):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_collection_finish(session: pytest.Session) -> None:
    for engine in ENGINES:
        if any(item.get_closest_marker(engine) for item in session.items):
            _leave_note(engine, "wanted")


@pytest.fixture(scope="session")
def elasticsearch_url() -> str:
    """The address of a real Elasticsearch node."""
    return _await("elasticsearch")


@pytest.fixture(scope="session")
def opensearch_url() -> str:
    """The address of a real OpenSearch node."""
    return _await("opensearch")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if (
        os.environ.get("CI") == "true"
        and session.exitstatus == pytest.ExitCode.OK
        and _not_run(session.config)
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not (not_run := _not_run(config)):
        return
    terminalreporter.section("tests that did not run", sep="=", red=True)
    for engine, tests in not_run.items():
        terminalreporter.line(f"{len(tests)} on {engine}: {_note(engine, 'missing')}")
        for test in tests:
            terminalreporter.line(f"  {test}")


def pytest_unconfigure(config: pytest.Config) -> None:
    if stack := config.stash.get(STACK, None):
        stack.close()


def _bring_up(stack: ExitStack) -> None:
    run = Path(tempfile.mkdtemp(prefix="tests-"))
    stack.callback(shutil.rmtree, run, ignore_errors=True)
    os.environ[RUN] = str(run)
    os.environ.setdefault("SECRET_KEY", "of-the-tests-and-known-to-everybody")
    os.environ["SECURE_HTTPS"] = "no"
    os.environ.pop("ELASTICSEARCH_URL", None)  # tests name their engine
    for engine in ENGINES:
        _prepare_engine(engine, stack)
    if not os.environ.get("DATABASE_URL"):
        server = postgres(LOCAL / "test-postgres", durable=False)
        os.environ["DATABASE_URL"] = stack.enter_context(server)


def _prepare_engine(engine: Engine, stack: ExitStack) -> None:
    if url := os.environ.get(f"TEST_{engine.upper()}_URL"):
        _leave_note(engine, "ready", url)
        return
    try:
        find_jdk()
        find_maven()
    except MissingToolError as error:
        _leave_note(engine, "missing", str(error))
        return
    over = threading.Event()
    thread = threading.Thread(target=_serve, args=(engine, over), name=engine)
    thread.start()
    stack.callback(thread.join)
    stack.callback(over.set)


def _serve(engine: Engine, over: threading.Event) -> None:
    """Run the engine from when it is wanted until the run is over; a thread of the controlling process."""
    while _note(engine, "wanted") is None:
        if over.wait(0.1):
            return
    try:
        with search_node(engine, LOCAL / f"test-{engine}", port=free_port(), keep=False) as url:
            _leave_note(engine, "ready", url)
            over.wait()
    except LocalServiceError as error:
        _leave_note(engine, "failed", str(error))


def _await(engine: Engine) -> str:
    _leave_note(engine, "wanted")
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        if url := _note(engine, "ready"):
            return url
        if reason := _note(engine, "missing"):
            pytest.skip(reason)
        if reason := _note(engine, "failed"):
            pytest.fail(reason, pytrace=False)
        time.sleep(0.1)
    pytest.fail(f"{engine} did not start within {WAIT_SECONDS:.0f} s", pytrace=False)


def _not_run(config: pytest.Config) -> dict[Engine, list[str]]:
    """The tests that were skipped for want of their engine."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:  # in a worker
        return {}
    skipped: list[pytest.TestReport] = reporter.stats.get("skipped", [])
    found = {
        engine: sorted({report.nodeid for report in skipped if engine in report.keywords})
        for engine in ENGINES
        if _note(engine, "missing")
    }
    return {engine: tests for engine, tests in found.items() if tests}


def _note(engine: Engine, kind: str) -> str | None:
    try:
        return Path(os.environ[RUN], f"{engine}.{kind}").read_text()
    except FileNotFoundError:
        return None


def _leave_note(engine: Engine, kind: str, text: str = "") -> None:
    """Notes appear whole: another process may look at any time."""
    note = Path(os.environ[RUN], f"{engine}.{kind}")
    draft = note.with_suffix(f".{kind}.{os.getpid()}.{threading.get_ident()}")
    draft.write_text(text)
    draft.rename(note)
