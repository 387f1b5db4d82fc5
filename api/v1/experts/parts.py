"""Photos, files of documents, and the history of a profile."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from api.files import FileVersion, stored_file
from api.operations import operation
from api.requests import ApiRequest
from api.v1.experts import examples, serializers
from api.v1.experts.views import ProfileViewSet
from config.errors import NotFound
from experts import files, history, policies
from experts.actions import profile_files
from experts.models import AuditEntry, Profile, Section


class PhotoViewSet(ProfileViewSet):
    """A profile's photo."""

    @operation("A photo", query=FileVersion, also={"image/jpeg": "The photo."}, status=200)
    def photo(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """A JPEG of at most 1024 pixels a side; 404 where there is none, or none for you."""
        profile = self.loaded(request, id, [])
        if not profile.photo or not profile.shows(Section.PHOTO, request.viewer):
            raise NotFound
        return stored_file(profile.photo, "image/jpeg")

    @operation(
        "Set the photo",
        files=True,
        body=serializers.UploadInput,
        response=serializers.Expert,
        example=examples.EXPERT,
    )
    def set_photo(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """A JPEG, PNG or WebP of at most 10 MB and 40 million pixels. It is made anew, so that nothing else
        that was in the file (where it was taken, say) is kept."""
        profile = profile_files.set_photo(
            id,
            acting_user=request.person,
            upload=request.input["file"],
            expected_version=request.expected_version,
        )
        return self.expert(profile, reload=True)

    @operation("Remove the photo")
    def remove_photo(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """It is deleted."""
        profile_files.remove_photo(id, acting_user=request.person, expected_version=request.expected_version)
        return self.nothing()


class FileViewSet(ProfileViewSet):
    """The file of a document."""

    @operation("A document's file", also=dict.fromkeys(files.DOCUMENTS, "The file."), status=200)
    def file(self, request: ApiRequest, id: UUID, item_id: UUID) -> HttpResponse:
        """To keep, under the name its owner gave it; 404 where there is none, or none for you."""
        profile = self.loaded(request, id, [])
        item = profile.items.filter(section=Section.DOCUMENTS, pk=item_id).exclude(file="").first()
        if item is None or not profile.shows(Section.DOCUMENTS, request.viewer):
            raise NotFound
        response = stored_file(item.file, item.file_type)
        disposition = content_disposition_header(as_attachment=True, filename=item.file_name)
        response.headers["Content-Disposition"] = disposition or "attachment"
        return response

    @operation(
        "Attach a file to a document",
        files=True,
        body=serializers.UploadInput,
        response=serializers.Expert,
        example=examples.EXPERT,
    )
    def attach(self, request: ApiRequest, id: UUID, item_id: UUID) -> HttpResponse:
        """A PDF, Word or OpenDocument text, JPEG or PNG of at most 10 MB, told by its content; it replaces
        one that was there."""
        upload = request.input["file"]
        profile = profile_files.attach(
            id,
            item_id,
            acting_user=request.person,
            upload=upload,
            name=upload.name or "",
            expected_version=request.expected_version,
        )
        return self.expert(profile, reload=True)

    @operation("Remove a document's file")
    def detach(self, request: ApiRequest, id: UUID, item_id: UUID) -> HttpResponse:
        """The document's entry stays."""
        profile_files.detach(
            id, item_id, acting_user=request.person, expected_version=request.expected_version
        )
        return self.nothing()


class HistoryViewSet(ProfileViewSet):
    """How a profile changed."""

    @operation(
        "A profile's history",
        response=serializers.HistoryEntry,
        paginated=True,
        sign_in=True,
        example=examples.HISTORY,
    )
    def list(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """For the expert, delegates and the secretariat, the latest first: who changed what, before and
        after. The secretariat is told of a section only if it may read it now and might then."""
        profile = self.loaded(request, id, [])
        policies.require(policies.read_history, request.viewer, profile)
        return self.page(
            history.entries(profile, request.viewer),
            order=["-id"],
            represent=lambda entries: [self._entry(entry, profile) for entry in entries],
        )

    def _entry(self, entry: AuditEntry, profile: Profile) -> dict[str, Any]:
        return {
            "id": entry.pk,
            "at": entry.at,
            "author": history.author(entry),
            "what": entry.verb,
            "reason": entry.reason,
            "changes": history.changes(entry, profile, self.request.viewer),
        }
