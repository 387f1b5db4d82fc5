"""Which drafts are there for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from search.viewer import Viewer

if TYPE_CHECKING:
    from forums.models.drafts import Draft


class DraftQuerySet(models.QuerySet["Draft"]):
    """What people are writing."""

    def visible(self, viewer: Viewer) -> Self:
        """One's own, also where one can no longer read what they are for."""
        return self.filter(user_id=viewer.user_id) if viewer.is_signed_in else self.none()
