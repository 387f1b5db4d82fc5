"""People in networks: adding, roles, removing, leaving, and that rights follow at once."""

from __future__ import annotations

import pytest

from config.errors import Conflict, Denied, Invalid, NotFound
from experts import viewers
from experts.actions import networks
from experts.models import Network, NetworkMembership, User
from search.models import OutboxRow
from search.viewer import network_token
from tests.factories import networks as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def network(db: None) -> Network:
    return make.network(is_designated=False)


@pytest.fixture
def coordinator(network: Network) -> User:
    return make.coordinator(network)


def has_access(user: User, network: Network) -> bool:
    token = network_token(network.pk) in viewers.resolve(user).tokens
    assert token == user.groups.filter(pk=network.group_id).exists()
    return token


def test_rights_come_with_joining_and_go_with_leaving_at_once(network: Network, coordinator: User) -> None:
    user = make.expert()
    assert not has_access(user, network)
    networks.add_member(network.pk, acting_user=coordinator, person=user.pk)
    assert has_access(user, network)
    networks.leave(network.pk, acting_user=user)
    assert not has_access(user, network)
    networks.add_member(network.pk, acting_user=coordinator, person=user.pk)
    networks.remove_member(network.pk, user.pk, acting_user=coordinator)
    assert not has_access(user, network)


def test_joining_has_the_search_document_renewed(network: Network, coordinator: User) -> None:
    user = make.expert()
    OutboxRow.objects.all().delete()
    networks.add_member(network.pk, acting_user=coordinator, person=user.pk)
    assert OutboxRow.objects.filter(object_id=user.pk).exists()


def test_a_member_neither_adds_nor_removes_people(network: Network) -> None:
    member, other = make.member(network), make.member(network)
    with pytest.raises(Denied):
        networks.add_member(network.pk, acting_user=member, person=other.pk)
    with pytest.raises(Denied):
        networks.remove_member(network.pk, other.pk, acting_user=member)


def test_only_the_secretariat_appoints_and_removes_coordinators(network: Network, coordinator: User) -> None:
    user = make.expert()
    with pytest.raises(Denied) as denied:
        networks.add_member(network.pk, acting_user=coordinator, person=user.pk, role="coordinator")
    assert denied.value.code == "secretariat_only"
    secretariat = make.secretariat()
    networks.add_member(network.pk, acting_user=secretariat, person=user.pk, role="coordinator")
    with pytest.raises(Denied):
        networks.remove_member(network.pk, user.pk, acting_user=coordinator)
    networks.remove_member(network.pk, user.pk, acting_user=secretariat)


def test_an_authority_acts_for_a_state(network: Network, coordinator: User) -> None:
    user = make.expert()
    with pytest.raises(Invalid) as refused:
        networks.add_member(network.pk, acting_user=coordinator, person=user.pk, role="authority")
    assert refused.value.errors[0].pointer == "/country"
    with pytest.raises(Invalid):
        networks.add_member(
            network.pk, acting_user=coordinator, person=user.pk, role="authority", country="XX"
        )


def test_a_designation_keeps_its_person_in_the_network(network: Network, coordinator: User) -> None:
    held = make.designation(network, make.country())
    with pytest.raises(Conflict) as refused:
        networks.remove_member(network.pk, held.user_id, acting_user=coordinator)
    assert refused.value.code == "designated"
    with pytest.raises(Conflict):
        networks.leave(network.pk, acting_user=held.user)


def test_somebody_who_leaves_while_designated_stays_by_designation(
    network: Network, coordinator: User
) -> None:
    user = make.member(network)
    make.designation(network, make.country(), user)
    networks.remove_member(network.pk, user.pk, acting_user=coordinator)
    assert has_access(user, network)
    assert not NetworkMembership.objects.get(user=user).is_standing


def test_people_whom_one_may_not_know_of_are_not_there(network: Network, coordinator: User) -> None:
    hidden = make.expert(reach={"identity": "self"})
    with pytest.raises(Invalid) as refused:
        networks.add_member(network.pk, acting_user=coordinator, person=hidden.pk)
    assert refused.value.errors[0].code == "unknown_person"
    with pytest.raises(NotFound):
        networks.remove_member(network.pk, hidden.pk, acting_user=coordinator)


def test_the_object_question_and_the_list_agree_for_every_viewer(network: Network) -> None:
    """A place is in the list of exactly those who can open it by itself."""
    for reach in ({}, {"identity": "self"}, {"identity": "everyone", "networks": "everyone"}):
        make.member(network, make.expert(reach=reach))
    make.member(network)
    askers = [make.user(), make.member(network), make.coordinator(network), make.secretariat()]
    for viewer in map(viewers.resolve, askers):
        listed = set(NetworkMembership.objects.visible(viewer).values_list("pk", flat=True))
        for place in NetworkMembership.objects.all():
            alone = NetworkMembership.objects.visible(viewer).filter(pk=place.pk).exists()
            assert alone == (place.pk in listed)
