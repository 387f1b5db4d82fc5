"""The reads that everything else hangs on, with 20,000 discussions."""

from __future__ import annotations

from collections.abc import Sequence

from bench.client import Call
from bench.measure import Case, Goal
from bench.scene import Scene

V1 = "/api/v1"
SETS = ("3",)
SPACE = "bench-1"
READ = Goal(application=5, queries=6)


def nothing(_scene: Scene) -> Sequence[Sequence[Call]]:
    """What gunicorn and Django cost by themselves on this machine."""
    return [[Call("/health/live", {})]]


def table(scene: Scene) -> Sequence[Sequence[Call]]:
    headers = scene.as_person(scene.member_of(SPACE))
    return [[Call(f"{V1}/spaces/{SPACE}/discussions?limit=20", headers)]]


def discussion(scene: Scene) -> Sequence[Sequence[Call]]:
    headers = scene.as_person(scene.member_of(SPACE))
    [(id,)] = scene.database.rows(
        """
        SELECT discussion.id FROM forums_discussion AS discussion
        JOIN forums_space AS space ON space.id = space_id
        WHERE slug = 'bench-1' AND last_position >= 20 ORDER BY last_position, discussion.id LIMIT 1
        """
    )
    return [[Call(f"{V1}/discussions/{id}/posts?limit=20", headers)]]


def experts(scene: Scene) -> Sequence[Sequence[Call]]:
    headers = scene.as_person(scene.member_of(SPACE))
    return [[Call(f"{V1}/experts?limit=20", headers)]]


def search(scene: Scene) -> Sequence[Sequence[Call]]:
    headers = scene.as_person(scene.member_of(SPACE))
    return [[Call(f"{V1}/search?q=border%20training", headers)]]


CASES = [
    Case(name="nothing at all: /health/live", calls=nothing),
    Case(name="discussions table, 20 rows", calls=table, goal=READ),
    Case(name="discussion, 20 posts", calls=discussion, goal=READ),
    Case(name="experts list, 20 rows", calls=experts, goal=READ),
    Case(name="search: border training", calls=search, goal=Goal(queries=6), requests=40),
]
