"""Which notices are there for whom: asked anew whenever one is shown, counted or sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from forums import access, alerts
from forums.arrays import IsOneOf
from forums.models.discussions import Post
from forums.models.drafts import Draft
from forums.models.joining import Invitation, JoinRequest
from forums.models.moderation import Appeal, Case
from forums.querysets import discussion_rule
from search.viewer import Viewer

if TYPE_CHECKING:
    from forums.models.notices import Follow, Notice


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices."""

    def visible(self, viewer: Viewer) -> Self:
        """One's own, as long as what they tell of may be read: at least one of the posts, an invitation that
        still holds, a case or appeal that is still there for one, a request to join that still waits,
        something that still answers a search one keeps, a draft that was refused. What concerns oneself
        (moderation) always."""
        if not viewer.is_signed_in:
            return self.none()
        return self.filter(user_id=viewer.user_id).filter(
            Q(reason="moderation")
            | Q(reason="appeal") & Exists(_appeals(viewer))
            | Q(reason="flag") & Exists(_cases(viewer))
            | Q(reason="invitation") & Exists(_invitations(viewer))
            | Q(reason="join_request") & Exists(_requests(viewer))
            | Q(reason="saved_search", pk__in=alerts.told(viewer))
            | Q(reason="unpublished") & Exists(_refused(viewer))
            | Exists(_posts(viewer))
        )


class FollowQuerySet(models.QuerySet["Follow"]):
    """What people follow."""

    def visible(self, viewer: Viewer) -> Self:
        """One's own choices, for what one may (still) read."""
        if not viewer.is_signed_in:
            return self.none()
        return self.filter(user_id=viewer.user_id).filter(
            Q(topic__isnull=False)
            | Q(space_id__in=access.readable_space_ids(viewer))
            | Q(tag__space_id__in=access.readable_space_ids(viewer))
            | Q(discussion__isnull=False) & discussion_rule(viewer, "discussion__")
        )


def _posts(viewer: Viewer) -> models.QuerySet[Post]:
    return Post.objects.visible(viewer).filter(IsOneOf(F("pk"), OuterRef("post_ids")))


def _refused(viewer: Viewer) -> models.QuerySet[Draft]:
    return Draft.objects.visible(viewer).filter(pk=OuterRef("about")).exclude(refusal={})


def _appeals(viewer: Viewer) -> models.QuerySet[Appeal]:
    return Appeal.objects.visible(viewer).filter(entry_id=OuterRef("entry_id"))


def _cases(viewer: Viewer) -> models.QuerySet[Case]:
    return Case.objects.visible(viewer).filter(pk=OuterRef("case_id"))


def _requests(viewer: Viewer) -> models.QuerySet[JoinRequest]:
    waiting = JoinRequest.objects.filter(status="waiting", space_id=OuterRef("about"))
    return waiting.filter(space_id__in=access.spaces_with(viewer, access.MODERATE))


def _invitations(viewer: Viewer) -> models.QuerySet[Invitation]:
    return Invitation.objects.addressed_to(viewer).filter(pk=OuterRef("invitation_id"))
