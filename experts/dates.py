"""Days, as States and rosters count them: calendar days in UTC, the last one included."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.contrib.postgres.fields import DateRangeField, RangeBoundary
from django.db.models import Func


def today() -> date:
    """The day it is now, in UTC: what holds until the 30th ends at midnight UTC after the 30th."""
    return datetime.now(UTC).date()


class Days(Func):
    """The days from one date column to another, both included, as a PostgreSQL range."""

    function = "DATERANGE"
    output_field = DateRangeField()

    def __init__(self, first: str, last: str) -> None:
        super().__init__(first, last, RangeBoundary(inclusive_lower=True, inclusive_upper=True))
