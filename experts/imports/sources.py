"""Reading tables that people bring: CSV and XLSX, told by what is in them, bounded in every direction.

Nothing in a file is ever run: a cell that holds a formula has a flaw and no value; macros and links to other
files are not looked at.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import TextIOWrapper
from itertools import islice
from typing import IO, Any

from django.core.files.base import File
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from config.errors import DomainError, Invalid
from experts.tables import plain

POINTER = "/file"

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 100
# What a spreadsheet program holds in a cell.
MAX_CELL = 32_767
# The last row that a spreadsheet can have.
SHEET_ROWS = 1_048_576
# Of a workbook, unpacked: all of it, and the part with its texts, which is held in memory.
MAX_UNPACKED = 400 * 1024 * 1024
MAX_TEXTS = 64 * 1024 * 1024
MAX_PARTS = 2_000

CSV, XLSX = "csv", "xlsx"
DELIMITERS = ",;\t"

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF = b"%PDF-"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

# Flaws of cells, and what is told of them.
FLAWS = {
    "formula": "This cell holds a formula, which is not run. Put its value there.",
    "error_value": "This cell holds an error of the spreadsheet, such as #REF!.",
    "too_long": f"A cell holds at most {MAX_CELL} characters.",
    "null_characters_not_allowed": "NUL is no text.",
    "beyond_headings": "This cell stands beyond the last heading.",
}


class TableTooLarge(DomainError):
    """The file is larger than allowed. HTTP 413."""

    status = 413
    code = "too_large"
    detail = f"A table has at most {MAX_BYTES // 1024 // 1024} MB."


@dataclass(slots=True)
class Line:
    """A row: its number as spreadsheets count, its cells as text, and flaws as (column, code)."""

    number: int
    cells: list[str]
    flaws: list[tuple[int, str]] = field(default_factory=list)


def kind_of(upload: File[bytes]) -> str:
    """Whether it is a CSV or an XLSX, told by its content.

    Raises `Invalid` for anything else, for what is not UTF-8 (naming line and byte) and for a workbook that
    unpacks to too much; `TableTooLarge`."""
    if not upload.size:
        raise Invalid.field(POINTER, "The file is empty.", code="empty")
    if upload.size > MAX_BYTES:
        raise TableTooLarge
    upload.seek(0)
    head = upload.read(8)
    upload.seek(0)
    if head.startswith(_OLE):
        raise Invalid.field(
            POINTER,
            "This is an old or a locked Excel file. Save it as XLSX without a password.",
            code="not_xlsx",
        )
    if head.startswith(_ZIP):
        _check_workbook(upload)
        return XLSX
    if head.startswith(_PDF):  # whose first bytes may well be text
        raise Invalid.field(POINTER, "This is a PDF, and no table.", code="not_a_table")
    _check_text(upload, head)
    return CSV


def lines(stored: IO[bytes], kind: str) -> Generator[Line]:
    """The rows of a table, the headings first; empty ones are counted and left out. One pass, bounded memory.

    Raises `Invalid` for what cannot be read, and beyond `MAX_ROWS` or `MAX_COLUMNS`.
    """
    width: int | None = None
    for line in _csv_lines(stored) if kind == CSV else _xlsx_lines(stored):
        if not any(line.cells) and not line.flaws:
            continue
        if line.number > MAX_ROWS + 1:
            raise Invalid.field(POINTER, f"At most {MAX_ROWS} rows.", code="too_many_rows")
        if width is None:
            width = _width(line)
        _fit(line, width)
        yield line
    if width is None:
        raise nothing()


@contextmanager
def table(source: File[bytes], kind: str) -> Iterator[Iterator[Line]]:
    """`lines` of an uploaded or stored file that is open. They are read from a copy on this machine, as
    the readers want it: they jump about in it."""
    with tempfile.TemporaryFile() as copy:
        source.seek(0)
        shutil.copyfileobj(source, copy)
        copy.seek(0)
        with closing(lines(copy, kind)) as found:
            yield found


def nothing() -> Invalid:
    """That a table has no rows below its headings."""
    return Invalid.field(POINTER, "There is nothing in this table.", code="empty")


def _width(headings: Line) -> int:
    """How many columns the table has."""
    while headings.cells and not headings.cells[-1]:
        headings.cells.pop()
    if len(headings.cells) > MAX_COLUMNS:
        raise Invalid.field(POINTER, f"At most {MAX_COLUMNS} columns.", code="too_many_columns")
    if headings.flaws:
        raise Invalid.field(
            POINTER, f"In the headings: {FLAWS[headings.flaws[0][1]]}", code=headings.flaws[0][1]
        )
    return len(headings.cells)


def _fit(line: Line, width: int) -> None:
    """Exactly as many cells as there are headings; what is beyond is a flaw, not dropped in silence."""
    if any(line.cells[width:]):
        line.flaws.append((width, "beyond_headings"))
    line.flaws = [flaw for flaw in line.flaws if flaw[0] <= width]
    line.cells = line.cells[:width] + [""] * (width - len(line.cells))


def _text(cell: str, column: int, flaws: list[tuple[int, str]]) -> str:
    """A cell's text, without what the database does not hold."""
    if "\x00" in cell:
        flaws.append((column, "null_characters_not_allowed"))
        return ""
    if len(cell) > MAX_CELL:
        flaws.append((column, "too_long"))
        return ""
    return plain(cell.strip())


# CSV --------------------------------------------------------------------------------------------------------


def _check_text(upload: File[bytes], head: bytes) -> None:
    if head.startswith(_UTF16):
        raise _not_utf8("This file is UTF-16.")
    offset = 0
    for number, line in enumerate(upload, 1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            byte = line[error.start]
            raise _not_utf8(
                f"Line {number} holds the byte 0x{byte:02X} (byte {offset + error.start} of the file), which"
                " is not UTF-8."
            ) from None
        if b"\x00" in line:
            raise Invalid.field(POINTER, "This is neither a CSV nor an XLSX file.", code="unknown_file_type")
        offset += len(line)
    upload.seek(0)


def _not_utf8(what: str) -> Invalid:
    return Invalid.field(POINTER, f"{what} Save the table as “CSV UTF-8”.", code="not_utf8")


def _csv_lines(stored: IO[bytes]) -> Iterator[Line]:
    """Records of a CSV (RFC 4180) with comma, semicolon or tab between cells, as spreadsheets save it."""
    text = TextIOWrapper(stored, encoding="utf-8-sig", newline="")
    try:
        first = text.readline(MAX_CELL * 2)
        named = first[:4].lower() == "sep=" and len(first.rstrip("\r\n")) == 5
        delimiter = first[4] if named else _delimiter(first)
        text.seek(0)
        if named:
            text.readline()
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        number = 0
        while True:
            number += 1
            try:
                record = next(reader, None)
            except (csv.Error, UnicodeDecodeError) as error:
                raise Invalid.field(
                    POINTER, f"Row {number} cannot be read as CSV: {error}.", code="malformed_csv"
                ) from None
            if record is None:
                return
            flaws: list[tuple[int, str]] = []
            cells = [_text(cell, column, flaws) for column, cell in enumerate(record)]
            yield Line(number, cells, flaws)
    finally:
        text.detach()


def _delimiter(first: str) -> str:
    """What stands between the headings: the one of the known delimiters that is there most often."""
    outside = "".join(first.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


# XLSX -------------------------------------------------------------------------------------------------------

# What openpyxl and the libraries below it raise for a file that is not what it says.
_UNREADABLE = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)


def _not_a_workbook() -> Invalid:
    return Invalid.field(POINTER, "This is no whole XLSX file.", code="not_xlsx")


def _check_workbook(upload: File[bytes]) -> None:
    """What a zip's directory says of its parts is what they unpack to at most: reading stops there."""
    try:
        with zipfile.ZipFile(upload) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _not_a_workbook() from error
    finally:
        upload.seek(0)
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Invalid.field(POINTER, "This is neither a CSV nor an XLSX file.", code="unknown_file_type")
    texts = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED or texts > MAX_TEXTS:
        raise Invalid.field(
            POINTER,
            f"This workbook unpacks to more than {MAX_UNPACKED // 1024 // 1024} MB.",
            code="unpacks_to_too_much",
        )


def _xlsx_lines(stored: IO[bytes]) -> Iterator[Line]:
    """Rows of a workbook's first sheet."""
    try:
        book = load_workbook(stored, read_only=True, data_only=False, keep_links=False)
    except _UNREADABLE as error:
        raise _not_a_workbook() from error
    try:
        sheets = book.worksheets
        if not sheets:
            raise nothing()
        sheets[0].reset_dimensions()  # what a file says of its own size is not to be relied on
        for number, row in enumerate(islice(_readable(sheets[0].iter_rows()), SHEET_ROWS), 1):
            flaws: list[tuple[int, str]] = []
            cells = [
                "" if cell.value is None else _cell(cell, column, flaws) for column, cell in enumerate(row)
            ]
            yield Line(number, cells, flaws)
    finally:
        book.close()


def _readable(rows: Iterable[Any]) -> Iterator[Any]:
    """The rows, with whatever is wrong in the file told as `Invalid`."""
    found = iter(rows)
    while True:
        try:
            row = next(found, None)
        except _UNREADABLE as error:
            raise _not_a_workbook() from error
        if row is None:
            return
        yield row


def _cell(cell: Any, column: int, flaws: list[tuple[int, str]]) -> str:
    kind = cell.data_type
    value = cell.value
    if kind == "f":
        flaws.append((column, "formula"))
        return ""
    if kind == "e":
        flaws.append((column, "error_value"))
        return ""
    return _text(_shown(value), column, flaws)


def _shown(value: Any) -> str:  # noqa: PLR0911 - one line per type
    """A value as text: dates as ISO 8601, whole numbers without a fraction."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
    return str(value)
