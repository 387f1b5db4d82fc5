"""Servers are killed while people write: what was accepted is there once, figures are right, and clients are
told when to come back."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.siege.site import FOLDER, Answer, Site, children, command_of, kill, site

CLIENTS = 6


@pytest.fixture(scope="module")
def on_postgres() -> Iterator[Site]:
    """A site of its own, searched with PostgreSQL."""
    with site(FOLDER) as made:
        yield made


def test_each_post_is_there_once_though_servers_are_killed(
    on_postgres: Site, is_long: bool, figures: Callable[..., None]
) -> None:
    """Clients repeat a request with its Idempotency-Key until it is answered; gunicorn's processes are killed
    all the while."""
    community = on_postgres
    posts = 600 if is_long else 40
    path = f"/discussions/{community.cast['discussions']['commons']}/posts"
    over = threading.Event()
    kills = 0

    def kill_at_random() -> None:
        nonlocal kills
        chance = random.Random(7)
        assert community.api is not None
        master = command_of(community.api)
        while not over.wait(chance.uniform(0.05, 0.6)):
            if running := children(master):
                kill(chance.choice(running))
                kills += 1

    def write(number: int) -> tuple[list[str], int]:
        made, attempts = [], 0
        for count in range(posts):
            key, body = str(uuid4()), {"body": f"Siege {number}-{count} says something."}
            while True:
                attempts += 1
                answer = community.ask(
                    "writer", "POST", path, body, headers={"Idempotency-Key": key}, timeout=10
                )
                if answer.status == 201:
                    made.append(answer.json()["id"])
                    break
                assert answer.status in {0, 409, 503}, (answer.status, answer.body[:300])
                time.sleep(0.02)
        return made, attempts

    killer = threading.Thread(target=kill_at_random)
    killer.start()
    try:
        with ThreadPoolExecutor(CLIENTS) as pool:
            written = list(pool.map(write, range(CLIENTS)))
    finally:
        over.set()
        killer.join()
    bodies = [body for (body,) in community.query("SELECT body FROM forums_post WHERE body LIKE 'Siege %'")]
    wanted = {
        f"Siege {number}-{count} says something." for number in range(CLIENTS) for count in range(posts)
    }
    assert Counter(bodies) == Counter(wanted)
    ids = [post_id for made, _ in written for post_id in made]
    assert len(set(ids)) == CLIENTS * posts
    community.await_ready()
    community.manage("verify_counters")
    figures(kills=kills, requests=sum(n for _, n in written), posts=len(ids))
    assert kills >= 5


def test_restarted_database_is_503_with_retry_after_and_then_all_is_well(
    on_postgres: Site, is_long: bool, figures: Callable[..., None]
) -> None:
    community = on_postgres
    over = threading.Event()
    answers: list[Answer] = []
    path = f"/discussions/{community.cast['discussions']['commons']}"

    def ask(number: int) -> None:
        while not over.is_set():
            if number % 2:
                body = {"body": f"Restart {number} {uuid4()}"}
                answers.append(
                    community.ask(
                        "member", "POST", f"{path}/posts", body, headers={"Idempotency-Key": str(uuid4())}
                    )
                )
            else:
                answers.append(community.ask("member", "GET", path))

    with ThreadPoolExecutor(CLIENTS) as pool:
        asking = [pool.submit(ask, number) for number in range(CLIENTS)]
        try:
            for _ in range(5 if is_long else 1):
                time.sleep(1.0)
                assert community.database is not None
                community.database.stop()
                time.sleep(1.0)
                community.start_database()
            until = time.monotonic() + 15
            while community.ask("member", "GET", path).status != 200:
                assert time.monotonic() < until, "It does not recover."
                time.sleep(0.1)
            settled = len(answers)
            time.sleep(1.5)
        finally:
            over.set()
        for one in asking:
            one.result()
    told = Counter(answer.status for answer in answers)
    assert told.keys() <= {200, 201, 503}, told
    assert told[503] >= 1, "Nobody noticed the restart."
    for answer in answers:
        if answer.status == 503:
            assert int(answer.headers["Retry-After"]) >= 1
            assert answer.headers["Content-Type"] == "application/problem+json"
    late = Counter(answer.status for answer in answers[settled + CLIENTS :])
    assert late.keys() <= {200, 201}, f"after the restart: {late}"
    community.manage("verify_counters")
    figures(answers_around_restarts=sum(told.values()), answered_503=told[503])
