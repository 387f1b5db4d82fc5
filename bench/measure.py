"""Measuring a case: CPU time, latency, queries, and the raw SQL beside them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import cycle, islice

from bench import statements
from bench.api import Api
from bench.client import Call, Client
from bench.database import Database
from bench.scene import Scene

WARM_UP = 60  # requests before anything is measured: each thread of each worker has its connection then


@dataclass(frozen=True, kw_only=True)
class Goal:
    """The most that a request may take; None: nothing was asked. CPU and latency in milliseconds; ``cpu`` is
    application and database together, ``latency`` the median, ``slow`` the 95th percentile. ``per_second`` is
    the least that all clients together must get."""

    application: float | None = None
    database: float | None = None
    cpu: float | None = None
    latency: float | None = None
    slow: float | None = None
    queries: int | None = None
    per_second: float | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """One kind of request. ``calls`` finds, for each client, the calls that it repeats in turn. ``goals``: by
    the search engine that answers, where they are not the same."""

    name: str
    calls: Callable[[Scene], Sequence[Sequence[Call]]]
    goal: Goal = Goal()
    requests: int = 200
    writes: bool = False
    goals: Mapping[str, Goal] = field(default_factory=dict)

    def goal_on(self, engine: str) -> Goal:
        """What is asked of it where this search engine answers."""
        return self.goals.get(engine, self.goal)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was measured, per request: medians over the repeats; milliseconds. ``raw`` is the SQL alone,
    ``search`` the CPU of the search node."""

    application: float
    database: float
    search: float
    per_second: float
    p50: float
    p95: float
    queries: int
    raw: float

    def misses(self, goal: Goal) -> list[str]:
        """The names of what takes more than the goal says."""
        taken = {
            "application": self.application,
            "database": self.database,
            "cpu": self.application + self.database,
            "latency": self.p50,
            "slow": self.p95,
            "queries": self.queries,
        }
        missed = [
            name
            for name, value in taken.items()
            if (most := getattr(goal, name)) is not None and value > most
        ]
        if goal.per_second is not None and self.per_second < goal.per_second:
            missed.append("per second")
        return missed


def measure(case: Case, scene: Scene, *, repeats: int) -> Figures:
    """Warm up, then repeat the case. Raises `bench.client.Failed` when a request fails."""
    calls = case.calls(scene)
    _warm_up(scene.api, calls[0][0])
    with closing(Client(scene.api.port)) as client:
        sent = statements.queries(statements.of(calls[0][0], client, scene.database))
        raw = _raw(case, calls[0], sent, client, scene.database)
    runs = [_run(case, calls, scene.api) for _ in range(repeats)]
    return Figures(
        application=statistics.median(run.application for run in runs),
        database=statistics.median(run.database for run in runs),
        search=statistics.median(run.search for run in runs),
        per_second=statistics.median(run.per_second for run in runs),
        p50=statistics.median(run.p50 for run in runs),
        p95=statistics.median(run.p95 for run in runs),
        queries=len(sent),
        raw=raw,
    )


@dataclass(frozen=True)
class _Run:
    application: float
    database: float
    search: float
    per_second: float
    p50: float
    p95: float


def _run(case: Case, calls: Sequence[Sequence[Call]], api: Api) -> _Run:
    clients = [Client(api.port) for _ in calls]
    each = max(1, case.requests // len(clients))

    def work(client: Client, own: Sequence[Call]) -> list[float]:
        return [client.send(call)[0] for call in islice(cycle(own), each)]

    before, began = api.cpu(), time.perf_counter()
    with ThreadPoolExecutor(len(clients)) as pool:
        taken = sorted(seconds * 1000 for part in pool.map(work, clients, calls) for seconds in part)
    seconds = time.perf_counter() - began
    spent = api.cpu() - before
    for client in clients:
        client.close()
    return _Run(
        spent.application / len(taken),
        spent.database / len(taken),
        spent.search / len(taken),
        len(taken) / seconds,
        taken[len(taken) // 2],
        taken[len(taken) * 95 // 100],
    )


def _raw(case: Case, calls: Sequence[Call], sent: Sequence[str], client: Client, database: Database) -> float:
    if case.writes:
        return statements.inside([*islice(cycle(calls), 50)], client, database)
    return statements.alone(sent, database) if sent else 0.0


def _warm_up(api: Api, call: Call) -> None:
    """Over several connections, so that every worker gets some."""
    clients = [Client(api.port) for _ in range(8)]

    def work(client: Client) -> None:
        for _ in range(WARM_UP // len(clients)):
            client.send(call)
        client.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(work, clients))
