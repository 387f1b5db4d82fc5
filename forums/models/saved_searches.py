"""Kept queries, and what was found for them since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from uuid_utils.compat import uuid7

from forums.saved_search_querysets import SavedSearchQuerySet

if TYPE_CHECKING:
    from uuid import UUID


class Cadence(models.TextChoices):
    """When e-mail about a notice goes out."""

    AT_ONCE = "at_once", "at once"
    DAILY = "daily", "in the daily digest"
    WEEKLY = "weekly", "in the weekly digest"
    NONE = "none", "never"


class SavedSearch(models.Model):
    """A query that a person keeps under a name, and how they want to be told of what is new in it.

    Of what is written on a day, that counts as new which was written after ``since``; of experts and spaces,
    those that did not answer before (`SavedMatch`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=1_000, help_text="As typed; see search.query")
    cadence = models.CharField(max_length=8, choices=Cadence, help_text="Of the e-mail; never: no notice.")
    since = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("user", Lower("name"), name="saved_search_name")]
        indexes = [models.Index(fields=["user", "-id"], name="saved_search_of_user")]

    def __str__(self) -> str:
        return self.name


class SavedMatch(models.Model):
    """Something that answered a kept query: what is here is not told again.

    ``found_at`` is empty for what answered when the query was saved. Whether it still answers, and may be
    read, is asked whenever it is shown or sent (`forums.alerts`).
    """

    id = models.BigAutoField(primary_key=True)
    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="matches")
    kind = models.CharField(max_length=20)
    object_id = models.UUIDField()
    found_at = models.DateTimeField(null=True)
    notice = models.ForeignKey("forums.Notice", null=True, on_delete=models.SET_NULL, related_name="matches")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["search", "kind", "object_id"], name="saved_match_once")
        ]
        indexes = [
            models.Index(
                F("found_at").desc(), condition=Q(found_at__isnull=False), name="saved_match_by_age"
            ),
            models.Index(
                fields=["search", "-id"], condition=Q(found_at__isnull=False), name="saved_match_of_search"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} for {self.search_id}"

    @property
    def thing(self) -> tuple[str, UUID]:
        """Kind and id."""
        return self.kind, self.object_id


class AlertPosition(models.Model):
    """Up to where the changes of the index have been held against a person's kept queries: nothing before
    ``version`` is looked at again, everything after it will be."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    version = models.BigIntegerField()
    looked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["looked_at"], name="alert_position_by_turn")]

    def __str__(self) -> str:
        return f"{self.user_id} up to {self.version}"
