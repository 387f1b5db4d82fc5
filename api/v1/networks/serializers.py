"""Networks, places in them, designations and coverage: what is sent and answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rest_framework import serializers

from api import tables
from api.serializers import Input, Output, Query
from experts import coverage, labels, network_policies
from experts.models import Country, Designation, Network, NetworkMembership, User
from experts.policies import allowed_actions
from search.viewer import Viewer

ROLES = NetworkMembership.Role.choices


class NamedPerson(Output):
    id = serializers.UUIDField(help_text="Their profile, where you may see it, is /experts/{id}.")
    name = serializers.CharField()


class NamedCountry(Output):
    code = serializers.CharField(help_text="ISO 3166-1 alpha-2.")
    name = serializers.CharField(help_text="In the asker's language.")


def person(user: User) -> dict[str, Any]:
    """`NamedPerson`."""
    return {"id": user.pk, "name": user.name}


def place(country: Country | None, viewer: Viewer) -> dict[str, Any] | None:
    """`NamedCountry`, or nothing."""
    return (
        None if country is None else {"code": country.pk, "name": labels.pick(country.names, viewer.language)}
    )


# Networks --------------------------------------------------------------------------------------


class NetworkCard(Output):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField(help_text="In the asker's language.")
    purpose = serializers.CharField(help_text="In the asker's language.")
    names = serializers.DictField(child=serializers.CharField(), help_text="By working language.")
    purposes = serializers.DictField(child=serializers.CharField(), help_text="By working language.")
    is_designated = serializers.BooleanField(help_text="Whether States designate its focal points.")
    allowed_actions = serializers.ListField(child=serializers.CharField())


def networks(rows: Sequence[Network], viewer: Viewer) -> list[dict[str, Any]]:
    """`NetworkCard` of each."""
    return [
        {
            "id": row.pk,
            "slug": row.slug,
            "name": labels.pick(row.names, viewer.language),
            "purpose": labels.pick(row.purpose, viewer.language),
            "names": row.names,
            "purposes": row.purpose,
            "is_designated": row.is_designated,
            "allowed_actions": allowed_actions(network_policies.NETWORK, viewer, row),
        }
        for row in rows
    ]


def texts(limit: int, **options: Any) -> serializers.DictField:
    """A field of texts by working language."""
    return serializers.DictField(
        child=serializers.CharField(max_length=limit, allow_blank=True),
        help_text='By working language: {"en": "…", …}.',
        **options,
    )


class NewNetwork(Input):
    slug = serializers.SlugField(max_length=80)
    names = texts(200)
    purposes = texts(2000, required=False)
    is_designated = serializers.BooleanField(required=False, default=False)


class NetworkInput(Input):
    names = texts(200)
    purposes = texts(2000)


# Places ----------------------------------------------------------------------------------------


class NetworkMember(Output):
    person = NamedPerson()
    role = serializers.ChoiceField(choices=ROLES)
    country = NamedCountry(allow_null=True, help_text="The State that an authority acts for.")
    is_designated = serializers.BooleanField(help_text="Is here as long as a designation holds.")
    since = serializers.DateTimeField()
    allowed_actions = serializers.ListField(child=serializers.CharField())


def members(rows: Sequence[NetworkMembership], viewer: Viewer) -> list[dict[str, Any]]:
    """`NetworkMember` of each; loaded with user and country."""
    return [
        {
            "person": person(row.user),
            "role": row.role,
            "country": place(row.country, viewer),
            "is_designated": not row.is_standing,
            "since": row.joined_at,
            "allowed_actions": allowed_actions(network_policies.PLACE, viewer, row),
        }
        for row in rows
    ]


MEMBERS_HEADINGS = ("id", "name", "role", "country", "is_designated", "since")


def members_table(rows: Iterable[NetworkMembership]) -> Iterator[tuple[str, ...]]:
    """A row under `MEMBERS_HEADINGS` of each; loaded with user."""
    for row in rows:
        since = row.joined_at.date().isoformat()
        designated = "no" if row.is_standing else "yes"
        yield (str(row.user_id), row.user.name, row.role, row.country_id or "", designated, since)


class MemberFilters(Query):
    role = serializers.ChoiceField(choices=ROLES, required=False)
    format = tables.form()


class MemberRoleInput(Input):
    role = serializers.ChoiceField(choices=ROLES)
    country = serializers.CharField(
        max_length=2, required=False, allow_null=True, default=None, help_text="Of an authority."
    )


class NewMember(MemberRoleInput):
    person = serializers.UUIDField()
    role = serializers.ChoiceField(choices=ROLES, required=False, default="member")


# Designations ----------------------------------------------------------------------------------


class DesignationOut(Output):
    id = serializers.UUIDField()
    network = serializers.CharField(help_text="Slug.")
    country = NamedCountry()
    person = NamedPerson()
    kind = serializers.ChoiceField(choices=Designation.Kind.choices)
    status = serializers.ChoiceField(choices=Designation.Status.choices)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(help_text="The last day on which it holds, until midnight UTC.")
    succeeds = serializers.UUIDField(allow_null=True, help_text="The designation it takes over from.")
    letter_size = serializers.IntegerField(allow_null=True, help_text="Bytes; null without a letter.")
    confirmed_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField()
    allowed_actions = serializers.ListField(child=serializers.CharField())


def designations(rows: Sequence[Designation], viewer: Viewer) -> list[dict[str, Any]]:
    """`DesignationOut` of each; loaded with network, country, user and ``with_successor()``."""
    return [_designation(row, viewer) for row in rows]


def _designation(row: Designation, viewer: Viewer) -> dict[str, Any]:
    allowed = allowed_actions(network_policies.DESIGNATION, viewer, row)
    knows_letter = network_policies.concerned(viewer, row) or viewer.user_id == row.user_id
    return {
        "id": row.pk,
        "network": row.network.slug,
        "country": place(row.country, viewer),
        "person": person(row.user),
        "kind": row.kind,
        "status": row.status,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "succeeds": row.succeeds_id,
        "letter_size": row.letter_size if knows_letter else None,
        "confirmed_at": row.confirmed_at,
        "ended_at": row.ended_at,
        "end_reason": row.end_reason if knows_letter else "",
        "allowed_actions": allowed,
    }


class DesignationFilters(Query):
    country = serializers.CharField(max_length=2, required=False)
    kind = serializers.ChoiceField(choices=Designation.Kind.choices, required=False)
    status = serializers.ChoiceField(choices=Designation.Status.choices, required=False)


class Succession(Input):
    person = serializers.UUIDField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()


class Proposal(Succession):
    country = serializers.CharField(max_length=2)
    kind = serializers.ChoiceField(choices=Designation.Kind.choices)


class Renewal(Input):
    valid_to = serializers.DateField()


class Why(Input):
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class Letter(Input):
    file = serializers.FileField(max_length=200, help_text="A PDF of at most 5 MB.", allow_empty_file=True)


# Coverage --------------------------------------------------------------------------------------


class CoverageSummary(Output):
    states_total = serializers.IntegerField(help_text="Participating States.")
    states_covered = serializers.IntegerField()
    partners_total = serializers.IntegerField(help_text="Partners for Co-operation.")
    partners_covered = serializers.IntegerField()
    focal_points = serializers.IntegerField(help_text="Of participating States.")
    partner_focal_points = serializers.IntegerField()
    lapsing_soon = serializers.IntegerField(help_text="Within 60 days.")


class CoverageSeat(Output):
    designation = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Designation.Kind.choices)
    person = NamedPerson(allow_null=True, help_text="Null where they keep their name from you.")
    since = serializers.DateField()
    until = serializers.DateField()
    lapsing_soon = serializers.BooleanField()


class CoverageState(Output):
    country = NamedCountry()
    standing = serializers.ChoiceField(choices=Country.Standing.choices)
    seats = CoverageSeat(many=True)


class CoverageReport(Output):
    day = serializers.DateField()
    summary = CoverageSummary()
    without = serializers.ListField(
        child=serializers.CharField(), help_text="Participating States that have nobody."
    )
    states = CoverageState(many=True)


class CoverageFormat(Query):
    format = tables.form()


def report(found: coverage.Coverage) -> dict[str, Any]:
    """`CoverageReport`."""
    return {
        "day": found.day.isoformat(),
        "summary": found.summary(),
        "without": found.without(),
        "states": [
            {
                "country": {"code": state.code, "name": state.name},
                "standing": state.standing,
                "seats": [_seat(seat) for seat in state.seats],
            }
            for state in found.states
        ],
    }


def _seat(seat: coverage.Seat) -> Mapping[str, Any]:
    return {
        "designation": seat.designation_id,
        "kind": seat.kind,
        "person": None if seat.person_id is None else {"id": seat.person_id, "name": seat.person},
        "since": seat.since,
        "until": seat.until,
        "lapsing_soon": seat.lapsing_soon,
    }
