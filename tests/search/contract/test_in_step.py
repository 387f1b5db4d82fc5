"""The index follows the database, whatever the order, the failures and the repetitions: on every engine."""

from __future__ import annotations

import random
from typing import Any

import pytest

from search import indexer, outbox, rebuild, registry, sweep
from search.engines.base import EngineError
from search.layers import layered
from search.models import OutboxRow, SearchRebuild
from tests.search.conftest import ALL_ENGINES
from tests.search.worlds import VISITOR, World, document, fact


def quiet(_line: str) -> None:
    """No report."""


def test_an_older_version_never_replaces_a_newer_one(world: World) -> None:
    new = document("post", "new")
    old = document("post", "old", id=new.id)
    world.engine.write([layered(new)], [], version=indexer.next_version() + 5, visible_at_once=True)
    world.engine.write([layered(old)], [], version=indexer.next_version(), visible_at_once=True)
    assert world.search("new").total == 1
    assert world.search("old").total == 0


def test_the_same_version_may_be_written_again(world: World) -> None:
    post = document("post", "turbine")
    version = indexer.next_version()
    for _ in range(2):
        world.engine.write([layered(post)], [], version=version, visible_at_once=True)
    assert world.search("turbine").total == 1


def test_an_older_write_does_not_bring_a_removed_thing_back(world: World) -> None:
    post = document("post", "turbine")
    late, early = indexer.next_version(), indexer.next_version()
    world.engine.write([], [("post", post.id)], version=early, visible_at_once=True)
    world.engine.write([layered(post)], [], version=late, visible_at_once=True)
    assert world.search("turbine").total == 0
    assert list(world.engine.stored("post")) == []


def test_draining_twice_changes_nothing(world: World) -> None:
    post = document("post", "turbine")
    world.add(post)
    world.enqueue(post, post)
    assert indexer.drain([world.engine.name]) == 2
    assert indexer.drain([world.engine.name]) == 0
    assert world.search("turbine").total == 1


def test_restricting_rows_are_drained_first(world: World) -> None:
    posts = [document("post", "turbine") for _ in range(3)]
    world.add(*posts)
    world.enqueue(*posts)
    world.enqueue(posts[1], restricting=True)
    indexer.drain_batch(world.engine, size=1)
    assert not OutboxRow.objects.filter(engine=world.engine.name, restricting=True).exists()
    assert OutboxRow.objects.filter(engine=world.engine.name).count() == 3


def test_one_that_cannot_be_read_delays_no_other_and_stays_in_the_outbox(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = document("post", "turbine"), document("post", fact("turbine", nonsense=["x"]))
    world.add(good, bad)
    assert world.search("turbine").total == 1
    (row,) = OutboxRow.objects.filter(engine=world.engine.name)
    assert (row.object_id, row.attempts) == (bad.id, 1)
    assert str(bad.id) in caplog.text
    assert indexer.drain([world.engine.name]) == 0  # it is not due yet
    world.change(bad, facts=(fact("turbine"),))
    OutboxRow.objects.update(not_before="2020-01-01T00:00Z")
    indexer.drain([world.engine.name])
    assert world.search("turbine").total == 2


def test_one_that_the_engine_refuses_delays_no_other(world: World) -> None:
    good, bad = document("post", "turbine"), document("post", fact("turbine", topic=["x" * 40_000]))
    world.add(good, bad)
    assert world.found("turbine") == [good.id]
    assert OutboxRow.objects.get(engine=world.engine.name).object_id == bad.id


def test_any_order_of_late_and_repeated_batches_ends_with_the_latest_state(world: World) -> None:
    rng = random.Random(7)
    posts = [document("post", "start") for _ in range(5)]
    world.add(*posts)
    late: list[tuple[Any, Any, int]] = []
    for turn in range(60):
        post = rng.choice(posts)
        if rng.random() < 0.2:
            world.documents.pop(("post", post.id), None)
        else:
            world.documents["post", post.id] = document("post", f"state{turn}", id=post.id)
        world.enqueue(post)
        if rng.random() < 0.5:  # a batch that has read, and is held up before it writes
            version = indexer.next_version()
            documents, removed, _ = indexer.load([("post", post.id)])
            late.append((documents, removed, version))
        if rng.random() < 0.6:
            indexer.drain([world.engine.name])
        if late and rng.random() < 0.5:
            documents, removed, version = late.pop(rng.randrange(len(late)))
            world.engine.write(documents, removed, version=version, visible_at_once=True)
    indexer.drain([world.engine.name])
    for documents, removed, version in late:
        world.engine.write(documents, removed, version=version, visible_at_once=True)
    expected = {one.id: layered(one).digest for one in world.documents.values()}
    assert {one.id: one.digest for one in world.engine.stored("post")} == expected


def test_a_rebuild_fills_an_engine_and_is_then_no_longer_needed(world: World) -> None:
    people = [document("expert", f"person{n}") for n in range(3)]
    posts = [document("post", "turbine") for _ in range(5)]
    for one in (*people, *posts):
        world.documents[one.kind, one.id] = one
    assert rebuild.is_needed(world.engine)
    assert rebuild.rebuild(world.engine.name, report=quiet) == 8
    assert not rebuild.is_needed(world.engine)
    assert world.search("turbine").total == 5
    assert world.engine.count() == {"expert": 3, "post": 5}
    SearchRebuild.objects.update(fingerprint="of a former way")
    assert rebuild.is_needed(world.engine)


def test_a_rebuild_leaves_out_what_is_no_longer_there(world: World) -> None:
    kept, gone = document("post", "turbine"), document("post", "turbine")
    world.add(kept, gone)
    del world.documents["post", gone.id]
    rebuild.rebuild(world.engine.name, report=quiet)
    assert world.found("turbine") == [kept.id]


def test_an_interrupted_rebuild_goes_on_where_it_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [document("post", "turbine") for _ in range(6)]
    world.add(posts[0])
    for post in posts:
        world.documents["post", post.id] = post
    monkeypatch.setattr(rebuild, "BATCH", 2)
    sound = registry.source("post")
    asked: list[int] = []

    def interrupted(ids: Any) -> Any:
        asked.append(len(ids))
        if len(asked) == 2:
            raise KeyboardInterrupt
        return sound.load(ids)

    monkeypatch.setitem(
        registry._sources, "post", registry.Source("post", interrupted, sound.visible_ids, sound.all_ids)
    )
    with pytest.raises(KeyboardInterrupt):
        rebuild.rebuild(world.engine.name, report=quiet)
    assert world.search("turbine").total >= 1  # searches go on meanwhile
    assert SearchRebuild.objects.get().finished_at is None
    rebuild.rebuild(world.engine.name, report=quiet)
    assert SearchRebuild.objects.get().documents == 6
    assert asked == [2, 2, 2, 2]
    assert world.search("turbine").total == 6


def test_what_changes_during_a_rebuild_is_in_the_new_index(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [document("post", "before") for _ in range(6)]
    world.add(*posts)
    monkeypatch.setattr(rebuild, "BATCH", 2)
    turns = iter(range(100))

    def change(_line: str) -> None:
        """Between two batches: one is changed, one is removed, one is new; and the indexer runs."""
        turn = next(turns)
        if turn == 1:
            world.change(posts[0], facts=(fact("after"),))
            world.change(posts[5], facts=(fact("after"),))
            world.enqueue(posts[0], posts[5])
            world.remove(posts[1])
            world.add(document("post", "after"))

    rebuild.rebuild(world.engine.name, report=change)
    assert world.search("after").total == 3
    assert world.search("before").total == 3
    assert sweep.sweep(world.engine.name).faults == 0


def test_a_sweep_finds_and_mends_what_no_outbox_knew_of(world: World) -> None:
    stale, orphan, missing, fine = (document("post", f"turbine {n}") for n in range(4))
    world.add(stale, orphan, fine)
    world.change(stale, likes=9)
    del world.documents["post", orphan.id]
    world.documents["post", missing.id] = missing
    swept = sweep.sweep(world.engine.name)
    assert swept.counts() == {"compared": 4, "missing": 1, "stale": 1, "orphaned": 1}
    assert (swept.missing, swept.stale, swept.orphaned) == (
        {"post": [missing.id]},
        {"post": [stale.id]},
        {"post": [orphan.id]},
    )
    indexer.drain([world.engine.name])
    assert sweep.sweep(world.engine.name).faults == 0
    assert sorted(world.found("turbine")) == sorted([stale.id, missing.id, fine.id])


def test_a_sweep_leaves_alone_what_waits_in_the_outbox(world: World) -> None:
    post = document("post", "turbine")
    world.documents["post", post.id] = post
    world.enqueue(post)
    assert sweep.sweep(world.engine.name).faults == 0
    assert outbox.withdrawn(world.engine.name) == []


def test_the_engine_tells_what_is_stored_by_id(world: World) -> None:
    posts = [document("post", "turbine") for _ in range(4)]
    world.add(*posts, document("expert", "turbine"))
    assert [one.id for one in world.engine.stored("post")] == [one.id for one in posts]
    assert [one.id for one in world.engine.stored("post", after=posts[1].id)] == [one.id for one in posts[2:]]
    assert [one.id for one in world.engine.stored("post", ids=[posts[3].id])] == [posts[3].id]


def test_what_is_written_is_found_at_once_where_that_is_asked_for(world: World) -> None:
    for _ in range(5):
        post = document("post", "turbine")
        world.engine.write([layered(post)], [], version=indexer.next_version(), visible_at_once=True)
        assert post.id in world.found("turbine", VISITOR)


@pytest.mark.parametrize("world", ALL_ENGINES[1:], indirect=True)  # PostgreSQL is there or nothing is
def test_an_engine_that_does_not_answer_keeps_its_rows(world: World, settings: Any) -> None:
    post = document("post", "turbine")
    world.documents["post", post.id] = post
    world.enqueue(post)
    there = settings.SEARCH
    settings.SEARCH = there | {"ELASTICSEARCH_URL": "http://127.0.0.1:9"}
    with pytest.raises(EngineError):
        indexer.drain_batch(world.engine)
    settings.SEARCH = there
    row = OutboxRow.objects.get(engine=world.engine.name)
    assert row.attempts == 0
    indexer.drain([world.engine.name])
    assert world.search("turbine").total == 1
