"""The sets that can be generated, by name. A set is made on a database that holds the demo data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.data import community, people


@dataclass(frozen=True, slots=True)
class Set:
    """``searched``: the PostgreSQL search engine is filled with it, too."""

    about: str
    make: Callable[[], object]
    searched: bool = False


PLANTED = {
    ("calibration",): 1_800,
    ("turbine",): 2_000,
    ("calibration", "turbine"): 200,
    ("xylograph",): 20,
}


def _searched(*, posts: int, experts: int) -> None:
    """Experts with full profiles who wrote posts, some of which say the planted words."""
    written_by = people.make(people.Size(profiles=experts, networks=20, on_roster=500))
    size = community.Size(
        people=0, spaces=20, discussions=posts // 10, posts=posts, marks_per_person=0, planted=PLANTED
    )
    community.make(size, people=written_by)


SETS: Mapping[str, Set] = {
    "3": Set(
        "the demo, 500 people, 20,000 discussions of 80,000 posts; all of it in the search index",
        lambda: community.make(community.Size(people=500, spaces=10, discussions=20_000, posts=80_000)),
        searched=True,
    ),
    "4": Set(
        "the demo, 100,000 profiles of 20 items each, 200 networks, a roster of 5,000",
        lambda: people.make(people.Size(profiles=100_000)),
    ),
    "5": Set(
        "the demo, 2,000 people, 20 spaces, 20,000 discussions of 200,000 posts, one of 2,001",
        lambda: community.make(
            community.Size(people=2_000, spaces=20, discussions=20_000, posts=200_000, longest=2_001)
        ),
    ),
    "5x10": Set(
        "the demo, 20,000 people, 200 spaces, 200,000 discussions of 2,000,000 posts, one of 2,001",
        lambda: community.make(
            community.Size(people=20_000, spaces=200, discussions=200_000, posts=2_000_000, longest=2_001)
        ),
    ),
    "6": Set(
        "20,000 experts, 200,000 posts: calibration in 2,000, turbine in 2,200, both in 200, xylograph in 20",
        lambda: _searched(posts=200_000, experts=20_000),
        searched=True,
    ),
    "6x5": Set(
        "100,000 experts, 1,000,000 posts: the same words in as many",
        lambda: _searched(posts=1_000_000, experts=100_000),
        searched=True,
    ),
}
