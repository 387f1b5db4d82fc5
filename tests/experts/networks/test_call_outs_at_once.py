"""Selections made at the same time, over real connections: nobody is booked twice for a day."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import IntegrityError, OperationalError, transaction

from config.errors import Invalid
from experts.actions import call_outs
from experts.models import CallOut, Deployment, User
from tests.factories import networks as make
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def insert(call_out: CallOut, user: User) -> Deployment:
    """Past all actions, straight into the table."""
    with transaction.atomic():
        return make.deployment(call_out, user)


def test_the_database_books_a_person_once_for_any_day() -> None:
    user, roster = make.user(), make.roster()
    overlapping = [make.call_out(roster, starts=40 + number, ends=50) for number in range(3)]
    outcomes = at_once(*(partial(insert, call_out, user) for call_out in overlapping))
    refused = [outcome for outcome in outcomes if isinstance(outcome, IntegrityError | OperationalError)]
    assert len(refused) == 2
    assert Deployment.objects.count() == 1


def test_two_call_outs_selecting_a_person_at_once_book_one() -> None:
    user, roster, secretariat = make.expert(), make.roster(), make.secretariat()
    competing = [make.call_out(roster, starts=40, ends=44), make.call_out(roster, starts=44, ends=50)]
    for call_out in competing:
        make.invitation(call_out, user, status="accepted")
    outcomes = at_once(
        *(
            partial(call_outs.select, call_out.pk, acting_user=secretariat, persons=[user.pk])
            for call_out in competing
        )
    )
    [refused] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert isinstance(refused, Invalid)
    assert [error.code for error in refused.errors] == ["already_booked"]
    assert user.profile.items.count() == 1


def test_one_call_out_selecting_for_its_last_place_twice_fills_it_once() -> None:
    roster, secretariat = make.roster(), make.secretariat()
    call_out = make.call_out(roster, number=1)
    people = [make.expert() for _ in range(2)]
    for person in people:
        make.invitation(call_out, person, status="accepted")
    outcomes = at_once(
        *(
            partial(call_outs.select, call_out.pk, acting_user=secretariat, persons=[person.pk])
            for person in people
        )
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Invalid", "list"]
    assert Deployment.objects.booked().count() == 1


def test_released_and_consecutive_days_can_be_booked() -> None:
    user, roster, secretariat = make.expert(), make.roster(), make.secretariat()
    first, second = make.call_out(roster, starts=40, ends=44), make.call_out(roster, starts=45, ends=50)
    insert(first, user)
    insert(second, user)
    call_outs.release(first.pk, user.pk, acting_user=secretariat)
    insert(make.call_out(roster, starts=43, ends=44), user)
    assert Deployment.objects.booked().count() == 2
