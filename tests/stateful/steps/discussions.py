"""What is done with whole discussions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.stateful.machine import REASON, Community, picks, viewers
from tests.stateful.model import Discussion, Viewer
from tests.stateful.plans import TAGS


class DiscussionSteps(Community):
    """Starting, replying, closing, hiding, deleting, accepting, reading."""

    @rule(
        pick=picks,
        by=picks,
        kind=st.sampled_from(["discussion", "question"]),
        tags=st.sampled_from(([], [TAGS[0]], list(TAGS))),
        onlooker=viewers,
    )
    def start_discussion(self, pick: int, by: int, kind: str, tags: list[str], onlooker: Viewer) -> None:
        space = self.space(pick)
        who = self.somebody(by, lambda name: self.model.may_act(name, space, 2))
        path, word = f"/spaces/{space.slug}", self.world.word()
        response = self.act(
            who,
            path,
            "start_discussion",
            "POST",
            f"{path}/discussions",
            {
                "topic": word.capitalize(),
                "kind": kind,
                "body": f"About {word}.",
                "language": "en",
                "tags": tags,
            },
        )
        assert bool(response) == self.model.may_act(who, space, 2), f"{who} in {space.slug}"
        if response:
            self.world.add_discussion(response.json(), space, who, word)
        self.look(who, onlooker)

    @rule(pick=picks, by=picks, quoting=st.none() | picks, onlooker=viewers)
    def reply(self, pick: int, by: int, quoting: int | None, onlooker: Viewer) -> None:
        parent = self.post(pick)
        if parent is None:
            return
        discussion, model = parent.discussion, self.model
        quoted = None if quoting is None else self.post(quoting)
        who = self.somebody(by, lambda name: model.may_reply(name, discussion))
        may_quote = quoted is None or (quoted.state == "published" and model.sees_post(who, quoted))
        there = self.world.get(who, f"/discussions/{discussion.id}")
        response = self.world.reply(who, discussion, parent, quoted)
        if there.status_code == 404:
            assert response.status_code == 404, response.content
        else:
            advertised = "reply" in there.json()["allowed_actions"]
            assert advertised == model.may_reply(who, discussion), f"reply to {discussion.word} by {who}"
            allowed = parent.state == "published" and may_quote
            expected = 403 if not advertised else 201 if allowed else 400
            assert response.status_code == expected, response.content
        self.look(who, onlooker, *([parent.author] if model.sees_post(parent.author, parent) else []))

    @rule(
        pick=picks,
        by=picks,
        name=st.sampled_from(("close", "reopen", "archive", "hide", "hide", "unhide", "pin", "unpin")),
        onlooker=viewers,
    )
    def moderate_discussion(self, pick: int, by: int, name: str, onlooker: Viewer) -> None:
        one = self.discussion(pick)
        if one is None:
            return
        if (one.status == "archived", one.status in ("closed", "archived")).count(True) and name == "archive":
            return
        who = self.somebody(by, lambda person: self.model.may_act(person, one.space, 3))
        path = f"/discussions/{one.id}"
        undoes = {"reopen": "close", "unhide": "hide", "unpin": "pin"}.get(name)
        if name in _DONE and _DONE[name](one):
            return  # done already: repeating is no error
        done = (
            self.act(who, path, name, "DELETE", f"{path}/{undoes}", **REASON)
            if undoes
            else self.act(who, path, name, "POST", f"{path}/{name}", REASON)
        )
        if done:
            assert self.model.may_act(who, one.space, 3)
            _EFFECTS[name](one)
        self.look(who, onlooker, one.author)

    @rule(pick=picks, by=picks, onlooker=viewers)
    def delete_discussion(self, pick: int, by: int, onlooker: Viewer) -> None:
        one = self.discussion(pick)
        if one is None or one.deleted:
            return
        who = self.somebody(by, lambda person: self.model.may_act(person, one.space, 3))
        path = f"/discussions/{one.id}"
        if self.act(who, path, "delete", "DELETE", path, **REASON):
            one.deleted = True
        self.look(who, onlooker, one.author)

    @rule(pick=picks, by=picks, onlooker=viewers)
    def accept_or_unaccept(self, pick: int, by: int, onlooker: Viewer) -> None:
        post = self.post(pick)
        if post is None or post.position == 1 or post.discussion.kind != "question":
            return
        one = post.discussion
        who = self.somebody(by, lambda person: person == one.author)
        path = f"/discussions/{one.id}"
        if one.accepted:
            if self.act(who, path, "unaccept", "DELETE", f"{path}/accept"):
                one.accepted = None
                one.status = "open" if one.status == "answered" else one.status
        elif post.state == "published" and self.act(
            who, path, "accept", "POST", f"{path}/accept", {"post": post.id}
        ):
            one.accepted = post
            one.status = "answered" if one.status == "open" else one.status
        self.look(who, onlooker)

    @rule(pick=picks, by=picks, onlooker=viewers)
    def mark_read(self, pick: int, by: int, onlooker: Viewer) -> None:
        one = self.discussion(pick)
        if one is None:
            return
        who = self.somebody(by, lambda person: self.model.sees_discussion(person, one))
        path = f"/discussions/{one.id}"
        if self.act(who, path, "read", "POST", f"{path}/read", {}):
            self.model.read[who, one] = one.last_position
        self.look(who, onlooker)


def _reopened(one: Discussion) -> None:
    one.status = "answered" if one.accepted else "open"


_EFFECTS: dict[str, Callable[[Discussion], Any]] = {
    "close": lambda one: setattr(one, "status", "closed"),
    "archive": lambda one: setattr(one, "status", "archived"),
    "reopen": _reopened,
    "hide": lambda one: setattr(one, "hidden", True),
    "unhide": lambda one: setattr(one, "hidden", False),
    "pin": lambda one: None,
    "unpin": lambda one: None,
}
_DONE: dict[str, Callable[[Discussion], bool]] = {
    "close": lambda one: one.status == "closed",
    "archive": lambda one: one.status == "archived",
    "reopen": lambda one: one.status in ("open", "answered"),
    "hide": lambda one: one.hidden,
    "unhide": lambda one: not one.hidden,
    "unpin": lambda one: True,
}
