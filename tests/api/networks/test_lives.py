"""The whole life of a designation, and of a call-out, over HTTP, each told as one story."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone
from freezegun import freeze_time
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from experts import notices
from experts.models import Profile, Section, User
from experts.tasks.networks import lapse_designations, remind
from tests.contracts.client import ApiClient
from tests.factories import networks as make

pytestmark = pytest.mark.django_db

type Api = Callable[..., ApiClient]

BOUNDARY = "letter"


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Iterator[Path]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


def form(content: bytes) -> bytes:
    head = 'Content-Disposition: form-data; name="file"; filename="letter.pdf"\r\n\r\n'
    return f"--{BOUNDARY}\r\n{head}".encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def attach(client: ApiClient, path: str, content: bytes) -> Any:
    return client.send(
        "PUT",
        path,
        form(content),
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
        headers={"If-Match": "*"},
    )


def deliver() -> list[tuple[str, str]]:
    """Carry out the queued notices; whom the mails went to, and their subjects."""
    mail.outbox.clear()
    queued = ProcrastinateJob.objects.filter(task_name="experts.deliver_notice", status="todo")
    for job in queued.order_by("id"):
        notices.deliver(**job.args)
    return [(message.to[0], str(message.subject)) for message in mail.outbox]


def test_the_life_of_a_designation(api: Api) -> None:
    network, austria = make.network(slug="national-focal-points"), make.country("AT")
    make.country("IT")
    authority, coordinator = make.authority(network, austria), make.coordinator(network)
    ana, boris = (make.expert(given_name=name) for name in ("Ana", "Boris"))
    designations = "/networks/national-focal-points/designations"
    proposal = {
        "person": str(ana.pk),
        "country": "AT",
        "kind": "primary",
        "valid_from": make.in_days(0).isoformat(),
        "valid_to": make.in_days(60).isoformat(),
    }

    # Half a designation, and what makes no sense, names the fields.
    half = api(authority).post(designations, {"country": "AT", "kind": "primary"})
    assert half.status_code == 400
    assert {error["pointer"] for error in half.json()["errors"]} == {"/person", "/valid_from", "/valid_to"}
    backwards = api(authority).post(designations, proposal | {"valid_to": "2020-01-01"})
    assert backwards.json()["errors"][0]["code"] == "end_before_start"

    # Proposed by the State's authority, with a letter; it gives nothing yet.
    made = api(authority).post(designations, proposal)
    assert made.status_code == 201, made.content
    address = f"/designations/{made.json()['id']}"
    assert made.json()["status"] == "proposed"
    assert api(ana).get("/networks/national-focal-points/coverage").status_code == 403
    no_pdf = attach(api(authority), f"{address}/letter", b"Dear Sir or Madam")
    assert (no_pdf.status_code, no_pdf.json()["errors"][0]["code"]) == (400, "not_pdf")
    assert attach(api(authority), f"{address}/letter", make.PDF).json()["letter_size"] == len(make.PDF)
    letter = api(coordinator).get(f"{address}/letter")
    assert (letter.content, letter["Content-Type"]) == (make.PDF, "application/pdf")

    # Confirmed by the co-ordinator: she is in the network, and a second primary is refused.
    assert api(authority).post(f"{address}/confirm").status_code == 403
    assert api(coordinator).post(f"{address}/confirm").json()["status"] == "confirmed"
    assert api(ana).get("/networks/national-focal-points/coverage").status_code == 200
    second = api(authority).post(designations, proposal | {"person": str(boris.pk)})
    assert (second.status_code, second.json()["errors"][0]["pointer"]) == (400, "/kind")
    again = api(authority).post(designations, proposal | {"kind": "alternate"})
    assert again.json()["errors"][0]["code"] == "overlapping_validity"
    assert (ana.email, f"{network}: designation confirmed") in deliver()

    # Coverage tells it, as JSON, CSV and XLSX.
    report = api(coordinator).get("/networks/national-focal-points/coverage").json()
    assert report["summary"]["states_covered"] == 1
    assert report["summary"]["lapsing_soon"] == 1
    assert report["without"] == ["IT"]
    [seat] = report["states"][0]["seats"]
    assert seat["person"] == {"id": str(ana.pk), "name": ana.name}

    # Reminded, once for each of the days; renewed, and then reminded anew when the new end is near.
    assert remind() == 1
    assert remind() == 0
    assert {to for to, subject in deliver() if subject.endswith("ends in 60 days")} == {
        ana.email,
        authority.email,
        coordinator.email,
    }
    renewed = api(authority).post(f"{address}/renew", {"valid_to": make.in_days(90).isoformat()})
    assert renewed.json()["valid_to"] == make.in_days(90).isoformat()
    assert remind() == 0
    with freeze_time(make.in_days(65)):  # the job was down for a while: one reminder, not two
        assert remind() == 1
        assert remind() == 0

    # Handed over: the authority names a successor, the co-ordinator confirms.
    succession = {
        "person": str(boris.pk),
        "valid_from": make.in_days(10).isoformat(),
        "valid_to": make.in_days(400).isoformat(),
    }
    successor = api(authority).post(f"{address}/succeed", succession)
    assert successor.json()["status"] == "proposed", successor.content
    next_address = f"/designations/{successor.json()['id']}"
    assert api(coordinator).post(f"{next_address}/confirm").json()["status"] == "confirmed"
    assert api(ana).get(address).json()["valid_to"] == make.in_days(9).isoformat()
    with freeze_time(make.in_days(10)):
        assert api(boris).get("/networks/national-focal-points/coverage").status_code == 200
        assert api(ana).get("/networks/national-focal-points/coverage").status_code == 403
        lapse_designations(0)
        assert api(ana).get(address).json()["status"] == "succeeded"

        # Withdrawn: access is gone with the next request.
        assert api(authority).post(f"{next_address}/withdraw", {"reason": "Left."}).status_code == 200
        assert api(boris).get("/networks/national-focal-points/coverage").status_code == 403
        assert api(boris).get(next_address).json()["end_reason"] == "Left."


def test_the_coverage_as_csv_and_xlsx_runs_no_formula(api: Api) -> None:
    network = make.network(slug="points")
    member = make.member(network)
    user = make.expert()
    User.objects.filter(pk=user.pk).update(name='=HYPERLINK("http://example.org")')
    make.designation(network, make.country("AT"), user)
    make.country("IT")
    path = "/networks/points/coverage"
    as_csv = api(member).get(path, format="csv")
    assert as_csv["Content-Type"] == "text/csv; charset=utf-8"
    assert api(member).get(path, headers={"Accept": "text/csv"}).content == as_csv.content
    lines = as_csv.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "country,name,standing,kind,person,since,until,lapsing_soon"
    assert lines[1].startswith("AT,State AT,participating,primary,\"'=HYPERLINK")
    assert lines[2] == "IT,State IT,participating,,,,,"
    as_xlsx = api(member).get(path, format="xlsx")
    sheet = load_workbook(BytesIO(as_xlsx.content)).active
    assert sheet is not None
    assert str([row[4].value for row in sheet.rows][1]).startswith("'=HYPERLINK")
    assert api(member).get(path, format="ods").status_code == 400


def test_names_in_the_coverage_are_those_the_viewer_may_see(api: Api) -> None:
    network, austria = make.network(slug="points"), make.country("AT")
    member, coordinator = make.member(network), make.coordinator(network)
    hidden = make.expert(reach={"identity": "secretariat"})
    make.designation(network, austria, hidden)

    def person(asker: User) -> Any:
        return api(asker).get("/networks/points/coverage").json()["states"][0]["seats"][0]["person"]

    assert person(member) is None
    assert person(coordinator)["name"] == hidden.name
    assert person(make.secretariat())["name"] == hidden.name
    members = api(member).get("/networks/points/members").json()["results"]
    assert str(hidden.pk) not in {one["person"]["id"] for one in members}


def test_outsiders_see_of_a_network_only_whose_profile_shows_it(api: Api) -> None:
    network = make.network(slug="points")
    open_one = make.member(network, make.expert(reach={"identity": "everyone", "networks": "everyone"}))
    make.member(network, make.expert(reach={"identity": "everyone", "networks": "self"}))
    for_members = make.member(network, make.expert())
    make.member(network)

    def seen(asker: User | None) -> set[str]:
        rows = api(asker).get("/networks/points/members").json()["results"]
        return {row["person"]["id"] for row in rows}

    assert seen(None) == {str(open_one.pk)}
    assert seen(make.user()) == {str(open_one.pk), str(for_members.pk)}


def test_the_life_of_a_call_out(api: Api) -> None:
    secretariat = make.secretariat()
    make.roster(slug="mobile-training-team")
    topic = make.topic("forged-documents")
    make.country("KG", region="central_asia")
    people = [make.expert(gender=gender) for gender in ("female", "male", "male")]
    ana, boris, carl = people
    for person, years in zip(people, (10, 5, 1), strict=True):
        profile = Profile.objects.get(pk=person.pk)
        make.knows(profile, topic, "trainer", years)
        make.speaks(profile, "ru", "C1")

    # Admission: they apply, the secretariat admits; the third says when he cannot go.
    for person in people:
        members = "/rosters/mobile-training-team/members"
        assert api(person).post(members, {"motivation": "Ready."}).json()["status"] == "applied"
        assert api(person).post(f"{members}/{person.pk}/admit").status_code == 403
        assert api(secretariat).post(f"{members}/{person.pk}/admit").json()["status"] == "admitted"
    days = {"starts_on": make.in_days(41).isoformat(), "ends_on": make.in_days(41).isoformat()}
    blackout = api(carl).post("/me/blackouts", days)
    assert blackout.status_code == 201

    # Announced, with its restrictions in the open; nonsense names the fields.
    values = {
        "roster": "mobile-training-team",
        "title": "Forged documents: training in Osh",
        "role": "Trainer",
        "place": "Osh",
        "country": "KG",
        "starts_on": make.in_days(40).isoformat(),
        "ends_on": make.in_days(44).isoformat(),
        "number": 2,
        "topics": [{"topic": "forged-documents", "level": "specialist"}],
        "languages": [{"language": "ru", "level": "B2"}],
        "women_at_least": 1,
    }
    fluent = api(secretariat).post(
        "/call-outs", values | {"languages": [{"language": "ru", "level": "fluent"}]}
    )
    assert (fluent.status_code, fluent.json()["errors"][0]["pointer"]) == (400, "/languages/0/level")
    made = api(secretariat).post("/call-outs", values)
    assert made.status_code == 201, made.content
    address = f"/call-outs/{made.json()['id']}"
    assert api(ana).get(address).status_code == 200
    assert api(make.user()).get(address).status_code == 404

    # Ranked, with reasons; who cannot go is left out, and comes back when he can.
    ranked = api(secretariat).get(f"{address}/candidates").json()
    assert [one["person"]["id"] for one in ranked["candidates"]] == [str(ana.pk), str(boris.pk)]
    assert ranked["left_out"] == {"not_free": 1}
    assert ranked["candidates"][0]["reasons"][0]["text"].startswith("Forged documents: trainer, years: 10")
    assert api(carl).delete(f"/me/blackouts/{blackout.json()['id']}").status_code == 204
    assert api(secretariat).get(f"{address}/candidates").json()["matched"] == 3

    # Invited, with a deadline; accepted, declined, and too late.
    deadline = timezone.now() + timedelta(days=5)
    invitations = api(secretariat).post(
        f"{address}/invitations",
        {"persons": [str(person.pk) for person in people], "respond_by": deadline.isoformat()},
    )
    assert invitations.status_code == 201, invitations.content
    of = {one["person"]["id"]: one["id"] for one in invitations.json()["results"]}
    assert {subject for _, subject in deliver()} >= {"Forged documents: training in Osh: would you go?"}
    assert len(api(ana).get(f"{address}/invitations").json()["results"]) == 1
    for person in (ana, boris):
        accepted = api(person).post(f"{address}/invitations/{of[str(person.pk)]}/accept", {"answer": "Yes."})
        assert accepted.json()["status"] == "accepted"
    with freeze_time(deadline + timedelta(seconds=1)):
        late = api(carl).post(f"{address}/invitations/{of[str(carl.pk)]}/accept", {})
        assert (late.status_code, late.json()["code"]) == (403, "deadline_passed")
    assert api(carl).post(f"{address}/invitations/{of[str(carl.pk)]}/decline", {}).status_code == 200

    # Selected: only who accepted; booked, and the mission stands on the profile.
    refused = api(secretariat).post(f"{address}/selection", {"persons": [str(carl.pk)]})
    assert refused.json()["errors"][0]["code"] == "not_accepted"
    chosen = api(secretariat).post(f"{address}/selection", {"persons": [str(ana.pk)]})
    assert chosen.status_code == 201, chosen.content
    mission = Profile.objects.get(pk=ana.pk).items.get(section=Section.MISSIONS)
    assert (mission.title, mission.place, mission.country_id) == ("Trainer", "Osh", "KG")
    missions = api(ana).get(f"/experts/{ana.pk}").json()["missions"]
    assert [one["title"] for one in missions] == ["Trainer"]

    # Another call-out for the same days neither ranks nor takes her.
    other = api(secretariat).post("/call-outs", values | {"title": "Another"}).json()["id"]
    again = api(secretariat).get(f"/call-outs/{other}/candidates").json()
    assert str(ana.pk) not in {one["person"]["id"] for one in again["candidates"]}
    refused = api(secretariat).post(
        f"/call-outs/{other}/invitations",
        {"persons": [str(ana.pk)], "respond_by": deadline.isoformat()},
    )
    assert refused.json()["errors"][0] == {
        "pointer": "/persons/0",
        "code": "already_booked",
        "detail": "They are booked for some of these days.",
    }

    # Released, she is free again and the mission is gone.
    assert api(secretariat).delete(f"{address}/selection/{ana.pk}").status_code == 204
    assert not Profile.objects.get(pk=ana.pk).items.exists()
    again = api(secretariat).get(f"/call-outs/{other}/candidates").json()
    assert str(ana.pk) in {one["person"]["id"] for one in again["candidates"]}

    # The balance of women and men holds for the places left: a man now leaves one place, for her.
    assert api(secretariat).post(f"{address}/selection", {"persons": [str(boris.pk)]}).status_code == 201
    assert api(secretariat).post(f"{address}/selection", {"persons": [str(ana.pk)]}).status_code == 201

    # Changed days would unbook them; cancelled, everybody is free.
    moved = api(secretariat).patch(address, {"ends_on": make.in_days(50).isoformat()})
    assert (moved.status_code, moved.json()["code"]) == (409, "people_booked")
    assert (
        api(secretariat).post(f"{address}/cancel", {"reason": "Postponed."}).json()["status"] == "cancelled"
    )
    assert api(secretariat).get(f"{address}/selection").json()["results"] == []
    assert not Profile.objects.get(pk=boris.pk).items.exists()
    assert api(secretariat).get(f"{address}/candidates").json()["code"] == "not_open"


def test_a_selection_that_cannot_be_balanced_any_more_is_refused(api: Api) -> None:
    call_out = make.call_out(make.roster(), number=2, women_at_least=1)
    men = [make.expert(gender="male") for _ in range(2)]
    for man in men:
        make.invitation(call_out, man, status="accepted")
    path = f"/call-outs/{call_out.pk}/selection"
    refused = api(make.secretariat()).post(path, {"persons": [str(man.pk) for man in men]})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "unbalanced"
