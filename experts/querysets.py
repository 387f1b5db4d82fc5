"""Which people are there for whom: one ``visible(viewer)`` per model. What it leaves out is a 404."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from search.viewer import Viewer

if TYPE_CHECKING:
    from experts.models.profiles import Profile


class ProfileQuerySet(models.QuerySet["Profile"]):
    """Profiles."""

    def visible(self, viewer: Viewer) -> Self:
        """Published profiles whose identity the viewer may know, and those the viewer may edit."""
        own = [token.removeprefix("self:") for token in viewer.tokens if token.startswith("self:")]
        published = Q(status="published") & self.readable_section(viewer, "identity")
        return self.filter(published | Q(pk__in=own))

    @staticmethod
    def readable_section(viewer: Viewer, section: str, prefix: str = "") -> Q:
        """The condition that a section of a profile is readable: every filter and sort on its fields needs it.

        ``prefix`` is the path to the profile (``profile__``) when asked from another model.
        """
        return Q(**{f"{prefix}audiences__{section}__has_any_keys": sorted(viewer.tokens)})

