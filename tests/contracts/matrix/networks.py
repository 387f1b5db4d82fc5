"""Networks, designations, coverage, rosters and call-outs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from experts.models import (
    Blackout,
    Designation,
    Invitation,
    Network,
    NetworkMembership,
    Profile,
    RosterMember,
)
from tests.contracts.matrix.base import Cast, row
from tests.factories import networks as make

Kind, Status = Designation.Kind, Designation.Status


def network(cast: Cast, *, is_designated: bool = True) -> Network:
    """With the expert, the peer, Norway's authority and the co-ordinator; names are for members only."""
    of = make.network(is_designated=is_designated, slug="a-network")
    norway = make.country("NO")
    make.profile(cast.expert)
    for person in (cast.expert, cast.peer):
        make.member(of, person)
    make.member(of, cast.national_authority, role="authority", acts_for=norway)
    make.member(of, cast.coordinator, role="coordinator")
    return of


def a_network(cast: Cast) -> dict[str, Any]:
    of = network(cast)
    other = make.profile(reach={"identity": "everyone"})
    return {"slug": of.slug, "person": cast.expert.pk, "other": other.pk}


def _designation(cast: Cast, **fields: Any) -> dict[str, Any]:
    """The expert's, who is in the network by it alone."""
    of = network(cast)
    NetworkMembership.objects.filter(user=cast.expert).update(is_standing=False)
    held = make.designation(of, make.country("NO"), cast.expert, **fields)
    successor = make.profile(reach={"identity": "everyone"})
    return {"id": held.pk, "slug": of.slug, "successor": successor.pk}


def proposed(cast: Cast) -> dict[str, Any]:
    return _designation(cast, status=Status.PROPOSED)


def confirmed(cast: Cast) -> dict[str, Any]:
    return _designation(cast)


def with_letter(cast: Cast) -> dict[str, Any]:
    thing = _designation(cast)
    held = Designation.objects.get(pk=thing["id"])
    held.letter.save("letter.pdf", ContentFile(make.PDF))
    return thing


def _roster(cast: Cast, status: str) -> dict[str, Any]:
    """The expert has applied or is admitted."""
    for person in (cast.expert, cast.peer, cast.member):
        make.profile(person, reach={"identity": "everyone"})
    roster = make.roster(slug="a-roster")
    RosterMember.objects.create(roster=roster, user=cast.expert, status=status)
    return {"slug": roster.slug, "person": cast.expert.pk, "other": cast.peer.pk, "roster": roster}


def applied(cast: Cast) -> dict[str, Any]:
    return _roster(cast, "applied")


def admitted(cast: Cast) -> dict[str, Any]:
    return _roster(cast, "admitted")


def blackout(cast: Cast) -> dict[str, Any]:
    made = Blackout.objects.create(user=cast.expert, starts_on=make.in_days(1), ends_on=make.in_days(2))
    return {"id": made.pk}


def _call_out(cast: Cast) -> dict[str, Any]:
    thing = _roster(cast, "admitted")
    roster = thing.pop("roster")
    made = make.call_out(roster)
    return thing | {"id": made.pk, "call_out": made}


def call_out(cast: Cast) -> dict[str, Any]:
    return _call_out(cast)


def _invited(cast: Cast, status: str) -> dict[str, Any]:
    thing = _call_out(cast)
    made = make.invitation(thing["call_out"], cast.expert, status=status)
    return thing | {"invitation": made.pk}


def invited(cast: Cast) -> dict[str, Any]:
    return _invited(cast, Invitation.Status.PENDING)


def accepted(cast: Cast) -> dict[str, Any]:
    return _invited(cast, Invitation.Status.ACCEPTED)


def selected(cast: Cast) -> dict[str, Any]:
    thing = _invited(cast, Invitation.Status.ACCEPTED)
    make.deployment(thing["call_out"], Profile.objects.get(pk=cast.expert.pk).user)
    return thing


def rosters(cast: Cast) -> dict[str, Any]:
    return {"slug": make.roster(slug="a-roster").slug}


THINGS = {
    "a network": a_network,
    "a proposed designation": proposed,
    "a confirmed designation": confirmed,
    "a designation with a letter": with_letter,
    "a roster": rosters,
    "an application for a roster": applied,
    "somebody who has not applied": applied,
    "a place on a roster": admitted,
    "days the expert cannot go": blackout,
    "a call-out": call_out,
    "an invitation": invited,
    "an accepted invitation": accepted,
    "a selection": selected,
}

PEOPLE: dict[str, Any] = {
    "expert": 200,
    "peer": 200,
    "national_authority": 200,
    "coordinator": 200,
    "secretariat": 200,
}
DAYS = {"valid_from": make.in_days(1).isoformat(), "valid_to": make.in_days(300).isoformat()}
CALL_OUT = {
    "title": "Training",
    "role": "Trainer",
    "place": "Osh",
    "starts_on": make.in_days(40).isoformat(),
    "ends_on": make.in_days(44).isoformat(),
    "number": 2,
}
FORM = {"Content-Type": "multipart/form-data; boundary=letter"}
LETTER = (
    b'--letter\r\nContent-Disposition: form-data; name="file"; filename="letter.pdf"\r\n'
    b"Content-Type: application/pdf\r\n\r\n" + make.PDF + b"\r\n--letter--\r\n"
)


def respond_by() -> str:
    return (timezone.now() + timedelta(days=7)).isoformat()


ROWS = [
    row("GET /networks", "a network", others=200),
    row("GET /networks/{slug}", "a network", others=200),
    row(
        "POST /networks",
        "a network",
        body={"slug": "another", "names": {"en": "Another"}},
        visitor=401,
        secretariat=201,
        others=403,
    ),
    row(
        "PATCH /networks/{slug}",
        "a network",
        body={"names": {"en": "Another"}},
        visitor=401,
        secretariat=200,
        others=403,
    ),
    row(
        "POST /networks/{slug}/leave",
        "a network",
        visitor=401,
        expert=204,
        peer=204,
        national_authority=204,
        coordinator=204,
        others=403,
    ),
    row("GET /networks/{slug}/coverage", "a network", visitor=401, **PEOPLE, others=403),
    row("GET /networks/{slug}/members", "a network", others=200),
    row(
        "POST /networks/{slug}/members",
        "a network",
        body=lambda thing: {"person": thing["other"]},
        visitor=401,
        coordinator=201,
        secretariat=201,
        others=403,
    ),
    row(
        "PUT /networks/{slug}/members/{person}",
        "a network",
        body={"role": "authority", "country": "NO"},
        visitor=401,
        coordinator=200,
        secretariat=200,
        others=403,
    ),
    row(
        "DELETE /networks/{slug}/members/{person}",
        "a network",
        visitor=401,
        coordinator=204,
        secretariat=204,
        others=403,
    ),
    row("GET /networks/{slug}/designations", "a confirmed designation", others=200),
    row(
        "POST /networks/{slug}/designations",
        "a network",
        body=lambda thing: {"person": thing["other"], "country": "NO", "kind": "primary", **DAYS},
        visitor=401,
        national_authority=201,
        secretariat=201,
        others=403,
    ),
    row(
        "GET /designations/{id}",
        "a proposed designation",
        expert=200,
        national_authority=200,
        coordinator=200,
        secretariat=200,
        others=404,
    ),
    row("GET /designations/{id}", "a confirmed designation", visitor=404, others=200),
    row(
        "POST /designations/{id}/confirm",
        "a proposed designation",
        visitor=401,
        coordinator=200,
        secretariat=200,
        expert=403,
        national_authority=403,
        others=404,
    ),
    row(
        "POST /designations/{id}/renew",
        "a confirmed designation",
        body={"valid_to": make.in_days(700).isoformat()},
        visitor=401,
        national_authority=200,
        secretariat=200,
        others=403,
    ),
    row(
        "POST /designations/{id}/withdraw",
        "a confirmed designation",
        body={"reason": "Another post."},
        visitor=401,
        expert=200,
        national_authority=200,
        coordinator=200,
        secretariat=200,
        others=403,
    ),
    row(
        "POST /designations/{id}/succeed",
        "a confirmed designation",
        body=lambda thing: {"person": thing["successor"], **DAYS},
        visitor=401,
        national_authority=201,
        coordinator=201,
        secretariat=201,
        others=403,
    ),
    row(
        "GET /designations/{id}/letter",
        "a designation with a letter",
        visitor=401,
        expert=200,
        national_authority=200,
        coordinator=200,
        secretariat=200,
        others=403,
    ),
    row(
        "PUT /designations/{id}/letter",
        "a confirmed designation",
        body=LETTER,
        headers=FORM,
        visitor=401,
        national_authority=200,
        coordinator=200,
        secretariat=200,
        others=403,
    ),
    row("GET /rosters", "a roster", visitor=401, others=200),
    row("GET /rosters/{slug}", "a roster", visitor=404, others=200),
    row("GET /rosters/{slug}/members", "a place on a roster", visitor=401, others=200),
    row(
        "POST /rosters/{slug}/members",
        "an application for a roster",
        body={"motivation": "Ready."},
        visitor=401,
        peer=201,
        member=201,
        others=409,
    ),
    row(
        "POST /rosters/{slug}/members",
        "somebody who has not applied",
        body=lambda thing: {"person": thing["other"]},
        visitor=401,
        secretariat=201,
        others=403,
    ),
    *(
        row(
            f"POST /rosters/{{slug}}/members/{{person}}/{act}",
            "an application for a roster",
            body=body,
            visitor=401,
            secretariat=200,
            expert=403,
            others=404,
        )
        for act, body in (("admit", None), ("decline", {"reason": "Not now."}))
    ),
    row(
        "POST /rosters/{slug}/members/{person}/retire",
        "a place on a roster",
        body={"reason": "Another post."},
        visitor=401,
        secretariat=200,
        expert=200,
        others=404,
    ),
    row("GET /me/blackouts", "days the expert cannot go", visitor=401, others=200),
    row(
        "POST /me/blackouts",
        "days the expert cannot go",
        body={"starts_on": "2099-01-01", "ends_on": "2099-01-02"},
        visitor=401,
        others=201,
    ),
    row("DELETE /me/blackouts/{id}", "days the expert cannot go", visitor=401, expert=204, others=404),
    row("GET /call-outs", "a call-out", visitor=401, others=200),
    row(
        "POST /call-outs",
        "a roster",
        body=CALL_OUT | {"roster": "a-roster"},
        visitor=401,
        secretariat=201,
        others=403,
    ),
    row("GET /call-outs/{id}", "a call-out", expert=200, secretariat=200, others=404),
    row(
        "PATCH /call-outs/{id}",
        "a call-out",
        body={"number": 3},
        visitor=401,
        secretariat=200,
        expert=403,
        others=404,
    ),
    *(
        row(
            f"POST /call-outs/{{id}}/{act}",
            "a call-out",
            body=body,
            visitor=401,
            secretariat=200,
            expert=403,
            others=404,
        )
        for act, body in (("close", None), ("cancel", {"reason": "Postponed."}))
    ),
    row(
        "GET /call-outs/{id}/candidates",
        "a call-out",
        visitor=401,
        secretariat=200,
        expert=403,
        others=404,
    ),
    row(
        "GET /call-outs/{id}/invitations",
        "an invitation",
        visitor=401,
        secretariat=200,
        expert=200,
        others=404,
    ),
    row(
        "POST /call-outs/{id}/invitations",
        "a call-out",
        body=lambda thing: {"persons": [thing["person"]], "respond_by": respond_by()},
        visitor=401,
        secretariat=201,
        expert=403,
        others=404,
    ),
    *(
        row(
            f"POST /call-outs/{{id}}/invitations/{{invitation}}/{act}",
            "an invitation",
            body={"answer": "Thank you."},
            visitor=401,
            expert=200,
            secretariat=403,
            others=404,
        )
        for act in ("accept", "decline")
    ),
    row(
        "POST /call-outs/{id}/invitations/{invitation}/withdraw",
        "an accepted invitation",
        visitor=401,
        secretariat=200,
        expert=403,
        others=404,
    ),
    row("GET /call-outs/{id}/selection", "a selection", visitor=401, secretariat=200, expert=200, others=404),
    row(
        "POST /call-outs/{id}/selection",
        "an accepted invitation",
        body=lambda thing: {"persons": [thing["person"]]},
        visitor=401,
        secretariat=201,
        expert=403,
        others=404,
    ),
    row(
        "DELETE /call-outs/{id}/selection/{person}",
        "a selection",
        visitor=401,
        secretariat=204,
        expert=403,
        others=404,
    ),
]
