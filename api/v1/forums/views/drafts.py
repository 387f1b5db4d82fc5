"""What one is writing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.forums.serializers import drafts as shapes
from api.v1.forums.views import examples, lookup
from api.viewsets import ResourceViewSet
from forums.actions import drafts as actions
from forums.actions.drafts import DraftFields
from forums.models import Draft, Post


class DraftViewSet(ResourceViewSet[Draft]):
    """What you are writing, kept for you on every device."""

    tag = "Drafts"
    model = Draft

    @operation(
        "Your drafts",
        response=shapes.DraftOutput,
        query=shapes.DraftsQuery,
        paginated=True,
        sign_in=True,
        example=examples.DRAFT,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """The one you changed last first."""
        query, rows = request.query, self.visible()
        if discussion_id := query.get("discussion"):
            rows = rows.filter(discussion_id=discussion_id)
        if slug := query.get("space"):
            rows = rows.filter(space_id=lookup.related_space_id(request.viewer, slug, pointer="/space"))
        if (scheduled := query.get("scheduled")) is not None:
            rows = rows.filter(publish_at__isnull=not scheduled)
        return self.page(
            rows,
            order=["-updated_at", "-id"],
            represent=lambda page: shapes.drafts(page, request.viewer),
        )

    @operation(
        "Begin a draft",
        body=shapes.DraftInput,
        response=shapes.DraftOutput,
        status=201,
        example=examples.DRAFT,
        body_example={"space": "gender-equality-platform", "topic": "Which e-learning"},
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """Of a discussion, or of a reply to one: one of those is kept for each, and where there is one, it
        comes with the 409. It may be incomplete, unless it has a time to be published at."""
        discussion_id = request.input.pop("discussion", None)
        draft = actions.create(self._fields(), acting_user=request.person, discussion_id=discussion_id)
        [body] = shapes.drafts([draft], request.viewer)
        return self.created(body, location=f"/api/v1/me/drafts/{draft.pk}", version=draft.version)

    @operation("A draft", response=shapes.DraftOutput, sign_in=True, example=examples.DRAFT)
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Also where you can no longer read what it was for."""
        return self._answer(self.find(id=id))

    @operation(
        "Change a draft",
        body=shapes.DraftFields,
        response=shapes.DraftOutput,
        example=examples.DRAFT,
        body_example={
            "body": "We look for one that works **offline**.",
            "publish_at": "2027-01-11T08:00:00Z",
        },
    )
    def partial_update(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Or say when it is published by itself: as you, if you may then. If another device was quicker, 412
        comes with both."""
        draft = actions.edit(
            id, self._fields(), acting_user=request.person, expected_version=request.expected_version
        )
        return self._answer(draft)

    @operation("Discard a draft")
    def destroy(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """It is deleted, and not published any more."""
        actions.discard(id, acting_user=request.person)
        return self.nothing()

    @operation(
        "Publish a draft",
        response=shapes.Published,
        status=201,
        example={"discussion": examples.DISCUSSION["id"], "post": examples.POST["id"]},
    )
    def publish(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Now. It becomes a discussion or a reply, by the same rules as one that is sent at once, and is no
        draft any more."""
        made = actions.publish(id, acting_user=request.person)
        if isinstance(made, Post):
            reply = {"discussion": made.discussion_id, "post": made.pk}
            return self.created(reply, location=f"/api/v1/posts/{made.pk}")
        started = {"discussion": made.pk, "post": None}
        return self.created(started, location=f"/api/v1/discussions/{made.pk}")

    def _fields(self) -> DraftFields:
        given: dict[str, Any] = dict(self.request.input)
        if "topic" in given:
            given["title"] = given.pop("topic")
        if given.get("space"):
            given["space"] = lookup.related_space_id(self.request.viewer, given["space"], pointer="/space")
        return given  # type: ignore[return-value]  # validated to be so

    def _answer(self, draft: Draft) -> HttpResponse:
        [body] = shapes.drafts([draft], self.request.viewer)
        return self.answer(body, version=draft.version)
