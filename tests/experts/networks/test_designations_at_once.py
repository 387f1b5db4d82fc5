"""Designations written at the same time, over real connections: what must not be cannot come to be."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import IntegrityError, OperationalError, transaction

from config.errors import Conflict, Denied
from experts.actions import designations
from experts.actions import networks as network_actions
from experts.models import Country, Designation, Network, NetworkMembership, User
from tests.factories import networks as make
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

Status = Designation.Status


def insert(network: Network, state: Country, user: User, **changes: object) -> Designation:
    """Past all actions, straight into the table."""
    values = {
        "kind": Designation.Kind.PRIMARY,
        "status": Status.CONFIRMED,
        "valid_from": make.in_days(0),
        "valid_to": make.in_days(100),
    } | changes
    with transaction.atomic():
        return Designation.objects.create(network=network, country=state, user=user, **values)


def assert_one_written(outcomes: list[Designation | Exception]) -> None:
    # Rows that exclude each other may also wait for each other: then PostgreSQL refuses one as a deadlock.
    refused = [outcome for outcome in outcomes if isinstance(outcome, IntegrityError | OperationalError)]
    assert len(refused) == len(outcomes) - 1
    assert Designation.objects.count() == 1


def test_the_database_keeps_one_primary_of_a_state_for_any_day() -> None:
    network, state = make.network(), make.country()
    calls = [partial(insert, network, state, make.user()) for _ in range(4)]
    outcomes = at_once(*calls)
    assert_one_written(outcomes)


def test_the_database_keeps_one_designation_of_a_person_by_a_state_for_any_day() -> None:
    network, state, user = make.network(), make.country(), make.user()
    outcomes = at_once(
        partial(insert, network, state, user, kind=Designation.Kind.ALTERNATE),
        partial(insert, network, state, user, status=Status.PROPOSED),
    )
    assert_one_written(outcomes)


def test_consecutive_days_and_other_states_and_networks_do_not_clash() -> None:
    network, state = make.network(), make.country()
    insert(network, state, make.user())
    insert(network, state, make.user(), valid_from=make.in_days(101), valid_to=make.in_days(101))
    insert(network, make.country("IT"), make.user())
    insert(make.network(), state, make.user())
    assert Designation.objects.count() == 4


def test_two_proposals_confirmed_at_once_make_one_primary() -> None:
    network, state = make.network(), make.country()
    coordinator = make.coordinator(network)
    proposals = [make.designation(network, state, status=Status.PROPOSED) for _ in range(2)]
    outcomes = at_once(
        *(partial(designations.confirm, proposal.pk, acting_user=coordinator) for proposal in proposals)
    )
    conflicts = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert [conflict.code for conflict in conflicts] == ["second_primary"]
    assert Designation.objects.filter(status=Status.CONFIRMED).count() == 1
    people = NetworkMembership.objects.current().filter(network=network, role="member")
    assert people.count() == 1


def test_a_designation_withdrawn_and_renewed_at_once_ends_in_one_of_both() -> None:
    network, state = make.network(), make.country()
    authority, held = make.authority(network, state), make.designation(network, state, ends=10)
    renewed, withdrawn = at_once(
        partial(designations.renew, held.pk, acting_user=authority, valid_to=make.in_days(300)),
        partial(designations.withdraw, held.pk, acting_user=authority),
    )
    assert isinstance(withdrawn, Designation)
    assert isinstance(renewed, Designation | Denied)
    held.refresh_from_db()
    assert held.status == Status.WITHDRAWN
    assert not held.user.groups.exists()


def test_two_successors_named_at_once_make_one() -> None:
    network, state = make.network(), make.country()
    coordinator, held = make.coordinator(network), make.designation(network, state)
    outcomes = at_once(
        *(
            partial(
                designations.succeed,
                held.pk,
                acting_user=coordinator,
                person=make.expert().pk,
                valid_from=make.in_days(1),
                valid_to=make.in_days(100),
            )
            for _ in range(2)
        )
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Denied", "Designation"]


def test_a_person_added_twice_at_once_is_in_the_network_once() -> None:
    network = make.network()
    coordinator, user = make.coordinator(network), make.expert()
    add = partial(network_actions.add_member, network.pk, acting_user=coordinator, person=user.pk)
    outcomes = at_once(add, add)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "NetworkMembership"]
