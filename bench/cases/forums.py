"""Reading and replying in a community of some size, and of ten times that."""

from __future__ import annotations

from collections.abc import Sequence

from bench.client import Call
from bench.measure import Case, Goal
from bench.scene import Scene

V1 = "/api/v1"
SETS = ("5", "5x10")
SPACE = "bench-1"
READ = Goal(application=4, database=1, queries=6)
REPLY = Goal(application=6, database=2, queries=12)
WRITERS = 8


def first_page(scene: Scene) -> Sequence[Sequence[Call]]:
    headers = scene.as_person(scene.member_of(SPACE))
    return [[Call(f"{V1}/spaces/{SPACE}/discussions?limit=20", headers)]]


def page_500(scene: Scene) -> Sequence[Sequence[Call]]:
    [[call]] = first_page(scene)
    return [[scene.page(call, 500)]]


def twenty_posts(scene: Scene) -> Sequence[Sequence[Call]]:
    id = scene.database.value(
        """
        SELECT discussion.id FROM forums_discussion AS discussion
        JOIN forums_space AS space ON space.id = space_id
        WHERE slug = 'bench-1' AND last_position >= 20 ORDER BY last_position, discussion.id LIMIT 1
        """
    )
    return [[Call(f"{V1}/discussions/{id}/posts?limit=20", scene.as_person(scene.member_of(SPACE)))]]


def page_100(scene: Scene) -> Sequence[Sequence[Call]]:
    id = scene.database.value("SELECT id FROM forums_discussion WHERE title = 'One long discussion'")
    call = Call(f"{V1}/discussions/{id}/posts?limit=20", scene.as_person(scene.member_of(SPACE)))
    return [[scene.page(call, 100)]]


def replies(scene: Scene) -> Sequence[Sequence[Call]]:
    """Each writer to discussions of their own."""
    ids = _short_discussions(scene, WRITERS * 10)
    return [[_reply(scene, id, writer) for id in ids[writer::WRITERS]] for writer in range(WRITERS)]


def replies_to_one(scene: Scene) -> Sequence[Sequence[Call]]:
    """All writers to one discussion: positions are given one after another."""
    [id] = _short_discussions(scene, 1)
    return [[_reply(scene, id, writer)] for writer in range(WRITERS)]


def _reply(scene: Scene, id: object, writer: int) -> Call:
    headers = scene.as_person(scene.member_of(SPACE, number=writer))
    return Call(
        f"{V1}/discussions/{id}/posts", headers, "POST", {"body": "We did **the same** at our academy."}
    )


def _short_discussions(scene: Scene, count: int) -> list[object]:
    rows = scene.database.rows(
        """
        SELECT discussion.id FROM forums_discussion AS discussion
        JOIN forums_space AS space ON space.id = space_id
        WHERE slug = 'bench-1' AND status = 'open' ORDER BY discussion.created_at LIMIT %(count)s OFFSET 10
        """,
        {"count": count},
    )
    return [id for (id,) in rows]


CASES = [
    Case(name="table page 1", calls=first_page, goal=READ),
    Case(name="table page 500", calls=page_500, goal=READ),
    Case(name="discussion, 20 posts", calls=twenty_posts, goal=READ),
    Case(name="long discussion, page 100", calls=page_100, goal=READ),
    Case(name="reply, 8 writers", calls=replies, goal=REPLY, requests=400, writes=True),
    Case(
        name="reply, 8 writers, one discussion", calls=replies_to_one, goal=REPLY, requests=400, writes=True
    ),
]
