"""What people are writing: kept, scheduled, published, discarded."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from forums.actions import drafts
from forums.models import Discussion as DiscussionRow
from forums.models import Draft as DraftRow
from tests.stateful.machine import Community, picks, viewers
from tests.stateful.model import Discussion, Draft, Space, Viewer
from tests.stateful.plans import EVERYBODY


class DraftSteps(Community):
    """Beginning, scheduling, publishing, discarding; the time that comes."""

    @rule(pick=picks, who=st.sampled_from(EVERYBODY), is_reply=st.booleans(), onlooker=viewers)
    def begin_draft(self, pick: int, who: str, is_reply: bool, onlooker: Viewer) -> None:
        place = self.discussion(pick) if is_reply else self.space(pick)
        if place is None:
            return
        model, word = self.model, self.world.word()
        body: dict[str, object] = {"topic": word.capitalize(), "body": f"About {word}.", "language": "en"}
        if isinstance(place, Space):
            body["space"] = place.slug
            expected = 201 if model.reads(who, place) else 400
        else:
            body["discussion"] = place.id
            there = any(draft.user == who and draft.place is place for draft in model.drafts)
            expected = 400 if not model.sees_discussion(who, place) else 409 if there else 201
        response = self.expect(expected, who, "POST", "/me/drafts", body)
        if expected == 201:
            model.drafts.append(Draft(response.json()["id"], who, place, word))
        self.look(who, onlooker)

    @rule(pick=picks, by=picks, onlooker=viewers)
    def change_draft(self, pick: int, by: int, onlooker: Viewer) -> None:
        """Another word, and in a week it is to be published."""
        if (draft := self._draft(pick)) is None:
            return
        who, word = self.somebody(by, draft.user.__eq__), self.world.word()
        publish_at = (timezone.now() + dt.timedelta(days=7)).isoformat()
        body = {"topic": word.capitalize(), "body": f"About {word}.", "publish_at": publish_at}
        path = f"/me/drafts/{draft.id}"
        if who != draft.user:
            self.expect(404, who, "PATCH", path, body)
        elif self.model.may_publish(draft):
            self.expect(200, who, "PATCH", path, body)
            draft.word, draft.scheduled, draft.refused = word, True, False
        else:
            response = self.world.send(who, "PATCH", path, body)
            assert response.status_code in {400, 403}, response.content
        self.look(who, onlooker)

    @rule(pick=picks, by=picks, onlooker=viewers)
    def discard_draft(self, pick: int, by: int, onlooker: Viewer) -> None:
        if (draft := self._draft(pick)) is None:
            return
        who = self.somebody(by, draft.user.__eq__)
        self.expect(204 if who == draft.user else 404, who, "DELETE", f"/me/drafts/{draft.id}")
        if who == draft.user:
            self.model.drafts.remove(draft)
        self.look(who, onlooker)

    @rule(pick=picks, by=picks, onlooker=viewers)
    def publish_draft(self, pick: int, by: int, onlooker: Viewer) -> None:
        if (draft := self._draft(pick)) is None:
            return
        who, path = self.somebody(by, draft.user.__eq__), f"/me/drafts/{draft.id}/publish"
        if who != draft.user:
            self.expect(404, who, "POST", path)
        elif self.model.may_publish(draft):
            made = self.expect(201, who, "POST", path).json()
            self._published(draft, made["discussion"], made["post"])
        else:
            response = self.world.send(who, "POST", path)
            assert response.status_code in {403, 404}, response.content
        self.look(who, onlooker)

    @rule(pick=picks, onlooker=viewers)
    def a_time_comes(self, pick: int, onlooker: Viewer) -> None:
        """What was scheduled is published as its author, if they may then; else they are told."""
        scheduled = [draft for draft in self.model.drafts if draft.scheduled]
        if not scheduled:
            return
        draft = scheduled[pick % len(scheduled)]
        DraftRow.objects.filter(pk=draft.id).update(publish_at=timezone.now() - dt.timedelta(seconds=1))
        may = self.model.may_publish(draft)
        made = drafts.publish_scheduled(DraftRow.objects.get(pk=draft.id).pk)
        assert bool(made) == may, f"{draft.word} of {draft.user}"
        if isinstance(made, DiscussionRow):
            self._published(draft, str(made.pk), None)
        elif made is not None:
            self._published(draft, str(made.discussion_id), str(made.pk))
        else:
            draft.scheduled, draft.refused = False, True
        self.look(draft.user, onlooker)

    def _draft(self, pick: int) -> Draft | None:
        found = self.model.drafts
        return found[pick % len(found)] if found else None

    def _published(self, draft: Draft, discussion_id: str, post_id: str | None) -> None:
        self.model.drafts.remove(draft)
        if isinstance(draft.place, Space):
            body = self.world.get(draft.user, f"/discussions/{discussion_id}").json()
            self.world.add_discussion(body, draft.place, draft.user, draft.word)
        elif isinstance(draft.place, Discussion):
            body = self.world.get(draft.user, f"/posts/{post_id}").json()
            self.world.add_post(body, draft.place, draft.user, draft.word, None)
