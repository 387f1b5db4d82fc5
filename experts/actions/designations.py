"""The life of a designation: proposed → confirmed → expired | withdrawn | succeeded.

Each action opens the designation's network (see `experts.actions.networks`), so that two of them never cross,
and brings the network's people in line in the same transaction. Raises `NotFound`, `Denied`, `Conflict` and
`Invalid` as actions on networks do. The database refuses a second primary of a State, and a second
designation of a person by a State, for the same days, whoever writes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, FieldError, Invalid, NotFound, require_version
from experts import audit, designation_notices, files, letters, people
from experts import network_policies as policies
from experts.actions.networks import opened, settle
from experts.cleaning import Faults
from experts.dates import today
from experts.models import Country, Designation, Network, User
from experts.policies import require
from search.viewer import Viewer

Kind, Status = Designation.Kind, Designation.Status

# Longer ones, and earlier ones, are slips of the pen.
MAX_YEARS = 10
EARLIEST = date(1990, 1, 1)


def propose(
    network_id: UUID,
    *,
    acting_user: User,
    person: UUID,
    country: str,
    kind: str,
    valid_from: date,
    valid_to: date,
) -> Designation:
    """A State's authority proposes a person. It gives nothing until it is confirmed."""
    with transaction.atomic():
        viewer, network = opened(network_id, acting_user)
        require(policies.propose_in, viewer, network)
        designation = Designation(network=network, proposed_by=acting_user)
        if not Country.objects.filter(pk=country).exists():
            raise Invalid.field("/country", "No State or Partner has this code.", code="unknown_country")
        designation.country_id = country
        require(policies.propose_designation, viewer, designation)
        _fill(designation, viewer, person=person, kind=kind, valid_from=valid_from, valid_to=valid_to)
        return _proposed(designation, acting_user)


def confirm(designation_id: UUID, *, acting_user: User, expected_version: int | None = None) -> Designation:
    """The co-ordinator confirms a proposal: from its first day the person is in the network, with all its
    rights.

    Where it succeeds another designation, that one ends the day before, in the same transaction.
    """
    with transaction.atomic():
        viewer, network, designation = _open(designation_id, acting_user, expected_version)
        require(policies.confirm_designation, viewer, designation)
        _confirm(designation, network, acting_user)
        return designation


def renew(
    designation_id: UUID, *, acting_user: User, valid_to: date, expected_version: int | None = None
) -> Designation:
    """The State's authority has a confirmed designation hold until a later day. Reminders start anew."""
    with transaction.atomic():
        viewer, network, designation = _open(designation_id, acting_user, expected_version)
        require(policies.renew_designation, viewer, designation)
        before = designation.valid_to
        if valid_to <= before:
            raise Invalid.field("/valid_to", f"A renewal goes beyond {before.isoformat()}.", code="not_later")
        designation.valid_to = valid_to
        faults = Faults()
        _check_days(designation, faults)
        faults.raise_any()
        if clashes := _clashes(designation):
            raise Invalid(errors=[FieldError("/valid_to", clash.code, clash.detail) for clash in clashes])
        _save(designation, "designation.renewed", acting_user, {"valid_to": [before, valid_to]})
        settle(network, [designation.user_id])
        designation_notices.tell(designation_notices.RENEWED, designation, but=acting_user.pk)
        return designation


def withdraw(
    designation_id: UUID, *, acting_user: User, reason: str = "", expected_version: int | None = None
) -> Designation:
    """End a designation, or take back or turn down a proposal. What it gave is gone with the next request."""
    with transaction.atomic():
        viewer, network, designation = _open(designation_id, acting_user, expected_version)
        require(policies.withdraw_designation, viewer, designation)
        before = designation.status
        _end(designation, Status.WITHDRAWN, reason=reason)
        changes = {"status": [before, designation.status]}
        _save(designation, "designation.withdrawn", acting_user, changes, reason=reason)
        settle(network, [designation.user_id])
        designation_notices.tell(designation_notices.WITHDRAWN, designation, but=acting_user.pk)
        return designation


def succeed(
    designation_id: UUID,
    *,
    acting_user: User,
    person: UUID,
    valid_from: date,
    valid_to: date,
    expected_version: int | None = None,
) -> Designation:
    """Hand a confirmed designation over to another person, of the same kind; returns the successor's
    designation.

    By the State's authority it is a proposal, and takes over when it is confirmed; by the co-ordinator or the
    secretariat it takes over in this transaction. The predecessor then ends on the day before ``valid_from``.
    """
    with transaction.atomic():
        viewer, network, predecessor = _open(designation_id, acting_user, expected_version)
        require(policies.succeed_designation, viewer, predecessor)
        designation = Designation(
            network=network,
            country_id=predecessor.country_id,
            proposed_by=acting_user,
            succeeds=predecessor,
        )
        if person == predecessor.user_id:
            raise Invalid.field("/person", "To go on with the same person, renew.", code="same_person")
        if valid_from <= predecessor.valid_from:
            raise Invalid.field(
                "/valid_from",
                f"A successor follows after {predecessor.valid_from.isoformat()}.",
                code="before_predecessor",
            )
        _fill(
            designation,
            viewer,
            person=person,
            kind=predecessor.kind,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        designation = _proposed(designation, acting_user)
        if policies.confirm_designation(viewer, designation) is None:
            _confirm(designation, network, acting_user)
        return designation


def attach_letter(
    designation_id: UUID, *, acting_user: User, letter: File[bytes], expected_version: int | None = None
) -> Designation:
    """Attach the State's letter, a PDF (see `experts.letters.check`); it replaces one that was there."""
    with transaction.atomic():
        viewer, _, designation = _open(designation_id, acting_user, expected_version)
        require(policies.attach_letter, viewer, designation)
        letters.check(letter)
        before = designation.letter_size
        files.forget(designation.letter)
        designation.letter.save("letter.pdf", letter, save=False)
        designation.letter_size = letter.size
        changes = {"letter_size": [before, letter.size]}
        try:
            _save(designation, "designation.letter_attached", acting_user, changes)
        except Exception:
            designation.letter.delete(save=False)
            raise
        return designation


def lapse(network_id: UUID) -> int:
    """Mark what is over as such, and let people out of, and into, the network's group as of today.

    Nothing waits for it: what is over gives nothing, and what begins today holds, whether this ran or not.
    Done by the system account ``clock``; returns how many designations ended.
    """
    clock = User.objects.system("clock")
    with transaction.atomic():
        _, network = opened(network_id, clock)
        ended = list(
            Designation.objects.select_for_update().filter(
                network=network, status__in=[Status.PROPOSED, Status.CONFIRMED], valid_to__lt=today()
            )
        )
        for designation in ended:
            before = designation.status
            handed_over = designation.successors.filter(status=Status.CONFIRMED).exists()
            _end(designation, Status.SUCCEEDED if handed_over else Status.EXPIRED)
            changes = {"status": [before, designation.status]}
            _save(designation, "designation.lapsed", clock, changes)
            if designation.status == Status.EXPIRED:
                designation_notices.tell(designation_notices.EXPIRED, designation)
        if stale := _out_of_line(network) | {designation.user_id for designation in ended}:
            settle(network, stale)
    return len(ended)


def _open(
    designation_id: UUID, acting_user: User, expected_version: int | None
) -> tuple[Viewer, Network, Designation]:
    network_id = Designation.objects.filter(pk=designation_id).values_list("network_id", flat=True).first()
    if network_id is None:
        raise NotFound
    viewer, network = opened(network_id, acting_user)
    designations = Designation.objects.visible(viewer).with_successor()
    designation: Designation | None = (
        designations.select_for_update(of=("self",)).filter(pk=designation_id).first()
    )
    if designation is None:
        raise NotFound
    require_version(designation.version, expected_version)
    return viewer, network, designation


def _fill(
    designation: Designation, viewer: Viewer, *, person: UUID, kind: str, valid_from: date, valid_to: date
) -> None:
    if kind not in Kind.values:
        raise Invalid.field("/kind", f"One of {', '.join(Kind.values)}.", code="unknown_choice")
    designation.user = people.named(person, viewer, pointer="/person")
    designation.kind, designation.valid_from, designation.valid_to = kind, valid_from, valid_to
    faults = Faults()
    _check_days(designation, faults)
    faults.raise_any()
    if clashes := _clashes(designation):
        raise Invalid(errors=clashes)


def _check_days(designation: Designation, faults: Faults) -> None:
    first, last = designation.valid_from, designation.valid_to
    if first < EARLIEST:
        faults.add("/valid_from", "implausible_date", f"Not before {EARLIEST.year}.")
    if last < first:
        faults.add("/valid_to", "end_before_start", "It ends before it starts.")
    elif last < today():
        faults.add("/valid_to", "in_the_past", "It would be over already.")
    elif last.year - first.year > MAX_YEARS:
        faults.add("/valid_to", "too_long", f"At most {MAX_YEARS} years; it can be renewed.")


def _clashes(designation: Designation) -> list[FieldError]:
    """What of the same State in the same network stands against these days. A predecessor does not: it
    ends."""
    others = Designation.objects.filter(
        network=designation.network_id,
        country=designation.country_id,
        valid_from__lte=designation.valid_to,
        valid_to__gte=designation.valid_from,
    ).exclude(pk__in=[designation.pk, designation.succeeds_id])
    clashes = []
    if others.filter(user=designation.user_id, status__in=[Status.PROPOSED, Status.CONFIRMED]).exists():
        detail = "The State has designated or proposed this person for some of these days already."
        clashes.append(FieldError("/valid_from", "overlapping_validity", detail))
    if (
        designation.kind == Kind.PRIMARY
        and others.filter(kind=Kind.PRIMARY, status=Status.CONFIRMED).exists()
    ):
        detail = "The State has a primary focal point for some of these days; let this one succeed that one."
        clashes.append(FieldError("/kind", "second_primary", detail))
    return clashes


def _proposed(designation: Designation, acting_user: User) -> Designation:
    designation.save(force_insert=True)
    audit.record(
        "designation.proposed",
        designation,
        actor=acting_user,
        concerns=designation.user_id,
        changes={
            "country": [None, designation.country_id],
            "kind": [None, designation.kind],
            "valid_from": [None, designation.valid_from.isoformat()],
            "valid_to": [None, designation.valid_to.isoformat()],
        },
    )
    designation_notices.tell(designation_notices.PROPOSED, designation, but=acting_user.pk)
    designation.has_successor = False
    return designation


def _confirm(designation: Designation, network: Network, acting_user: User) -> None:
    concerned = {designation.user_id}
    if designation.succeeds_id is not None:
        concerned |= _hand_over(designation, acting_user)
    if clashes := _clashes(designation):
        raise Conflict(clashes[0].detail, code=clashes[0].code)
    designation.status = Status.CONFIRMED
    designation.confirmed_by, designation.confirmed_at = acting_user, timezone.now()
    changes = {"status": [Status.PROPOSED, Status.CONFIRMED]}
    _save(designation, "designation.confirmed", acting_user, changes)
    settle(network, concerned)
    designation_notices.tell(designation_notices.CONFIRMED, designation, but=acting_user.pk)


def _hand_over(designation: Designation, acting_user: User) -> set[UUID]:
    """End the predecessor on the day before, unless it is over already; returns whom that concerns."""
    predecessor = Designation.objects.select_for_update().get(pk=designation.succeeds_id)
    last_day = designation.valid_from - timedelta(days=1)
    if predecessor.status != Status.CONFIRMED or predecessor.valid_to <= last_day:
        return set()
    changes = {"valid_to": [predecessor.valid_to, last_day]}
    predecessor.valid_to = last_day
    if last_day < today():
        changes["status"] = [predecessor.status, Status.SUCCEEDED]
        _end(predecessor, Status.SUCCEEDED)
    _save(predecessor, "designation.succeeded", acting_user, changes)
    designation_notices.tell(designation_notices.SUCCEEDED, predecessor, but=acting_user.pk)
    return {predecessor.user_id}


def _end(designation: Designation, status: Designation.Status, *, reason: str = "") -> None:
    designation.status = status
    designation.ended_at = timezone.now()
    designation.end_reason = reason


def _save(
    designation: Designation,
    verb: str,
    acting_user: User,
    changes: Mapping[str, Sequence[object]],
    *,
    reason: str = "",
) -> None:
    designation.version += 1
    designation.save()
    plain = {
        name: [value.isoformat() if isinstance(value, date) else value for value in values]
        for name, values in changes.items()
    }
    audit.record(
        verb, designation, actor=acting_user, concerns=designation.user_id, reason=reason, changes=plain
    )


def _out_of_line(network: Network) -> set[UUID]:
    """People whose presence in the network's group is not what it is to be today."""
    current = set(network.memberships.current().values_list("user_id", flat=True))
    group = set(network.group.user_set.values_list("pk", flat=True))
    return current ^ group
