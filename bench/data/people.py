"""A directory of a chosen size: full profiles, networks, a designated network, a roster and a call-out.

What people say of themselves, and to whom, is taken from the demo's profiles, so that visibility is as mixed
as there.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group

from bench.data import rows
from bench.data.rows import NOW, uuid7_at
from experts.actions import call_outs
from experts.dates import today
from experts.models import (
    Country,
    Designation,
    Network,
    NetworkMembership,
    Profile,
    ProfileItem,
    ProfileLanguage,
    ProfileTopic,
    Roster,
    RosterMember,
    Section,
    User,
)
from search.viewer import self_token

type Row = dict[str, Any]

ROSTER = "bench-roster"
NETWORK = "bench-1"  # the designated one
YEAR = dt.timedelta(days=365)
_COPIED = (
    "honorific",
    "gender",
    "headline",
    "biography",
    "nationality_id",
    "duty_country_id",
    "agency_kind",
    "contact_email",
    "contact_phone",
    "available_from",
    "available_to",
    "availability_share",
    "notice_days",
    "availability_regions",
)
_OF_ITEMS = (
    "section",
    "title",
    "kind",
    "organisation_id",
    "organisation_name",
    "country_id",
    "place",
    "starts_on",
    "ends_on",
    "url",
    "description",
    "language",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of everything. ``seats`` are designations a State has in the first network; each person is in
    ``networks_each`` of the others."""

    profiles: int
    items_each: int = 20
    networks: int = 200
    networks_each: int = 2
    seats: int = 4
    on_roster: int = 5_000


def make(size: Size, *, seed: int = 1) -> list[UUID]:
    """Generate a directory beside the demo's people; who is in it. Raises IntegrityError when it was made
    with this seed before."""
    chance = random.Random(seed)
    models = _models()
    people = _people(size, chance, seed, models)
    _contents(size, chance, people)
    networks = _networks(size, chance, people)
    _designations(size, networks[0], people)
    _roster(size, people)
    return list(people)


def _models() -> list[Profile]:
    """The demo's profiles, after which the generated ones are made."""
    return list(Profile.objects.filter(status=Profile.Status.PUBLISHED).order_by("pk"))


def _people(size: Size, chance: random.Random, seed: int, models: list[Profile]) -> dict[UUID, Profile]:
    """New people, each with the demo profile that theirs is like."""
    people = {
        uuid7_at(NOW - YEAR * chance.random(), chance): chance.choice(models) for _ in range(size.profiles)
    }
    names = {
        person: (chance.choice(models).given_name, chance.choice(models).family_name) for person in people
    }
    rows.copy(
        User,
        (
            {
                "id": person,
                "email": f"expert-{seed}-{number}@example.org",
                "name": " ".join(names[person]),
                "password": "!",
                "status": User.Status.ACTIVE,
            }
            for number, person in enumerate(people)
        ),
    )
    rows.copy(
        Profile,
        (
            {
                "user_id": person,
                "status": Profile.Status.PUBLISHED,
                "given_name": names[person][0],
                "family_name": names[person][1],
                "created_at": NOW,
                "audiences": _audiences(model, person),
                **{name: getattr(model, name) for name in _COPIED},
            }
            for person, model in people.items()
        ),
    )
    return people


def _audiences(model: Profile, person: UUID) -> dict[str, list[str]]:
    """As the model chose; its ``self`` is the new person."""
    old, new = self_token(model.pk), self_token(person)
    return {
        section: [new if token == old else token for token in tokens]
        for section, tokens in model.audiences.items()
    }


def _contents(size: Size, chance: random.Random, people: dict[UUID, Profile]) -> None:
    topics, languages = _by_profile(ProfileTopic), _by_profile(ProfileLanguage)
    items = list(ProfileItem.objects.exclude(section=Section.DOCUMENTS).order_by("pk").values(*_OF_ITEMS))

    def theirs(held: dict[UUID, list[Row]]) -> Iterator[Row]:
        for person, model in people.items():
            for row in held[model.pk]:
                yield row | {"id": uuid7_at(NOW, chance), "profile_id": person}

    rows.copy(ProfileTopic, theirs(topics))
    rows.copy(ProfileLanguage, theirs(languages))
    rows.copy(
        ProfileItem,
        (
            {"id": uuid7_at(NOW, chance), "profile_id": person, "position": position, **chance.choice(items)}
            for person in people
            for position in range(size.items_each)
        ),
    )


def _by_profile(model: type[ProfileTopic] | type[ProfileLanguage]) -> dict[UUID, list[Row]]:
    held: dict[UUID, list[Row]] = defaultdict(list)
    for row in model.objects.order_by("profile", "position").values():
        held[row["profile_id"]].append(dict(row))
    return held


def _networks(size: Size, chance: random.Random, people: dict[UUID, Profile]) -> list[Network]:
    """The first is designated and without people; the others hold everybody, a few networks each."""
    networks = [
        Network.objects.create(
            slug=f"bench-{number}",
            names={"en": f"Generated network {number}"},
            is_designated=number == 1,
            group=Group.objects.create(name=f"bench-{number}"),
        )
        for number in range(1, size.networks + 1)
    ]
    if len(networks) > size.networks_each:
        places = [
            (person, network)
            for person in people
            for network in chance.sample(networks[1:], size.networks_each)
        ]
        _join(places, chance, is_standing=True)
    return networks


def _join(places: list[tuple[UUID, Network]], chance: random.Random, *, is_standing: bool) -> None:
    rows.copy(
        NetworkMembership,
        (
            {
                "id": uuid7_at(NOW, chance),
                "network_id": network.pk,
                "user_id": person,
                "is_standing": is_standing,
            }
            for person, network in places
        ),
    )
    rows.copy(
        User.groups.through,
        ({"user_id": person, "group_id": network.group_id} for person, network in places),
    )


def _designations(size: Size, network: Network, people: dict[UUID, Profile]) -> None:
    """A primary and its alternates for every State and Partner."""
    chance = random.Random(2)
    waiting = iter(people)
    seats = [
        (country, number, next(waiting))
        for country in Country.objects.values_list("pk", flat=True)
        for number in range(min(size.seats, len(people) // 100))
    ]
    day = today()
    rows.copy(
        Designation,
        (
            {
                "id": uuid7_at(NOW, chance),
                "network_id": network.pk,
                "country_id": country,
                "user_id": person,
                "kind": Designation.Kind.ALTERNATE if number else Designation.Kind.PRIMARY,
                "status": Designation.Status.CONFIRMED,
                "valid_from": day - YEAR,
                "valid_to": day + dt.timedelta(days=30 + 100 * number),
                "confirmed_at": NOW,
            }
            for country, number, person in seats
        ),
    )
    _join([(person, network) for _, _, person in seats], chance, is_standing=False)


def _roster(size: Size, people: dict[UUID, Profile]) -> None:
    """A roster, and a call-out that many of its members fit."""
    roster = Roster.objects.create(slug=ROSTER, names={"en": "Generated roster"})
    chance = random.Random(3)
    rows.copy(
        RosterMember,
        (
            {
                "id": uuid7_at(NOW, chance),
                "roster_id": roster.pk,
                "user_id": person,
                "status": RosterMember.Status.ADMITTED,
                "applied_at": NOW,
                "decided_at": NOW,
            }
            for person in list(people)[: size.on_roster]
        ),
    )
    secretariat = User.objects.filter(is_staff=True, is_system=False).order_by("pk").first()
    if secretariat is None:
        raise RuntimeError("The demo has a secretariat: load it first.")
    starts = today() + dt.timedelta(days=90)
    call_outs.announce(
        roster.pk,
        acting_user=secretariat,
        values={
            "title": "Border monitoring training",
            "role": "Trainer",
            "place": "Dushanbe",
            "country": "TJ",
            "starts_on": starts,
            "ends_on": starts + dt.timedelta(days=14),
            "number": 10,
            "women_at_least": 3,
            "topics": [
                {"topic": "border-security-and-management", "level": "practitioner", "essential": False},
                {"topic": "counter-terrorism", "level": "awareness", "essential": False},
            ],
            "languages": [{"language": "en", "level": "B2", "essential": True}],
        },
    )
