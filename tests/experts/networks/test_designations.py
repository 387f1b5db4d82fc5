"""The life of a designation, and who may do what in it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from freezegun import freeze_time

from config.errors import Conflict, Denied, DomainError, Invalid, NotFound, Stale
from experts import viewers
from experts.actions import designations
from experts.models import AuditEntry, Country, Designation, Network, User
from search.viewer import network_token
from tests.factories import networks as make

pytestmark = pytest.mark.django_db

Status, Kind = Designation.Status, Designation.Kind


@pytest.fixture
def state(db: None) -> Country:
    return make.country("AT")


@pytest.fixture
def network(db: None) -> Network:
    return make.network()


@pytest.fixture
def authority(network: Network, state: Country) -> User:
    return make.authority(network, state)


@pytest.fixture
def coordinator(network: Network) -> User:
    return make.coordinator(network)


def propose(network: Network, by: User, person: User, **changes: object) -> Designation:
    values = {
        "person": person.pk,
        "country": "AT",
        "kind": Kind.PRIMARY,
        "valid_from": make.in_days(0),
        "valid_to": make.in_days(365),
    } | changes
    return designations.propose(network.pk, acting_user=by, **values)  # type: ignore[arg-type]


def has_access(user: User, network: Network) -> bool:
    return network_token(network.pk) in viewers.resolve(user).tokens


def is_in_group(user: User, network: Network) -> bool:
    return user.groups.filter(pk=network.group_id).exists()


def errors(caught: pytest.ExceptionInfo[DomainError]) -> list[tuple[str, str]]:
    return [(error.pointer, error.code) for error in caught.value.errors]


def test_a_proposal_gives_nothing_until_it_is_confirmed(
    network: Network, authority: User, coordinator: User
) -> None:
    person = make.expert()
    proposal = propose(network, authority, person)
    assert proposal.status == Status.PROPOSED
    assert not has_access(person, network)
    confirmed = designations.confirm(proposal.pk, acting_user=coordinator)
    assert confirmed.status == Status.CONFIRMED
    assert confirmed.confirmed_by == coordinator
    assert has_access(person, network)
    assert is_in_group(person, network)
    verbs = AuditEntry.objects.filter(concerns=person.pk).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["designation.proposed", "designation.confirmed"]


def test_a_designation_that_begins_later_gives_access_from_that_day_on(
    network: Network, authority: User, coordinator: User
) -> None:
    person = make.expert()
    proposal = propose(network, authority, person, valid_from=make.in_days(10))
    designations.confirm(proposal.pk, acting_user=coordinator)
    assert not has_access(person, network)
    assert not is_in_group(person, network)
    with freeze_time(make.in_days(10)):
        assert has_access(person, network)
        designations.lapse(network.pk)
        assert is_in_group(person, network)


def test_access_ends_with_the_last_day_though_the_job_has_not_run(network: Network, state: Country) -> None:
    held = make.designation(network, state, ends=0)
    end_of_day = f"{held.valid_to.isoformat()}T23:59:59Z"
    with freeze_time(end_of_day):
        assert has_access(held.user, network)
    with freeze_time(f"{(held.valid_to + timedelta(days=1)).isoformat()}T00:00:00Z"):
        assert not has_access(held.user, network)
        assert is_in_group(held.user, network)  # nothing reads it: the job tidies it up
        assert designations.lapse(network.pk) == 1
        assert not is_in_group(held.user, network)
        assert designations.lapse(network.pk) == 0
    held.refresh_from_db()
    assert held.status == Status.EXPIRED
    assert not network.memberships.filter(user=held.user).exists()


def test_a_person_added_by_name_stays_when_the_designation_lapses(network: Network, state: Country) -> None:
    user = make.member(network)
    held = make.designation(network, state, user, ends=0)
    with freeze_time(held.valid_to + timedelta(days=1)):
        designations.lapse(network.pk)
        assert has_access(user, network)
        assert is_in_group(user, network)


def test_a_proposal_that_nobody_confirmed_in_time_expires(network: Network, state: Country) -> None:
    proposal = make.designation(network, state, status=Status.PROPOSED, ends=0)
    with freeze_time(make.in_days(1)):
        designations.lapse(network.pk)
    proposal.refresh_from_db()
    assert proposal.status == Status.EXPIRED


def test_only_the_authority_of_that_state_proposes(network: Network, coordinator: User) -> None:
    make.country("AT")
    others = [
        make.authority(network, make.country("IT")),
        make.authority(make.network(), make.country("AT")),
        coordinator,
        make.member(network),
    ]
    for other in others:
        with pytest.raises(Denied) as denied:
            propose(network, other, other)
        assert denied.value.code == "not_authority"


def test_only_the_coordinator_of_that_network_confirms(
    network: Network, authority: User, state: Country
) -> None:
    proposal = propose(network, authority, make.expert())
    with pytest.raises(Denied):
        designations.confirm(proposal.pk, acting_user=authority)
    for stranger in (make.coordinator(make.network()), make.member(network), make.user()):
        with pytest.raises(NotFound):
            designations.confirm(proposal.pk, acting_user=stranger)


def test_a_coordinator_who_lost_the_office_a_moment_ago_confirms_nothing(
    network: Network, authority: User, coordinator: User
) -> None:
    proposal = propose(network, authority, make.expert())
    network.memberships.filter(user=coordinator).update(role="member")
    with pytest.raises(NotFound):
        designations.confirm(proposal.pk, acting_user=coordinator)


def test_a_second_primary_of_a_state_is_refused_for_overlapping_days(
    network: Network, authority: User, state: Country
) -> None:
    first = make.designation(network, state)
    with pytest.raises(Invalid) as refused:
        propose(network, authority, make.expert())
    assert errors(refused) == [("/kind", "second_primary")]
    after = first.valid_to + timedelta(days=1)
    later = propose(network, authority, make.expert(), valid_from=after, valid_to=after)
    assert later.kind == Kind.PRIMARY
    alternate = propose(network, authority, make.expert(), kind=Kind.ALTERNATE)
    assert alternate.kind == Kind.ALTERNATE


def test_of_two_proposed_primaries_only_one_is_confirmed(
    network: Network, authority: User, coordinator: User
) -> None:
    first, second = (propose(network, authority, make.expert()) for _ in range(2))
    designations.confirm(first.pk, acting_user=coordinator)
    with pytest.raises(Conflict) as refused:
        designations.confirm(second.pk, acting_user=coordinator)
    assert refused.value.code == "second_primary"


def test_overlapping_validity_of_one_person_is_refused(
    network: Network, authority: User, state: Country
) -> None:
    held = make.designation(network, state, kind=Kind.ALTERNATE)
    with pytest.raises(Invalid) as refused:
        propose(network, authority, held.user, kind=Kind.CONTACT, valid_from=held.valid_to)
    assert errors(refused) == [("/valid_from", "overlapping_validity")]


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"valid_to": date(2020, 1, 1)}, "/valid_to", "end_before_start"),
        ({"valid_from": date(2020, 1, 1), "valid_to": date(2021, 1, 1)}, "/valid_to", "in_the_past"),
        ({"valid_from": date(1066, 10, 14)}, "/valid_from", "implausible_date"),
        ({"valid_to": date(9999, 12, 31)}, "/valid_to", "too_long"),
        ({"kind": "supreme"}, "/kind", "unknown_choice"),
        ({"country": "XX"}, "/country", "unknown_country"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    network: Network, authority: User, changes: dict[str, object], pointer: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        propose(network, authority, make.expert(), **changes)
    assert (pointer, code) in errors(refused)
    assert not Designation.objects.exists()


def test_a_person_whom_the_authority_may_not_know_of_cannot_be_named(
    network: Network, authority: User
) -> None:
    hidden = make.expert(reach={"identity": "self"})
    with pytest.raises(Invalid) as refused:
        propose(network, authority, hidden)
    assert errors(refused) == [("/person", "unknown_person")]


def test_people_are_not_designated_in_a_network_that_takes_anyone(state: Country) -> None:
    network = make.network(is_designated=False)
    with pytest.raises(Denied) as denied:
        propose(network, make.authority(network, state), make.expert())
    assert denied.value.code == "not_designated"


def test_the_authority_renews_beyond_the_present_end(
    network: Network, authority: User, state: Country
) -> None:
    held = make.designation(network, state, ends=10)
    with pytest.raises(Invalid) as refused:
        designations.renew(held.pk, acting_user=authority, valid_to=held.valid_to)
    assert errors(refused) == [("/valid_to", "not_later")]
    renewed = designations.renew(held.pk, acting_user=authority, valid_to=make.in_days(300))
    assert renewed.valid_to == make.in_days(300)
    assert renewed.valid_from == held.valid_from


def test_a_renewal_into_the_days_of_another_primary_is_refused(
    network: Network, authority: User, state: Country
) -> None:
    held = make.designation(network, state, ends=10)
    make.designation(network, state, starts=20, ends=200)
    with pytest.raises(Invalid) as refused:
        designations.renew(held.pk, acting_user=authority, valid_to=make.in_days(30))
    assert errors(refused) == [("/valid_to", "second_primary")]


def test_what_is_over_is_neither_renewed_nor_succeeded(
    network: Network, authority: User, state: Country
) -> None:
    held = make.designation(network, state, ends=-1)
    with pytest.raises(Denied) as denied:
        designations.renew(held.pk, acting_user=authority, valid_to=make.in_days(300))
    assert denied.value.code == "not_confirmed"


def test_withdrawing_takes_access_away_at_once(network: Network, authority: User, state: Country) -> None:
    held = make.designation(network, state)
    withdrawn = designations.withdraw(held.pk, acting_user=authority, reason="Left the service.")
    assert withdrawn.status == Status.WITHDRAWN
    assert withdrawn.end_reason == "Left the service."
    assert not has_access(held.user, network)
    assert not is_in_group(held.user, network)
    with pytest.raises(Denied):
        designations.withdraw(held.pk, acting_user=authority)


def test_a_focal_point_may_step_down_but_nobody_elses(network: Network, state: Country) -> None:
    held, other = (make.designation(network, state, kind=Kind.ALTERNATE) for _ in range(2))
    with pytest.raises(Denied):
        designations.withdraw(other.pk, acting_user=held.user)
    assert designations.withdraw(held.pk, acting_user=held.user).status == Status.WITHDRAWN


def test_the_coordinator_puts_a_successor_in_place_in_one_transaction(
    network: Network, coordinator: User, state: Country
) -> None:
    held = make.designation(network, state)
    person = make.expert()
    successor = designations.succeed(
        held.pk,
        acting_user=coordinator,
        person=person.pk,
        valid_from=make.in_days(0),
        valid_to=make.in_days(500),
    )
    held.refresh_from_db()
    assert (successor.status, successor.kind) == (Status.CONFIRMED, Kind.PRIMARY)
    assert successor.succeeds == held
    assert (held.status, held.valid_to) == (Status.SUCCEEDED, make.in_days(-1))
    assert has_access(person, network)
    assert not has_access(held.user, network)


def test_a_successor_named_by_the_authority_waits_for_the_coordinator(
    network: Network, authority: User, coordinator: User, state: Country
) -> None:
    held = make.designation(network, state)
    person = make.expert()
    succeed = partial(
        designations.succeed,
        held.pk,
        acting_user=authority,
        valid_from=make.in_days(5),
        valid_to=make.in_days(500),
    )
    proposal = succeed(person=person.pk)
    assert proposal.status == Status.PROPOSED
    with pytest.raises(Denied) as denied:
        succeed(person=make.expert().pk)
    assert denied.value.code == "has_successor"
    designations.confirm(proposal.pk, acting_user=coordinator)
    held.refresh_from_db()
    assert (held.status, held.valid_to) == (Status.CONFIRMED, make.in_days(4))
    assert has_access(held.user, network)
    assert not has_access(person, network)
    with freeze_time(make.in_days(5)):
        assert has_access(person, network)
        assert not has_access(held.user, network)
        designations.lapse(network.pk)
    held.refresh_from_db()
    assert held.status == Status.SUCCEEDED


def test_a_successor_begins_after_the_predecessor_and_is_somebody_else(
    network: Network, coordinator: User, state: Country
) -> None:
    held = make.designation(network, state)
    with pytest.raises(Invalid) as refused:
        designations.succeed(
            held.pk,
            acting_user=coordinator,
            person=held.user_id,
            valid_from=make.in_days(1),
            valid_to=make.in_days(2),
        )
    assert errors(refused) == [("/person", "same_person")]
    with pytest.raises(Invalid) as refused:
        designations.succeed(
            held.pk,
            acting_user=coordinator,
            person=make.expert().pk,
            valid_from=held.valid_from,
            valid_to=make.in_days(2),
        )
    assert errors(refused) == [("/valid_from", "before_predecessor")]


def test_a_change_made_meanwhile_is_not_overwritten(
    network: Network, authority: User, state: Country
) -> None:
    held = make.designation(network, state, ends=10)
    designations.renew(held.pk, acting_user=authority, valid_to=make.in_days(300), expected_version=1)
    with pytest.raises(Stale):
        designations.renew(held.pk, acting_user=authority, valid_to=make.in_days(400), expected_version=1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 a spreadsheet called letter.pdf", "not_pdf"),
        (b"<html>%PDF-1.7 %%EOF</html>", "not_pdf"),
        (make.PDF[:-8], "incomplete_pdf"),
        (make.PDF + b"\n" * 5 * 1024 * 1024 + b"%%EOF", "too_large"),
    ],
)
def test_a_letter_that_is_no_pdf_is_refused(
    network: Network, authority: User, state: Country, content: bytes, code: str
) -> None:
    held = make.designation(network, state)
    with pytest.raises(Invalid) as refused:
        designations.attach_letter(held.pk, acting_user=authority, letter=ContentFile(content))
    assert errors(refused) == [("/file", code)]


@pytest.mark.django_db(transaction=True)
def test_a_letter_replaces_the_one_before_and_its_file(media: Path) -> None:
    network, state = make.network(), make.country()
    authority, held = make.authority(network, state), make.designation(network, state)
    for _ in range(2):
        held = designations.attach_letter(held.pk, acting_user=authority, letter=ContentFile(make.PDF))
    [stored] = [path for path in media.rglob("*") if path.is_file()]
    assert stored.read_bytes() == make.PDF
    assert held.letter_size == len(make.PDF)
