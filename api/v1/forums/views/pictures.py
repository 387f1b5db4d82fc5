"""A space's picture."""

from __future__ import annotations

from django.http import HttpResponse

from api.files import FileVersion, stored_file
from api.operations import operation
from api.requests import ApiRequest
from api.v1.experts.serializers import UploadInput
from api.v1.forums.serializers import spaces as shapes
from api.v1.forums.views import examples, lookup
from api.viewsets import ApiViewSet
from config.errors import NotFound
from forums.actions import space_pictures as actions


class SpacePictureViewSet(ApiViewSet):
    """A space's picture."""

    tag = "Spaces"

    @operation("A space's picture", query=FileVersion, also={"image/jpeg": "The picture."}, status=200)
    def picture(self, request: ApiRequest, slug: str) -> HttpResponse:
        """A JPEG of at most 1024 pixels a side; for whoever is shown the space's card."""
        space = lookup.space(request.viewer, slug)
        if not space.picture:
            raise NotFound
        return stored_file(space.picture, "image/jpeg")

    @operation(
        "Set a space's picture",
        files=True,
        body=UploadInput,
        response=shapes.SpaceDetail,
        scope="moderate",
        example=examples.SPACE,
    )
    def set_picture(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Owners. A JPEG, PNG or WebP of at most 10 MB and 40 million pixels. It is made anew, so that
        nothing else that was in the file (where it was taken, say) is kept."""
        space = actions.set_picture(
            lookup.space_id(request.viewer, slug),
            acting_user=request.person,
            upload=request.input["file"],
            expected_version=request.expected_version,
        )
        return self.answer(
            shapes.space(lookup.space(request.viewer, slug), request.viewer), version=space.version
        )

    @operation("Remove a space's picture", scope="moderate")
    def remove_picture(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Owners. It is deleted."""
        actions.remove_picture(
            lookup.space_id(request.viewer, slug),
            acting_user=request.person,
            expected_version=request.expected_version,
        )
        return self.nothing()
