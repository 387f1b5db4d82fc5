"""Discussions: the table, one discussion, acts on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.forums.serializers import common
from api.v1.forums.serializers import discussions as shapes
from api.v1.forums.views import examples, lookup, viewing
from api.viewsets import ResourceViewSet
from config.errors import Invalid
from experts import prepared
from experts.models import Topic
from experts.references import subtree, topics_by_slug
from forums import tags
from forums.actions import discussions as actions
from forums.actions import posts as post_actions
from forums.actions import reading
from forums.models import Discussion
from search.viewer import Viewer

REASON = {"reason": "The event is over."}


class DiscussionViewSet(ResourceViewSet[Discussion]):
    """Discussions."""

    tag = "Discussions"
    model = Discussion

    @operation(
        "Discussions of a space",
        response=shapes.DiscussionRow,
        query=shapes.TableFilters,
        paginated=True,
        example=examples.DISCUSSION_ROW,
    )
    def table(self, request: ApiRequest, slug: str) -> HttpResponse:
        """The table: pinned ones on top, then the latest first, or in another order."""
        space_id = lookup.readable_space_id(request.viewer, slug)
        column = shapes.ORDERS[request.query["sort"]]
        return self._table(["-is_pinned", f"-{column}", "-id"], space_id=space_id)

    @operation(
        "Discussions of all spaces",
        response=shapes.DiscussionRow,
        query=shapes.DiscussionFilters,
        paginated=True,
        example=examples.DISCUSSION_ROW,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """Those you may read, the latest first."""
        space_id = None
        if slug := request.query.get("space"):
            space_id = lookup.related_space_id(request.viewer, slug, pointer="/space")
        return self._table([f"-{shapes.ORDERS[request.query['sort']]}", "-id"], space_id=space_id)

    @operation(
        "Start a discussion",
        body=shapes.DiscussionInput,
        response=shapes.DiscussionDetail,
        status=201,
        example=examples.DISCUSSION,
        body_example={
            "topic": "Which e-learning platform do you use?",
            "kind": "question",
            "body": "We look for one that works **offline**.",
            "topics": ["e-learning"],
        },
    )
    def create(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Who takes part in the space; announcements: its moderators."""
        given = dict(request.input)
        discussion = actions.start(
            lookup.space_id(request.viewer, slug),
            acting_user=request.person,
            title=given.pop("topic"),
            **given,
        )
        body, version = self._detail(discussion.pk)
        return self.created(body, location=f"/api/v1/discussions/{discussion.pk}", version=version)

    @operation(
        "A discussion",
        response=shapes.DiscussionDetail,
        moved=lookup.moved_discussion,
        example=examples.DISCUSSION,
    )
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """With its opening post. Counts as a view, once an hour."""
        response = self._answer(id)
        viewing.note(request, id)
        return response

    @operation(
        "Change a discussion",
        body=shapes.DiscussionChanges,
        response=shapes.DiscussionDetail,
        example=examples.DISCUSSION,
        body_example={"topic": "Launch event in Helsinki, May 2016 - Presentations and photos"},
    )
    def partial_update(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The author while it is not closed, and moderators. Its text is the opening post's."""
        given = dict(request.input)
        reason = given.pop("reason", "")
        if "topic" in given:
            given["title"] = given.pop("topic")
        actions.edit(
            id,
            given,  # type: ignore[arg-type]  # validated to be `DiscussionChanges`
            acting_user=request.person,
            expected_version=request.expected_version,
            reason=reason,
        )
        return self._answer(id)

    @operation("Delete a discussion", query=common.DeletionQuery)
    def destroy(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The author as long as nobody has replied, and moderators."""
        actions.delete(
            id, acting_user=request.person, expected_version=request.expected_version, **request.query
        )
        return self.nothing()

    @operation(
        "Mark as read",
        body=shapes.ReadInput,
        response=shapes.Reading,
        example=examples.READING,
        body_example={"position": 6},
    )
    def read(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Up to a position, by default all of it."""
        reading.mark_read(id, acting_user=request.person, **request.input)
        rows = Discussion.objects.visible(request.viewer).with_reading(request.viewer)
        row = self.find(rows.with_first_unread(), id=id)
        return self.answer(
            {
                "read_position": row.read_position or 0,
                "unread": row.unread,
                "first_unread": row.first_unread,
            }
        )

    @operation("Like a discussion", response=shapes.DiscussionDetail, example=examples.DISCUSSION)
    def like(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """That is, its opening post. Liking twice is liking once."""
        post_id = post_actions.opening_post_id(id, acting_user=request.person)
        post_actions.like(post_id, acting_user=request.person)
        return self._answer(id)

    @operation("Take a like back", response=shapes.DiscussionDetail, example=examples.DISCUSSION)
    def unlike(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Nothing changes where there is none."""
        post_id = post_actions.opening_post_id(id, acting_user=request.person)
        post_actions.unlike(post_id, acting_user=request.person)
        return self._answer(id)

    @operation(
        "Accept an answer",
        body=shapes.AnswerInput,
        response=shapes.DiscussionDetail,
        example=examples.DISCUSSION,
        body_example={"post": "019a1b2c-4001-7f60-8a1b-2c3d4e5f6071"},
    )
    def accept(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Of a question: who asked it, and moderators. It takes the place of the one accepted before."""
        actions.accept_answer(id, request.input["post"], acting_user=request.person)
        return self._answer(id)

    @operation("Accept no answer", response=shapes.DiscussionDetail, example=examples.DISCUSSION)
    def unaccept(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The question is open again."""
        actions.unaccept_answer(id, acting_user=request.person)
        return self._answer(id)

    @operation(
        "Pin a discussion",
        body=shapes.PinInput,
        response=shapes.DiscussionDetail,
        scope="moderate",
        example=examples.DISCUSSION,
        body_example={"until": "2027-01-31T23:59:00Z", "reason": "Registration is open."},
    )
    def pin(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Moderators. On top of the space's table, until a time or until unpinned; ten at most."""
        actions.pin(id, acting_user=request.person, **request.input)
        return self._answer(id)

    @operation(
        "Unpin a discussion",
        query=common.ReasonQuery,
        response=shapes.DiscussionDetail,
        scope="moderate",
        example=examples.DISCUSSION,
    )
    def unpin(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Moderators."""
        return self._act(actions.unpin, id)

    @operation(
        "Close a discussion",
        body=common.ReasonInput,
        response=shapes.DiscussionDetail,
        scope="moderate",
        example=examples.DISCUSSION,
        body_example=REASON,
    )
    def close(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Moderators. Nobody but they replies any more."""
        return self._act(actions.close, id)

    @operation(
        "Reopen a discussion",
        query=common.ReasonQuery,
        response=shapes.DiscussionDetail,
        scope="moderate",
        example=examples.DISCUSSION,
    )
    def reopen(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Moderators. Undoes closing and archiving."""
        return self._act(actions.reopen, id)

    @operation(
        "Archive a discussion",
        body=common.ReasonInput,
        response=shapes.DiscussionDetail,
        scope="moderate",
        example=examples.DISCUSSION,
        body_example=REASON,
    )
    def archive(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Moderators. It stays as it is: nothing in it changes any more."""
        return self._act(actions.archive, id)

    @operation(
        "Hide a discussion",
        body=common.ReasonInput,
        response=shapes.DiscussionDetail,
        scope="moderate",
        example=examples.DISCUSSION,
        body_example={"reason": "It names a colleague without consent."},
    )
    def hide(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Moderators. Nobody but they sees it, at once and in search too."""
        return self._act(actions.hide, id)

    @operation(
        "Show a hidden discussion again",
        query=common.ReasonQuery,
        response=shapes.DiscussionDetail,
        scope="moderate",
        example=examples.DISCUSSION,
    )
    def unhide(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Moderators."""
        return self._act(actions.unhide, id)

    @operation(
        "Change a discussion's kind",
        body=shapes.KindInput,
        response=shapes.DiscussionDetail,
        scope="moderate",
        example=examples.DISCUSSION,
        body_example={"kind": "question", "reason": "It asks something."},
    )
    def kind(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Moderators. What is no question any more has no accepted answer either."""
        actions.change_kind(id, acting_user=request.person, **request.input)
        return self._answer(id)

    def _table(self, order: Sequence[str], *, space_id: UUID | None) -> HttpResponse:
        """A page of what the filters leave."""
        viewer, query = self.request.viewer, self.request.query
        topic_path = None
        if slug := query.get("topic"):
            topic = topics_by_slug([slug]).get(slug)
            if topic is None:
                raise Invalid.field("/topic", "There is no such topic.", code="unknown_topic")
            topic_path = topic.path
        values = {"space_id": space_id, "author_id": query.get("author")}
        rows = prepared.Question(
            build=_rows,
            viewer=viewer,
            key=(
                tuple(name for name, value in values.items() if value is not None),
                tuple(query.get("status", ())),
                tuple(query.get("kind", ())),
                topic_path,
                tags.name(query["tag"]) if "tag" in query else None,
                query.get("unread"),
            ),
            values=values,
        )
        return self.page(rows, order=order, represent=lambda page: shapes.discussions(page, viewer))

    def _act(self, action: Callable[..., Discussion], id: UUID) -> HttpResponse:
        action(id, acting_user=self.request.person, **self.request.input, **self.request.query)
        return self._answer(id)

    def _detail(self, id: UUID) -> tuple[dict[str, Any], int | None]:
        rows = Discussion.objects.visible(self.request.viewer).with_reading(self.request.viewer)
        row = self.find(rows.with_first_unread().with_names(), id=id)
        body = shapes.discussion(row, self.request.viewer)
        return body, row.version if "edit" in body["allowed_actions"] else None

    def _answer(self, id: UUID) -> HttpResponse:
        body, version = self._detail(id)
        return self.answer(body, version=version)


def _rows(
    viewer: Viewer,
    columns: Sequence[str],
    statuses: Sequence[str],
    kinds: Sequence[str],
    topic_path: str | None,
    tag: str | None,
    unread: bool | None,
) -> QuerySet[Discussion]:
    """What stands in a table; the values of ``columns`` are given when it is asked."""
    rows = (
        Discussion.objects.visible(viewer)
        .published()
        .filter(**{name: prepared.given(name) for name in columns})
    )
    if statuses:
        rows = rows.filter(status__in=statuses)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if tag is not None:
        rows = rows.filter(tags__contains=[tag])
    if topic_path is not None:
        tagged = Discussion.topics.through.objects.filter(subtree(Topic(path=topic_path), "topic__"))
        rows = rows.filter(pk__in=tagged.values("discussion_id"))
    rows = rows.with_reading(viewer).with_names()
    if unread is None:
        return rows
    has_unread = Q(unread__gt=0)
    return rows.filter(has_unread) if unread else rows.exclude(has_unread)
