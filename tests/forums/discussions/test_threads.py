"""Reading one discussion flat and as a tree: the same posts, in fixed queries at any depth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forums.actions import moderation, posts, reading
from forums.models import Discussion, Post
from tests.contracts import queries
from tests.contracts.client import ApiClient
from tests.factories import forums as make

type Api = Callable[..., ApiClient]

WHY = "For the test."


def all_pages(api: ApiClient, path: str, **query: Any) -> list[dict[str, Any]]:
    """The whole list, by ``next``."""
    page = api.get(path, **query).json()
    found = list(page["results"])
    while page["next"]:
        page = api.get(page["next"]).json()
        found += page["results"]
    return found


def positions(rows: list[dict[str, Any]]) -> list[int]:
    return [row["position"] for row in rows]


@pytest.fixture
def thread(db: None) -> Discussion:
    """1; 2 (3 (5, 6), 8); 4 (7)"""
    discussion = make.discussion(make.space())
    two = make.reply(discussion)
    three = make.reply(two)
    four = make.reply(discussion)
    make.reply(three)
    make.reply(three)
    make.reply(four)
    make.reply(two)
    return discussion


def test_flat_and_tree_are_the_same_posts_in_two_orders(api: Api, thread: Discussion) -> None:
    path = f"/discussions/{thread.pk}/posts"
    for limit in (2, 3, 50):
        flat = all_pages(api(), path, limit=limit)
        tree = all_pages(api(), path, view="tree", limit=limit)
        assert positions(flat) == [1, 2, 3, 4, 5, 6, 7, 8]
        assert positions(tree) == [1, 2, 3, 5, 6, 8, 4, 7]
        assert sorted(flat, key=lambda row: row["id"]) == sorted(tree, key=lambda row: row["id"])
    assert {row["position"]: row["replies"] for row in flat} == {
        1: 7, 2: 4, 3: 2, 4: 1, 5: 0, 6: 0, 7: 0, 8: 0,
    }  # fmt: skip


def test_what_is_collapsed_says_how_much_is_below_and_is_opened_by_its_parent(
    api: Api, thread: Discussion
) -> None:
    path = f"/discussions/{thread.pk}/posts"
    top = all_pages(api(), path, view="tree", depth=1)
    assert [(row["position"], row["replies"]) for row in top] == [(1, 7), (2, 4), (4, 1)]
    two = top[1]["id"]
    below = all_pages(api(), path, view="tree", parent=two, depth=1)
    assert [(row["position"], row["replies"]) for row in below] == [(3, 2), (8, 0)]
    assert positions(all_pages(api(), f"/posts/{two}/replies", limit=2)) == [3, 5, 6, 8]
    three = below[0]["id"]
    post = Post.objects.get(pk=three)
    moderation.hide_post(post.pk, acting_user=make.owner_of(thread.space), reason=WHY)
    top = all_pages(api(), path, view="tree", depth=2)
    # A tombstone is no post: it counts nowhere, what is below it does.
    assert [(row["position"], row["state"], row["replies"]) for row in top] == [
        (1, "published", 6),
        (2, "published", 3),
        (3, "hidden", 2),
        (8, "published", 0),
        (4, "published", 1),
        (7, "published", 0),
    ]


@pytest.mark.parametrize("view", ["flat", "tree"])
def test_a_page_begins_around_a_position_and_leads_both_ways(api: Api, thread: Discussion, view: str) -> None:
    path = f"/discussions/{thread.pk}/posts"
    whole = positions(all_pages(api(), path, view=view))
    for position in range(1, 9):
        page = api().get(path, view=view, around=position, limit=3).json()
        assert position in positions(page["results"])
        found = positions(page["results"])
        back = page
        while back["previous"]:
            back = api().get(back["previous"]).json()
            found = positions(back["results"]) + found
        while page["next"]:
            page = api().get(page["next"]).json()
            found += positions(page["results"])
        assert found == whole
    assert api().get(path, view=view, around=999).status_code == 200


def test_reading_goes_on_at_the_first_unread_post(api: Api, thread: Discussion) -> None:
    path = f"/discussions/{thread.pk}/posts"
    reader = make.join(thread.space)
    assert positions(api(reader).get(path, around="unread", limit=2).json()["results"])[0] == 1
    reading.mark_read(thread.pk, acting_user=reader, position=5)
    assert 6 in positions(api(reader).get(path, around="unread", limit=2).json()["results"])
    detail = api(reader).get(f"/discussions/{thread.pk}").json()
    assert (detail["read_position"], detail["unread"]) == (5, 3)
    reading.mark_read(thread.pk, acting_user=reader)
    assert api(reader).get(path, around="unread").status_code == 200


def test_a_page_costs_the_same_at_any_depth(api: Api, assert_queries: object) -> None:
    def chain(depth: int) -> Discussion:
        discussion = make.discussion(make.space())
        last: Post | Discussion = discussion
        for _ in range(depth):
            last = make.reply(last)
        return discussion

    made = {}
    for depth in (1, 10, 100):
        discussion = chain(depth)
        client = api(make.join(discussion.space))
        with CaptureQueriesContext(connection) as captured:
            page = client.get(f"/discussions/{discussion.pk}/posts", view="tree", limit=200).json()
        assert [row["depth"] for row in page["results"]] == list(range(depth + 1))
        made[depth] = len(queries.statements(captured))
    assert len(set(made.values())) == 1, made


def test_who_likes_is_told_to_who_reads(api: Api, thread: Discussion) -> None:
    post = thread.posts.get(position=2)
    people = [make.join(thread.space) for _ in range(3)]
    for person in people:
        posts.like(post.pk, acting_user=person)
        assert api(person).post(f"/posts/{post.pk}/like").json()["likes"] == people.index(person) + 1
    found = all_pages(api(people[0]), f"/posts/{post.pk}/likes", limit=2)
    assert [like["person"]["id"] for like in found] == [str(person.pk) for person in reversed(people)]
    assert api(people[0]).get(f"/posts/{post.pk}").json()["liked"] is True
    assert api(people[0]).delete(f"/posts/{post.pk}/like").json()["likes"] == 2
    assert api(people[0]).delete(f"/posts/{post.pk}/like").json()["likes"] == 2
