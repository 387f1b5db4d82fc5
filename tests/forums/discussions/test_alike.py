"""What may be done with a page of things is worked out once for those that are alike, and is right for each:
tried with all there can be, on one page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from experts.policies import allowed_actions
from forums import access, policies
from forums.models import Discussion, Post
from search.viewer import Viewer

ME, OTHER = UUID(int=1), UUID(int=2)
HERE, THERE = UUID(int=11), UUID(int=12)
SOME_TIME = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
DISCUSSION: Mapping[str, Sequence[object]] = {
    "space_id": [HERE, THERE],
    "author_id": [ME, OTHER],
    "kind": [Discussion.Kind.QUESTION, Discussion.Kind.ANNOUNCEMENT],
    "status": Discussion.Status.values,
    "is_pinned": [False, True],
    "last_position": [1, 2],
    "accepted_post_id": [None, UUID(int=21)],
    "hidden_at": [None, SOME_TIME],
    "deleted_at": [None, SOME_TIME],
}
POST: Mapping[str, Sequence[object]] = {
    "author_id": [ME, OTHER],
    "position": [1, 2],
    "path": [[], [1] * Post.MAX_DEPTH],
    "state": Post.State.values,
}
OBSERVER = frozenset({access.READ})
MEMBER = OBSERVER | {access.TAKE_PART}
MODERATOR = MEMBER | {access.MODERATE}


def all_there_can_be(values: Mapping[str, Sequence[object]]) -> Iterator[dict[str, Any]]:
    return (dict(zip(values, chosen, strict=True)) for chosen in product(*values.values()))


def somebody(user_id: UUID | None, permissions: frozenset[str], **state: Any) -> Viewer:
    """Who has that in one space, and nothing but reads in the other."""
    space = access.SpaceAccess("s", "S", "open", "free", frozenset(), readable=True)
    here = space._replace(permissions=permissions, **state)
    return Viewer(user_id, frozenset({"public"}), memo={"spaces": {HERE: here, THERE: space}})


@pytest.fixture(
    params=[
        (None, frozenset[str](), {}),
        (ME, OBSERVER, {}),
        (ME, MEMBER, {}),
        (ME, MEMBER, {"silenced": True}),
        (ME, frozenset[str](), {"banned": True}),
        (ME, MODERATOR, {}),
        (ME, MODERATOR, {"archived": True}),
    ],
    ids=["visitor", "observer", "member", "silenced", "banned", "moderator", "moderator of an archive"],
)
def asker(request: pytest.FixtureRequest) -> Viewer:
    user_id, permissions, state = request.param
    return somebody(user_id, permissions, **state)


def test_what_may_be_done_with_a_discussion_does_not_depend_on_those_beside_it(asker: Viewer) -> None:
    for values in all_there_can_be(DISCUSSION):
        discussion = Discussion(**values)
        expected = allowed_actions(policies.DISCUSSION, asker, discussion)
        assert policies.on_discussion(asker, discussion) == expected, values


def test_what_may_be_done_with_a_post_does_not_depend_on_those_beside_it(asker: Viewer) -> None:
    not_asked_of_posts: Mapping[str, Sequence[object]] = {
        "is_pinned": [False],
        "last_position": [2],
        "hidden_at": [None],
    }
    for values in all_there_can_be({**DISCUSSION, **not_asked_of_posts}):
        discussion = Discussion(**values)
        for own in all_there_can_be(POST):
            post = Post(**own, discussion=discussion)
            assert policies.on_post(asker, post) == allowed_actions(policies.POST, asker, post), (values, own)
