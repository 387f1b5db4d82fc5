"""One community that parts 2 to 4 look at: spaces of every visibility, people inside and outside of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from experts.models import PersonalToken
from tests.stateful.model import Viewer
from tests.stateful.plans import DiscussionPlan, Plan, ProfilePlan, SpacePlan
from tests.stateful.world import World, base

OPEN, MEMBERS_ONLY, PRIVATE, SECRET, INNER = (f"space-{number}" for number in range(5))
NOBODY = frozenset[str]()
ALL = ("everyone", NOBODY)

# Ada runs everything; Ben belongs to all but the inmost space; Cleo observes the private one; Dan has joined
# the open one; Eve has joined nothing.
PLAN = Plan(
    spaces=[
        SpacePlan("open", None, {"ada": "owner", "ben": "member", "dan": "member"}, {}),
        SpacePlan("members_only", None, {"ada": "owner", "ben": "member"}, {}),
        SpacePlan(
            "private", None, {"ada": "owner", "ben": "member", "cleo": "observer"}, {"beta": "observer"}
        ),
        SpacePlan("secret", None, {"ada": "owner", "ben": "member"}, {}),
        SpacePlan("secret", 2, {"ada": "owner"}, {}),
    ],
    discussions=[
        DiscussionPlan(number, "ada", kind, [("ben", 0), ("ada", 1), ("ben", 2)])
        for number in range(5)
        for kind in ("discussion", "question")
    ],
    networks={"alpha": {"ada", "ben"}, "beta": {"ben", "cleo"}},
    profiles={
        "ada": ProfilePlan("published", {"contact": ("self", NOBODY), "links": ("secretariat", NOBODY)}, ALL),
        "ben": ProfilePlan("published", {"identity": ("members", NOBODY)}, ("members", NOBODY)),
        "cleo": ProfilePlan("published", {"identity": ALL}, ("networks", frozenset({"beta"}))),
    },
)
VIEWERS: tuple[Viewer, ...] = (None, "eve", "dan", "cleo", "ben", "sec")


def scene(engines: tuple[str, ...] = ("postgres",)) -> World:
    """The community, indexed. Must run in a transaction that is undone."""
    world = World(base(), PLAN, engines)
    world.index()
    # Otherwise the next request of somebody would note the time, and /me/tokens would tell it.
    PersonalToken.objects.update(last_used_at=timezone.now() + dt.timedelta(hours=3))
    return world


def discussion_of(world: World, slug: str, number: int = 0) -> Any:
    """The first (or another) discussion of a space, of the model."""
    return [one for one in world.model.discussions if one.space.slug == slug][number]


def post_of(world: World, slug: str, position: int) -> Any:
    """A post of a space's first discussion, of the model."""
    one = discussion_of(world, slug)
    return next(post for post in world.model.posts if post.discussion is one and post.position == position)
