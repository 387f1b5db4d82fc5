"""Words of a space's own for its discussions."""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7

from forums.models.spaces import Space


class Tag(models.Model):
    """A tag of a space. Discussions name theirs (`Discussion.tags`), in the form that `forums.tags.name`
    gives; ``discussion_count`` is how many of those that every reader of the space may read do.
    """

    MAX_LENGTH = 40
    MAX_PER_DISCUSSION = 5

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=MAX_LENGTH)
    discussion_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "name"], name="tag_unique")]
        indexes = [models.Index(fields=["space", "-discussion_count", "name"], name="tag_by_use")]

    def __str__(self) -> str:
        return self.name
