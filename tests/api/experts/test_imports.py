"""The whole life of an import over HTTP, and of a file that an export makes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook

from api.parsers import TooLarge
from experts.models import AuditEntry, Job, Profile, User
from tests.contracts.client import ApiClient
from tests.factories import experts as make
from tests.factories import jobs, tables

pytestmark = pytest.mark.django_db

Api = Callable[..., ApiClient]

ROWS = [
    (*tables.HEADINGS, "Headline", "Languages"),
    ("ana@example.org", "Ana", "Kovač", "Document examiner", "ru: B2"),
    ("eva@example.org", "Eva", "Ek", "Analyst", "ru: fluent"),
]


def send(client: ApiClient, content: bytes, name: str = "people.csv", **headers: str) -> Any:
    form = (
        f'--upload\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    body = form + content + b"\r\n--upload--\r\n"
    return client.send(
        "POST", "/imports", body, content_type="multipart/form-data; boundary=upload", headers=headers
    )


def test_a_table_is_uploaded_mapped_checked_run_and_undone(api: Api) -> None:
    client = api(make.secretariat())
    held = send(client, tables.csv_bytes(ROWS, delimiter=";", encoding="utf-8-sig"))
    assert held.status_code == 201, held.content
    body = held.json()
    path = f"/imports/{body['id']}"
    assert [column["field"] for column in body["columns"]] == [
        "email",
        "given_name",
        "family_name",
        "headline",
        "languages",
    ]
    assert body["columns"][3] == {
        "heading": "Headline",
        "samples": ["Document examiner", "Analyst"],
        "field": "headline",
    }
    assert body["allowed_actions"] == ["configure", "check", "discard"]

    checking = client.post(f"{path}/check", key="check-once")
    assert checking.status_code == 202
    assert client.post(f"{path}/check", key="check-once").json() == checking.json()
    job = checking.headers["Location"]
    assert client.get(job).json()["status"] == "queued"
    assert client.post(f"{path}/run").json()["code"] == "busy"
    jobs.run("experts.work_on_import")
    assert client.get(job).json()["result"] == {"create": 1, "refused": 1}
    assert (client.get(job).json()["done"], client.get(job).json()["total"]) == (2, 2)
    [bad] = client.get(f"{path}/rows", state="refused").json()["results"]
    assert (bad["number"], bad["faults"][0]["field"], bad["faults"][0]["code"]) == (
        3,
        "languages",
        "unknown_choice",
    )
    assert client.post(f"{path}/run").json()["code"] == "rows_refused"

    settings = client.get(path)
    changed = client.patch(path, {"mode": "row_wise"}, if_match=settings.headers["ETag"])
    assert (changed.json()["mode"], changed.json()["status"]) == ("row_wise", "checked")
    assert client.patch(path, {"mode": "row_wise"}, if_match=settings.headers["ETag"]).status_code == 412
    assert client.post(f"{path}/run").status_code == 202
    jobs.run("experts.work_on_import")
    assert client.get(path).json()["status"] == "done"
    ana = User.objects.get(email="ana@example.org")
    assert client.get(f"/experts/{ana.pk}").json()["headline"] == "Document examiner"

    assert client.post(f"{path}/undo").status_code == 202
    jobs.run("experts.work_on_import")
    body = client.get(path).json()
    assert (body["status"], body["job"]["result"]) == ("undone", {"refused": 1, "undone": 1})
    assert client.get(f"/experts/{ana.pk}").status_code == 404
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_a_200_mb_file_is_refused_before_any_of_it_is_read(api: Api) -> None:
    class Unread(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("the body is read")

    client = api(make.secretariat())
    said: dict[str, Any] = {"CONTENT_LENGTH": str(200 * 1024 * 1024), "wsgi.input": Unread()}
    form = "multipart/form-data; boundary=upload"
    response = client.generic("POST", "/api/v1/imports", b"", content_type=form, **said)
    assert (response.status_code, response.json()["code"]) == (413, TooLarge.code)
    assert "20 MB" in response.json()["detail"]


def test_a_file_of_the_wrong_encoding_is_an_error_of_the_field(api: Api) -> None:
    client = api(make.secretariat())
    response = send(client, "E-mail;Nom\r\na@example.org;Müller\r\n".encode("latin-1"))
    assert response.status_code == 400
    [fault] = response.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/file", "not_utf8")
    assert "Line 2" in fault["detail"]


def test_the_name_of_an_uploaded_file_is_a_name_and_no_path(api: Api) -> None:
    held = send(api(make.secretariat()), tables.csv_bytes(ROWS), "..\\\\..\\\\etc\\\\people.csv")
    assert held.json()["file"]["name"] == "people.csv"


def test_the_report_has_pages(api: Api) -> None:
    client = api(make.secretariat())
    rows = [tables.HEADINGS, *[(f"p{n}@example.org", "", "Ek") for n in range(7)]]
    path = f"/imports/{send(client, tables.csv_bytes(rows)).json()['id']}"
    client.post(f"{path}/check")
    jobs.run("experts.work_on_import")
    seen: list[int] = []
    address = f"{path}/rows?limit=3&state=refused"
    while address:
        body = client.get(address).json()
        seen += [row["number"] for row in body["results"]]
        address = body["next"]
    assert seen == list(range(2, 9))


# Exports ----------------------------------------------------------------------------------------------------


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def streamed(client: ApiClient, path: str) -> bytes:
    response: Any = client.get(path)
    return b"".join(response.streaming_content)


def test_the_list_as_a_table_holds_what_the_asker_may_read(api: Api) -> None:
    norway = make.country("NO")
    closed = make.profile(
        family_name="Closed",
        nationality=norway,
        contact_phone="+4722222222",
        headline="=1+1",
        reach={"nationality": "secretariat"},
    )
    make.speaks(closed)
    make.knows(closed, make.topic("risk-analysis"), years=3)
    make.profile(family_name="Away", reach={"identity": "self"})
    [member] = table(api(make.user()).get("/experts", format="csv").content)
    assert (member["family_name"], member["nationality"], member["contact_phone"]) == ("Closed", "", "")
    assert (member["headline"], member["languages"]) == ("'=1+1", "ru: B2")
    assert member["topics"] == "risk-analysis: specialist: 3"
    [staff] = table(api(make.secretariat()).get("/experts", headers={"Accept": "text/csv"}).content)
    assert (staff["nationality"], staff["contact_phone"]) == ("NO", "'+4722222222")
    assert table(api(make.user()).get("/experts", format="csv", nationality="NO").content) == []


def test_the_same_table_as_a_workbook_holds_no_formula(api: Api) -> None:
    make.profile(family_name="Closed", headline="=1+1\x0b")
    response = api(make.user()).get("/experts", format="xlsx")
    sheet: Any = load_workbook(io.BytesIO(response.content)).active
    headings = [cell.value for cell in sheet[1]]
    cell = sheet[2][headings.index("headline")]
    assert (cell.value, cell.data_type) == ("'=1+1 ", "s")


def test_more_than_can_be_waited_for_is_a_job(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.tables.MOST", 2)
    monkeypatch.setattr("experts.exporting.PAGE", 2)
    for number in range(5):
        make.profile(family_name=f"Same{number // 4}", given_name="Ana")
    client = api(make.user())
    refused = client.get("/experts", format="csv")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "too_many_rows")
    asked = client.post("/experts/exports?format=csv")
    assert asked.status_code == 202
    jobs.run("experts.export")
    job = client.get(asked.headers["Location"]).json()
    assert (job["status"], job["done"], job["total"], job["result"]) == ("succeeded", 5, 5, {"rows": 5})
    rows = table(streamed(client, job["file"]["url"]))
    ids = Profile.objects.order_by("sort_name", "pk").values_list("pk", flat=True)
    assert [row["id"] for row in rows] == [str(pk) for pk in ids]
    assert AuditEntry.objects.get(verb="experts.exported").changes["rows"] == [None, 5]


def test_a_file_is_for_who_asked_and_for_an_hour(api: Api) -> None:
    owner = make.user()
    asked = api(owner).post("/experts/exports?format=xlsx")
    jobs.run("experts.export")
    path = f"{asked.headers['Location']}/file"
    assert api(make.secretariat()).get(path).status_code == 404
    assert api(owner).get(path).status_code == 200
    job = Job.objects.get()
    assert (job.expires_at - job.created_at).total_seconds() < 3_700
    Job.objects.update(expires_at=job.created_at)
    assert api(owner).get(path).status_code == 404


def test_who_lost_an_audience_gets_no_file_that_was_made_in_it(api: Api) -> None:
    staff = make.secretariat()
    path = f"{api(staff).post('/experts/exports').headers['Location']}/file"
    jobs.run("experts.export")
    assert api(staff).get(path).status_code == 200
    User.objects.filter(pk=staff.pk).update(is_staff=False)
    assert api(staff).get(path).status_code == 404


def test_what_is_read_is_what_may_be_read_when_the_job_runs(api: Api) -> None:
    make.profile(family_name="Closed", contact_phone="+4722222222")
    staff = make.secretariat()
    asked = api(staff).post("/experts/exports?format=csv")
    User.objects.filter(pk=staff.pk).update(is_staff=False)
    jobs.run("experts.export")
    [row] = table(streamed(api(staff), f"{asked.headers['Location']}/file"))
    assert row["contact_phone"] == ""


def test_an_export_that_was_given_up_makes_no_file(api: Api) -> None:
    make.profile()
    client = api(make.user())
    path = client.post("/experts/exports").headers["Location"]
    assert client.post(f"{path}/cancel").status_code == 200
    jobs.run("experts.export")
    job = client.get(path).json()
    assert (job["status"], job["file"], job["allowed_actions"]) == ("cancelled", None, [])
    assert client.post(f"{path}/cancel").json()["code"] == "job_over"


def test_a_person_has_three_exports_at_a_time(api: Api) -> None:
    client = api(make.user())
    assert [client.post("/experts/exports").status_code for _ in range(4)] == [202, 202, 202, 409]


def test_a_filter_that_names_nothing_makes_no_job(api: Api) -> None:
    assert api(make.user()).post("/experts/exports?topic=nothing").status_code == 404
    assert not Job.objects.exists()


def test_an_exported_directory_can_be_imported(api: Api) -> None:
    """The headings are those that an import understands; people are matched once they have an address."""
    make.country("NO")
    profile = make.profile(family_name="Kovač", duty_country_id="NO", headline="Examiner")
    make.speaks(profile)
    client = api(make.secretariat())
    [row] = table(client.get("/experts", format="csv").content)
    row.pop("id")
    row["email"] = "new@example.org"
    held = send(client, tables.csv_bytes([list(row), list(row.values())])).json()
    assert all(column["field"] for column in held["columns"])
    client.post(f"/imports/{held['id']}/check")
    jobs.run("experts.work_on_import")
    [found] = client.get(f"/imports/{held['id']}/rows").json()["results"]
    assert (found["state"], found["faults"]) == ("create", [])


def test_people_of_networks_and_rosters_are_listed_as_tables(api: Api) -> None:
    network = make.network("focal-points")
    me = make.joins(make.user(name="+Me"), network)
    make.joins(make.user(name="Other"), network)
    rows = table(api(me).get("/networks/focal-points/members", format="csv").content)
    assert [row["name"] for row in rows] == ["'+Me", "Other"]
    visitor = table(api().get("/networks/focal-points/members", format="csv").content)
    assert visitor == []


def test_a_table_without_rows_is_refused_at_once_and_a_run_asks_for_a_check_first(api: Api) -> None:
    client = api(make.secretariat())
    empty = send(client, tables.csv_bytes([tables.HEADINGS]))
    assert (empty.status_code, empty.json()["errors"][0]["code"]) == (400, "empty")
    held = send(client, tables.csv_bytes([tables.HEADINGS, ("ana@example.org", "Ana", "Kovač")])).json()
    early = client.post(f"/imports/{held['id']}/run")
    assert (early.status_code, early.json()["code"]) == (403, "not_checked")
    assert early.json()["detail"].startswith("Have it checked first")
