"""Coverage of a network: which States have whom, since and until when; which nobody; what lapses soon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q

from experts import labels
from experts.dates import today
from experts.models import Country, Designation, Network
from experts.network_querysets import people_rule
from search.viewer import Viewer

# Designations that end within so many days are told of as lapsing soon: as long before as the first reminder.
SOON = timedelta(days=60)

HEADINGS = ("country", "name", "standing", "kind", "person", "since", "until", "lapsing_soon")


@dataclass(frozen=True, slots=True)
class Seat:
    """A designation in force; ``person_id`` and ``person`` are None where the viewer may not know them."""

    designation_id: UUID
    kind: str
    person_id: UUID | None
    person: str | None
    since: date
    until: date
    lapsing_soon: bool


@dataclass(frozen=True, slots=True)
class State:
    """A State or Partner and its seats, primary first."""

    code: str
    name: str
    standing: str
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The report as of ``day`` (UTC), States by code. Focal points are primaries and alternates."""

    day: date
    states: tuple[State, ...]

    def _participating(self) -> list[State]:
        return [state for state in self.states if state.standing == Country.Standing.PARTICIPATING]

    def _partners(self) -> list[State]:
        return [state for state in self.states if state.standing != Country.Standing.PARTICIPATING]

    def summary(self) -> dict[str, int]:
        """The figures of the report: participating States apart from Partners for Co-operation."""
        states, partners = self._participating(), self._partners()
        return {
            "states_total": len(states),
            "states_covered": sum(bool(state.seats) for state in states),
            "partners_total": len(partners),
            "partners_covered": sum(bool(partner.seats) for partner in partners),
            "focal_points": sum(len(state.seats) for state in states),
            "partner_focal_points": sum(len(partner.seats) for partner in partners),
            "lapsing_soon": sum(seat.lapsing_soon for state in self.states for seat in state.seats),
        }

    def without(self) -> list[str]:
        """The codes of the participating States that have nobody."""
        return [state.code for state in self._participating() if not state.seats]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The report as a table under `HEADINGS`; a State with nobody has one row."""
        for state in self.states:
            place = (state.code, state.name, state.standing)
            if not state.seats:
                yield (*place, "", "", "", "", "")
            for seat in state.seats:
                yield (
                    *place,
                    seat.kind,
                    seat.person or "",
                    seat.since.isoformat(),
                    seat.until.isoformat(),
                    "yes" if seat.lapsing_soon else "no",
                )


def of(network: Network, viewer: Viewer) -> Coverage:
    """The network's coverage, in two queries; names only of people whom the viewer may see in the network.

    The caller asks `network_policies.see_coverage` first.
    """
    day = today()
    seats: dict[str, list[Seat]] = defaultdict(list)
    rule = people_rule(viewer)
    designations = (
        Designation.objects.in_force()
        .filter(network=network)
        .annotate(is_named=ExpressionWrapper(rule or Q(pk__isnull=False), BooleanField()))
        .values_list(
            "country_id", "pk", "kind", "user_id", "user__name", "valid_from", "valid_to", "is_named"
        )
    )
    for country, pk, kind, user_id, name, since, until, is_named in designations:
        seats[country].append(
            Seat(
                designation_id=pk,
                kind=kind,
                person_id=user_id if is_named else None,
                person=name if is_named else None,
                since=since,
                until=until,
                lapsing_soon=until - day <= SOON,
            )
        )
    order = list(Designation.Kind)
    return Coverage(
        day=day,
        states=tuple(
            State(
                code=code,
                name=labels.pick(names, viewer.language),
                standing=standing,
                seats=tuple(
                    sorted(
                        seats[code], key=lambda seat: (order.index(Designation.Kind(seat.kind)), seat.since)
                    )
                ),
            )
            for code, names, standing in Country.objects.order_by("code").values_list(
                "code", "names", "status"
            )
        ),
    )
