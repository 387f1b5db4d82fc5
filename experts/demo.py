"""The demo's people: about 1,600 fictitious experts, their networks, designations and rosters.

Loading again adds what is missing and changes nothing that is there; keys are made of the records' keys, so
that the same person always has the same id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import batched, chain
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from experts import audiences, demo_networks, reference_data
from experts.audiences import Choice, Reach
from experts.data import generate
from experts.models import (
    Consent,
    ConsentText,
    Delegation,
    Designation,
    Network,
    NetworkMembership,
    Organisation,
    Profile,
    ProfileItem,
    ProfileLanguage,
    ProfileTopic,
    Purpose,
    Roster,
    RosterMember,
    Section,
    Topic,
    User,
)
from search import outbox

# How many profiles there are beside those of people.json and of the two large networks.
OTHERS = 400
# The password of the accounts that stand for a role; everybody else's cannot be used.
PASSWORD = "demo-password"  # noqa: S105 - printed by `make run`; no real account has it
NAMESPACE = uuid5(NAMESPACE_URL, "https://example.org/demo/people")

type Record = dict[str, Any]


def load(today: date) -> dict[str, User]:
    """Load what is missing, in one transaction; returns everybody in the demo by key.

    ``today`` places the designations: some lapse soon after it.
    """
    with transaction.atomic():
        reference_data.load()
        reference_data.load_fictitious_organisations()
        designations = list(generate.designations(today))
        records = {
            record["key"]: record
            for record in chain(
                (designation["profile"] for designation in designations),
                generate.counter_terrorism_members(),
                generate.profiles(OTHERS),
                generate.load("people")["people"],
            )
        }
        users = _users(records.values())
        new = _profiles(records.values(), users)
        _contents([record for record in records.values() if users[record["key"]].pk in new], users)
        _delegations(records.values(), users)
        _designations(designations, users)
        _memberships(records.values(), users, designated={one["person"] for one in designations})
        _rosters(records.values(), users)
        _consents(users)
        demo_networks.load(today, users[roles()["secretariat"]])
        for ids in batched(sorted(new), 1000):
            outbox.enqueue("expert", ids)
    return users


def person_id(key: str) -> UUID:
    """The id of the person with this key."""
    return uuid5(NAMESPACE, key)


def roles() -> dict[str, str]:
    """The keys of the people who stand for a role in the demo, by role."""
    people = generate.load("people")["people"]
    return {person["demo_role"]: person["key"] for person in people if "demo_role" in person}


def _users(records: Iterable[Record]) -> dict[str, User]:
    keys = {person_id(record["key"]): record["key"] for record in records}
    password = make_password(PASSWORD)
    present = set(User.objects.filter(pk__in=keys).values_list("pk", flat=True))
    User.objects.bulk_create(
        User(
            pk=person_id(record["key"]),
            email=record["email"],
            name=f"{record['given_name']} {record['family_name']}",
            password=password if "demo_role" in record else "!",
            status=record["account_status"],
            is_staff=record.get("is_staff", False),
            language=record["language"],
            time_zone=record["time_zone"],
        )
        for record in records
        if person_id(record["key"]) not in present
    )
    return {keys[user.pk]: user for user in User.objects.filter(pk__in=keys)}


def _consents(users: Mapping[str, User]) -> None:
    """Whoever is shown in the directory or stands on a roster has agreed to it."""
    ids = [user.pk for user in users.values()]
    shown = Profile.objects.filter(pk__in=ids).exclude(status=Profile.Status.DRAFT)
    on_rosters = RosterMember.objects.filter(user__in=ids)
    texts = {text.purpose: text for text in ConsentText.objects.present()}
    agreed = (
        (Purpose.DIRECTORY, shown.values_list("pk", flat=True)),
        (Purpose.ROSTERS, on_rosters.values_list("user_id", flat=True).distinct()),
    )
    Consent.objects.bulk_create(
        (
            Consent(user_id=user_id, text=texts[purpose])
            for purpose, user_ids in agreed
            for user_id in user_ids
            if purpose in texts
        ),
        batch_size=2000,
        ignore_conflicts=True,  # those of a former load
    )


def _profiles(records: Iterable[Record], users: Mapping[str, User]) -> set[UUID]:
    """Make the profiles that are missing; returns their ids."""
    networks = dict(Network.objects.values_list("slug", "pk"))
    ids = [user.pk for user in users.values()]
    present = set(Profile.objects.filter(pk__in=ids).values_list("pk", flat=True))
    new = [
        _profile(record, users[record["key"]], networks)
        for record in records
        if users[record["key"]].pk not in present
    ]
    Profile.objects.bulk_create(new, batch_size=500)
    return {profile.pk for profile in new}


_COLUMNS = (
    "honorific",
    "given_name",
    "family_name",
    "original_name",
    "gender",
    "headline",
    "biography",
    "agency_kind",
    "orcid",
)


def _profile(record: Record, user: User, networks: Mapping[str, UUID]) -> Profile:
    chosen = audiences.defaults(user.pk)
    for section, audience in record["visibility"].items():
        choice = (
            Choice(Reach.NETWORKS, tuple(networks[slug] for slug in audience["networks"]))
            if isinstance(audience, dict)
            else Choice(Reach(audience))
        )
        chosen[Section(section).value] = audiences.tokens(choice, owner=user.pk)
    available = record["availability"] or {}
    is_hidden = record["profile_status"] == Profile.Status.HIDDEN
    return Profile(
        user=user,
        status=record["profile_status"],
        hidden_because=Profile.HiddenBecause.STALE if is_hidden else "",
        audiences=chosen,
        **{name: record[name] for name in _COLUMNS},
        nationality_id=record["nationality"],
        duty_country_id=record["duty_country"],
        contact_email=record["contact"]["email"],
        contact_phone=record["contact"]["phone"],
        contact_address=record["contact"]["address"],
        available_from=available.get("from"),
        available_to=available.get("to"),
        availability_share=available.get("share"),
        notice_days=available.get("notice_days"),
        availability_regions=available.get("regions", []),
    )


def _contents(records: list[Record], users: Mapping[str, User]) -> None:
    """What new profiles hold in other tables."""
    topics = dict(Topic.objects.values_list("slug", "pk"))
    organisations = dict(Organisation.objects.values_list("slug", "pk"))
    ProfileTopic.objects.bulk_create(
        (
            ProfileTopic(
                profile_id=users[record["key"]].pk,
                topic_id=topics[entry["topic"]],
                level=entry["level"],
                years=entry["years"],
                position=position,
            )
            for record in records
            for position, entry in enumerate(record["topics"])
        ),
        batch_size=2000,
    )
    ProfileLanguage.objects.bulk_create(
        (
            ProfileLanguage(profile_id=users[record["key"]].pk, position=position, **entry)
            for record in records
            for position, entry in enumerate(record["languages"])
        ),
        batch_size=2000,
    )
    ProfileItem.objects.bulk_create(
        (item for record in records for item in _items(record, users[record["key"]].pk, organisations)),
        batch_size=2000,
    )


def _items(record: Record, profile_id: UUID, organisations: Mapping[str, Any]) -> Iterator[ProfileItem]:
    for section in ProfileItem.SECTIONS:
        for position, entry in enumerate(record.get(section.value, ())):
            fields = dict(entry)
            organisation, country = fields.pop("organisation", None), fields.pop("country", None)
            yield ProfileItem(
                profile_id=profile_id,
                section=section,
                position=position,
                organisation_id=organisations[organisation] if organisation else None,
                country_id=country,
                **fields,
            )


def _delegations(records: Iterable[Record], users: Mapping[str, User]) -> None:
    Delegation.objects.bulk_create(
        (
            Delegation(profile_id=users[record["key"]].pk, delegate=users[key])
            for record in records
            for key in record["delegates"]
        ),
        ignore_conflicts=True,
    )


def _designations(records: Iterable[Record], users: Mapping[str, User]) -> None:
    """Each State's and Partner's; only where the network has none yet, for they are placed around today."""
    networks = dict(Network.objects.values_list("slug", "pk"))
    if Designation.objects.filter(network__in=networks.values()).exists():
        return
    Designation.objects.bulk_create(
        Designation(
            network_id=networks[record["network"]],
            user=users[record["person"]],
            confirmed_at=timezone.now(),
            **{name: record[name] for name in ("kind", "status", "valid_from", "valid_to")},
            country_id=record["country"],
        )
        for record in records
    )


def _memberships(records: Iterable[Record], users: Mapping[str, User], *, designated: set[str]) -> None:
    """Places in networks; focal points have theirs from their designation. Groups follow who is current."""
    networks = {network.slug: network for network in Network.objects.select_related("group")}
    NetworkMembership.objects.bulk_create(
        (
            NetworkMembership(
                network=networks[place["network"]],
                user=users[record["key"]],
                role=place["role"],
                country_id=place.get("country"),
                is_standing=not (
                    networks[place["network"]].is_designated
                    and place["role"] == NetworkMembership.Role.MEMBER
                    and record["key"] in designated
                ),
            )
            for record in records
            for place in record["networks"]
        ),
        ignore_conflicts=True,
        batch_size=1000,
    )
    through = User.groups.through
    group_of = {network.pk: network.group_id for network in networks.values()}
    places = NetworkMembership.objects.current().filter(network__in=group_of, user__in=users.values())
    through.objects.bulk_create(
        (
            through(user_id=user_id, group_id=group_of[network_id])
            for network_id, user_id in places.values_list("network_id", "user_id")
        ),
        ignore_conflicts=True,
        batch_size=1000,
    )


def _rosters(records: Iterable[Record], users: Mapping[str, User]) -> None:
    rosters = dict(Roster.objects.values_list("slug", "pk"))
    RosterMember.objects.bulk_create(
        (
            RosterMember(
                roster_id=rosters[slug],
                user=users[record["key"]],
                status=RosterMember.Status.ADMITTED,
                decided_at=timezone.now(),
            )
            for record in records
            for slug in record["rosters"]
        ),
        ignore_conflicts=True,
    )
