"""What you are told, how, and what you follow."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.forums.views import lookup
from api.v1.forums.views.examples import DISCUSSION_ROW, ELIF, SPACE_LINK
from api.v1.notices import serializers as shapes
from api.viewsets import ResourceViewSet
from forums.actions import follows, notices
from forums.models import Follow, Notice, NoticePreferences

COUNTED = 100
DISCUSSION = {"id": DISCUSSION_ROW["id"], "topic": DISCUSSION_ROW["topic"]}
NOTICE: dict[str, Any] = {
    "id": "019a1b2c-6000-7f60-8a1b-2c3d4e5f6071",
    "reason": "reply",
    "count": 2,
    "people": [ELIF],
    "space": SPACE_LINK,
    "discussion": DISCUSSION,
    "post": {
        "id": "019a1b2c-4001-7f60-8a1b-2c3d4e5f6071",
        "position": 6,
        "excerpt": "We did the same at our academy.",
    },
    "act": None,
    "case": None,
    "invitation": None,
    "search": None,
    "found": [],
    "draft": None,
    "created": "2026-03-02T08:15:00Z",
    "updated": "2026-03-02T09:40:00Z",
    "read": None,
}
PREFERENCES = {
    "cadences": {str(reason): str(cadence) for reason, cadence in NoticePreferences.DEFAULTS.items()}
}
FOLLOW: dict[str, Any] = {
    "id": "019a1b2c-6100-7f60-8a1b-2c3d4e5f6071",
    "level": "watching",
    "space": None,
    "discussion": DISCUSSION,
    "topic": None,
    "tag": None,
    "since": "2026-03-02T08:15:00Z",
}
LEVEL = {"level": "watching"}


class NoticeViewSet(ResourceViewSet[Notice]):
    """Notices."""

    tag = "Notices"
    model = Notice

    @operation(
        "Your notices",
        response=shapes.NoticeOutput,
        query=shapes.NoticesQuery,
        paginated=True,
        sign_in=True,
        example=NOTICE,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """Those of what you may read now, the latest first."""
        rows = self.visible().select_related("entry", "invitation__space", "saved_search")
        if (unread := request.query.get("unread")) is not None:
            rows = rows.filter(read_at__isnull=unread)
        if reasons := request.query.get("reason"):
            rows = rows.filter(reason__in=reasons)
        return self.page(
            rows,
            order=["-updated_at", "-id"],
            represent=lambda page: shapes.notices(page, request.viewer),
        )

    @operation(
        "How many notices you have not read", response=shapes.Count, sign_in=True, example={"unread": 3}
    )
    def count(self, request: ApiRequest) -> HttpResponse:
        """Exact up to 100."""
        return self._count()

    @operation(
        "Mark notices as read",
        body=shapes.ReadNotices,
        response=shapes.Count,
        example={"unread": 0},
        body_example={"ids": [NOTICE["id"]]},
    )
    def read(self, request: ApiRequest) -> HttpResponse:
        """These, or all. Reading a discussion marks the notices about it, too."""
        notices.mark_read(request.input.get("ids"), acting_user=request.person)
        return self._count()

    @operation("How you are told by e-mail", response=shapes.Preferences, sign_in=True, example=PREFERENCES)
    def preferences(self, request: ApiRequest) -> HttpResponse:
        """For every reason: at once, daily, weekly, or never."""
        row = NoticePreferences.objects.filter(user=request.person).first()
        return self.answer(shapes.preferences(row), version=row.version if row else 1)

    @operation(
        "Change how you are told by e-mail",
        body=shapes.PreferencesChanges,
        response=shapes.Preferences,
        example=PREFERENCES,
        body_example={"cadences": {"like": "none"}},
    )
    def edit_preferences(self, request: ApiRequest) -> HttpResponse:
        """The reasons that are not named stay as they are."""
        row = notices.set_cadences(
            request.input.get("cadences", {}),
            acting_user=request.person,
            expected_version=request.expected_version,
        )
        return self.answer(shapes.preferences(row), version=row.version)

    def _count(self) -> HttpResponse:
        unread = self.visible().filter(read_at__isnull=True).order_by()[:COUNTED]
        return self.answer({"unread": unread.count()})


class FollowViewSet(ResourceViewSet[Follow]):
    """What you watch, follow, mute."""

    tag = "Notices"
    model = Follow

    @operation("What you follow", response=shapes.FollowOutput, paginated=True, sign_in=True, example=FOLLOW)
    def list(self, request: ApiRequest) -> HttpResponse:
        """As far as you may read it; the latest first."""
        rows = self.visible().select_related("discussion", "topic", "tag")
        return self.page(rows, order=["-id"], represent=lambda page: shapes.follows(page, request.viewer))

    @operation(
        "Watch, follow or mute a discussion",
        body=shapes.FollowInput,
        response=shapes.FollowOutput,
        example=FOLLOW,
        body_example=LEVEL,
    )
    def discussion(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Instead of what you chose before; it counts more than that of its topics, tags and space."""
        return self._answer(follows.follow(acting_user=request.person, discussion_id=id, **request.input))

    @operation("Choose nothing for a discussion")
    def not_discussion(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """What you chose for its topics, its tags or its space counts again."""
        follows.unfollow(acting_user=request.person, discussion_id=id)
        return self.nothing()

    @operation(
        "Watch, follow or mute a space",
        body=shapes.FollowInput,
        response=shapes.FollowOutput,
        example=FOLLOW,
        body_example=LEVEL,
    )
    def space(self, request: ApiRequest, slug: str) -> HttpResponse:
        """With all below it, unless you chose otherwise there."""
        space_id = lookup.readable_space_id(request.viewer, slug)
        return self._answer(follows.follow(acting_user=request.person, space_id=space_id, **request.input))

    @operation("Choose nothing for a space")
    def not_space(self, request: ApiRequest, slug: str) -> HttpResponse:
        """What you chose for the spaces above counts again."""
        follows.unfollow(acting_user=request.person, space_id=lookup.space_id(request.viewer, slug))
        return self.nothing()

    @operation(
        "Watch, follow or mute a topic",
        body=shapes.FollowInput,
        response=shapes.FollowOutput,
        example=FOLLOW,
        body_example=LEVEL,
    )
    def topic(self, request: ApiRequest, slug: str) -> HttpResponse:
        """That is, the discussions with this topic that you may read."""
        return self._answer(follows.follow(acting_user=request.person, topic=slug, **request.input))

    @operation("Choose nothing for a topic")
    def not_topic(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Nothing changes where nothing was chosen."""
        follows.unfollow(acting_user=request.person, topic=slug)
        return self.nothing()

    @operation(
        "Watch, follow or mute a tag of a space",
        body=shapes.FollowInput,
        response=shapes.FollowOutput,
        example=FOLLOW | {"discussion": None, "tag": {"name": "travel-documents", "space": SPACE_LINK}},
        body_example=LEVEL,
    )
    def of_tag(self, request: ApiRequest, slug: str, name: str) -> HttpResponse:
        """That is, the discussions of the space with this tag; it counts as much as their topics. A tag is
        there for you if a discussion has it that you may read."""
        space_id = lookup.readable_space_id(request.viewer, slug)
        chosen = follows.follow(acting_user=request.person, space_id=space_id, tag=name, **request.input)
        return self._answer(chosen)

    @operation("Choose nothing for a tag of a space")
    def not_of_tag(self, request: ApiRequest, slug: str, name: str) -> HttpResponse:
        """Nothing changes where nothing was chosen."""
        space_id = lookup.space_id(request.viewer, slug)
        follows.unfollow(acting_user=request.person, space_id=space_id, tag=name)
        return self.nothing()

    def _answer(self, row: Follow) -> HttpResponse:
        [body] = shapes.follows([row], self.request.viewer)
        return self.answer(body)
