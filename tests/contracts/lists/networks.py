"""Lists of networks and who is in them, of designations, rosters and what call-outs have."""

from __future__ import annotations

from collections.abc import Mapping

from experts.models import Blackout, Designation, RosterMember, User
from tests.contracts.lists.base import List
from tests.contracts.lists.experts import CODES
from tests.factories import networks as make


def networks(count: int, asker: User) -> Mapping[str, object]:
    for _ in range(count):
        make.member(make.network(), asker)
    return {}


def members(count: int, asker: User) -> Mapping[str, object]:
    """The asker runs it: each row could be changed."""
    of = make.network()
    make.member(of, asker, role="coordinator")
    for number in range(count):
        make.member(of, make.expert(), role="authority", acts_for=make.country(CODES[number]))
    return {"slug": of.slug}


def designations(count: int, asker: User) -> Mapping[str, object]:
    of = make.network()
    make.member(of, asker, role="coordinator")
    for number in range(count):
        make.designation(of, make.country(CODES[number]), make.expert())
    return {"slug": of.slug}


def rosters(count: int, asker: User) -> Mapping[str, object]:
    for _ in range(count):
        make.roster().topics.add(make.topic(), make.topic())
    return {}


def places(count: int, asker: User) -> Mapping[str, object]:
    User.objects.filter(pk=asker.pk).update(is_staff=True)
    roster = make.roster()
    for _ in range(count):
        RosterMember.objects.create(roster=roster, user=make.expert())
    return {"slug": roster.slug}


def blackouts(count: int, asker: User) -> Mapping[str, object]:
    for number in range(count):
        day = make.in_days(number)
        Blackout.objects.create(user=asker, starts_on=day, ends_on=day)
    return {}


def call_outs(count: int, asker: User) -> Mapping[str, object]:
    User.objects.filter(pk=asker.pk).update(is_staff=True)
    for number in range(count):
        made = make.call_out(make.roster(), country=make.country(CODES[number]))
        make.asks(made, topic=make.topic())
        make.asks(made, topic=make.topic())
        make.asks(made, language="ru", level="B2")
    return {}


def invitations(count: int, asker: User) -> Mapping[str, object]:
    User.objects.filter(pk=asker.pk).update(is_staff=True)
    made = make.call_out(make.roster())
    for _ in range(count):
        make.invitation(made, make.expert())
    return {"id": made.pk}


def selection(count: int, asker: User) -> Mapping[str, object]:
    User.objects.filter(pk=asker.pk).update(is_staff=True)
    made = make.call_out(make.roster())
    for _ in range(count):
        make.deployment(made, make.expert())
    return {"id": made.pk}


LISTS = [
    List("GET /networks", networks),
    List("GET /networks/{slug}/members", members),
    List("GET /networks/{slug}/designations", designations),
    List("GET /networks/{slug}/designations", designations, query={"status": Designation.Status.CONFIRMED}),
    List("GET /rosters", rosters),
    List("GET /rosters/{slug}/members", places),
    List("GET /me/blackouts", blackouts),
    List("GET /call-outs", call_outs),
    List("GET /call-outs/{id}/invitations", invitations),
    List("GET /call-outs/{id}/selection", selection),
]
