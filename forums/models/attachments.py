"""Files that go with posts."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from forums.attachment_querysets import AttachmentQuerySet
from forums.models.discussions import Post


def _place(_: Attachment, name: str) -> str:
    """Where a file is kept: nothing of the name that came with it but its (checked) ending."""
    key = uuid4().hex
    return f"attachments/{key[:2]}/{key}.{name.rpartition('.')[2]}"


class Attachment(models.Model):
    """A file that somebody brought. It may be read by whoever reads one of the posts it goes with; before it
    goes with any, by its owner.

    ``width`` and ``height`` in pixels are there for pictures, which were made anew when they came.
    """

    NAME_LENGTH, ALT_LENGTH = 160, 500

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attachments")
    file = models.FileField(upload_to=_place, max_length=200)
    name = models.CharField(max_length=NAME_LENGTH, help_text="Under which it is downloaded")
    media_type = models.CharField(max_length=100, help_text="Told by its content")
    size = models.PositiveIntegerField(help_text="In bytes")
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    alt = models.CharField(max_length=ALT_LENGTH, blank=True, help_text="What is seen, for who does not see")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-id"], name="attachment_of_owner", include=["size"]),
            models.Index(fields=["created_at"], name="attachment_by_age"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether it was made anew from its pixels, so that a browser may show it."""
        return self.width is not None


class PostAttachment(models.Model):
    """A file goes with a post, in this place."""

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="attached")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="places")
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "attachment"], name="post_attachment_unique"),
            models.CheckConstraint(condition=Q(place__lt=10), name="post_attachments_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.attachment_id} with {self.post_id}"
