"""What people choose to hear of."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.stateful.machine import Community, picks, viewers
from tests.stateful.model import LEVELS, Followed, Viewer
from tests.stateful.plans import EVERYBODY, TAGS


class FollowSteps(Community):
    """Watching, following, muting spaces, discussions and tags."""

    @rule(
        pick=picks,
        who=st.sampled_from(EVERYBODY),
        kind=st.sampled_from(("space", "discussion", "tag")),
        level=st.sampled_from((*LEVELS, None)),
        tag=st.sampled_from(TAGS),
        onlooker=viewers,
    )
    def follow(self, pick: int, who: str, kind: str, level: str | None, tag: str, onlooker: Viewer) -> None:
        model, space = self.model, self.space(pick)
        thing: Followed = space
        path, is_there, is_listed = f"/spaces/{space.slug}", model.reads(who, space), True
        if kind == "tag":
            thing, path = (space, tag), f"{path}/tags/{tag}"
            is_there = is_there and model.has_tag(who, space, tag)
        elif kind == "discussion":
            one = self.discussion(pick)
            if one is None:
                return
            thing, path, is_there = one, f"/discussions/{one.id}", model.sees_discussion(who, one)
        if level is not None:
            self.expect(200 if is_there else 404, who, "POST", f"{path}/follow", {"level": level})
            if is_there:
                model.follows[who, thing] = level
        else:
            is_listed = kind == "discussion" or model.is_shown_card(who, space)
            self.expect(204 if is_listed else 404, who, "DELETE", f"{path}/follow")
            if is_listed:
                model.follows.pop((who, thing), None)
        self.look(who, onlooker)
