"""Photos of profiles and files of documents. For who may, and what is raised, see
`experts.actions.profiles`."""

from __future__ import annotations

from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from config.errors import NotFound
from experts import files, policies
from experts.actions import editing
from experts.models import Profile, Section, User

DOCUMENTS = Section.DOCUMENTS


def set_photo(
    profile_id: UUID, *, acting_user: User, upload: File[bytes], expected_version: int | None = None
) -> Profile:
    """Give the profile a photo, made anew from what was sent (see `files.photo`); the one before is
    deleted."""
    with transaction.atomic():
        viewer, profile = editing.opened(profile_id, acting_user, policies.edit_profile, expected_version)
        editing.require_sections(viewer, profile, [Section.PHOTO])
        made = files.photo(upload)
        before = editing.snapshot(profile, [Section.PHOTO])
        files.forget(profile.photo)
        profile.photo.save("photo.jpg", made, save=False)
        profile.save(update_fields=["photo"])
        return editing.finished(profile, "profile.photo_set", acting_user, [Section.PHOTO], before)


def remove_photo(profile_id: UUID, *, acting_user: User, expected_version: int | None = None) -> Profile:
    """Delete the photo; `NotFound` where there is none."""
    with transaction.atomic():
        viewer, profile = editing.opened(profile_id, acting_user, policies.edit_profile, expected_version)
        editing.require_sections(viewer, profile, [Section.PHOTO])
        if not profile.photo:
            raise NotFound
        before = editing.snapshot(profile, [Section.PHOTO])
        files.forget(profile.photo)
        profile.photo = ""
        profile.save(update_fields=["photo"])
        return editing.finished(profile, "profile.photo_removed", acting_user, [Section.PHOTO], before)


def attach(
    profile_id: UUID,
    item_id: UUID,
    *,
    acting_user: User,
    upload: File[bytes],
    name: str,
    expected_version: int | None = None,
) -> Profile:
    """Put a file to an item of the documents; its type is told by its content (see `files.document_type`)."""
    with transaction.atomic():
        viewer, profile = editing.opened(profile_id, acting_user, policies.edit_profile, expected_version)
        item = editing.item_of(viewer, profile, DOCUMENTS, item_id)
        media_type = files.document_type(upload)
        before = editing.snapshot(profile, [DOCUMENTS])
        files.forget(item.file)
        item.file.save(name, upload, save=False)
        item.file_name = files.safe_name(name, media_type)
        item.file_type = media_type
        item.file_size = upload.size
        item.save()
        return editing.finished(profile, "profile.file_attached", acting_user, [DOCUMENTS], before)


def detach(
    profile_id: UUID, item_id: UUID, *, acting_user: User, expected_version: int | None = None
) -> Profile:
    """Delete the file of a document, and keep the item; `NotFound` where there is none."""
    with transaction.atomic():
        viewer, profile = editing.opened(profile_id, acting_user, policies.edit_profile, expected_version)
        item = editing.item_of(viewer, profile, DOCUMENTS, item_id)
        if not item.file:
            raise NotFound
        before = editing.snapshot(profile, [DOCUMENTS])
        files.forget(item.file)
        item.file = ""
        item.file_name = item.file_type = ""
        item.file_size = None
        item.save()
        return editing.finished(profile, "profile.file_detached", acting_user, [DOCUMENTS], before)
