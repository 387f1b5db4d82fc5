"""Files that go with posts: bringing, describing, downloading them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header

from api.operations import operation
from api.requests import ApiRequest
from api.v1.forums.serializers import attachments as shapes
from api.v1.forums.views import examples
from api.viewsets import ResourceViewSet
from forums.actions import attachments as actions
from forums.files import MEDIA_TYPES
from forums.models import Attachment


class AttachmentViewSet(ResourceViewSet[Attachment]):
    """Files that go with posts."""

    tag = "Attachments"
    model = Attachment

    @operation(
        "Your files",
        response=shapes.AttachmentDetail,
        paginated=True,
        sign_in=True,
        example=examples.ATTACHMENT,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """Those you brought and may (still) read, the latest first."""
        rows: QuerySet[Attachment] = self.visible().filter(owner=request.person)
        return self.page(
            rows,
            order=["-id"],
            represent=lambda page: [shapes.detail(row, request.viewer) for row in page],
        )

    @operation(
        "Upload a file",
        files=True,
        body=shapes.AttachmentInput,
        response=shapes.AttachmentDetail,
        status=201,
        throttle="upload",
        example=examples.ATTACHMENT,
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """A picture (JPEG, PNG, WebP, GIF), document (PDF, Office, OpenDocument, text, CSV), archive, MP3 or
        MP4 of at most 25 MB, told by its content. Pictures are made anew, so that nothing else that was in
        the file (where it was taken, say) is kept. Name it in `attachments` of a post within a day; until
        then nobody but you reads it."""
        upload = request.input["file"]
        attachment = actions.upload(
            acting_user=request.person,
            upload=upload,
            name=upload.name or "",
            alt=request.input.get("alt", ""),
        )
        return self.created(
            shapes.detail(attachment, request.viewer),
            location=f"/api/v1/attachments/{attachment.pk}",
            version=attachment.version,
        )

    @operation("A file", response=shapes.AttachmentDetail, example=examples.ATTACHMENT)
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """What it is. For whoever reads a post that it goes with, and who brought it before it goes with
        any."""
        return self._answer(self.find(id=id))

    @operation(
        "Describe a file",
        body=shapes.AttachmentChanges,
        response=shapes.AttachmentDetail,
        example=examples.ATTACHMENT,
        body_example={"alt": "Twelve people around a table."},
    )
    def partial_update(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Say what is seen in it. Who brought it, as long as they may edit the posts that it goes with."""
        if "alt" in request.input:
            actions.describe(
                id,
                request.input["alt"],
                acting_user=request.person,
                expected_version=request.expected_version,
            )
        return self._answer(self.find(id=id))

    @operation("Delete a file")
    def destroy(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Who brought it, while it goes with no post."""
        actions.remove(id, acting_user=request.person)
        return self.nothing()

    @operation("A file's content", also=dict.fromkeys(MEDIA_TYPES, "The file."), status=200)
    def content(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Pictures to be shown; everything else to be kept, under its name. Asked anew at every request: who
        cannot read any post that it goes with any more gets 404."""
        response: HttpResponse = _file(self.find(id=id))
        return response

    def _answer(self, row: Attachment) -> HttpResponse:
        body = shapes.detail(row, self.request.viewer)
        return self.answer(body, version=row.version if "describe" in body["allowed_actions"] else None)


def _file(row: Attachment) -> Any:
    """As it came out of the storage, piece by piece; a browser runs nothing of it."""
    is_text = row.media_type.startswith("text/")
    response = FileResponse(
        row.file.open(), content_type=f"{row.media_type}; charset=utf-8" if is_text else row.media_type
    )
    disposition = content_disposition_header(as_attachment=not row.is_picture, filename=row.name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["Content-Length"] = str(row.size)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-site"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = f'"{row.pk.hex}"'
    return response
