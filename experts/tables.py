"""Tables as files: CSV and XLSX. What looks like a formula is written as text: no spreadsheet runs it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, TextIOWrapper
from typing import IO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = {"csv": CSV, "xlsx": XLSX}

# What makes a spreadsheet take a text for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

type Rows = Iterable[Sequence[str]]


def content_type(media_type: str) -> str:
    """What is told of a file, where that is more than its media type."""
    return f"{media_type}; charset=utf-8" if media_type == CSV else media_type


def harmless(value: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def plain(value: str) -> str:
    """The text behind `harmless`: what was exported comes back as it was."""
    return value[1:] if value[:1] == "'" and value[1:].startswith(_FORMULA) else value


def write(form: str, stream: IO[bytes], title: str, headings: Sequence[str], rows: Rows) -> None:
    """Write a table to a stream as it comes, in bounded memory; ``form`` is csv or xlsx."""
    if form == "csv":
        write_csv(stream, headings, rows)
    else:
        write_xlsx(stream, title, headings, rows)


def write_csv(stream: IO[bytes], headings: Sequence[str], rows: Rows) -> None:
    """UTF-8 with a byte order mark, as spreadsheet programs expect it; RFC 4180."""
    text = TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([harmless(value) for value in row] for row in rows)
    text.detach()


def write_xlsx(stream: IO[bytes], title: str, headings: Sequence[str], rows: Rows) -> None:
    """A workbook of one sheet, its first row fixed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    sheet.append(list(headings))
    for row in rows:
        # Control characters are not there in XML.
        sheet.append([harmless(ILLEGAL_CHARACTERS_RE.sub(" ", value)) for value in row])
    book.save(stream)


def as_bytes(form: str, title: str, headings: Sequence[str], rows: Rows) -> bytes:
    """A table that is short by its nature."""
    data = BytesIO()
    write(form, data, title, headings, rows)
    return data.getvalue()
