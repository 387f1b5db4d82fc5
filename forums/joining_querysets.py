"""Which invitations are there for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from experts.network_roles import networks
from forums import access
from forums.arrays import IsOneOf
from search.viewer import Viewer

if TYPE_CHECKING:
    from forums.models import Invitation


class SpaceInvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations into spaces."""

    def visible(self, viewer: Viewer) -> Self:
        """All of a space to its moderators; to everybody those that are addressed to them and hold."""
        if not viewer.is_signed_in:
            return self.none()
        mine = self.addressed_to(viewer).order_by().values("pk")
        return self.filter(Q(space_id__in=access.spaces_with(viewer, access.MODERATE)) | Q(pk__in=mine))

    def addressed_to(self, viewer: Viewer) -> Self:
        """Those that hold, to this person or to a network they are in, into a space that they are not banned
        from. (A link is addressed to nobody: who holds it uses it.)"""
        if viewer.user_id is None:
            return self.none()
        sanctions = apps.get_model("forums", "Sanction").objects
        bans = sanctions.active().filter(
            Q(space__isnull=True)
            | Q(space_id=OuterRef("space_id"))
            | Q(IsOneOf(F("space_id"), OuterRef("space__ancestor_ids"))),
            user_id=viewer.user_id,
            kind="ban",
        )
        return self.holding().filter(
            Q(user_id=viewer.user_id) | Q(network_id__in=networks(viewer)), ~Exists(bans)
        )

    def holding(self) -> Self:
        """Those that can be accepted now."""
        return self.filter(
            Q(max_uses__isnull=True) | Q(use_count__lt=F("max_uses")),
            revoked_at__isnull=True,
            declined_at__isnull=True,
            expires_at__gt=Now(),
        )
