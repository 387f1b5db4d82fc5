"""Spaces: the directory, one space, its figures, its settings."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Case, F, QuerySet, When
from django.db.models.expressions import OrderBy
from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.forums.serializers import common
from api.v1.forums.serializers import spaces as shapes
from api.v1.forums.views import examples, lookup
from api.viewsets import ResourceViewSet
from config.errors import Invalid
from experts.references import subtree, topics_by_slug
from forums import access
from forums.actions import spaces as actions
from forums.models import Space

# What is sorted by, where it is a column of a space.
_COLUMNS = {"newest": "created_at", "members": "member_count", "discussions": "discussion_count"}


class SpaceViewSet(ResourceViewSet[Space]):
    """Community spaces."""

    tag = "Spaces"
    model = Space

    @operation(
        "Spaces",
        response=shapes.SpaceCard,
        query=shapes.SpaceFilters,
        paginated=True,
        example=examples.SPACE_CARD,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """The directory, by title: spaces you may read, and cards of private ones. Secret spaces are there
        for their members alone.
        """
        query, viewer = request.query, request.viewer
        rows: QuerySet[Space] = Space.objects.visible(viewer).with_activity(viewer)
        if slug := query.get("parent"):
            rows = rows.filter(parent_id=lookup.related_space_id(viewer, slug, pointer="/parent"))
        if "top" in query:
            rows = rows.filter(parent__isnull=query["top"])
        if "joined" in query:
            mine = [space_id for space_id, held in access.spaces(viewer).items() if held.role]
            rows = rows.filter(pk__in=mine) if query["joined"] else rows.exclude(pk__in=mine)
        if visibility := query.get("visibility"):
            rows = rows.filter(visibility=visibility)
        # What a card does not show is not filtered by either.
        if "topic" in query or "language" in query:
            rows = rows.filter(pk__in=access.readable_space_ids(viewer))
        if slug := query.get("topic"):
            topic = topics_by_slug([slug]).get(slug)
            if topic is None:
                raise Invalid.field("/topic", "There is no such topic.", code="unknown_topic")
            tagged = Space.topics.through.objects.filter(subtree(topic, "topic__"))
            rows = rows.filter(pk__in=tagged.values("space_id"))
        if language := query.get("language"):
            rows = rows.filter(languages__contains=[language])
        if "archived" in query:
            archived = [space_id for space_id, here in access.spaces(viewer).items() if here.archived]
            rows = rows.filter(pk__in=archived) if query["archived"] else rows.exclude(pk__in=archived)
        return self.page(
            self._sortable(rows),
            order=self._order(),
            represent=lambda page: shapes.space_cards(page, viewer),
        )

    @operation(
        "Make a space",
        body=shapes.SpaceInput,
        response=shapes.SpaceDetail,
        status=201,
        scope="moderate",
        example=examples.SPACE,
        body_example={
            "title": "Border staff colleges",
            "visibility": "members_only",
            "topics": ["border-staff-colleges"],
        },
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """You own it. The secretariat makes spaces; owners and moderators make sub-spaces of theirs, which
        are never more open than the space above.
        """
        given = dict(request.input)
        parent = given.pop("parent", None)
        parent_id = lookup.related_space_id(request.viewer, parent, pointer="/parent") if parent else None
        space = actions.create(acting_user=request.person, parent_id=parent_id, **given)
        access.forget(request.viewer)
        body = shapes.space(lookup.space(request.viewer, space.slug), request.viewer)
        return self.created(body, location=f"/api/v1/spaces/{space.slug}", version=space.version)

    @operation("A space", response=shapes.SpaceDetail, example=examples.SPACE)
    def retrieve(self, request: ApiRequest, slug: str) -> HttpResponse:
        """With its rules and topics; of a private space you are not in, its card."""
        return self._answer(slug)

    @operation(
        "Change a space",
        body=shapes.SpaceChanges,
        response=shapes.SpaceDetail,
        scope="moderate",
        example=examples.SPACE,
        body_example={"visibility": "private"},
    )
    def partial_update(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Owners. What is left out stays."""
        changes = dict(request.input)
        reason = changes.pop("reason", "")
        actions.edit(
            lookup.space_id(request.viewer, slug),
            changes,  # type: ignore[arg-type]  # validated to be `SpaceChanges`
            acting_user=request.person,
            expected_version=request.expected_version,
            reason=reason,
        )
        access.forget(request.viewer)
        return self._answer(slug)

    @operation("Figures of a space", response=shapes.SpaceSummary, example=examples.SUMMARY)
    def summary(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Questions, discussions, replies and contributors: what its readers may read, counted exactly."""
        space = Space.objects.get(pk=lookup.readable_space_id(request.viewer, slug))
        return self.answer(shapes.summary(space))

    @operation(
        "Archive a space",
        body=common.ReasonInput,
        response=shapes.SpaceDetail,
        scope="moderate",
        example=examples.SPACE,
        body_example={"reason": "The project has ended."},
    )
    def archive(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Owners. It, and what is below it, can be read but not changed."""
        space_id = lookup.space_id(request.viewer, slug)
        actions.archive(space_id, acting_user=request.person, **request.input)
        access.forget(request.viewer)
        return self._answer(slug)

    @operation("Restore a space", response=shapes.SpaceDetail, scope="moderate", example=examples.SPACE)
    def restore(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Owners. Undoes archiving."""
        actions.restore(lookup.space_id(request.viewer, slug), acting_user=request.person)
        access.forget(request.viewer)
        return self._answer(slug)

    def _sortable(self, rows: QuerySet[Space]) -> QuerySet[Space]:
        """With the columns that it can be sorted by, as far as the card shows them."""
        viewer = self.request.viewer
        column = _COLUMNS.get(self.request.query["sort"])
        if column is None:
            return rows
        shown = When(pk__in=access.readable_space_ids(viewer), then=F(column))
        return rows.annotate(**{f"shown_{column.partition('_')[0]}": Case(shown, default=None)})

    def _order(self) -> Sequence[str | OrderBy]:
        column, descends = shapes.SORTS[self.request.query["sort"]]
        return [F(column).desc(nulls_last=True) if descends else column, "id"]

    def _answer(self, slug: str) -> HttpResponse:
        space = lookup.space(self.request.viewer, slug)
        body = shapes.space(space, self.request.viewer)
        editable = "edit" in body["allowed_actions"]
        return self.answer(body, version=space.version if editable else None)
