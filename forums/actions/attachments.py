"""Bringing files, describing them, taking them away. They go with posts by `forums.actions.writing`."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from config.errors import Conflict, NotFound, TooMany, require_version
from experts import files as stored
from experts.models import User
from experts.policies import require
from forums import files, moderation_policies, policies, text
from forums.actions.common import locked, locked_post, viewer_of
from forums.models import Attachment, Post
from search import outbox

BATCH = 200


def upload(*, acting_user: User, upload: File[bytes], name: str, alt: str = "") -> Attachment:
    """Keep a file, to go with a post later; within a day, or it is removed.

    Whoever is signed in. For what is refused, and what becomes of pictures, see `files.checked`; `TooMany`
    (``quota_used_up``) where the person's files together would be more than the quota.
    """
    alt = _alt(alt)
    checked = files.checked(upload, name=name, max_bytes=settings.MAX_UPLOAD_BYTES)
    with transaction.atomic():
        require(policies.upload, viewer_of(acting_user), None)
        # The person's own row, so that the quota holds for two at once.
        User.objects.select_for_update(no_key=True).get(pk=acting_user.pk)
        size = checked.content.size
        used = Attachment.objects.filter(owner=acting_user).aggregate(used=Sum("size"))["used"] or 0
        if used + size > settings.UPLOAD_QUOTA_BYTES:
            megabytes = settings.UPLOAD_QUOTA_BYTES // 1024 // 1024
            raise TooMany(
                f"Your files together have at most {megabytes} MB.", code="quota_used_up", used=used
            )
        attachment = Attachment(
            owner=acting_user,
            name=checked.name,
            media_type=checked.media_type,
            size=size,
            width=checked.width,
            height=checked.height,
            alt=alt,
        )
        attachment.file.save(checked.name, checked.content, save=False)
        try:
            attachment.save()
        except BaseException:
            attachment.file.delete(save=False)
            raise
    return attachment


@transaction.atomic
def describe(
    attachment_id: UUID, alt: str, *, acting_user: User, expected_version: int | None = None
) -> Attachment:
    """Say what is seen in a picture. Its owner, who must be allowed to edit every post that it goes with."""
    alt = _alt(alt)
    viewer = viewer_of(acting_user)
    attachment = Attachment.objects.visible(viewer).filter(pk=attachment_id).first()
    if attachment is None:
        raise NotFound
    require(policies.own_attachment, viewer, attachment)
    post_ids = list(
        Post.objects.filter(attached__attachment=attachment_id).order_by("pk").values_list("pk", flat=True)
    )
    for post in [locked_post(viewer, post_id) for post_id in post_ids]:  # before the file, as everywhere
        require(policies.edit_post, viewer, post)
        moderation_policies.screen(viewer, post.discussion.space_id, text=alt, html="", is_new=False)
    attachment = _own(attachment_id, acting_user)
    require_version(attachment.version, expected_version)
    if attachment.alt == alt:
        return attachment
    attachment.alt = alt
    attachment.version += 1
    attachment.save(update_fields=["alt", "version"])
    outbox.enqueue("post", post_ids, restricting=True)
    return attachment


@transaction.atomic
def remove(attachment_id: UUID, *, acting_user: User) -> None:
    """Delete a file of one's own that goes with no post; `Conflict` (``attached``) for another."""
    attachment = _own(attachment_id, acting_user)
    if attachment.places.exists():
        raise Conflict("It goes with a post: take it from there first.", code="attached")
    stored.forget(attachment.file)
    attachment.delete()


def remove_orphans(*, now: dt.datetime | None = None) -> int:
    """Delete files that go with nothing (`AttachmentQuerySet.orphans`), one batch; returns how many."""
    now = now or timezone.now()
    with transaction.atomic():
        rows = Attachment.objects.orphans(now).order_by("created_at")[:BATCH]
        held = rows.select_for_update(of=("self",), skip_locked=True)
        # Asked again once they are held: a post may have come in between.
        gone = list(Attachment.objects.orphans(now).filter(pk__in=[row.pk for row in held]))
        for attachment in gone:
            stored.forget(attachment.file)
        Attachment.objects.filter(pk__in=[attachment.pk for attachment in gone]).delete()
    return len(gone)


def _own(attachment_id: UUID, acting_user: User) -> Attachment:
    viewer = viewer_of(acting_user)
    attachment = locked(Attachment.objects.visible(viewer), pk=attachment_id)
    require(policies.own_attachment, viewer, attachment)
    return attachment


def _alt(alt: str) -> str:
    """One line, as it is kept."""
    if not alt.strip():
        return ""
    line = text.body(alt, pointer="/alt", length=Attachment.ALT_LENGTH)
    return " ".join(line.split())
