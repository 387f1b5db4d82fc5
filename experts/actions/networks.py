"""Networks and the people in them.

Every action opens its network first: locks its row, and only then asks who is acting, so that places, the
network's group and designations change one after another, each by somebody who still may. A change of a place
changes the group in the same transaction: rights are there, or gone, with the next request. Raises `NotFound`
for what the acting person may not know of, `Denied` where a policy says no, `Conflict` where the state of
things does not permit it, `Invalid` for what makes no sense.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction

from config.errors import Conflict, Denied, Invalid, NotFound, require_version
from experts import audit, labels, people, viewers
from experts import network_policies as policies
from experts.cleaning import Faults
from experts.dates import today
from experts.models import AuditEntry, Country, Designation, Network, NetworkMembership, User
from experts.policies import require, secretariat
from search import outbox
from search.viewer import Viewer

Role = NetworkMembership.Role


def create(
    *,
    acting_user: User,
    slug: str,
    names: Mapping[str, str],
    purpose: Mapping[str, str],
    is_designated: bool = False,
) -> Network:
    """A network with nobody in it, and its group. The secretariat's. The slug is for good."""
    with transaction.atomic():
        viewer = viewers.resolve(acting_user)
        network = Network(slug=slug, is_designated=is_designated)
        require(secretariat, viewer, network)
        faults = Faults()
        _describe(network, names=names, purpose=purpose, faults=faults)
        _check_slug(slug, faults)
        faults.raise_any()
        network.group = Group.objects.create(name=f"network:{slug}")
        network.save(force_insert=True)
        audit.record("network.created", network, actor=acting_user, changes={"slug": [None, slug]})
        return network


def edit(
    network_id: UUID,
    *,
    acting_user: User,
    names: Mapping[str, str] | None = None,
    purpose: Mapping[str, str] | None = None,
    expected_version: int | None = None,
) -> Network:
    """Change what a network is called and for. The secretariat's."""
    with transaction.atomic():
        viewer, network = opened(network_id, acting_user)
        require(secretariat, viewer, network)
        require_version(network.version, expected_version)
        before = {"names": network.names, "purpose": network.purpose}
        faults = Faults()
        _describe(network, names=names, purpose=purpose, faults=faults)
        faults.raise_any()
        network.version += 1
        network.save(update_fields=["names", "purpose", "version"])
        after = {"names": network.names, "purpose": network.purpose}
        changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
        audit.record("network.edited", network, actor=acting_user, changes=changes)
        return network


def add_member(
    network_id: UUID,
    *,
    acting_user: User,
    person: UUID,
    role: str = Role.MEMBER,
    country: str | None = None,
) -> NetworkMembership:
    """Add a person by name. Only the secretariat adds co-ordinators; an authority acts for a ``country``."""
    with transaction.atomic():
        viewer, network = opened(network_id, acting_user)
        require(policies.run_network, viewer, network)
        user = people.named(person, viewer, pointer="/person")
        place = NetworkMembership.objects.filter(network=network, user=user).first()
        if place is not None and place.is_standing:
            raise Conflict("They are in the network already.", code="already_member")
        place = place or NetworkMembership(network=network, user=user)
        place.is_standing = True
        _give_role(place, viewer, role=role, country=country)
        place.save()
        settle(network, [user.pk])
        audit.record(
            "network.member_added",
            place,
            actor=acting_user,
            concerns=user.pk,
            changes={"role": [None, role], "country": [None, country]},
        )
        return place


def add_members(
    network_id: UUID, *, acting_user: User, people: Sequence[UUID], reason: str = ""
) -> list[NetworkMembership]:
    """Add many people by name, as members, in a fixed number of queries; returns the places of those who were
    not in by name before. Nobody is named who is not known: the caller has looked them up."""
    viewer, network = opened(network_id, acting_user)
    require(policies.run_network, viewer, network)
    present = {
        place.user_id: place for place in NetworkMembership.objects.filter(network=network, user__in=people)
    }
    made = [
        NetworkMembership(network=network, user_id=person)
        for person in dict.fromkeys(people)
        if person not in present
    ]
    raised = [place for place in present.values() if not place.is_standing]
    NetworkMembership.objects.bulk_create(made)
    NetworkMembership.objects.filter(pk__in=[place.pk for place in raised]).update(is_standing=True)
    places = [*made, *raised]
    settle(network, [place.user_id for place in places])
    AuditEntry.objects.bulk_create(
        audit.entry(
            "network.member_added",
            place,
            actor=acting_user,
            concerns=place.user_id,
            changes={"role": [None, place.role], "country": [None, None]},
            reason=reason,
        )
        for place in places
    )
    return places


def remove_members(network_id: UUID, *, acting_user: User, people: Sequence[UUID], reason: str = "") -> None:
    """End many people's places by name, as members; who is designated stays in by that."""
    viewer, network = opened(network_id, acting_user)
    require(policies.run_network, viewer, network)
    rows = NetworkMembership.objects.filter(
        network=network, user__in=people, is_standing=True, role=Role.MEMBER
    )
    places = list(rows)
    rows.update(is_standing=False)
    AuditEntry.objects.bulk_create(
        audit.entry(
            "network.member_removed",
            place,
            actor=acting_user,
            concerns=place.user_id,
            changes={"role": [place.role, None], "country": [None, None]},
            reason=reason,
        )
        for place in places
    )
    settle(network, [place.user_id for place in places])


def set_role(
    network_id: UUID,
    user_id: UUID,
    *,
    acting_user: User,
    role: str,
    country: str | None = None,
) -> NetworkMembership:
    """Give a person another role. A person who was in by designation alone is then in by name as well."""
    with transaction.atomic():
        viewer, network = opened(network_id, acting_user)
        place = _place(network, user_id, viewer)
        require(policies.manage_place, viewer, place)
        before = {"role": place.role, "country": place.country_id}
        place.is_standing = place.is_standing or role != Role.MEMBER
        _give_role(place, viewer, role=role, country=country)
        place.save()
        settle(network, [user_id])
        after = {"role": place.role, "country": place.country_id}
        audit.record(
            "network.role_changed",
            place,
            actor=acting_user,
            concerns=user_id,
            changes={name: [before[name], after[name]] for name in before},
        )
        return place


def remove_member(network_id: UUID, user_id: UUID, *, acting_user: User, reason: str = "") -> None:
    """End a person's place. Who is designated stays until that is over: withdraw it (`Conflict`)."""
    with transaction.atomic():
        viewer, network = opened(network_id, acting_user)
        place = _place(network, user_id, viewer)
        require(policies.manage_place, viewer, place)
        _end(network, place, "network.member_removed", acting_user=acting_user, reason=reason)


def leave(network_id: UUID, *, acting_user: User) -> None:
    """Leave a network. Who is designated steps down by withdrawing the designation (`Conflict`)."""
    with transaction.atomic():
        viewer, network = opened(network_id, acting_user)
        require(policies.leave_network, viewer, network)
        place = _place(network, acting_user.pk, viewer)
        _end(network, place, "network.left", acting_user=acting_user, reason="")


def opened(network_id: UUID, acting_user: User) -> tuple[Viewer, Network]:
    """Lock the network, then ask who is acting; whoever holds the lock alone changes people and
    designations."""
    Network.objects.select_for_update(no_key=True).filter(pk=network_id).first()
    viewer = viewers.resolve(acting_user)
    network = Network.objects.visible(viewer).select_related("group").filter(pk=network_id).first()
    if network is None:
        raise NotFound
    return viewer, network


def settle(network: Network, user_ids: Collection[UUID]) -> None:
    """Bring these people's places and the network's group in line with standing and designations as of today.

    The caller has opened the network. A person has a place if it is standing or a confirmed designation is
    not over; in the group is who is current (see `NetworkMembershipQuerySet.current`). Their search
    documents, which tell their networks, are renewed; who is gone is not found by the network any more.
    """
    places = NetworkMembership.objects.filter(network=network, user__in=user_ids)
    designated = set(
        Designation.objects.filter(
            network=network,
            user__in=user_ids,
            status=Designation.Status.CONFIRMED,
            valid_to__gte=today(),
        ).values_list("user_id", flat=True)
    )
    places.filter(is_standing=False).exclude(user__in=designated).delete()
    present = set(places.values_list("user_id", flat=True))
    NetworkMembership.objects.bulk_create(
        NetworkMembership(network=network, user_id=user_id, is_standing=False)
        for user_id in designated - present
    )
    current = set(User.objects.filter(pk__in=places.current().values("user_id")))
    group = set(network.group.user_set.filter(pk__in=user_ids))
    network.group.user_set.add(*(current - group))
    network.group.user_set.remove(*(group - current))
    gone = {user.pk for user in group - current}
    outbox.enqueue("expert", gone, restricting=True)
    outbox.enqueue("expert", set(user_ids) - gone)


def _place(network: Network, user_id: UUID, viewer: Viewer) -> NetworkMembership:
    places = NetworkMembership.objects.visible(viewer)
    place: NetworkMembership | None = places.filter(network=network, user=user_id).first()
    if place is None:
        raise NotFound
    return place


def _give_role(place: NetworkMembership, viewer: Viewer, *, role: str, country: str | None) -> None:
    if role not in Role.values:
        raise Invalid.field("/role", f"One of {', '.join(Role.values)}.", code="unknown_choice")
    if role == Role.COORDINATOR and not viewer.is_secretariat:
        raise Denied("Only the secretariat appoints and removes co-ordinators.", code="secretariat_only")
    if role == Role.AUTHORITY and not country:
        raise Invalid.field("/country", "An authority acts for a State.", code="required")
    if role != Role.AUTHORITY and country:
        raise Invalid.field("/country", "Only an authority acts for a State.", code="not_applicable")
    if country and not Country.objects.filter(pk=country).exists():
        raise Invalid.field("/country", "No State or Partner has this code.", code="unknown_country")
    place.role = role
    place.country_id = country


def _end(network: Network, place: NetworkMembership, verb: str, *, acting_user: User, reason: str) -> None:
    if not place.is_standing:
        raise Conflict("A designation keeps them in the network: withdraw that.", code="designated")
    before = {"role": [place.role, None], "country": [place.country_id, None]}
    place.is_standing, place.role, place.country = False, Role.MEMBER, None
    place.save()
    audit.record(verb, place, actor=acting_user, concerns=place.user_id, reason=reason, changes=before)
    settle(network, [place.user_id])


def _describe(
    network: Network,
    *,
    names: Mapping[str, str] | None,
    purpose: Mapping[str, str] | None,
    faults: Faults,
) -> None:
    if names is not None:
        network.names = labels.clean(names, pointer="/names", limit=200, faults=faults, required=True)
    if purpose is not None:
        network.purpose = labels.clean(
            purpose, pointer="/purpose", limit=2_000, faults=faults, required=False
        )


def _check_slug(slug: str, faults: Faults) -> None:
    try:
        validate_slug(slug)
    except ValidationError:
        faults.add("/slug", "invalid_slug", "Letters, digits and hyphens.")
    if Network.objects.filter(slug=slug).exists():
        faults.add("/slug", "taken", "Another network has this slug.")
