"""What a viewer is in which network, beside one of its people: tokens that `experts.viewers.resolve` gives.

Offices are tokens as audiences are, but no audience is ever kept for one; only policies and querysets ask.
"""

from __future__ import annotations

from uuid import UUID

from search.viewer import Viewer, network_token

_NETWORK, _COORDINATOR, _AUTHORITY = "network:", "coordinator:", "authority:"


def coordinator_token(network_id: UUID | str) -> str:
    """The office of a network's co-ordinator."""
    return f"{_COORDINATOR}{network_id}"


def authority_token(network_id: UUID | str, country: str) -> str:
    """The office of a State's authority in a network."""
    return f"{_AUTHORITY}{network_id}:{country}"


def is_in(viewer: Viewer, network_id: UUID) -> bool:
    """Whether the viewer is one of the network's people."""
    return network_token(network_id) in viewer.tokens


def runs(viewer: Viewer, network_id: UUID) -> bool:
    """Whether the viewer runs the network: its co-ordinator, and the secretariat."""
    return viewer.is_secretariat or coordinator_token(network_id) in viewer.tokens


def acts_for(viewer: Viewer, network_id: UUID, country: str) -> bool:
    """Whether the viewer speaks for the State in the network: its national authority, and the secretariat."""
    return viewer.is_secretariat or authority_token(network_id, country) in viewer.tokens


def networks(viewer: Viewer) -> list[UUID]:
    """The networks whose people include the viewer."""
    return [UUID(rest) for rest in _of(viewer, _NETWORK)]


def coordinated(viewer: Viewer) -> list[UUID]:
    """The networks whose co-ordinator the viewer is."""
    return [UUID(rest) for rest in _of(viewer, _COORDINATOR)]


def represented(viewer: Viewer) -> list[tuple[UUID, str]]:
    """The networks and States (by code) for which the viewer is the national authority."""
    return [
        (UUID(network), country)
        for network, _, country in (r.partition(":") for r in _of(viewer, _AUTHORITY))
    ]


def _of(viewer: Viewer, prefix: str) -> list[str]:
    return sorted(token.removeprefix(prefix) for token in viewer.tokens if token.startswith(prefix))
