"""Resolving who asks: a person's audience tokens and offices.

Whoever loads the account that a request comes from loads its places with it (`with_places`): no further
query. An action resolves its actor anew (`resolve`): what was loaded before may be over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from experts import prepared
from experts.dates import today
from experts.models import Delegation, NetworkMembership, User
from experts.network_roles import authority_token, coordinator_token
from search.viewer import MEMBERS, PUBLIC, SECRETARIAT, Viewer, network_token, self_token


class Places(NamedTuple):
    """The networks somebody is in (``network``, ``role``, ``country``), and whose profiles they may edit."""

    networks: Sequence[Mapping[str, Any]]
    profiles: Sequence[UUID]


def with_places(rows: Any, person: str = "pk") -> Any:
    """Annotates today's `Places` of the account at the end of the path ``person``, for `loaded`."""
    networks = NetworkMembership.objects.current().filter(user=OuterRef(person)).order_by()
    place = JSONObject(network="network_id", role="role", country="country_id")
    profiles = Delegation.objects.filter(delegate=OuterRef(person)).order_by()
    return rows.annotate(
        placed_in=ArraySubquery(networks.values(place=place)),
        edits_for=ArraySubquery(profiles.values("profile_id")),
    )


def loaded(thing: object) -> Places | None:
    """What `with_places` has annotated; None where it has not."""
    try:
        return Places(thing.placed_in, thing.edits_for)  # type: ignore[attr-defined]
    except AttributeError:
        return None


def resolve(user: User | AnonymousUser, *, language: str = "en", places: Places | None = None) -> Viewer:
    """The viewer for a user as of now (``places``: as they were loaded in this very request).

    A visitor, and anyone whose account is not active, is ``public`` only. Network tokens and offices
    (`experts.network_roles`) come from the places in networks that are current now, so that a designation
    gives nothing from the day after its last one; ``self`` tokens from the person and from the profiles they
    may edit for somebody else.
    """
    if not isinstance(user, User) or not user.is_active:
        return Viewer(user_id=None, tokens=frozenset({PUBLIC}), language=language)
    tokens = {PUBLIC, MEMBERS, self_token(user.pk)}
    if user.is_staff:
        tokens.add(SECRETARIAT)
    if places is None:
        places = loaded(account(user.pk)) or Places((), ())
    for place in places.networks:
        network, role = place["network"], place["role"]
        tokens.add(network_token(network))
        if role == NetworkMembership.Role.AUTHORITY:
            tokens.add(authority_token(network, place["country"]))
        if role == NetworkMembership.Role.COORDINATOR:
            tokens.add(coordinator_token(network))
    tokens.update(map(self_token, places.profiles))
    return Viewer(user_id=user.pk, tokens=frozenset(tokens), language=language)


def account(person: UUID) -> User | None:
    """The account with its places; None where there is none."""
    return next(iter(prepared.ask(_account, today(), person=person)), None)


def _account(_day: date) -> QuerySet[User]:
    found: QuerySet[User] = with_places(User.objects.filter(pk=prepared.given("person")))
    return found
