"""Tables as files, and imports of them; import it as ``tables``."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from experts.actions import imports
from experts.models import Import, User
from tests.factories import jobs

HEADINGS = ("E-mail", "First name", "Last name")


def csv_bytes(rows: Sequence[Sequence[object]], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Rows as a CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(rows: Sequence[Sequence[object]]) -> bytes:
    """Rows as a workbook; what starts with = is a formula, as in a spreadsheet program."""
    book = Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(list(row))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def uploaded(by: User, content: bytes, name: str = "people.csv") -> Any:
    """An import of a file."""
    return imports.upload(acting_user=by, upload=SimpleUploadedFile(name, content), name=name)


def checked(by: User, rows: Sequence[Sequence[object]], *, mode: str = "all_or_nothing") -> Any:
    """An import of rows (headings first) whose rows were looked at."""
    held = uploaded(by, csv_bytes(rows))
    imports.configure(held.pk, acting_user=by, mode=mode)
    imports.check(held.pk, acting_user=by)
    return worked(held)


def done(by: User, rows: Sequence[Sequence[object]], *, mode: str = "all_or_nothing") -> Any:
    """An import that was run."""
    held = checked(by, rows, mode=mode)
    imports.run(held.pk, acting_user=by)
    return worked(held)


def undone(held: Import, by: User) -> Any:
    """An import that was taken back."""
    imports.undo(held.pk, acting_user=by)
    return worked(held)


def worked(held: Import) -> Any:
    """The import after its waiting job has run."""
    jobs.run("experts.work_on_import")
    return Import.objects.select_related("job").get(pk=held.pk)


def rows(held: Import) -> list[tuple[int, str, list[tuple[str, str]]]]:
    """Number, state and faults of each row."""
    return [
        (row.number, row.state, [(fault["field"], fault["code"]) for fault in row.faults])
        for row in held.rows.order_by("number")
    ]
