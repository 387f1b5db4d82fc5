"""Elasticsearch dies, freezes, lags or is too slow: no search fails, and it is asked again by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from search import indexer, outbox, results, selection
from search.engines import postgres
from search.engines.base import Engine, TooSlow
from search.models import OutboxRow
from search.results import Options
from search.selection import SearchTooSlow
from tests.search.conftest import make_world
from tests.search.proxy import Proxy
from tests.search.worlds import VISITOR, World, document

pytestmark = pytest.mark.elasticsearch


@pytest.fixture
def way(elasticsearch_url: str) -> Iterator[Proxy]:
    with Proxy(elasticsearch_url) as proxy:
        yield proxy


@pytest.fixture
def world(
    request: pytest.FixtureRequest, db: None, settings: Any, way: Proxy, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """A world on Elasticsearch, behind the proxy; both engines are indexed."""
    monkeypatch.setattr(selection, "LEFT_ALONE_SECONDS", 0.3)
    for made in make_world("elasticsearch", request, settings):
        settings.SEARCH = settings.SEARCH | {"ELASTICSEARCH_URL": way.url, "TIMEOUT_SECONDS": 0.3}
        yield made
        way.mend()
        selection.BREAKER.recovered()


def add(world: World, text: str = "turbine") -> None:
    post = document("post", text)
    world.documents["post", post.id] = post
    world.enqueue(post)
    indexer.drain()


def search(typed: str = "turbine") -> results.Results:
    return results.find(typed, VISITOR, results.visible(VISITOR), Options(facets=("type",)))


def test_a_dead_engine_is_replaced_at_once_and_asked_again_when_it_is_back(world: World, way: Proxy) -> None:
    add(world)
    assert (search().engine, search().degraded) == ("elasticsearch", False)
    way.cut()
    answer = search()
    assert (answer.engine, answer.degraded, answer.total) == ("postgres", True, 1)
    assert answer.facets["type"][0].count == 1
    assert selection.engine_status() == selection.Status("postgres", degraded=True)
    way.mend()
    time.sleep(0.4)
    assert (search().engine, search().degraded) == ("elasticsearch", False)
    assert selection.engine_status() == selection.Status("elasticsearch", degraded=False)


def test_a_frozen_engine_costs_one_time_limit_and_then_nothing(world: World, way: Proxy) -> None:
    add(world)
    search()
    way.freeze()
    started = time.monotonic()
    assert search().degraded
    first = time.monotonic() - started
    started = time.monotonic()
    assert all(search().degraded for _ in range(5))
    assert first < 0.3 + 0.5 + 0.7
    assert time.monotonic() - started < 1.5
    way.mend()
    time.sleep(0.5)
    assert search().engine == "elasticsearch"


def test_while_one_caller_looks_whether_it_is_back_the_others_do_not_wait(world: World, way: Proxy) -> None:
    add(world)
    way.freeze()
    selection.BREAKER.failed(RuntimeError("frozen"))
    time.sleep(0.35)
    let_through: list[bool] = []
    took: list[float] = []

    def ask() -> None:
        started = time.monotonic()
        let_through.append(selection.BREAKER.lets_through(world.engine))
        took.append(time.monotonic() - started)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert let_through == [False] * 6
    assert sum(seconds > 0.2 for seconds in took) == 1


def test_changes_made_while_it_is_away_are_not_lost(world: World, way: Proxy) -> None:
    add(world)
    way.cut()
    post = document("post", "turbine")
    world.documents["post", post.id] = post
    world.enqueue(post)
    indexer.drain([outbox.POSTGRES])
    assert (search().total, search().degraded) == (2, True)
    way.mend()
    time.sleep(0.4)
    indexer.drain()
    answer = search()
    assert (answer.engine, answer.total) == ("elasticsearch", 2)


def test_a_restricting_change_acts_at_once_on_the_engine_that_was_away(world: World, way: Proxy) -> None:
    post = document("post", "turbine")
    world.documents["post", post.id] = post
    world.enqueue(post)
    indexer.drain()
    way.cut()
    del world.documents["post", post.id]
    world.enqueue(post, restricting=True)
    indexer.drain([outbox.POSTGRES])
    assert search().total == 0
    way.mend()
    time.sleep(0.4)
    answer = search()
    assert (answer.engine, answer.total, answer.facets["type"]) == ("elasticsearch", 0, [])


def test_an_engine_that_is_far_behind_is_passed_over(world: World, way: Proxy) -> None:
    add(world)
    post = document("post", "turbine")
    world.enqueue(post)
    indexer.drain([outbox.POSTGRES])
    OutboxRow.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    assert (search().engine, search().degraded) == ("postgres", True)
    assert selection.engine_status().degraded
    indexer.drain()
    assert search().engine == "elasticsearch"


def test_an_engine_without_an_index_is_passed_over(world: World, way: Proxy, settings: Any) -> None:
    add(world)
    settings.SEARCH = settings.SEARCH | {"INDEX_PREFIX": "nobody-made-this"}
    assert (search().engine, search().degraded, search().total) == ("postgres", True, 1)


def test_a_page_goes_on_when_the_engine_changes_in_between(world: World, way: Proxy) -> None:
    for _ in range(7):
        add(world)
    seen = []
    options = Options(limit=3, facets=())
    page = results.find("turbine", VISITOR, results.visible(VISITOR), options)
    assert page.engine == "elasticsearch"
    way.cut()
    while True:
        seen += [one.id for one in page.found]
        if page.end is None:
            break
        options = Options(limit=3, facets=(), after=page.end)
        page = results.find("turbine", VISITOR, results.visible(VISITOR), options)
        assert page.engine == "postgres"
    assert len(seen) == len(set(seen)) == 7


def test_a_question_that_is_too_slow_is_refused_and_blames_no_engine(world: World) -> None:
    def slow(engine: Engine) -> None:
        raise TooSlow

    with pytest.raises(SearchTooSlow):
        selection.ask(slow)
    assert not selection.BREAKER.is_open


def test_postgresql_gives_up_in_time(world: World, way: Proxy, settings: Any) -> None:
    settings.SEARCH = settings.SEARCH | {"TIMEOUT_SECONDS": 0.2}
    started = time.monotonic()
    with pytest.raises(TooSlow), transaction.atomic():
        postgres.ask("SELECT pg_sleep(%(seconds)s)", {"seconds": 5})
    assert time.monotonic() - started < 1
