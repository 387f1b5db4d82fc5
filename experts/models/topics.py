"""The taxonomy: what people know about and what is talked about."""

from __future__ import annotations

from django.db import models
from treebeard.mp_tree import MP_Node
from uuid_utils.compat import uuid7


class Topic(MP_Node):  # type: ignore[misc]  # treebeard has no types
    """A node of the tree; ``path`` (treebeard's) makes "this topic and all below it" one index range."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    labels = models.JSONField(help_text='{"en": "…", …} in the six working languages')
    synonyms = models.JSONField(default=dict, blank=True, help_text='{"en": ["FTF", …], …}')
    version = models.PositiveIntegerField(
        default=1, help_text="Grows with every change; ETags are made of it."
    )

    # treebeard orders children by these when they are added
    node_order_by = ["slug"]

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return str(self.labels.get("en", self.slug))


class TopicAlias(models.Model):
    """A slug that a topic had, or that a topic merged into it had; old links keep working."""

    slug = models.SlugField(max_length=80, primary_key=True)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="aliases")

    def __str__(self) -> str:
        return self.slug
