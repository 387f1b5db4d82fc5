"""Which rosters, places on them, call-outs, invitations and deployments are there for whom.

The secretariat runs rosters and call-outs and sees all of them; a person sees what concerns them.
"""

from __future__ import annotations

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from experts.querysets import ProfileQuerySet
from search.viewer import Viewer


class RosterQuerySet(models.QuerySet[Any]):
    """Rosters."""

    def visible(self, viewer: Viewer) -> Self:
        """All, to people who are signed in: they may apply. Visitors are not told of them."""
        return self.all() if viewer.is_signed_in else self.none()


class RosterMemberQuerySet(models.QuerySet[Any]):
    """Places on rosters."""

    def visible(self, viewer: Viewer) -> Self:
        """To the secretariat, and to the person. Who stands ready is not for others to know."""
        return self.filter(secretariat_or_own(viewer))

    def admitted(self) -> Self:
        """Those who can be called out."""
        return self.filter(status="admitted")


class BlackoutQuerySet(models.QuerySet[Any]):
    """Days on which people cannot be called out."""

    def visible(self, viewer: Viewer) -> Self:
        """A person's own. Others meet them only as "not free", where they may read the availability."""
        return self.filter(user_id=viewer.user_id) if viewer.is_signed_in else self.none()

    def readable(self, viewer: Viewer) -> Self:
        """Those of people whose availability the viewer may read (their days, never the note)."""
        return self.filter(ProfileQuerySet.readable_section(viewer, "availability", "user__profile__"))


class CallOutQuerySet(models.QuerySet[Any]):
    """Call-outs."""

    def visible(self, viewer: Viewer) -> Self:
        """To the secretariat, to admitted members of its roster, and to whoever is or was invited to it."""
        if viewer.is_secretariat:
            return self.all()
        if not viewer.is_signed_in:
            return self.none()
        members = (
            _model("RosterMember").objects.admitted().filter(roster=OuterRef("roster"), user=viewer.user_id)
        )
        invited = _model("Invitation").objects.filter(call_out=OuterRef("pk"), user=viewer.user_id)
        return self.filter(Exists(members) | Exists(invited))


class InvitationQuerySet(models.QuerySet[Any]):
    """Invitations to call-outs."""

    def visible(self, viewer: Viewer) -> Self:
        """To the secretariat, and to the invited person."""
        return self.filter(secretariat_or_own(viewer))


class DeploymentQuerySet(models.QuerySet[Any]):
    """Selections for call-outs."""

    def visible(self, viewer: Viewer) -> Self:
        """To the secretariat, and to the person."""
        return self.filter(secretariat_or_own(viewer))

    def booked(self) -> Self:
        """Those that were not cancelled."""
        return self.filter(cancelled_at__isnull=True)


def secretariat_or_own(viewer: Viewer) -> Q:
    """The condition on rows that have a ``user``."""
    if viewer.is_secretariat:
        return Q()
    if not viewer.is_signed_in:
        return Q(pk__in=[])
    return Q(user_id=viewer.user_id)


def _model(name: str) -> Any:
    """A model of this app by name; models import this module, so that it cannot import them."""
    return apps.get_model("experts", name)
