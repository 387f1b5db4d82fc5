"""Who is in a network: by name, or as long as a designation holds."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from experts.actions import designations
from experts.models import Designation
from tests.factories import networks
from tests.stateful.machine import Community, picks, viewers
from tests.stateful.model import Viewer
from tests.stateful.plans import NETWORKS, PEOPLE, SECRETARIAT

members = st.sampled_from(PEOPLE)


class NetworkSteps(Community):
    """Adding, removing, leaving; designations that lapse."""

    def __init__(self) -> None:
        super().__init__()
        self.designated: dict[tuple[str, str], Any] = {}

    @rule(network=st.sampled_from(NETWORKS), whom=members, by=picks, onlooker=viewers)
    def add_or_remove(self, network: str, whom: str, by: int, onlooker: Viewer) -> None:
        people = self.model.networks[network]
        who = self.somebody(by, lambda name: name == SECRETARIAT)
        path = f"/networks/{network}/members"
        if whom in people:
            may_know = who in (whom, SECRETARIAT) or self.model.meets_member(who, network, whom)
            expected = 409 if (network, whom) in self.designated else 204
            expected = expected if who == SECRETARIAT else 403 if may_know else 404
            self.expect(expected, who, "DELETE", f"{path}/{self.world.id_of(whom)}")
            if expected == 204:
                people.discard(whom)
        else:
            expected = 201 if who == SECRETARIAT else 403
            self.expect(expected, who, "POST", path, {"person": self.world.id_of(whom), "role": "member"})
            if expected == 201:
                people.add(whom)
        self.look(whom, onlooker)

    @rule(network=st.sampled_from(NETWORKS), who=members, onlooker=viewers)
    def leave_network(self, network: str, who: str, onlooker: Viewer) -> None:
        people = self.model.networks[network]
        expected = 403 if who not in people else 409 if (network, who) in self.designated else 204
        self.expect(expected, who, "POST", f"/networks/{network}/leave")
        if expected == 204:
            people.discard(who)
        self.look(who, onlooker)

    @rule(network=st.sampled_from(NETWORKS), who=members, onlooker=viewers)
    def designate_or_lapse(self, network: str, who: str, onlooker: Viewer) -> None:
        """A State designates somebody; later its last day passes: rights end with it, before the job runs."""
        people, key = self.model.networks[network], (network, who)
        if key in self.designated:
            row = self.designated.pop(key)
            Designation.objects.filter(pk=row.pk).update(valid_to=networks.in_days(-1))
            people.discard(who)
            self.look(who, onlooker, searching=False)
            designations.lapse(self.base.networks[network].pk)
        elif who not in people:
            self.designated[key] = networks.designation(
                self.base.networks[network],
                networks.country(self.base.countries[0]),
                self.base.users[who],
                kind=Designation.Kind.CONTACT,
            )
            people.add(who)
        self.look(who, onlooker)
