"""Which rows are there for whom: one ``visible(viewer)`` per model. What it leaves out is a 404."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, F, FilteredRelation, Func, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Greatest, Now

from forums import access
from search.viewer import Viewer

if TYPE_CHECKING:
    from forums.models import Discussion, Post, Sanction, Space

UNPUBLISHED = ("pending", "merged")


class SpaceQuerySet(models.QuerySet["Space"]):
    """Spaces."""

    def visible(self, viewer: Viewer) -> Self:
        """Spaces whose card the viewer is shown (a private one's card is not its content: see `readable`)."""
        return self.filter(id__any=access.listed_space_ids(viewer))

    def readable(self, viewer: Viewer) -> Self:
        """Spaces whose content the viewer may read."""
        return self.filter(id__any=access.readable_space_ids(viewer))

    def with_activity(self, viewer: Viewer) -> Self:
        """Annotates ``last_activity``: when the last post was published; None where there is none, and where
        the viewer is shown no more than the card. Each row costs two looks into an index."""

        def latest(*, is_pinned: bool) -> Subquery:
            rows: models.QuerySet[Discussion] = apps.get_model("forums", "Discussion").objects.counted()
            rows = rows.filter(space_id=OuterRef("pk"), is_pinned=is_pinned).order_by("-last_post_at")
            return Subquery(rows.values("last_post_at")[:1])

        found = Greatest(latest(is_pinned=True), latest(is_pinned=False))
        return self.annotate(
            last_activity=Case(
                When(id__any=access.readable_space_ids(viewer), then=found),
                default=None,
                output_field=models.DateTimeField(),
            )
        )


class DiscussionQuerySet(models.QuerySet["Discussion"]):
    """Discussions."""

    def visible(self, viewer: Viewer) -> Self:
        """Published ones in readable spaces; hidden and deleted ones to the space's moderators; those waiting
        for a moderator to their author and the moderators. One that was merged into another is there for
        nobody."""
        return self.filter(discussion_rule(viewer))

    def published(self) -> Self:
        """Without those waiting for a moderator or merged into others, which stand in no table."""
        return self.exclude(status__in=UNPUBLISHED)

    def counted(self) -> Self:
        """Those that every reader of their space may read: the twin of `Discussion.is_counted`."""
        return self.published().filter(hidden_at__isnull=True, deleted_at__isnull=True)

    def with_names(self) -> Self:
        """Annotates ``author_name`` and ``last_post_by_name``: of those people a table shows no more."""
        return self.annotate(author_name=F("author__name"), last_post_by_name=F("last_post_by__name"))

    def with_reading(self, viewer: Viewer) -> Self:
        """Annotates ``read_position`` (None: never read) and ``unread``, the number of published posts after
        it.

        Both None for a visitor. Each row costs a look into an index, and none where all or nothing is read.
        """
        if not viewer.is_signed_in:
            nothing = Value(None, output_field=models.IntegerField())
            return self.annotate(read_position=nothing, unread=nothing)
        mine = FilteredRelation("read_marks", condition=Q(read_marks__user_id=viewer.user_id))
        return self.annotate(mark=mine, read_position=F("mark__position")).annotate(unread=_unread())

    def with_first_unread(self) -> Self:
        """Annotates ``first_unread`` after `with_reading`: the position of the first published post that is
        not read; None where all is, and for a visitor."""
        posts: models.Manager[Any] = apps.get_model("forums", "Post").objects
        later = posts.filter(discussion_id=OuterRef("pk"), state="published")
        unread = later.filter(position__gt=OuterRef("read_position")).order_by("position")
        return self.annotate(
            first_unread=Case(
                When(unread__isnull=True, then=None),
                When(read_position__isnull=True, then=Value(1)),
                default=Subquery(unread.values("position")[:1]),
                output_field=models.IntegerField(),
            )
        )


class PostQuerySet(models.QuerySet["Post"]):
    """Posts."""

    def visible(self, viewer: Viewer) -> Self:
        """Published posts of visible discussions; pending and hidden ones to their author and moderators;
        deleted ones to moderators."""
        return self.filter(discussion_rule(viewer, "discussion__"), post_rule(viewer))

    def in_thread(self, viewer: Viewer) -> Self:
        """What a reader of the thread meets: visible posts, and tombstones (hidden or deleted posts that have
        published posts below them), whose text is not disclosed."""
        tombstone = Q(state__in=("hidden", "deleted"), descendant_count__gt=0)
        return self.filter(discussion_rule(viewer, "discussion__"), post_rule(viewer) | tombstone)

    def below(self, post: Post) -> Self:
        """The posts below one in the tree of its discussion (a range of the index on ``path``)."""
        rows = self.filter(discussion_id=post.discussion_id)
        if not post.path:
            return rows.exclude(pk=post.pk)
        end = [*post.path[:-1], post.path[-1] + 1]
        return rows.filter(path__gt=post.path, path__lt=end)

    def with_liking(self, viewer: Viewer) -> Self:
        """Annotates ``liked``: whether the viewer likes the post."""
        if viewer.user_id is None:
            return self.annotate(liked=Value(value=False))
        likes: models.Manager[Any] = apps.get_model("forums", "PostLike").objects
        return self.annotate(liked=Exists(likes.filter(post_id=OuterRef("pk"), user_id=viewer.user_id)))


class SanctionQuerySet(models.QuerySet["Sanction"]):
    """Sanctions."""

    def visible(self, viewer: Viewer) -> Self:
        """One's own; those of the spaces one moderates; to the secretariat those of the whole site."""
        if not viewer.is_signed_in:
            return self.none()
        rule = Q(user_id=viewer.user_id) | Q(space_id__in=access.spaces_with(viewer, access.MODERATE))
        if viewer.is_secretariat:
            rule |= Q(space__isnull=True)
        return self.filter(rule)

    def active(self) -> Self:
        """Those that hold now."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=Now()), lifted_at__isnull=True)


def _unread() -> Case:
    published = Func(
        F("id"),
        F("read_position"),
        template=(
            "(SELECT count(*) FROM forums_post AS unread_post WHERE unread_post.state = 'published'"
            " AND unread_post.discussion_id = %(expressions)s)"
        ),
        arg_joiner=" AND unread_post.position > ",
        output_field=models.IntegerField(),
    )
    return Case(
        When(read_position__isnull=True, then=F("reply_count") + 1),
        When(read_position__gte=F("last_position"), then=0),
        default=published,
    )


def discussion_rule(viewer: Viewer, prefix: str = "") -> Q:
    """The rule of `DiscussionQuerySet.visible`, asked from a model at the end of ``prefix``."""

    def q(**conditions: object) -> Q:
        return Q(**{prefix + name: value for name, value in conditions.items()})

    published = ~q(status__in=UNPUBLISHED)
    rule = published & q(hidden_at__isnull=True, deleted_at__isnull=True)
    if viewer.is_signed_in:
        moderated = access.spaces_with(viewer, access.MODERATE)
        rule |= published & q(space_id__any=moderated)
        rule |= q(status="pending", deleted_at__isnull=True, space_id__any=moderated)
        rule |= q(author_id=viewer.user_id, status__in=UNPUBLISHED, deleted_at__isnull=True)
    return rule & q(space_id__any=access.readable_space_ids(viewer))


def post_rule(viewer: Viewer) -> Q:
    """Which posts of a visible discussion are there for the viewer."""
    rule = Q(state="published")
    if viewer.is_signed_in:
        rule |= Q(author_id=viewer.user_id, state__in=("pending", "hidden"))
        rule |= Q(discussion__space_id__any=access.spaces_with(viewer, access.MODERATE))
    return rule
