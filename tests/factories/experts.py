"""People, profiles, topics, places and organisations for tests; import it as ``make``.

Each function makes a real row with as little given as the test needs; the rest has a sensible value.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from itertools import count
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from PIL import Image

from experts import audiences
from experts.audiences import Choice, Reach
from experts.models import (
    Country,
    Delegation,
    Network,
    NetworkMembership,
    Organisation,
    Profile,
    ProfileItem,
    ProfileLanguage,
    ProfileTopic,
    Section,
    Topic,
    User,
)

_numbers = count(1)


def png(width: int = 80, height: int = 80) -> bytes:
    """A picture."""
    made = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(made, "PNG")
    return made.getvalue()


PNG = png()


def user(**fields: Any) -> User:
    """An active member without a password."""
    number = next(_numbers)
    defaults = {
        "email": f"someone{number}@example.org",
        "name": f"Person {number}",
        "status": User.Status.ACTIVE,
        "password": "!",
    }
    return User.objects.create(**(defaults | fields))


def secretariat() -> User:
    """A member of the secretariat."""
    return user(is_staff=True)


def country(code: str = "NO", **fields: Any) -> Country:
    """A State by its code; the one there is, if there is one."""
    defaults = {
        "status": Country.Standing.PARTICIPATING,
        "region": "northern_europe",
        "names": {"en": f"State {code}", "fr": f"État {code}"},
    }
    found, _ = Country.objects.get_or_create(code=code, defaults=defaults | fields)
    return found


def organisation(**fields: Any) -> Organisation:
    """A border police that no country runs."""
    number = next(_numbers)
    defaults = {
        "name": f"Service {number}",
        "names": {"en": f"Service {number}"},
        "slug": f"service-{number}",
        "kind": "border_police",
    }
    return Organisation.objects.create(**(defaults | fields))


def topic(slug: str = "", *, parent: Topic | None = None, **fields: Any) -> Topic:
    """A topic, below another if ``parent`` is given."""
    slug = slug or f"topic-{next(_numbers)}"
    values = {"slug": slug, "labels": {"en": slug.replace("-", " ").capitalize()}} | fields
    made: Topic
    if parent is None:
        made = Topic.objects.add_root(values)
    else:
        made = Topic.objects.add_child(Topic.objects.get(pk=parent.pk), values)
    return made


def profile(
    owner: User | None = None, *, reach: Mapping[str, str | Choice] | None = None, **fields: Any
) -> Profile:
    """A published profile with the default audiences; ``reach={"contact": "everyone"}`` gives others."""
    owner = owner or user()
    defaults = {
        "given_name": "Ana",
        "family_name": f"Expert{next(_numbers)}",
        "status": Profile.Status.PUBLISHED,
        "audiences": tokens(owner.pk, reach or {}),
    }
    return Profile.objects.create(user=owner, **(defaults | fields))


def tokens(owner: UUID, reach: Mapping[str, str | Choice]) -> dict[str, list[str]]:
    """The ``audiences`` of a profile: the defaults but for the sections named in ``reach``."""
    chosen = audiences.defaults(owner)
    for section, choice in reach.items():
        chosen[Section(section).value] = audiences.tokens(
            choice if isinstance(choice, Choice) else Choice(Reach(choice)), owner=owner
        )
    return chosen


def knows(who: Profile, what: Topic, level: str = "specialist", years: int = 5) -> ProfileTopic:
    """Let somebody know about a topic."""
    return ProfileTopic.objects.create(profile=who, topic=what, level=level, years=years)


def speaks(who: Profile, language: str = "ru", level: str = "B2") -> ProfileLanguage:
    """Let somebody speak a language."""
    return ProfileLanguage.objects.create(profile=who, language=language, level=level)


def item(who: Profile, section: Section = Section.AFFILIATIONS, **fields: Any) -> ProfileItem:
    """An entry of a section that is a list."""
    defaults = {"title": f"Role {next(_numbers)}", "position": who.items.filter(section=section).count()}
    return ProfileItem.objects.create(profile=who, section=section, **(defaults | fields))


def delegate(who: Profile, helper: User | None = None) -> User:
    """Let somebody edit a profile; returns the delegate."""
    helper = helper or user()
    Delegation.objects.create(profile=who, delegate=helper)
    return helper


def network(slug: str = "", **fields: Any) -> Network:
    """A network of nobody yet."""
    slug = slug or f"network-{next(_numbers)}"
    group = Group.objects.create(name=f"network:{slug}")
    return Network.objects.create(slug=slug, names={"en": slug.capitalize()}, group=group, **fields)


def joins(who: User, where: Network, role: str = "member", country: Country | None = None) -> User:
    """Put somebody into a network, by name."""
    NetworkMembership.objects.create(network=where, user=who, role=role, country=country)
    who.groups.add(where.group)
    return who
