"""What moderators and the secretariat do: sanctions, held and hidden posts, moves, splits, merges."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from forums.models import Sanction
from tests.stateful.machine import REASON, Community, picks, viewers
from tests.stateful.model import SHOWN, Discussion, Post, Space, Viewer
from tests.stateful.plans import EVERYBODY, SECRETARIAT
from tests.stateful.steps.posts import lost

type Place = Space | None  # None is the whole site


class ModerationSteps(Community):
    """Sanctions, held and hidden posts, moves, splits, merges."""

    def __init__(self) -> None:
        super().__init__()
        self.sanctions: dict[tuple[Place, str, str], str] = {}

    # Sanctions ----------------------------------------------------------------------------------------------

    @rule(
        pick=st.none() | picks,
        by=picks,
        whom=st.sampled_from(EVERYBODY),
        kind=st.sampled_from(("ban", "ban", "silence")),
        onlooker=viewers,
    )
    def sanction(self, pick: int | None, by: int, whom: str, kind: str, onlooker: Viewer) -> None:
        space = None if pick is None else self.space(pick)
        who = self.somebody(by, lambda name: self._may_sanction(name, space, whom))
        body = REASON | {"user": self.world.id_of(whom), "kind": kind}
        if space is None:
            expected = 201 if who == SECRETARIAT else 403
        else:
            body["space"] = space.slug
            may = self._may_sanction(who, space, whom)
            expected = 201 if may else 403 if self.model.reads(who, space) else 400
        if expected == 201:
            expected = 400 if who == whom else 409 if (space, whom, kind) in self.sanctions else 201
        response = self.expect(expected, who, "POST", "/moderation/sanctions", body)
        if expected == 201:
            self.sanctions[space, whom, kind] = response.json()["id"]
            self._held_by(space, kind).add(whom)
        self.look(whom, onlooker)

    @rule(pick=picks, by=picks, lapses=st.booleans(), onlooker=viewers)
    def end_sanction(self, pick: int, by: int, lapses: bool, onlooker: Viewer) -> None:
        """Somebody lifts it, or its time is over and nothing else happens."""
        if not self.sanctions:
            return
        space, whom, kind = key = list(self.sanctions)[pick % len(self.sanctions)]
        sanction_id = self.sanctions[key]
        if lapses:
            yesterday = timezone.now() - dt.timedelta(days=1)
            Sanction.objects.filter(pk=sanction_id).update(ends_at=yesterday)
        else:
            who = self.somebody(by, lambda name: self._may_sanction(name, space, None))
            if space is None:
                expected = 200 if who == SECRETARIAT else 404
            elif not self.model.moderates(who, space):
                expected = 404
            else:
                expected = 200 if self.model.may_act(who, space, 3) else 403
            path = f"/moderation/sanctions/{sanction_id}"
            if self.expect(expected, who, "DELETE", path, **REASON).status_code != 200:
                return
        del self.sanctions[key]
        self._held_by(space, kind).discard(whom)
        self.look(whom, onlooker)

    def _may_sanction(self, who: str, space: Place, whom: str | None) -> bool:
        if space is None:
            return who == SECRETARIAT
        role = space.roles.get(whom or "")
        return role != "owner" and self.model.may_act(who, space, 4 if role == "moderator" else 3)

    def _held_by(self, space: Place, kind: str) -> set[str]:
        place = self.model if space is None else space
        return place.banned if kind == "ban" else place.silenced

    # Held and hidden posts ----------------------------------------------------------------------------------

    @rule(pick=picks, by=picks, number=st.sampled_from((0, 1, 3)), onlooker=viewers)
    def hold_first_posts(self, pick: int, by: int, number: int, onlooker: Viewer) -> None:
        """From now on so many posts of each newcomer wait for a moderator."""
        space = self.space(pick)
        who = self.somebody(by, lambda name: self.model.may_act(name, space, 3))
        path = f"/spaces/{space.slug}"
        self.act(who, path, "moderate", "PATCH", f"{path}/moderation", {"first_posts_held": number})
        self.look(onlooker)

    @rule(
        pick=picks,
        by=picks,
        name=st.sampled_from(("hide", "hide", "restore", "approve", "approve")),
        onlooker=viewers,
    )
    def moderate_post(self, pick: int, by: int, name: str, onlooker: Viewer) -> None:
        posts = self.model.posts
        if name != "hide":  # there is something to do only where something was held or taken away
            posts = [post for post in posts if post.state != "published"] or posts
        if not posts:
            return
        post = posts[pick % len(posts)]
        who = self.somebody(by, lambda person: self.model.may_act(person, post.discussion.space, 3))
        expected = self._expected(who, post, name)
        response = self.expect(expected, who, "POST", f"/posts/{post.id}/{name}", REASON)
        if expected == 200:
            was = post.state
            post.state = "hidden" if name == "hide" else "published"
            if name == "hide":
                lost(post)
            elif was == "pending":
                self._appeared(post, response.json()["position"])
        self.look(who, post.author, onlooker)

    def _expected(self, who: str, post: Post, name: str) -> int:
        one = post.discussion
        if not self.model.sees_post(who, post):
            return 404
        there = not one.deleted and (one.status in SHOWN or (name == "approve" and one.status == "pending"))
        if not self.model.may_act(who, one.space, 3) or not there:
            return 403
        if name == "approve":
            return 200 if post.state in ("pending", "published") else 409
        if name == "restore":
            return 409 if post.state == "pending" else 200
        return 409 if post.position == 1 else 200

    def _appeared(self, post: Post, position: int) -> None:
        """A held post is there as if it were written now."""
        one = post.discussion
        one.status = "open" if one.status == "pending" else one.status
        post.position = one.last_position = position
        key = (post.author, one)
        self.model.read[key] = max(self.model.read.get(key, 0), position)
        self.world.publish(post)

    # Moving -------------------------------------------------------------------------------------------------

    @rule(pick=picks, to=picks, by=picks, onlooker=viewers)
    def move(self, pick: int, to: int, by: int, onlooker: Viewer) -> None:
        one, target, model = self.discussion(pick), self.space(to), self.model
        if one is None:
            return
        who = self.somebody(by, lambda name: self._moderates(name, one) and model.may_act(name, target, 2))
        if not model.sees_discussion(who, one):
            expected = 404
        elif not self._moderates(who, one):
            expected = 403
        elif not model.reads(who, target):
            expected = 400
        else:
            expected = 200 if target is one.space or model.may_act(who, target, 2) else 403
        body = REASON | {"space": target.slug}
        self.expect(expected, who, "POST", f"/discussions/{one.id}/move", body)
        if expected == 200:
            one.space = target
        self.look(who, one.author, onlooker)

    @rule(pick=picks, by=picks, onlooker=viewers)
    def split(self, pick: int, by: int, onlooker: Viewer) -> None:
        first = self.post(pick)
        if first is None or first.position == 1:
            return
        one, word = first.discussion, self.world.word()
        who = self.somebody(by, lambda name: self._moderates(name, one))
        expected = 201 if first.state == "published" else 400
        if not self._moderates(who, one):
            expected = 403 if self.model.sees_discussion(who, one) else 404
        body = REASON | {"posts": [first.id], "topic": word.capitalize()}
        response = self.expect(expected, who, "POST", f"/discussions/{one.id}/split", body)
        if expected == 201:
            self._split(first, response.json()["id"], word)
        self.look(who, first.author, onlooker)

    def _split(self, first: Post, new_id: str, word: str) -> None:
        old, model = first.discussion, self.model
        new = Discussion(
            new_id, old.space, first.author, "discussion", word, hidden=old.hidden, tags=old.tags
        )
        model.discussions.append(new)
        moved = [post for post in model.posts if post is first or first in post.above()]
        moved.sort(key=lambda post: post.position)
        before = [post.position for post in moved]
        for post in moved:
            if post is old.accepted:
                lost(post)
        for number, post in enumerate(moved, start=1):
            post.discussion, post.position = new, number
            post.parent = None if post.parent is first or post is first else post.parent
        new.last_position = len(moved)
        for who in model.people:
            if already := sum(position <= model.read.get((who, old), 0) for position in before):
                model.read[who, new] = already
            if level := model.follows.get((who, old)):
                model.follows[who, new] = level

    @rule(pick=picks, into=picks, by=picks, onlooker=viewers)
    def merge(self, pick: int, into: int, by: int, onlooker: Viewer) -> None:
        one, target = self.discussion(pick), self.discussion(into)
        if one is None or target is None or one is target:
            return

        def may_both(name: str) -> bool:
            return self._moderates(name, one) and self._moderates(name, target)

        who = self.somebody(by, may_both)
        if not self.model.sees_discussion(who, one):
            expected = 404
        elif not self.model.sees_discussion(who, target):
            expected = 400
        elif not may_both(who):
            expected = 403
        else:
            expected = 200 if self.model.is_counted(one) and self.model.is_counted(target) else 409
        body = REASON | {"into": target.id}
        self.expect(expected, who, "POST", f"/discussions/{one.id}/merge", body)
        if expected == 200:
            self._merge(one, target)
        self.look(who, one.author, onlooker)

    def _merge(self, one: Discussion, target: Discussion) -> None:
        model, end = self.model, target.last_position
        moved = sorted(
            (post for post in model.posts if post.discussion is one), key=lambda post: post.position
        )
        before, opening = [post.position for post in moved], moved[0]
        for who in model.people:
            already = sum(position <= model.read.get((who, one), 0) for position in before)
            if already and model.read.get((who, target), 0) >= end:
                model.read[who, target] = end + already
            if (level := model.follows.get((who, one))) in ("watching", "following"):
                model.follows.setdefault((who, target), level)
        for number, post in enumerate(moved, start=1):
            post.discussion, post.position = target, end + number
            post.parent = None if post is opening else post.parent or opening
        target.last_position = end + len(moved)
        model.discussions.remove(one)
        model.merged[one.id] = target

    def _moderates(self, who: str, one: Discussion) -> bool:
        """Whether somebody may move it about."""
        there = one.status in SHOWN and not one.deleted
        return there and self.model.sees_discussion(who, one) and self.model.may_act(who, one.space, 3)
