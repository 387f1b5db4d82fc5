"""Kept queries: one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from search.viewer import Viewer

if TYPE_CHECKING:
    from forums.models.saved_searches import SavedSearch


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    """Kept queries."""

    def visible(self, viewer: Viewer) -> Self:
        """One's own: nobody else learns what somebody looks for."""
        return self.filter(user_id=viewer.user_id) if viewer.is_signed_in else self.none()
