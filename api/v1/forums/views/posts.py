"""Posts: reading a discussion, replying, editing, deleting, liking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse

from api.operations import operation
from api.pagination import Rows
from api.requests import ApiRequest
from api.v1.forums.serializers import common
from api.v1.forums.serializers import posts as shapes
from api.v1.forums.views import examples, lookup, viewing
from api.viewsets import ResourceViewSet, get
from config.errors import Invalid, NotFound
from experts import prepared
from forums.actions import moves
from forums.actions import posts as actions
from forums.models import Discussion, Post, PostLike, ReadMark
from forums.querysets import PostQuerySet
from search.viewer import Viewer

ORDERS = {"flat": ["position", "id"], "tree": ["path", "id"]}


class PostViewSet(ResourceViewSet[Post]):
    """Posts."""

    tag = "Posts"
    model = Post

    @operation(
        "Posts of a discussion",
        response=shapes.PostOutput,
        query=shapes.PostsQuery,
        paginated=True,
        moved=lookup.moved_discussion,
        example=examples.POST,
    )
    def list(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Flat or as a tree, from the start, around a position, or below one post. Hidden and deleted posts
        that others replied to stay as tombstones. Counts as a view of the discussion, once an hour.
        """
        query, viewer = request.query, request.viewer
        discussion = prepared.Question(build=_discussion, viewer=viewer, values={"id": id}).first()
        if discussion is None:
            raise NotFound
        response = self._page(self._part(id), ORDERS[query["view"]], discussion)
        viewing.note(request, id)
        return response

    @operation(
        "Reply to a discussion",
        body=shapes.ReplyInput,
        response=shapes.PostOutput,
        status=201,
        moved=lookup.moved_discussion,
        example=examples.POST,
        body_example={"body": "We did the same at our academy."},
    )
    def create(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Or, with ``parent``, to one of its posts. Who takes part in the space, while the discussion is
        open.
        """
        given = dict(request.input)
        post = actions.reply(id, acting_user=request.person, parent_id=given.pop("parent", None), **given)
        return self._made(post)

    @operation("A post", response=shapes.PostOutput, example=examples.POST)
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Its present text."""
        return self._answer(self.find(self._visible(), id=id))

    @operation(
        "Edit a post",
        body=shapes.PostChanges,
        response=shapes.PostOutput,
        example=examples.POST,
        body_example={"body": "We did the same at our academy, twice.", "reason": "Counted again."},
    )
    def partial_update(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The author while the discussion is not closed, and moderators. What it said before is kept."""
        given = dict(request.input)
        if "body" not in given:
            given["body"] = self.find(id=id).body
        actions.edit(id, acting_user=request.person, expected_version=request.expected_version, **given)
        return self._answer(self.find(self._visible(), id=id))

    @operation("Delete a post", query=common.DeletionQuery)
    def destroy(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The author and moderators. Where others replied to it, a tombstone stays."""
        actions.delete(
            id, acting_user=request.person, expected_version=request.expected_version, **request.query
        )
        return self.nothing()

    @operation("Like a post", response=shapes.PostOutput, example=examples.POST)
    def like(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Who takes part in the space, except the author. Liking twice is liking once."""
        actions.like(id, acting_user=request.person)
        return self._answer(self.find(self._visible(), id=id))

    @operation("Take a like of a post back", response=shapes.PostOutput, example=examples.POST)
    def unlike(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Nothing changes where there is none."""
        actions.unlike(id, acting_user=request.person)
        return self._answer(self.find(self._visible(), id=id))

    @operation("Who likes a post", response=shapes.Like, paginated=True, sign_in=True, example=examples.LIKE)
    def likes(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The latest first."""
        post = self.find(id=id)
        rows = PostLike.objects.filter(post=post).select_related("user")
        return self.page(rows, order=["-id"], represent=shapes.likes)

    @operation("Replies to a post", response=shapes.PostOutput, paginated=True, example=examples.POST)
    def replies(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """All that is below it in the tree, in the tree's order."""
        post = get(Post.objects.in_thread(request.viewer).select_related("discussion"), pk=id)
        rows = self._thread().filter(discussion_id=post.discussion_id).below(post)
        return self._page(rows, ORDERS["tree"], post.discussion)

    @operation(
        "Reply to a post",
        body=shapes.PostInput,
        response=shapes.PostOutput,
        status=201,
        example=examples.POST,
        body_example={"body": "We did the same at our academy."},
    )
    def reply(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Who takes part in the space, while the discussion is open."""
        post = get(Post.objects.in_thread(request.viewer), pk=id)
        made = actions.reply(post.discussion_id, acting_user=request.person, parent_id=id, **request.input)
        return self._made(made)

    def _part(self, discussion_id: UUID) -> Rows:
        """What was asked for of a discussion's posts."""
        query, viewer = self.request.query, self.request.viewer
        if not query.keys() & {"around", "parent", "depth"}:
            return prepared.Question(build=_posts, viewer=viewer, values={"discussion": discussion_id})
        rows: PostQuerySet = self._thread().filter(discussion_id=discussion_id)
        level = 0
        if parent_id := query.get("parent"):
            parent = self._parent(discussion_id, parent_id)
            rows, level = rows.below(parent), len(parent.path)
        if depth := query.get("depth"):
            rows = rows.filter(path__len__lte=level + depth)
        return rows

    def _visible(self) -> QuerySet[Post]:
        viewer = self.request.viewer
        rows = Post.objects.visible(viewer).with_liking(viewer)
        return rows.select_related("author", "discussion")

    def _thread(self) -> Any:
        return _thread(self.request.viewer)

    def _parent(self, discussion_id: UUID, parent_id: UUID) -> Post:
        rows = Post.objects.in_thread(self.request.viewer)
        parent = rows.filter(discussion_id=discussion_id, pk=parent_id).first()
        if parent is None:
            raise Invalid.field("/parent", "There is no such post in this discussion.", code="unknown_parent")
        return parent

    def _page(self, rows: Any, order: Sequence[str], discussion: Discussion) -> HttpResponse:
        def represent(page: Any) -> Any:
            self._require_there(page, discussion)
            for post in page:
                post.discussion = discussion
            return shapes.posts(page, self.request.viewer)

        around = self._around(rows, order[0], discussion)
        return self.page(rows, order=order, represent=represent, around=around)

    def _around(self, rows: Any, column: str, discussion: Discussion) -> int | Sequence[int] | None:
        """The ordering value at which the page is wanted; None for the start (or where a cursor says it)."""
        asked = self.request.query.get("around")
        if asked is None or "cursor" in self.request.query_params:
            return None
        position = self._first_unread(discussion) if asked == "unread" else int(asked)
        if column == "position":
            return position
        nearest = rows.filter(position__gte=position).order_by("position")
        path: Sequence[int] | None = nearest.values_list("path", flat=True).first()
        return [2_147_483_647] if path is None else path  # nothing there: the end

    def _require_there(self, page: Sequence[Post], discussion: Discussion) -> None:
        """`NotFound`, which leads on, where the post at the position asked for was split off."""
        asked = self.request.query.get("around", "")
        if not asked.isdigit() or "cursor" in self.request.query_params:
            return
        if all(post.position != int(asked) for post in page):
            moved = moves.moved_post(self.request.viewer, discussion.pk, int(asked))
            if moved is not None and moved.discussion_id != discussion.pk:
                raise NotFound

    def _first_unread(self, discussion: Discussion) -> int:
        if not self.request.viewer.is_signed_in:
            return 1
        mark = ReadMark.objects.filter(user=self.request.person, discussion=discussion).first()
        return (mark.position if mark else 0) + 1

    def _made(self, post: Post) -> HttpResponse:
        post.liked = False  # nobody has seen it yet
        [body] = shapes.posts([post], self.request.viewer)
        return self.created(body, location=f"/api/v1/posts/{post.pk}", version=post.version)

    def _answer(self, post: Post) -> HttpResponse:
        [body] = shapes.posts([post], self.request.viewer)
        return self.answer(body, version=post.version if "edit" in body["allowed_actions"] else None)


def _thread(viewer: Viewer) -> QuerySet[Post]:
    """What a reader meets, with what is shown of it."""
    return Post.objects.in_thread(viewer).with_liking(viewer).select_related("author")


def _posts(viewer: Viewer) -> QuerySet[Post]:
    return _thread(viewer).filter(discussion_id=prepared.given("discussion"))


def _discussion(viewer: Viewer) -> QuerySet[Discussion]:
    return Discussion.objects.visible(viewer).filter(pk=prepared.given("id"))
