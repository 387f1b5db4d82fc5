"""Part 4: absent and invisible take the same time, within noise: a clock tells no more than the answer.

Both are asked in turn, so that whatever else the machine does meets both; medians are compared.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.siege.scene import INNER, SECRET, discussion_of, post_of
from tests.stateful.world import World

pytestmark = pytest.mark.django_db
NOISE = 0.15  # of the median; a look at a row more costs about 3 %, a second query 10 % and more
PAIRS: dict[str, Callable[[World], tuple[str, str]]] = {
    "a discussion": lambda world: (
        f"/discussions/{discussion_of(world, SECRET).id}",
        f"/discussions/{uuid4()}",
    ),
    "a thread": lambda world: (
        f"/discussions/{discussion_of(world, SECRET).id}/posts",
        f"/discussions/{uuid4()}/posts",
    ),
    "a post": lambda world: (f"/posts/{post_of(world, SECRET, 2).id}", f"/posts/{uuid4()}"),
    "a space": lambda world: (f"/spaces/{INNER}", "/spaces/space-9"),
    "a filter": lambda world: (f"/discussions?space={INNER}", "/discussions?space=space-9"),
    "a search": lambda world: (f"/search?q={discussion_of(world, SECRET).word}", "/search?q=bubububububuk"),
    "a search in a space": lambda world: (f"/search?q=a&space={SECRET}", "/search?q=a&space=space-9"),
    "a profile": lambda world: (f"/experts/{world.id_of('ben')}", f"/experts/{uuid4()}"),
    "a suggestion": lambda world: (
        f"/search/suggest?q={discussion_of(world, SECRET).word[:6]}",
        "/search/suggest?q=bububu",
    ),
}


@pytest.mark.parametrize("what", PAIRS)
def test_absent_and_invisible_take_the_same_time(
    what: str, community: World, is_long: bool, figures: Callable[..., None]
) -> None:
    invisible, absent = PAIRS[what](community)
    client = community.base.clients[None]
    taken: dict[str, list[float]] = {invisible: [], absent: []}
    rounds = 2_000 if is_long else 150
    for number in range(rounds):
        for address in (invisible, absent) if number % 2 else (absent, invisible):
            began = time.perf_counter()
            client.get(address)
            taken[address].append(time.perf_counter() - began)
    here, nowhere = (statistics.median(taken[address]) for address in (invisible, absent))
    figures(pairs=1, timed=2 * rounds)
    assert abs(here - nowhere) <= NOISE * nowhere, (
        f"{what}: {here * 1000:.2f} ms where it is invisible, {nowhere * 1000:.2f} ms where there is none"
    )


ASKED: dict[str, Callable[[str], tuple[str, dict[str, str]]]] = {
    "sign-in": lambda email: ("/session", {"email": email, "password": "wrong"}),
    "reset": lambda email: ("/password-resets", {"email": email}),
    "sign-up": lambda email: ("/registrations", {"email": email, "name": "Somebody"}),
}


@pytest.mark.parametrize("what", ASKED)
def test_an_address_with_an_account_and_one_without_take_the_same_time(
    what: str, community: World, is_long: bool, figures: Callable[..., None]
) -> None:
    known = community.base.users["ben"]
    known.set_password("correct horse battery staple")
    known.save()
    client = community.base.clients[None]
    taken: dict[bool, list[float]] = {True: [], False: []}
    rounds = 1_000 if is_long else 150
    for number in range(rounds):
        for is_known in (True, False) if number % 2 else (False, True):
            path, body = ASKED[what](known.email if is_known else f"nobody{number}@example.org")
            began = time.perf_counter()
            client.post(path, body)
            taken[is_known].append(time.perf_counter() - began)
    here, nowhere = (statistics.median(taken[is_known]) for is_known in (True, False))
    figures(pairs=1, timed=2 * rounds)
    assert abs(here - nowhere) <= NOISE * nowhere, (
        f"{what}: {here * 1000:.2f} ms with an account, {nowhere * 1000:.2f} ms without"
    )
