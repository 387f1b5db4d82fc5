"""Networks, designations, rosters and call-outs for tests; import it as ``make``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction

from experts.actions.networks import settle
from experts.audiences import Choice
from experts.dates import today
from experts.models import Country, Designation, Network, NetworkMembership, User
from tests.factories.experts import country, knows, profile, secretariat, speaks, topic, user

__all__ = ["country", "knows", "profile", "secretariat", "speaks", "topic", "user"]

_numbers = count(1)
PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


def expert(*, reach: Mapping[str, str | Choice] | None = None, **fields: Any) -> User:
    """An account with a published profile; ``reach`` are audiences that differ from the defaults."""
    return profile(reach=reach, **fields).user


def network(*, is_designated: bool = True, slug: str = "") -> Network:
    """A network with nobody in it."""
    slug = slug or f"network-{next(_numbers)}"
    return Network.objects.create(
        slug=slug,
        names={"en": slug.replace("-", " ").title()},
        is_designated=is_designated,
        group=Group.objects.create(name=f"network:{slug}"),
    )


def member(
    of: Network, who: User | None = None, *, role: str = "member", acts_for: Country | None = None
) -> User:
    """A person with a standing place in a network."""
    who = who or user()
    NetworkMembership.objects.create(network=of, user=who, role=role, country=acts_for)
    settle_now(of, who)
    return who


def coordinator(of: Network) -> User:
    """The network's co-ordinator."""
    return member(of, role=NetworkMembership.Role.COORDINATOR)


def authority(of: Network, state: Country) -> User:
    """A State's authority in the network."""
    return member(of, role=NetworkMembership.Role.AUTHORITY, acts_for=state)


def designation(
    of: Network,
    state: Country,
    who: User | None = None,
    *,
    kind: str = Designation.Kind.PRIMARY,
    status: str = Designation.Status.CONFIRMED,
    starts: int = -100,
    ends: int = 265,
    **fields: Any,
) -> Designation:
    """A designation; ``starts`` and ``ends`` are days from today."""
    made = Designation.objects.create(
        network=of,
        country=state,
        user=who or user(),
        kind=kind,
        status=status,
        valid_from=in_days(starts),
        valid_to=in_days(ends),
        **fields,
    )
    settle_now(of, made.user)
    return made


def settle_now(of: Network, who: User) -> None:
    """Bring a person's place and the group in line, as actions do."""
    with transaction.atomic():
        settle(of, [who.pk])


def in_days(days: int) -> date:
    """A day counted from today."""
    return today() + timedelta(days=days)
