"""Lists of experts, of a profile's items, of topics, countries and organisations."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import Group

from experts.actions import profiles
from experts.models import Network, NetworkMembership, Section, User
from tests.contracts.lists.base import List
from tests.factories import experts as make

CODES = [f"{a}{b}" for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJ"]


def experts(count: int, asker: User) -> Mapping[str, object]:
    """Each with a photo, countries, topics, languages, networks, all different."""
    for number in range(count):
        country = make.country(CODES[number])
        profile = make.profile(
            nationality=country, duty_country=country, agency_kind="customs", photo=f"photos/{number}.jpg"
        )
        for _ in range(2):
            make.knows(profile, make.topic())
        make.speaks(profile, "ru")
        make.speaks(profile, "en", "C1")
        group = Group.objects.create(name=f"network:{number}")
        network = Network.objects.create(slug=f"network-{number}", names={"en": "A network"}, group=group)
        NetworkMembership.objects.create(network=network, user=profile.user)
    return {}


def missions(count: int, asker: User) -> Mapping[str, object]:
    profile = make.profile()
    for number in range(count):
        make.item(
            profile, Section.MISSIONS, organisation=make.organisation(), country=make.country(CODES[number])
        )
    return {"id": profile.pk, "section": "missions"}


def delegates(count: int, asker: User) -> Mapping[str, object]:
    profile = make.profile(asker)
    for _ in range(count):
        make.delegate(profile)
    return {"id": profile.pk}


def history(count: int, asker: User) -> Mapping[str, object]:
    profile = make.profile(asker)
    for number in range(count):
        profiles.edit(profile.pk, acting_user=asker, changes={"headline": f"Headline {number}"})
    return {"id": profile.pk}


def topics(count: int, asker: User) -> Mapping[str, object]:
    above = make.topic()
    for _ in range(count):
        make.knows(make.profile(), make.topic(parent=above))
    return {}


def countries(count: int, asker: User) -> Mapping[str, object]:
    for number in range(count):
        make.profile(duty_country=make.country(CODES[number]))
    return {}


def organisations(count: int, asker: User) -> Mapping[str, object]:
    for number in range(count):
        make.organisation(country=make.country(CODES[number]))
    return {}


LISTS = [
    List("GET /experts", experts, budget=5),
    List("GET /experts/{id}/{section}", missions, budget=5),
    List("GET /experts/{id}/delegates", delegates, budget=5),
    List("GET /experts/{id}/history", history, budget=5),
    List("GET /topics", topics, budget=6),
    List("GET /countries", countries, budget=5),
    List("GET /organisations", organisations, budget=5),
]
