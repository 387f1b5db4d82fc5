"""Which endorsements and consents are there for whom: one ``visible(viewer)`` per model."""

from __future__ import annotations

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from experts.querysets import ProfileQuerySet
from search.viewer import Viewer


class EndorsementQuerySet(models.QuerySet[Any]):
    """Endorsements."""

    def counted(self) -> Self:
        """Those that stand: of people whose account is active."""
        return self.filter(endorser__status="active")

    def visible(self, viewer: Viewer) -> Self:
        """Those of a topic that the viewer may read on the profile; and one's own, whatever became of the
        profile."""
        profiles = apps.get_model("experts", "Profile").objects.visible(viewer)
        topics = apps.get_model("experts", "ProfileTopic").objects.filter(
            profile=OuterRef("profile"), topic=OuterRef("topic")
        )
        rule = (
            Q(endorser__status="active")
            & ProfileQuerySet.readable_section(viewer, "topics", "profile__")
            & Q(Exists(topics))
            & Q(profile__in=profiles.order_by().values("pk"))
        )
        if viewer.is_signed_in:
            rule |= Q(endorser_id=viewer.user_id)
        return self.filter(rule)


class ConsentTextQuerySet(models.QuerySet[Any]):
    """Texts that people are asked to consent to."""

    def visible(self, viewer: Viewer) -> Self:  # noqa: ARG002 - every model answers the same question
        """All: anyone may know what people consent to."""
        return self.all()

    def present(self) -> Self:
        """The newest text of each purpose."""
        newer = apps.get_model("experts", "ConsentText").objects.filter(purpose=OuterRef("purpose"))
        return self.filter(version=Subquery(newer.order_by("-version").values("version")[:1]))


class ConsentQuerySet(models.QuerySet[Any]):
    """Consents."""

    def visible(self, viewer: Viewer) -> Self:
        """One's own."""
        return self.filter(user_id=viewer.user_id) if viewer.is_signed_in else self.none()

    def standing(self) -> Self:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)
