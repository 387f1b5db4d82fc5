"""When and where what a discussion announces takes place, and which States a discussion is about."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from experts.models import Country
from forums.event_querysets import DiscussionCountryQuerySet, EventQuerySet
from forums.models.discussions import Discussion


class Event(models.Model):
    """What a discussion invites to. It is there for whom the discussion is.

    ``time_zone`` is the one the times are told in where it takes place; ``country`` the State it takes place
    in, None for one that is held on line (``link``) or elsewhere.
    """

    discussion = models.OneToOneField(
        Discussion, primary_key=True, on_delete=models.CASCADE, related_name="event"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64, default="UTC")
    country = models.ForeignKey(Country, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="event_times_in_order")
        ]
        indexes = [
            models.Index(fields=["starts_at", "discussion"], name="event_by_time"),
            models.Index(fields=["country", "starts_at"], name="event_of_country"),
        ]

    def __str__(self) -> str:
        return f"{self.discussion_id} {self.starts_at}"


class DiscussionCountry(models.Model):
    """A discussion is about a State."""

    id = models.BigAutoField(primary_key=True)
    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="countries")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")

    objects = DiscussionCountryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["discussion", "country"], name="discussion_country_unique")
        ]
        indexes = [models.Index(fields=["country", "discussion"], name="discussion_of_country")]

    def __str__(self) -> str:
        return f"{self.discussion_id} is about {self.country_id}"
