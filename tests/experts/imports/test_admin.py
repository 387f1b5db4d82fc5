"""The secretariat's admin imports by the usual actions."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from experts.models import Import, User
from tests.factories import experts as make
from tests.factories import jobs, tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(make.user(is_staff=True, is_superuser=True), backend="experts.backends.PeopleBackend")
    return client


def act(admin: Client, action: str) -> str:
    data = {"action": action, "_selected_action": [str(Import.objects.get().pk)]}
    response = admin.post("/admin/experts/import/", data, follow=True)
    jobs.run("experts.work_on_import")
    return response.content.decode()


def upload(admin: Client, content: bytes) -> str:
    data = {"file": SimpleUploadedFile("people.csv", content)}
    return admin.post("/admin/experts/import/upload/", data, follow=True).content.decode()


def test_a_table_is_uploaded_mapped_checked_run_and_undone(admin: Client) -> None:
    rows = [
        ("E-mail", "First name", "Remark"),
        ("ana@example.org", "Ana", "Kovač"),
        ("eva@example.org", "", "Ek"),
    ]
    page = upload(admin, tables.csv_bytes(rows))
    assert "What the columns of people.csv mean" in page
    held = Import.objects.get()
    settings = {"column0": "email", "column1": "given_name", "column2": "family_name", "mode": "row_wise"}
    admin.post(f"/admin/experts/import/{held.pk}/settings/", settings)
    assert Import.objects.get().mapping == ["email", "given_name", "family_name"]
    act(admin, "check_rows")
    page = admin.get(f"/admin/experts/import/{held.pk}/change/").content.decode()
    assert "Row 3: given_name A new person needs it." in page
    act(admin, "run")
    assert User.objects.filter(email="ana@example.org").exists()
    act(admin, "undo")
    assert not User.objects.filter(email="ana@example.org").exists()
    act(admin, "discard")
    assert not Import.objects.exists()


def test_what_an_action_refuses_is_told(admin: Client) -> None:
    assert "is not UTF-8" in upload(admin, "Müller".encode("latin-1"))
    upload(admin, tables.csv_bytes([("A",), ("b",)]))
    assert "People are found by email or external_id" in act(admin, "check_rows")
    assert "Have it checked first" in act(admin, "run")


def test_cells_are_text_in_the_admin_too(admin: Client) -> None:
    page = upload(admin, tables.csv_bytes([("<script>alert(1)</script>",), ("<b>x</b>",)]))
    assert "<script>alert(1)" not in page
    assert "<b>x</b>" not in page


def test_others_do_not_get_there() -> None:
    client = Client()
    client.force_login(make.user(), backend="experts.backends.PeopleBackend")
    assert client.get("/admin/experts/import/upload/").status_code == 302
