"""What you have not read, in all."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.forums.serializers import reading as shapes
from api.v1.forums.views import examples, lookup
from api.viewsets import ApiViewSet
from forums import reading
from forums.actions import reading as actions

UNREAD: dict[str, Any] = {
    "discussions": 2,
    "posts": 7,
    "spaces": [{"space": examples.SPACE_LINK, "discussions": 2, "posts": 7}],
}


class UnreadViewSet(ApiViewSet):
    """What you have not read."""

    tag = "Reading"

    @operation("What you have not read", response=shapes.UnreadInAll, sign_in=True, example=UNREAD)
    def retrieve(self, request: ApiRequest) -> HttpResponse:
        """Exactly, as of now, by space. The discussions themselves: /discussions?unread=true."""
        return self._answer(request)

    @operation("Mark everything as read", response=shapes.UnreadInAll, status=200, example=UNREAD)
    def read(self, request: ApiRequest) -> HttpResponse:
        """All that counts as unread for you now."""
        actions.mark_everything_read(acting_user=request.person)
        return self._answer(request)

    @operation(
        "Mark a space as read",
        body=shapes.SpaceReadInput,
        response=shapes.UnreadInAll,
        status=200,
        example=UNREAD,
        body_example={"below": True},
    )
    def read_space(self, request: ApiRequest, slug: str) -> HttpResponse:
        """All that is in it now. What is left unread elsewhere is answered."""
        space_id = lookup.readable_space_id(request.viewer, slug)
        actions.mark_space_read(space_id, acting_user=request.person, **request.input)
        return self._answer(request)

    def _answer(self, request: ApiRequest) -> HttpResponse:
        return self.answer(shapes.unread(reading.by_space(request.viewer), request.viewer))
