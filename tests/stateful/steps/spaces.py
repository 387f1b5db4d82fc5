"""Who belongs to a space, what kind of space it is."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.stateful.machine import REASON, Community, picks, viewers
from tests.stateful.model import ROLES, VISIBILITIES, Viewer
from tests.stateful.plans import EVERYBODY, NETWORKS


class SpaceSteps(Community):
    """Joining, leaving, roles, networks, visibility, archiving."""

    @rule(who=st.sampled_from(EVERYBODY), pick=picks, onlooker=viewers)
    def join(self, who: str, pick: int, onlooker: Viewer) -> None:
        space = self.space(pick)
        if who in space.roles:
            return
        path = f"/spaces/{space.slug}"
        if self.act(who, path, "join", "POST", f"{path}/join"):
            assert self.model.reads(who, space), "only readers join by themselves"
            space.roles[who] = "member"
        self.look(who, onlooker)

    @rule(pick=picks, by=picks, onlooker=viewers)
    def leave(self, pick: int, by: int, onlooker: Viewer) -> None:
        space = self.space(pick)
        who = self.somebody(by, lambda name: name in space.roles)
        if list(space.roles.values()).count("owner") == 1 and space.roles.get(who) == "owner":
            return
        path = f"/spaces/{space.slug}"
        if self.act(who, path, "leave", "POST", f"{path}/leave"):
            del space.roles[who]
        self.look(who, onlooker)

    @rule(pick=picks, by=picks, whom=picks, role=st.sampled_from(ROLES), onlooker=viewers)
    def set_role(self, pick: int, by: int, whom: int, role: str, onlooker: Viewer) -> None:
        space = self.space(pick)
        members = sorted(space.roles)
        if not members:
            return
        person = members[whom % len(members)]
        owners = list(space.roles.values()).count("owner")
        if owners == 1 and space.roles[person] == "owner":
            return
        who = self.somebody(by, lambda name: self.model.may_act(name, space, 4))
        path = f"/spaces/{space.slug}"
        response = self.act(
            who, path, "manage", "PUT", f"{path}/members/{self.world.id_of(person)}", {"role": role}
        )
        if response:
            assert self.model.may_act(who, space, 4)
            space.roles[person] = role
        self.look(person, onlooker)

    @rule(pick=picks, by=picks, whom=picks, onlooker=viewers)
    def remove_member(self, pick: int, by: int, whom: int, onlooker: Viewer) -> None:
        space = self.space(pick)
        members = sorted(name for name, role in space.roles.items() if role in ("observer", "member"))
        if not members:
            return
        person = members[whom % len(members)]
        who = self.somebody(by, lambda name: self.model.may_act(name, space, 3))
        path = f"/spaces/{space.slug}"
        if self.act(who, path, "moderate", "DELETE", f"{path}/members/{self.world.id_of(person)}", **REASON):
            assert self.model.may_act(who, space, 3)
            del space.roles[person]
        self.look(person, onlooker)

    @rule(
        pick=picks,
        by=picks,
        network=st.sampled_from(NETWORKS),
        role=st.sampled_from((None, *ROLES[:3])),
        onlooker=viewers,
    )
    def grant_to_network(self, pick: int, by: int, network: str, role: str | None, onlooker: Viewer) -> None:
        space = self.space(pick)
        who = self.somebody(by, lambda name: self.model.may_act(name, space, 4))
        path = f"/spaces/{space.slug}"
        address = f"{path}/networks/{network}"
        if role:
            if self.act(who, path, "manage", "PUT", address, {"role": role}):
                space.network_roles[network] = role
        elif network in space.network_roles and self.act(who, path, "manage", "DELETE", address):
            del space.network_roles[network]
        self.look(*sorted(self.model.networks[network]), onlooker)

    @rule(pick=picks, by=picks, to=st.sampled_from(VISIBILITIES), onlooker=viewers)
    def change_visibility(self, pick: int, by: int, to: str, onlooker: Viewer) -> None:
        space = self.space(pick)
        level = VISIBILITIES.index
        if space.parent and level(to) < level(space.parent.visibility):
            return  # refused; the API's own tests say so
        who = self.somebody(by, lambda name: self.model.may_act(name, space, 4))
        path = f"/spaces/{space.slug}"
        if self.act(who, path, "edit", "PATCH", path, {"visibility": to}):
            space.visibility = to
            for below in self.model.spaces.values():  # those that were more open are closed with it
                if space in below.line() and level(below.visibility) < level(to):
                    below.visibility = to
        self.look(who, onlooker, None)

    @rule(pick=picks, by=picks, onlooker=viewers)
    def archive_or_restore_space(self, pick: int, by: int, onlooker: Viewer) -> None:
        space = self.space(pick)
        if space.parent and any(above.archived for above in space.parent.line()):
            return
        who = self.somebody(by, lambda name: self.model.rank(name, space) >= 4)
        path = f"/spaces/{space.slug}"
        if space.archived:
            done = self.act(who, path, "restore", "DELETE", f"{path}/archive")
        else:
            done = self.act(who, path, "archive", "POST", f"{path}/archive", REASON)
        if done:
            space.archived = not space.archived
        self.look(who, onlooker)
