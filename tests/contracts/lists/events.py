"""Lists of events, and of discussions about a State."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from experts.models import User
from forums.models import DiscussionCountry, Event
from tests.contracts.lists.base import List
from tests.factories import experts as make
from tests.factories import forums


def events(count: int, asker: User) -> Mapping[str, object]:
    country = make.country("AT")
    for number in range(count):
        discussion = forums.discussion(forums.space("open"))
        DiscussionCountry.objects.create(discussion=discussion, country=country)
        starts = timezone.now() + timedelta(days=number + 1)
        Event.objects.create(
            discussion=discussion, starts_at=starts, ends_at=starts, country=country, place="Vienna"
        )
    return {"code": "AT"}


LISTS = [
    List("GET /events", events, budget=6),
    List("GET /countries/{code}/discussions", events, budget=7),
]
