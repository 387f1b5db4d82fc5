"""Acts on posts, and those that move discussions and posts. (Closing, pinning, hiding …: with
discussions.)"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.forums.serializers import discussions as discussion_shapes
from api.v1.forums.serializers import posts as post_shapes
from api.v1.forums.serializers.common import ReasonInput, ReasonQuery
from api.v1.forums.views import examples
from api.v1.moderation.serializers import acts as shapes
from api.viewsets import ApiViewSet, get
from forums.actions import discussions as discussion_actions
from forums.actions import moderation, moves
from forums.models import Discussion, Post

WHY = {"reason": "Rule 3 of this space."}


class PostActViewSet(ApiViewSet):
    """Moderators' acts on posts."""

    tag = "Moderation"

    @operation(
        "Approve a post",
        body=ReasonInput,
        response=post_shapes.PostOutput,
        scope="moderate",
        example=examples.POST,
        body_example={"reason": "Welcome!"},
    )
    def approve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Moderators. A held post appears, an opening post with its discussion; flags on it are dismissed."""
        return self._answer(moderation.approve_post(id, acting_user=request.person, **request.input))

    @operation(
        "Hide a post",
        body=ReasonInput,
        response=post_shapes.PostOutput,
        scope="moderate",
        example=examples.POST,
        body_example=WHY,
    )
    def hide(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Moderators. Its author still sees it. An opening post goes with its discussion."""
        return self._answer(moderation.hide_post(id, acting_user=request.person, **request.input))

    @operation(
        "Restore a post",
        body=ReasonInput,
        response=post_shapes.PostOutput,
        scope="moderate",
        example=examples.POST,
        body_example={"reason": "It was a quotation."},
    )
    def restore(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Moderators. A hidden or deleted one is shown again."""
        return self._answer(moderation.restore_post(id, acting_user=request.person, **request.input))

    @operation(
        "Show a hidden post again",
        query=ReasonQuery,
        response=post_shapes.PostOutput,
        scope="moderate",
        example=examples.POST,
    )
    def unhide(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Moderators. The same as restoring it."""
        return self._answer(moderation.restore_post(id, acting_user=request.person, **request.query))

    def _answer(self, post: Post) -> HttpResponse:
        viewer = self.request.viewer
        rows = Post.objects.visible(viewer).with_liking(viewer).select_related("author", "discussion")
        [body] = post_shapes.posts([get(rows, pk=post.pk)], viewer)
        return self.answer(body, version=post.version if "edit" in body["allowed_actions"] else None)


class DiscussionActViewSet(ApiViewSet):
    """Moderators' acts that move discussions and posts."""

    tag = "Moderation"

    @operation(
        "Restore a deleted discussion",
        body=ReasonInput,
        response=discussion_shapes.DiscussionDetail,
        scope="moderate",
        example=examples.DISCUSSION,
        body_example=WHY,
    )
    def restore(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Moderators."""
        discussion_actions.restore(id, acting_user=request.person, **request.input)
        return self._answer(id)

    @operation(
        "Move a discussion",
        body=shapes.MoveInput,
        response=discussion_shapes.DiscussionDetail,
        scope="moderate",
        example=examples.DISCUSSION,
        body_example={"space": "border-management", "reason": "It fits there."},
    )
    def move(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Moderators, into a space where they may start discussions. Its address stays the same; who cannot
        read the other space loses it at once."""
        given = dict(request.input)
        moves.move(id, given.pop("space"), acting_user=request.person, **given)
        return self._answer(id)

    @operation(
        "Split a discussion",
        body=shapes.SplitInput,
        response=discussion_shapes.DiscussionDetail,
        status=201,
        scope="moderate",
        example=examples.DISCUSSION,
        body_example={
            "posts": [examples.POST["id"]],
            "topic": "Travel costs",
            "reason": "It is another matter.",
        },
    )
    def split(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Moderators. The posts and all below them become a discussion of their own; the first opens it."""
        given = dict(request.input)
        new = moves.split(
            id, given.pop("posts"), title=given.pop("topic"), acting_user=request.person, **given
        )
        body, version = self._body(new.pk)
        return self.created(body, location=f"/api/v1/discussions/{new.pk}", version=version)

    @operation(
        "Merge a discussion into another",
        body=shapes.MergeInput,
        response=discussion_shapes.DiscussionDetail,
        scope="moderate",
        example=examples.DISCUSSION,
        body_example={"into": examples.DISCUSSION["id"], "reason": "The same question."},
    )
    def merge(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Who moderates both spaces. Answers the other discussion; this one's address leads there from now
        on."""
        given = dict(request.input)
        target = moves.merge(id, given.pop("into"), acting_user=request.person, **given)
        return self._answer(target.pk)

    def _answer(self, id: UUID) -> HttpResponse:
        body, version = self._body(id)
        return self.answer(body, version=version)

    def _body(self, id: UUID) -> tuple[dict[str, object], int | None]:
        viewer = self.request.viewer
        rows = Discussion.objects.visible(viewer).with_reading(viewer).with_first_unread()
        row = get(rows.with_names(), pk=id)
        body = discussion_shapes.discussion(row, viewer)
        return body, row.version if "edit" in body["allowed_actions"] else None
