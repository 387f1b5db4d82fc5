"""Networks, designations, rosters and call-outs for tests; import it as ``make``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from experts.actions.networks import settle
from experts.audiences import Choice
from experts.dates import today
from experts.models import (
    CallOut,
    Country,
    Deployment,
    Designation,
    Invitation,
    Network,
    NetworkMembership,
    Requirement,
    Roster,
    RosterMember,
    Topic,
    User,
)
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


def roster(*, slug: str = "") -> Roster:
    """A roster with nobody on it."""
    slug = slug or f"roster-{next(_numbers)}"
    return Roster.objects.create(slug=slug, names={"en": slug.title()})


def on_roster(of: Roster, who: User | None = None, **fields: Any) -> User:
    """An expert who is admitted to a roster; ``fields`` are of the profile."""
    who = who or expert(**fields)
    RosterMember.objects.create(
        roster=of, user=who, status=RosterMember.Status.ADMITTED, decided_at=timezone.now()
    )
    return who


def call_out(of: Roster, *, starts: int = 40, ends: int = 44, **fields: Any) -> CallOut:
    """An open call-out; ``starts`` and ``ends`` are days from today."""
    defaults = {"title": "Training", "role": "Trainer", "place": "Osh", "number": 100}
    return CallOut.objects.create(
        roster=of,
        starts_on=in_days(starts),
        ends_on=in_days(ends),
        created_by=secretariat(),
        **(defaults | fields),
    )


def asks(
    of: CallOut,
    *,
    topic: Topic | None = None,
    language: str = "",
    level: str = "practitioner",
    essential: bool = True,
) -> Requirement:
    """Let a call-out ask for a topic or a language."""
    return Requirement.objects.create(
        call_out=of,
        topic=topic,
        language=language,
        level=level,
        essential=essential,
        position=of.requirements.count(),
    )


def invitation(
    of: CallOut, who: User, *, status: str = Invitation.Status.PENDING, days: int = 7
) -> Invitation:
    """An invitation to be answered within so many days."""
    return Invitation.objects.create(
        call_out=of,
        user=who,
        status=status,
        respond_by=timezone.now() + timedelta(days=days),
        created_by=of.created_by,
    )


def deployment(of: CallOut, who: User) -> Deployment:
    """A selection, without a mission on the profile."""
    return Deployment.objects.create(
        call_out=of, user=who, starts_on=of.starts_on, ends_on=of.ends_on, selected_by=of.created_by
    )
