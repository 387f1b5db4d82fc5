"""What people choose about search, and what they searched for lately."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class SearchPreferences(models.Model):
    """A person's choices; who has no row has chosen nothing."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="search_preferences",
    )
    found_by_posts = models.BooleanField(
        default=True, help_text="What they wrote may lead to them as an expert."
    )
    keeps_recent = models.BooleanField(default=True, help_text="What they search for is kept for them.")
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"Search preferences of {self.user_id}"


class RecentSearch(models.Model):
    """Something a person searched for; only they see it."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recent_searches"
    )
    query = models.CharField(max_length=1_000)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "query"], name="recent_search_once")]
        indexes = [models.Index(fields=["user", "-used_at"], name="recent_search_by_time")]

    def __str__(self) -> str:
        return self.query
