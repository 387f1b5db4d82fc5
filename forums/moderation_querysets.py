"""Which cases, appeals and entries of the audit log are there for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from experts.models import AuditEntry
from forums import access
from forums.models.spaces import Space
from search.viewer import Viewer

if TYPE_CHECKING:
    from forums.models.moderation import Appeal, Case


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases before the moderators."""

    def visible(self, viewer: Viewer) -> Self:
        """Those of the spaces one moderates; to the secretariat those that a moderator handed over, and those
        about a space's own moderators where the secretariat may read the space anyway. Nobody sees a case
        about what they wrote themselves."""
        rule = Q(post__discussion__space_id__in=access.spaces_with(viewer, access.MODERATE))
        if viewer.is_secretariat:
            rule |= for_secretariat(viewer)
        return self.filter(rule).exclude(post__author_id=viewer.user_id)


class AppealQuerySet(models.QuerySet["Appeal"]):
    """Appeals."""

    def visible(self, viewer: Viewer) -> Self:
        """One's own; those against acts in spaces one moderates; to the secretariat those that nobody in the
        space can decide and those against acts on the whole site."""
        rule = Q(appellant_id=viewer.user_id) if viewer.is_signed_in else Q(pk__in=[])
        rule |= Q(for_secretariat=False, entry__space_id__in=access.spaces_with(viewer, access.MODERATE))
        if viewer.is_secretariat:
            rule |= Q(for_secretariat=True)
        return self.filter(rule)


def for_secretariat(viewer: Viewer) -> Q:
    """Which cases come to the secretariat's own queue."""
    about_moderators = Q(is_about_moderator=True, kind="flagged")
    readable = Q(post__discussion__space_id__in=access.readable_space_ids(viewer))
    return Q(escalated_at__isnull=False) | about_moderators & readable


def entries(viewer: Viewer) -> models.QuerySet[AuditEntry]:
    """The audit log as the viewer may read it: moderators what happened in their spaces, the secretariat all
    that did not happen in a secret space (one it does not moderate itself)."""
    rule = Q(space_id__in=access.spaces_with(viewer, access.MODERATE))
    if viewer.is_secretariat:
        not_secret = Space.objects.exclude(visibility="secret").values("pk")
        rule |= Q(space_id__isnull=True) | Q(space_id__in=not_secret)
    return AuditEntry.objects.filter(rule)
