"""From an expert's choice ("people of these networks") to the audience tokens that are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from experts.models import Section
from search.viewer import MEMBERS, PUBLIC, SECRETARIAT, network_token, self_token


class Reach(StrEnum):
    """Who may read a section, from widest to narrowest."""

    EVERYONE = "everyone"
    MEMBERS = "members"
    NETWORKS = "networks"
    SECRETARIAT = "secretariat"
    SELF = "self"


@dataclass(frozen=True, slots=True)
class Choice:
    """An expert's choice for one section; ``networks`` only with `Reach.NETWORKS`, and then at least one."""

    reach: Reach
    networks: tuple[UUID, ...] = ()


# What a new profile starts with. Contact data starts at the secretariat (domain.md); the rest is for members,
# except what can single a person out.
DEFAULTS: dict[Section, Choice] = {section: Choice(Reach.MEMBERS) for section in Section} | {
    Section.CONTACT: Choice(Reach.SECRETARIAT),
    Section.GENDER: Choice(Reach.SECRETARIAT),
    Section.DOCUMENTS: Choice(Reach.SECRETARIAT),
}

# What the secretariat does not allow to be chosen: these never go to everyone.
NEVER_PUBLIC = frozenset({Section.CONTACT, Section.GENDER, Section.DOCUMENTS, Section.AVAILABILITY})


def tokens(choice: Choice, *, owner: UUID) -> list[str]:
    """The audience tokens of a choice. Each narrower circle is named, so that one overlap test decides:
    the person always reads their own, the secretariat everything but ``self``."""
    match choice.reach:
        case Reach.EVERYONE:
            return [PUBLIC]
        case Reach.MEMBERS:
            return [MEMBERS, SECRETARIAT, self_token(owner)]
        case Reach.NETWORKS:
            return [*sorted(network_token(n) for n in choice.networks), SECRETARIAT, self_token(owner)]
        case Reach.SECRETARIAT:
            return [SECRETARIAT, self_token(owner)]
        case Reach.SELF:
            return [self_token(owner)]


def choice(audience: Sequence[str]) -> Choice:
    """The choice behind stored tokens; the inverse of `tokens`."""
    if PUBLIC in audience:
        return Choice(Reach.EVERYONE)
    if MEMBERS in audience:
        return Choice(Reach.MEMBERS)
    networks = tuple(UUID(token.removeprefix("network:")) for token in audience if token[:8] == "network:")
    if networks:
        return Choice(Reach.NETWORKS, networks)
    return Choice(Reach.SECRETARIAT if SECRETARIAT in audience else Reach.SELF)


_WIDTH = (Reach.SELF, Reach.SECRETARIAT, Reach.NETWORKS, Reach.MEMBERS, Reach.EVERYONE)


def covers(wide: Choice, narrow: Choice) -> bool:
    """Whether everybody who reads under ``narrow`` also reads under ``wide``."""
    if wide.reach == narrow.reach == Reach.NETWORKS:
        return set(narrow.networks) <= set(wide.networks)
    return _WIDTH.index(wide.reach) >= _WIDTH.index(narrow.reach)


def defaults(owner: UUID) -> dict[str, list[str]]:
    """The ``audiences`` of a new profile."""
    return {section.value: tokens(choice, owner=owner) for section, choice in DEFAULTS.items()}
