"""Resolving who asks: a person's audience tokens and offices, in one query."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet, TextField, Value

from experts import prepared
from experts.dates import today
from experts.models import Delegation, NetworkMembership, User
from experts.network_roles import authority_token, coordinator_token
from search.viewer import MEMBERS, PUBLIC, SECRETARIAT, Viewer, network_token, self_token


def resolve(user: User | AnonymousUser, *, language: str = "en") -> Viewer:
    """The viewer for a user as of now. A visitor, and anyone whose account is not active, is ``public`` only.

    Network tokens and offices (`experts.network_roles`) come from the places in networks that are current
    now, so that a designation gives nothing from the day after its last one; ``self`` tokens from the person
    and from the profiles they may edit for somebody else.
    """
    if not isinstance(user, User) or not user.is_active:
        return Viewer(user_id=None, tokens=frozenset({PUBLIC}), language=language)
    tokens = {PUBLIC, MEMBERS, self_token(user.pk)}
    if user.is_staff:
        tokens.add(SECRETARIAT)
    for object_id, role, country in prepared.ask(_places, today(), person=user.pk):
        if role == "delegate":
            tokens.add(self_token(object_id))
            continue
        tokens.add(network_token(object_id))
        if role == NetworkMembership.Role.AUTHORITY:
            tokens.add(authority_token(object_id, country))
        if role == NetworkMembership.Role.COORDINATOR:
            tokens.add(coordinator_token(object_id))
    return Viewer(user_id=user.pk, tokens=frozenset(tokens), language=language)


def _places(_day: date) -> QuerySet[NetworkMembership, Any]:
    """Where somebody is in networks today, and whose profiles they may edit."""
    memberships = NetworkMembership.objects.current().filter(user=prepared.given("person"))
    delegations = Delegation.objects.filter(delegate=prepared.given("person"))
    places = memberships.order_by().values_list("network_id", "role", "country_id")
    profiles = delegations.order_by().values_list(
        "profile_id", Value("delegate", TextField()), Value(None, TextField())
    )
    return places.union(profiles, all=True)
