"""Which files are there for whom."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from forums.arrays import IsOneOf
from forums.models.discussions import Post, PostRevision
from forums.models.drafts import Draft
from search.viewer import Viewer

if TYPE_CHECKING:
    from forums.models.attachments import Attachment

UNUSED_FOR = dt.timedelta(days=1)
# So long an edit that took a file away can be undone.
KEPT_FOR_REVISIONS = dt.timedelta(days=30)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Files that go with posts."""

    def visible(self, viewer: Viewer) -> Self:
        """Those of posts that the viewer may read, whoever brought them; one's own while they go with no
        post."""
        read = Post.objects.visible(viewer).filter(attached__attachment=OuterRef("pk"))
        if not viewer.is_signed_in:
            return self.filter(Exists(read))
        return self.filter(Exists(read) | Q(owner_id=viewer.user_id) & ~Exists(_places()))

    def orphans(self, now: dt.datetime) -> Self:
        """Those that have been here for a day, go with nothing that anybody wrote or is writing, and that no
        edit of late took away."""
        edits = PostRevision.objects.filter(
            IsOneOf(OuterRef("pk"), models.F("attachment_ids")), replaced_at__gt=now - KEPT_FOR_REVISIONS
        )
        drafts = Draft.objects.filter(IsOneOf(OuterRef("pk"), models.F("attachment_ids")))
        return self.filter(
            ~Exists(_places()), ~Exists(edits), ~Exists(drafts), created_at__lt=now - UNUSED_FOR
        )


def _places() -> models.QuerySet[Any]:
    places: models.QuerySet[Any] = apps.get_model("forums", "PostAttachment").objects.filter(
        attachment=OuterRef("pk")
    )
    return places
