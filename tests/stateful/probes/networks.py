"""What is shown of networks: who is in them, who is designated."""

from __future__ import annotations

from tests.stateful.model import Viewer
from tests.stateful.world import World, same


def members(world: World, who: Viewer, *, indexed: bool) -> None:
    model = world.model
    for network, people in model.networks.items():
        rows = world.page(who, f"/networks/{network}/members")
        shown = {world.names[row["person"]["id"]] for row in rows}
        met = {person for person in people if model.meets_member(who, network, person)}
        same(shown, met, f"members of {network} to {who}")


def designations(world: World, who: Viewer, *, indexed: bool) -> None:
    model = world.model
    for network, people in model.networks.items():
        for row in world.page(who, f"/networks/{network}/designations"):
            person = world.names[row["person"]["id"]]
            if who in (person, *model.secretariat):
                continue  # they also read of those that are over
            seen = person in people and model.meets_member(who, network, person)
            same(seen, True, f"designation of {person} in {network} to {who}")


PROBES = [members, designations]
