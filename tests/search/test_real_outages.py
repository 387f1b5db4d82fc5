"""A real node is frozen and killed in the middle of a load; an index is rebuilt under one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from config.local.processes import free_port
from config.local.search_node import search_process
from search import indexer, outbox, rebuild, results, selection, sweep
from search.documents import Document
from search.results import Options
from tests.search.conftest import ALL_ENGINES, make_world
from tests.search.worlds import VISITOR, World, document

SEARCHERS = 3


@dataclass
class Node:
    """A node of our own, which may be frozen, killed and started again on its data."""

    folder: Path
    port: int = field(default_factory=free_port)
    stack: ExitStack = field(default_factory=ExitStack)
    pid: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        _, process = self.stack.enter_context(search_process("elasticsearch", self.folder, port=self.port))
        found = subprocess.run(
            ["pgrep", "-P", str(process.keeper.pid)], capture_output=True, text=True, check=True
        )
        self.pid = int(found.stdout.split()[0])

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.stack.close()

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    made = Node(tmp_path / "node")
    made.start()
    yield made
    made.stack.close()


@dataclass
class Load:
    """People who write and search, and the indexer, until told to stop."""

    world: World
    answers: Counter[str] = field(default_factory=Counter)
    errors: list[BaseException] = field(default_factory=list)
    written: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def going_on(self, *, searchers: int = SEARCHERS) -> Iterator[None]:
        work = [self._write, *([self._search] * searchers), lambda: indexer.follow(self.stop)]
        threads = [threading.Thread(target=self._watched, args=(one,)) for one in work]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return True
            time.sleep(0.2)
        return False

    def answered_by(self, engine: str, seconds: float) -> bool:
        before = self.answers[engine]
        return self.until(lambda: self.answers[engine] > before + 5, seconds)

    def _watched(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - the test asks whether there were any
            self.errors.append(error)
        finally:
            connection.close()

    def _search(self) -> None:
        while not self.stop.is_set():
            answer = results.find("turbine", VISITOR, results.visible(VISITOR), Options(facets=("type",)))
            self.answers[answer.engine] += 1

    def _write(self) -> None:
        rng = random.Random(5)
        there: list[Document] = []
        while not self.stop.is_set():
            chance = rng.random()
            if chance < 0.6 or len(there) < 5:
                post = document("post", f"turbine {self.written}")
                self.world.documents[post.kind, post.id] = post
                there.append(post)
            elif chance < 0.8:
                position = rng.randrange(len(there))
                post = there[position] = self.world.change(there[position], likes=rng.randrange(99))
            else:
                post = there.pop(rng.randrange(len(there)))
                del self.world.documents[post.kind, post.id]
            self.world.enqueue(post, restricting=chance >= 0.8)
            self.written += 1
            time.sleep(0.01)


@pytest.mark.elasticsearch
@pytest.mark.timeout(420)
def test_killing_and_freezing_the_node_costs_no_failed_request_and_no_lost_update(
    request: pytest.FixtureRequest,
    transactional_db: None,
    settings: Any,
    node: Node,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sought = request.getfixturevalue
    monkeypatch.setattr(
        type(request),
        "getfixturevalue",
        lambda _, name: node.url if name == "elasticsearch_url" else sought(name),
    )
    for world in make_world("elasticsearch", request, settings):
        load = Load(world)
        with load.going_on():
            assert load.answered_by("elasticsearch", 30)
            node.freeze()
            assert load.answered_by("postgres", 30), "nobody answers while it is frozen"
            node.thaw()
            assert load.answered_by("elasticsearch", 60), "it is not asked again after it was frozen"
            node.kill()
            assert load.answered_by("postgres", 30), "nobody answers while it is dead"
            node.start()
            assert load.answered_by("elasticsearch", 90), "it is not asked again after it was killed"
        assert load.errors == []
        assert load.written > 100
        assert indexer.drain() >= 0
        for name in outbox.engines():
            assert indexer.waiting(name) == (0, 0.0)
            swept = sweep.sweep(name, mend=False)
            assert swept.counts() | {"compared": 0} == dict.fromkeys(swept.counts(), 0), name
            assert swept.compared == len(world.documents)
        selection.BREAKER.recovered()


@pytest.fixture(params=ALL_ENGINES)
def committed(request: pytest.FixtureRequest, transactional_db: None, settings: Any) -> Iterator[World]:
    yield from make_world(request.param, request, settings)


@pytest.mark.timeout(300)
def test_a_rebuild_under_write_load_ends_with_a_sweep_that_finds_nothing(
    committed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "BATCH", 50)
    world = committed
    world.add(*(document("post", f"turbine {number}") for number in range(300)))
    load = Load(world)
    with load.going_on(searchers=1):
        for _ in range(2):
            rebuild.rebuild(world.engine.name, report=lambda _: time.sleep(0.02), restart=True)
    assert load.errors == []
    indexer.drain()
    swept = sweep.sweep(world.engine.name, mend=False)
    assert swept.faults == 0
    assert swept.compared == len(world.documents)
    assert world.search("turbine").total == len(world.documents)
