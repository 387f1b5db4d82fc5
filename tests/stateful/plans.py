"""Random worlds to begin with, as hypothesis draws them: plain data, so that a failing one can be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.stateful.model import ROLES, VISIBILITIES

type Reach = tuple[str, frozenset[str]]  # a circle and, of "networks", which

PEOPLE = ("ada", "ben", "cleo", "dan", "eve")
SECRETARIAT = "sec"
EVERYBODY = (*PEOPLE, SECRETARIAT)
NETWORKS = ("alpha", "beta")
TAGS = ("ferries", "sea-ports")
# What a person keeps to whom; contact data and the like never go to everyone.
SECTIONS = (
    "identity", "gender", "headline", "biography", "nationality", "duty_country", "agency", "affiliations",
    "networks", "topics", "languages", "missions", "trainings", "publications", "documents", "contact",
    "links", "availability", "photo",
)  # fmt: skip
NEVER_PUBLIC = ("contact", "gender", "documents", "availability")


@dataclass(frozen=True)
class SpacePlan:
    """``parent`` is the number of an earlier space, or None."""

    visibility: str
    parent: int | None
    roles: dict[str, str]
    networks: dict[str, str]


@dataclass(frozen=True)
class DiscussionPlan:
    """``replies`` are of an author each, to the post of that number (0: the opening post)."""

    space: int
    author: str
    kind: str
    replies: list[tuple[str, int]]


@dataclass(frozen=True)
class ProfilePlan:
    """``otherwise`` is for whom the sections are that ``reach`` does not name."""

    status: str
    reach: dict[str, Reach]
    otherwise: Reach

    def readers(self, section: str) -> Reach:
        """For whom a section is."""
        reach = self.reach.get(section, self.otherwise)
        return ("members", frozenset()) if reach[0] == "everyone" and section in NEVER_PUBLIC else reach


@dataclass(frozen=True)
class Plan:
    spaces: list[SpacePlan]
    discussions: list[DiscussionPlan]
    networks: dict[str, set[str]]
    profiles: dict[str, ProfilePlan]


def reaches(*, public: bool = True) -> st.SearchStrategy[Reach]:
    """Whom a section is kept for."""
    circles = ["members", "secretariat", "self", *(["everyone"] if public else [])]
    some = st.sampled_from(NETWORKS).map(lambda one: frozenset({one})) | st.just(frozenset(NETWORKS))
    return st.sampled_from([(circle, frozenset[str]()) for circle in circles]) | some.map(
        lambda networks: ("networks", networks)
    )


@st.composite
def plans(draw: Any) -> Plan:
    """A community: networks, profiles, nested spaces of all visibilities, discussions with threads."""
    networks = {name: draw(st.sets(st.sampled_from(PEOPLE), max_size=3)) for name in NETWORKS}
    spaces: list[SpacePlan] = []
    for number in range(draw(st.integers(2, 4))):
        parent = draw(st.none() | st.integers(0, number - 1)) if number else None
        most_open = VISIBILITIES.index(spaces[parent].visibility) if parent is not None else 0
        spaces.append(
            SpacePlan(
                visibility=draw(st.sampled_from(VISIBILITIES[most_open:])),
                parent=parent,
                roles=draw(st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(ROLES), max_size=4)),
                networks=draw(
                    st.dictionaries(st.sampled_from(NETWORKS), st.sampled_from(ROLES[:3]), max_size=1)
                ),
            )
        )
    discussions = draw(
        st.lists(
            st.builds(
                DiscussionPlan,
                space=st.integers(0, len(spaces) - 1),
                author=st.sampled_from(PEOPLE),
                kind=st.sampled_from(["discussion", "question"]),
                replies=st.lists(
                    st.tuples(st.sampled_from(PEOPLE), st.integers(0, 3)), min_size=1, max_size=4
                ),
            ),
            min_size=2,
            max_size=4,
        )
    )
    profiles = st.builds(
        ProfilePlan,
        status=st.sampled_from(["published", "published", "published", "draft", "hidden"]),
        reach=st.dictionaries(st.sampled_from(SECTIONS), reaches(), max_size=6),
        otherwise=reaches(),
    )
    return Plan(spaces, discussions, networks, {person: draw(profiles) for person in PEOPLE[:3]})
