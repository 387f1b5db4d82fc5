"""Which events there are for whom, and which discussions about a State."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models

from forums.querysets import discussion_rule
from search.viewer import Viewer


class EventQuerySet(models.QuerySet[Any]):
    """Events."""

    def visible(self, viewer: Viewer) -> Self:
        """Those of visible discussions."""
        return self.filter(discussion_rule(viewer, "discussion__"))

    def to_come(self, now: datetime) -> Self:
        """Those that are not over."""
        return self.filter(ends_at__gte=now)


class DiscussionCountryQuerySet(models.QuerySet[Any]):
    """Which States discussions are about."""

    def visible(self, viewer: Viewer) -> Self:
        """Those of visible discussions."""
        return self.filter(discussion_rule(viewer, "discussion__"))
