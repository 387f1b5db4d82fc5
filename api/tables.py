"""Lists as files: the same rows, as CSV or XLSX by Accept or by ``format=``.

Short ones are answered at once; a list of any length is a job (see `experts.exporting`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.http import HttpResponse
from rest_framework import serializers

from api.requests import ApiRequest
from config.errors import Invalid
from experts import tables

# How many rows are put into a file at once, while somebody waits for it.
MOST = 1_000

ALSO = {tables.CSV: "A row each, headings first.", tables.XLSX: "A row each, headings first."}


def form() -> serializers.ChoiceField:
    """The query parameter that says in which form the list is wanted."""
    return serializers.ChoiceField(
        choices=["json", "csv", "xlsx"],
        required=False,
        help_text="Instead of Accept. A file holds the whole list, not a page.",
    )


def asked(request: ApiRequest) -> str:
    """The form that is wanted: json, csv or xlsx."""
    accepted = request.accepted_renderer.media_type
    named = {media_type: name for name, media_type in tables.MEDIA_TYPES.items()}.get(accepted, "json")
    found: str = request.query.get("format", named)
    return found


def few[M: models.Model](rows: models.QuerySet[M, Any]) -> list[M]:
    """The rows, of which there are few; `Invalid` for more than `MOST`."""
    found = list(rows[: MOST + 1])
    if len(found) > MOST:
        raise Invalid.field(
            "/format",
            f"More than {MOST} rows: narrow the list, or have it made as a job (POST /experts/exports).",
            code="too_many_rows",
        )
    return found


def answer(name: str, form: str, headings: Sequence[str], rows: tables.Rows) -> HttpResponse:
    """A table to keep."""
    content = tables.as_bytes(form, name, headings, rows)
    return HttpResponse(
        content,
        content_type=tables.content_type(tables.MEDIA_TYPES[form]),
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{form}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
