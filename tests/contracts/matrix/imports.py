"""Imports of people: the secretariat's."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from experts.actions import imports
from experts.models import Import
from tests.contracts.matrix.base import Cast, row
from tests.factories import tables

TABLE = tables.csv_bytes([tables.HEADINGS, ("ana@example.org", "Ana", "Kovač")])
FORM = {"Content-Type": "multipart/form-data; boundary=upload"}
FORM_OF_TABLE = (
    b'--upload\r\nContent-Disposition: form-data; name="file"; filename="people.csv"\r\n'
    b"Content-Type: text/csv\r\n\r\n" + TABLE + b"\r\n--upload--\r\n"
)


def uploaded(cast: Cast) -> dict[str, Any]:
    file = SimpleUploadedFile("people.csv", TABLE)
    return {"id": imports.upload(acting_user=cast.secretariat, upload=file, name="people.csv").pk}


def _as(cast: Cast, status: str) -> dict[str, object]:
    thing = uploaded(cast)
    Import.objects.filter(pk=thing["id"]).update(status=status)
    return thing


def checked(cast: Cast) -> dict[str, object]:
    return _as(cast, Import.Status.CHECKED)


def done(cast: Cast) -> dict[str, object]:
    return _as(cast, Import.Status.DONE)


def checking(cast: Cast) -> dict[str, object]:
    thing = uploaded(cast)
    imports.check(Import.objects.get(pk=thing["id"]).pk, acting_user=cast.secretariat)
    return thing


def nothing(_cast: Cast) -> dict[str, object]:
    return {}


THINGS = {
    "no import yet": nothing,
    "an uploaded table": uploaded,
    "a checked import": checked,
    "an import at work": checking,
    "an import that is done": done,
}

OTHERS: dict[str, Any] = {"visitor": 401, "others": 404}

ROWS = [
    row("GET /imports", "an uploaded table", visitor=401, secretariat=200, others=403),
    row("GET /imports/fields", "no import yet", visitor=401, secretariat=200, others=403),
    row(
        "POST /imports",
        "no import yet",
        body=FORM_OF_TABLE,
        headers=FORM,
        visitor=401,
        secretariat=201,
        others=403,
    ),
    row("GET /imports/{id}", "an uploaded table", **OTHERS, secretariat=200),
    row("GET /imports/{id}/rows", "an uploaded table", **OTHERS, secretariat=200),
    row(
        "PATCH /imports/{id}",
        "an uploaded table",
        body={"mapping": ["email", "given_name", "family_name"], "mode": "row_wise"},
        **OTHERS,
        secretariat=200,
    ),
    row("PATCH /imports/{id}", "an import at work", body={"mode": "row_wise"}, **OTHERS, secretariat=403),
    row("DELETE /imports/{id}", "an uploaded table", **OTHERS, secretariat=204),
    row("DELETE /imports/{id}", "an import at work", **OTHERS, secretariat=403),
    row("POST /imports/{id}/check", "an uploaded table", **OTHERS, secretariat=202),
    row("POST /imports/{id}/run", "an uploaded table", **OTHERS, secretariat=403),
    row("POST /imports/{id}/run", "a checked import", **OTHERS, secretariat=202),
    row("POST /imports/{id}/undo", "an import that is done", **OTHERS, secretariat=202),
    row("POST /imports/{id}/undo", "a checked import", **OTHERS, secretariat=403),
    row("POST /imports/{id}/cancel", "an import at work", **OTHERS, secretariat=200),
    row("POST /imports/{id}/cancel", "an import that is done", **OTHERS, secretariat=403),
]
