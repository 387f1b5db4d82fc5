"""Invitations into spaces: to a person, to a network, by a link."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.stateful.machine import Community, picks, viewers
from tests.stateful.model import ROLES, Invitation, Viewer
from tests.stateful.plans import EVERYBODY, NETWORKS


class InvitationSteps(Community):
    """Inviting, accepting, declining, taking back."""

    @rule(
        pick=picks,
        by=picks,
        whom=st.sampled_from((*EVERYBODY, *NETWORKS, None)),
        role=st.sampled_from((*ROLES[:3], "member")),
        onlooker=viewers,
    )
    def invite(self, pick: int, by: int, whom: str | None, role: str, onlooker: Viewer) -> None:
        space, model = self.space(pick), self.model
        rank = 4 if role == "moderator" else 3
        who = self.somebody(by, lambda name: model.may_act(name, space, rank))
        body = {"role": role}
        if whom in NETWORKS:
            body["network"] = whom
        elif whom is not None:
            body["person"] = self.world.id_of(whom)
        expected = 201
        if not model.reads(who, space):
            expected = 404
        elif not model.may_act(who, space, rank):
            expected = 403
        elif whom in EVERYBODY and (
            whom in space.roles
            or any(one.space is space and one.person == whom and one.holds for one in model.invitations)
            or (model.is_banned(whom, space) and model.is_shown_card(whom, space))
        ):
            expected = 409
        response = self.expect(expected, who, "POST", f"/spaces/{space.slug}/invitations", body)
        if expected == 201:
            made = response.json()
            self._invited(
                Invitation(
                    made["id"],
                    space,
                    role,
                    person=whom if whom in EVERYBODY else None,
                    network=whom if whom in NETWORKS else None,
                    token=made["link"] and made["link"].rpartition("/")[2],
                ),
                by=who,
            )
        self.look(who, onlooker, *([whom] if whom in EVERYBODY else []))

    def _invited(self, one: Invitation, *, by: str) -> None:
        people = {one.person} if one.person else set()
        if one.network:
            people = {who for who in self.model.networks[one.network] if who not in one.space.roles}
        one.told = {who for who in people if who and who != by}
        self.model.invitations.append(one)

    @rule(pick=picks, by=picks, onlooker=viewers)
    def accept_invitation(self, pick: int, by: int, onlooker: Viewer) -> None:
        if (one := self._invitation(pick)) is None:
            return
        model, space = self.model, one.space
        who = self.somebody(by, lambda name: model.is_addressed(name, one) or one.token is not None)
        is_there = one.holds if one.token else model.is_addressed(who, one)
        above_is_read = space.parent is None or model.reads(who, space.parent)
        archived = any(place.archived for place in space.line())
        may = not model.is_banned(who, space) and above_is_read and not archived
        path = f"/invitations/{one.token}/accept" if one.token else f"/me/invitations/{one.id}/accept"
        expected = 404 if not is_there else 200 if may else 403
        self.expect(expected, who, "POST", path)
        if expected == 200:
            held = ROLES.index(space.roles[who]) if who in space.roles else -1
            if held < ROLES.index(one.role):
                space.roles[who] = one.role
                one.holds = one.person is None
        self.look(who, onlooker)

    @rule(pick=picks, by=picks, onlooker=viewers)
    def decline_invitation(self, pick: int, by: int, onlooker: Viewer) -> None:
        if (one := self._invitation(pick)) is None:
            return
        who = self.somebody(by, lambda name: self.model.is_addressed(name, one))
        expected = 204 if self.model.is_addressed(who, one) else 404
        self.expect(expected, who, "POST", f"/me/invitations/{one.id}/decline")
        if expected == 204 and one.person:
            one.holds = False
        self.look(who, onlooker)

    @rule(pick=picks, by=picks, onlooker=viewers)
    def revoke_invitation(self, pick: int, by: int, onlooker: Viewer) -> None:
        if (one := self._invitation(pick)) is None:
            return
        who = self.somebody(by, lambda name: self.model.may_act(name, one.space, 3))
        expected = 204 if self.model.may_act(who, one.space, 3) else 403
        expected = expected if self.model.reads(who, one.space) else 404
        self.expect(expected, who, "DELETE", f"/spaces/{one.space.slug}/invitations/{one.id}")
        if expected == 204:
            one.holds = False
        self.look(who, onlooker, one.person)

    def _invitation(self, pick: int) -> Invitation | None:
        found = self.model.invitations
        return found[pick % len(found)] if found else None
