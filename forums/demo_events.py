"""When and where what the demo's discussions announce takes place, and the States they are about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from forums.demo import demo_id
from forums.models import Discussion, DiscussionCountry, Event

# By the discussion's key: the first and the last moment, the zone they are told in, where.
EVENTS: Mapping[str, tuple[datetime, datetime, str, str, str]] = {
    "helsinki-launch": (
        datetime(2016, 5, 17, 7, tzinfo=UTC),
        datetime(2016, 5, 19, 14, tzinfo=UTC),
        "Europe/Helsinki",
        "FI",
        "Helsinki",
    ),
    "vienna-online-training": (
        datetime(2016, 9, 19, 7, tzinfo=UTC),
        datetime(2016, 9, 20, 15, tzinfo=UTC),
        "Europe/Vienna",
        "AT",
        "Vienna",
    ),
    "barcelona-october": (
        datetime(2017, 10, 9, 7, tzinfo=UTC),
        datetime(2017, 10, 14, 12, tzinfo=UTC),
        "Europe/Madrid",
        "ES",
        "Barcelona",
    ),
    "annual-meeting-2026": (
        datetime(2026, 6, 10, 7, tzinfo=UTC),
        datetime(2026, 6, 11, 15, tzinfo=UTC),
        "Europe/Vienna",
        "AT",
        "Vienna",
    ),
}


def load() -> None:
    """Add what is missing; called after `forums.demo.load`."""
    ids = {demo_id(key): key for key in EVENTS}
    present = Discussion.objects.filter(pk__in=ids, event__isnull=True)
    for discussion_id in present.values_list("pk", flat=True):
        starts_at, ends_at, time_zone, country, place = EVENTS[ids[discussion_id]]
        Event.objects.create(
            discussion_id=discussion_id,
            starts_at=starts_at,
            ends_at=ends_at,
            time_zone=time_zone,
            country_id=country,
            place=place,
        )
        DiscussionCountry.objects.get_or_create(discussion_id=discussion_id, country_id=country)
