"""What people do with their profiles."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.stateful.machine import REASON, Community, picks, viewers
from tests.stateful.model import Viewer
from tests.stateful.plans import NEVER_PUBLIC, PEOPLE, SECTIONS, reaches


class PeopleSteps(Community):
    """Readers of sections, publishing, editing, delegates."""

    @rule(
        pick=picks,
        by=picks,
        section=st.sampled_from((*SECTIONS, *["identity"] * 5)),
        data=st.data(),
        onlooker=viewers,
    )
    def choose_readers(self, pick: int, by: int, section: str, data: st.DataObject, onlooker: Viewer) -> None:
        person = PEOPLE[pick % len(self.model.profiles)]
        circle, networks = data.draw(reaches(public=section not in NEVER_PUBLIC))
        who = self.somebody(by, lambda name: self.model.keeps(name, person))
        path = f"/experts/{self.world.id_of(person)}"
        choice: dict[str, Any] = {"reach": circle}
        if networks:
            choice["networks"] = [str(self.base.networks[name].pk) for name in sorted(networks)]
        if self.act(who, path, "set_visibility", "PATCH", f"{path}/visibility", {section: choice}):
            assert self.model.keeps(who, person)
            self.model.profiles[person].reach[section] = (circle, networks)
        self.look(who, onlooker, None)

    @rule(
        pick=picks,
        by=picks,
        name=st.sampled_from(("publish", "unpublish", "hide", "unhide")),
        onlooker=viewers,
    )
    def change_profile_status(self, pick: int, by: int, name: str, onlooker: Viewer) -> None:
        person = PEOPLE[pick % len(self.model.profiles)]
        profile = self.model.profiles[person]
        keepers = name in ("publish", "unpublish")
        who = self.somebody(
            by,
            lambda one: self.model.keeps(one, person) if keepers else one in self.model.secretariat,
        )
        path = f"/experts/{self.world.id_of(person)}"
        if name == "unpublish" and who != person and profile.status == "draft":
            return
        if self.act(who, path, name, "POST", f"{path}/{name}", REASON if name == "hide" else None):
            status = {"publish": "published", "unpublish": "draft", "hide": "hidden", "unhide": "published"}
            profile.status = status[name]
            profile.hidden_because = "secretariat" if name == "hide" else ""
        self.look(who, person, onlooker)

    @rule(pick=picks, by=picks, onlooker=viewers)
    def edit_headline(self, pick: int, by: int, onlooker: Viewer) -> None:
        person = PEOPLE[pick % len(self.model.profiles)]
        profile = self.model.profiles[person]
        who = self.somebody(by, lambda name: self.model.keeps(name, person))
        word, path = self.world.word(), f"/experts/{self.world.id_of(person)}"
        if self.act(who, path, "edit", "PATCH", path, {"headline": word}):
            profile.former_words.append(("headline", profile.words["headline"]))
            profile.content["headline"] = word
            profile.words["headline"] = word
        self.look(who, onlooker)

    @rule(pick=picks, whom=st.sampled_from(PEOPLE), onlooker=viewers)
    def add_or_remove_delegate(self, pick: int, whom: str, onlooker: Viewer) -> None:
        person = PEOPLE[pick % len(self.model.profiles)]
        profile = self.model.profiles[person]
        if whom == person:
            return
        path = f"/experts/{self.world.id_of(person)}/delegates"
        if whom in profile.delegates:
            response = self.world.send(person, "DELETE", f"{path}/{self.world.id_of(whom)}")
            assert response.status_code == 204, response.content
            profile.delegates.discard(whom)
        else:
            response = self.world.send(person, "POST", path, {"delegate": self.world.id_of(whom)})
            knows = whom in self.model.profiles and self.model.sees_profile(person, whom)
            assert response.status_code == (201 if knows else 400), response.content
            if knows:
                profile.delegates.add(whom)
        self.look(whom, onlooker)
