"""Searching posts, experts and names, by words planted in a known number of posts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from bench.client import Call, Failed
from bench.measure import Case, Goal
from bench.scene import Scene

SETS = ("6", "6x5")
ENGINES = ("postgres", "elasticsearch")
V1 = "/api/v1"
READER = "expert-1-0@example.org"  # is in every space
PLANTED = {"calibration": 2_000, "turbine": 2_200, "calibration turbine": 200, "xylograph": 20}
CLIENTS = 6
SEARCH = {
    "elasticsearch": Goal(latency=20, slow=60, queries=5),
    "postgres": Goal(latency=40, queries=5),
}
SUGGEST = dict.fromkeys(ENGINES, Goal(latency=10))


def posts(scene: Scene, *, words: str) -> Sequence[Sequence[Call]]:
    """With highlights, facets and what the reader may read; the total must be what was planted."""
    call = _search(scene, words, "post")
    if (total := scene.client.json(call)["total"]) != PLANTED[words]:
        raise Failed(f"{words} is in {PLANTED[words]} posts, and {total} are found.")
    return [[call]]


def experts(scene: Scene) -> Sequence[Sequence[Call]]:
    """Whom what they wrote speaks for, or what they say of themselves."""
    call = _search(scene, "calibration", "expert")
    found = scene.client.json(call)
    if not any(one["reasons"]["posts"] for one in found["results"]):
        raise Failed("Nobody is found by what they wrote.")
    return [[call]]


def everything(scene: Scene) -> Sequence[Sequence[Call]]:
    """One box over all kinds, as people use it."""
    return [[Call(f"{V1}/search?q=calibration", scene.as_person(scene.by_email(READER)))]]


def suggestions(scene: Scene) -> Sequence[Sequence[Call]]:
    headers = scene.as_person(scene.by_email(READER))
    return [
        [Call(f"{V1}/search/suggest?q={typed}", headers) for typed in ("bor", "mar", "risk%20an", "gene")]
    ]


def many(scene: Scene) -> Sequence[Sequence[Call]]:
    """Several clients at once, with different words."""
    calls = [_search(scene, words, "post") for words in PLANTED]
    return [calls[client % 4 :] + calls[: client % 4] for client in range(CLIENTS)]


def _search(scene: Scene, words: str, kind: str) -> Call:
    path = f"{V1}/search?type={kind}&q={words.replace(' ', '%20')}"
    return Call(path, scene.as_person(scene.by_email(READER)))


def _found(words: str) -> Callable[[Scene], Sequence[Sequence[Call]]]:
    return partial(posts, words=words)


CASES = [
    Case(name="posts: xylograph", calls=_found("xylograph"), goals=SEARCH),
    Case(name="posts: calibration", calls=_found("calibration"), goals=SEARCH),
    Case(name="posts: calibration turbine", calls=_found("calibration turbine"), goals=SEARCH),
    Case(name="experts by posts: calibration", calls=experts, goals=SEARCH),
    Case(name="everything: calibration", calls=everything, goals=SEARCH),
    Case(name="suggestions", calls=suggestions, goals=SUGGEST),
    Case(
        name=f"posts, {CLIENTS} clients",
        calls=many,
        requests=240,
        goals={"elasticsearch": Goal(per_second=100)},
    ),
]
