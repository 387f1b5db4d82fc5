"""The directory of experts, one profile, a network's coverage and the ranking of a roster."""

from __future__ import annotations

from collections.abc import Sequence

from bench.client import Call
from bench.measure import Case, Goal
from bench.scene import Scene

SETS = ("4",)
V1 = "/api/v1"
LIST = Goal(cpu=6, queries=6)
PERSON = "expert-1-77@example.org"
SECRETARIAT = "helena.brandt@example.int"


def first_page(scene: Scene) -> Sequence[Sequence[Call]]:
    return [[Call(f"{V1}/experts?limit=20", scene.as_person(scene.by_email(PERSON)))]]


def last_page(scene: Scene) -> Sequence[Sequence[Call]]:
    """Reached as a client does: to the end by following ``next`` (in the largest pages)."""
    [[call]] = first_page(scene)
    return [[scene.last_page(call)]]


def filtered(scene: Scene) -> Sequence[Sequence[Call]]:
    path = f"{V1}/experts?limit=20&topic=counter-terrorism&country=KZ&language=ru:B2"
    return [[Call(path, scene.as_person(scene.by_email(PERSON)))]]


def filtered_last_page(scene: Scene) -> Sequence[Sequence[Call]]:
    [[call]] = filtered(scene)
    return [[scene.last_page(call)]]


def own_profile(scene: Scene) -> Sequence[Sequence[Call]]:
    person = scene.by_email(PERSON)
    return [[Call(f"{V1}/experts/{person}", scene.as_person(person))]]


def somebodys_profile(scene: Scene) -> Sequence[Sequence[Call]]:
    person = scene.by_email("expert-1-78@example.org")
    return [[Call(f"{V1}/experts/{person}", scene.as_person(scene.by_email(PERSON)))]]


def coverage(scene: Scene) -> Sequence[Sequence[Call]]:
    return [[Call(f"{V1}/networks/bench-1/coverage", scene.as_person(scene.by_email(SECRETARIAT)))]]


def ranking(scene: Scene) -> Sequence[Sequence[Call]]:
    id = scene.database.value(
        "SELECT call_out.id FROM experts_callout AS call_out JOIN experts_roster AS roster"
        " ON roster.id = roster_id WHERE slug = 'bench-roster'"
    )
    headers = scene.as_person(scene.by_email(SECRETARIAT))
    return [[Call(f"{V1}/call-outs/{id}/candidates?limit=20", headers)]]


CASES = [
    Case(name="experts list, page 1", calls=first_page, goal=LIST),
    Case(name="experts list, last page", calls=last_page, goal=LIST),
    Case(name="filtered: topic, country, language", calls=filtered, goal=LIST),
    Case(name="filtered, last page", calls=filtered_last_page, goal=LIST),
    Case(name="a profile, for its owner", calls=own_profile, goal=Goal(queries=6)),
    Case(name="a profile, for a stranger", calls=somebodys_profile, goal=Goal(queries=6)),
    Case(name="coverage of a network", calls=coverage, goal=Goal(latency=50), requests=60),
    Case(name="ranking 5,000", calls=ranking, goal=Goal(latency=300), requests=10),
]
