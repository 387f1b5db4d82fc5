"""Which networks, memberships and designations are there for whom: one ``visible(viewer)`` per model.

The rule for people in a network, stated once here and used by lists, coverage and country profiles:

- the network's co-ordinator and the secretariat see all of its people: they run it;
- a person sees their own place;
- the network's people see one another, save those who closed their names (the section ``identity``) to them;
- everybody else sees only those whose published profile shows them both names and the section ``networks``.
"""

from __future__ import annotations

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from experts.dates import today
from experts.network_roles import coordinated, networks, represented
from experts.querysets import ProfileQuerySet
from search.viewer import Viewer


class NetworkQuerySet(models.QuerySet[Any]):
    """Networks."""

    def visible(self, viewer: Viewer) -> Self:  # noqa: ARG002 - every model answers the same question
        """All: that a network exists and what it is for is public; who is in it is not."""
        return self.all()


class NetworkMembershipQuerySet(models.QuerySet[Any]):
    """People's places in networks."""

    def current(self) -> Self:
        """Of those who are in their network today: standing members, and people with a designation in force.

        The one rule of who is in a network; audience tokens, hence all access, come from it.
        """
        designations = apps.get_model("experts", "Designation").objects.filter(
            in_force(), network=OuterRef("network"), user=OuterRef("user")
        )
        return self.filter(Q(is_standing=True) | Exists(designations))

    def visible(self, viewer: Viewer) -> Self:
        """Current places, by the rule of this module; not of people who asked to be erased."""
        return self.current().filter(people_rule(viewer) & ~Q(user__status="leaving"))


class DesignationQuerySet(models.QuerySet[Any]):
    """Designations."""

    def in_force(self) -> Self:
        """Confirmed ones whose days include today."""
        return self.filter(in_force())

    def with_successor(self) -> Self:
        """Tells of each whether a successor is named (``has_successor``), which policies ask."""
        successors = apps.get_model("experts", "Designation").objects.filter(
            succeeds=OuterRef("pk"), status__in=("proposed", "confirmed")
        )
        return self.annotate(has_successor=Exists(successors))

    def visible(self, viewer: Viewer) -> Self:
        """All of a network to its co-ordinator and the secretariat; all of a State's to its authority; a
        person's own to the person. Others meet those in force, where they may see that person there."""
        rule = in_force() & people_rule(viewer)
        if viewer.is_signed_in:
            rule |= Q(user_id=viewer.user_id)
        if viewer.is_secretariat:
            return self.all()
        if run := coordinated(viewer):
            rule |= Q(network_id__in=run)
        for network_id, country in represented(viewer):
            rule |= Q(network_id=network_id, country_id=country)
        return self.filter(rule)


def in_force(prefix: str = "") -> Q:
    """The condition that a designation (at the end of ``prefix``) is confirmed and holds today."""
    day = today()
    return Q(
        **{
            f"{prefix}status": "confirmed",
            f"{prefix}valid_from__lte": day,
            f"{prefix}valid_to__gte": day,
        }
    )


def people_rule(viewer: Viewer) -> Q:
    """The rule of this module as a condition on a model that has ``network`` and ``user``."""
    if viewer.is_secretariat:
        return Q()
    identity = ProfileQuerySet.readable_section(viewer, "identity", "user__profile__")
    section = ProfileQuerySet.readable_section(viewer, "networks", "user__profile__")
    rule = Q(user__profile__status="published") & identity & section
    if own := networks(viewer):
        rule |= Q(network_id__in=own) & (Q(user__profile__isnull=True) | identity)
    if run := coordinated(viewer):
        rule |= Q(network_id__in=run)
    if viewer.is_signed_in:
        rule |= Q(user_id=viewer.user_id)
    return rule
