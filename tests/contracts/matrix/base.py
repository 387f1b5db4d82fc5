"""The permission matrix: who gets which status from which operation, on what, as data.

A room's file (`experts.py`, `forums.py`, …) holds `THINGS` – functions that make something for a cast of
people and return the parts of its URL – and `ROWS`. A row names an operation, a thing, and a status for every
role::

    def secret_space(cast: Cast) -> dict[str, object]:
        space = SpaceFactory(visibility="secret")
        grants.add(space, cast.moderator, role="moderator")
        return {"slug": space.slug}

    THINGS = {"a secret space": secret_space}
    ROWS = [
        row("GET /spaces/{slug}", "a secret space",
            others=404, space_member=200, moderator=200, space_owner=200),
        row("PATCH /spaces/{slug}", "a secret space", body={"title": "Another title"},
            visitor=401, others=404, space_member=403, moderator=403, space_owner=200),
    ]

``others`` stands for every role that is not named. `test_permissions.py` makes each thing anew for each row,
asks as every role (undoing what it changed), and fails for an operation without a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from experts.models import User
from forums.models import Role, Space
from tests.factories import forums

ROLES = (
    "visitor",  # nobody
    "member",  # signed in, an outsider to the thing
    "expert",  # whose profile it is, or who wrote it
    "peer",  # another expert, in the same network as the expert
    "delegate",  # may edit the expert's profile
    "national_authority",  # for one State in the network
    "coordinator",  # of the network
    "observer",  # of the space
    "space_member",
    "moderator",  # of the space
    "moderator_elsewhere",  # of another space
    "space_owner",
    "banned",  # from the space
    "secretariat",
)


@dataclass(frozen=True)
class Cast:
    """One account for every role but the visitor. A thing's function gives them their places in it."""

    people: Mapping[str, User]

    def __getattr__(self, role: str) -> User:
        try:
            return self.people[role]
        except KeyError:
            raise AttributeError(role) from None


def cast_space(cast: Cast, visibility: str, **fields: Any) -> Space:
    """A space of the cast: the expert writes there, the others have their roles, one is banned by an
    owner who is none of them."""
    space = forums.space(visibility, owner=cast.space_owner, **fields)
    for person, role in (
        (cast.observer, Role.OBSERVER),
        (cast.space_member, Role.MEMBER),
        (cast.expert, Role.MEMBER),
        (cast.banned, Role.MEMBER),
        (cast.moderator, Role.MODERATOR),
    ):
        forums.join(space, role, person)
    forums.join(forums.space(), Role.MODERATOR, cast.moderator_elsewhere)
    forums.ban(space, cast.banned)
    return space


type Thing = Callable[[Cast], dict[str, object]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One operation on one thing: the expected status of every role."""

    operation: str
    thing: str
    expected: Mapping[str, int]
    body: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.operation} on {self.thing}"


def row(
    operation: str,
    thing: str,
    *,
    body: Any = None,
    query: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    others: int | None = None,
    **by_role: int,
) -> Row:
    """A row; ``body`` may be a function of the thing's URL parts (for ids of what was made). Names every
    role, or says what ``others`` get."""
    unknown = by_role.keys() - set(ROLES)
    if unknown:
        raise TypeError(f"There is no role {', '.join(sorted(unknown))}.")
    missing = [role for role in ROLES if role not in by_role]
    if missing and others is None:
        raise TypeError(f"{operation}: what do {', '.join(missing)} get?")
    expected = {role: by_role.get(role, others) for role in ROLES}
    return Row(
        operation=operation,
        thing=thing,
        expected={role: status for role, status in expected.items() if status is not None},
        body=body,
        query=query or {},
        headers=headers or {},
    )
