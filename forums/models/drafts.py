"""What somebody is writing, kept for them whatever they write it on."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from forums.draft_querysets import DraftQuerySet
from forums.models.discussions import Discussion
from forums.models.spaces import Space


class Draft(models.Model):
    """A discussion to be started (in ``space``, once it is chosen), or a reply (to ``discussion``, or to its
    post ``parent_id``); nobody's but its author's.

    ``publish_at``: when it is to be published by itself. ``refusal``: why that was not done, as ``{"code": …,
    "detail": …}``; empty otherwise.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    space = models.ForeignKey(Space, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    discussion = models.ForeignKey(
        Discussion, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    parent_id = models.UUIDField(null=True, blank=True)
    kind = models.CharField(
        max_length=12,
        choices=Discussion.Kind,
        default=Discussion.Kind.DISCUSSION,
        help_text="Of a discussion",
    )
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    language = models.CharField(max_length=2, blank=True)
    topics = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    tags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    attachment_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    quotes = models.JSONField(default=list, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True)
    refusal = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "discussion"], condition=Q(discussion__isnull=False), name="draft_of_reply"
            ),
            models.CheckConstraint(
                condition=Q(space__isnull=True) | Q(discussion__isnull=True), name="draft_of_one_thing"
            ),
        ]
        indexes = [models.Index(fields=["user", "-updated_at", "-id"], name="draft_of_user")]

    def __str__(self) -> str:
        return self.title or str(self.pk)
