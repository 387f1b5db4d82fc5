"""Which jobs and imports are there for whom."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.utils import timezone

from search.viewer import Viewer


class JobQuerySet(models.QuerySet[Any]):
    """Jobs."""

    def visible(self, viewer: Viewer) -> Self:
        """A person's own, as long as they are kept."""
        if not viewer.is_signed_in:
            return self.none()
        return self.filter(owner_id=viewer.user_id, expires_at__gt=timezone.now())


class ImportQuerySet(models.QuerySet[Any]):
    """Imports of people."""

    def visible(self, viewer: Viewer) -> Self:
        """The secretariat's, all of them."""
        return self.all() if viewer.is_secretariat else self.none()


class ImportRowQuerySet(models.QuerySet[Any]):
    """Rows of imports."""

    def visible(self, viewer: Viewer) -> Self:
        """The secretariat's."""
        return self.all() if viewer.is_secretariat else self.none()
