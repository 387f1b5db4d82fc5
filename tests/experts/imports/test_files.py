"""Files that are not what they should be: refused at once, with the place where it is wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.files.base import ContentFile
from openpyxl import Workbook, load_workbook

from config.errors import Invalid
from experts.actions import imports
from experts.imports import sources
from experts.imports.sources import Line, TableTooLarge
from experts.models import User
from tests.factories import experts as make
from tests.factories import tables

PEOPLE = [tables.HEADINGS, ("ana@example.org", "Ana", "Kovač"), ("eva@example.org", "Eva", "Ek")]
CELLS = [list(row) for row in PEOPLE]


def read(content: bytes) -> list[Line]:
    """A file as an import reads it: told by its content, then row by row."""
    upload = ContentFile(content)
    with sources.table(upload, sources.kind_of(upload)) as found:
        return list(found)


def cells(content: bytes) -> list[list[str]]:
    return [line.cells for line in read(content)]


def refused(content: bytes) -> tuple[str, str]:
    with pytest.raises(Invalid) as error:
        read(content)
    [fault] = error.value.errors
    assert fault.pointer == "/file"
    return fault.code, fault.detail


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_is_read_whatever_spreadsheet_saved_it(delimiter: str, encoding: str) -> None:
    assert cells(tables.csv_bytes(PEOPLE, delimiter=delimiter, encoding=encoding)) == CELLS


def test_the_line_that_excel_names_its_delimiter_in_is_no_row() -> None:
    content = b"sep=;\r\n" + tables.csv_bytes(PEOPLE, delimiter=";")
    assert [(line.number, line.cells) for line in read(content)] == list(enumerate(CELLS, 1))


def test_a_comma_inside_quotes_of_the_headings_is_no_delimiter() -> None:
    assert cells(b'"Name, first, last";Mail\r\na;b\r\n') == [["Name, first, last", "Mail"], ["a", "b"]]


def test_a_cell_may_hold_delimiters_quotes_and_lines() -> None:
    rows = [("A", "B"), ('one, "two"\nthree', "4")]
    assert cells(tables.csv_bytes(rows)) == [list(row) for row in rows]


def test_empty_rows_are_left_out_and_counted() -> None:
    assert [line.number for line in read(b"A,B\r\n,\r\n\r\n1,2\r\n")] == [1, 4]


def test_latin_1_is_refused_with_the_line_and_the_byte() -> None:
    content = tables.csv_bytes([("A",), ("Kovac",)]) + "Köhler\r\n".encode("latin-1")
    code, detail = refused(content)
    assert code == "not_utf8"
    assert "Line 3" in detail
    assert "0xF6 (byte 11 of the file)" in detail


def test_utf_16_is_refused_by_name() -> None:
    code, detail = refused(tables.csv_bytes(PEOPLE, encoding="utf-16"))
    assert (code, "UTF-16" in detail) == ("not_utf8", True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\r\n\r\n", "empty"),
        (b"%PDF-1.7 all of it text", "not_a_table"),
        (b"A,B\x00\r\n", "unknown_file_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "not_xlsx"),
        (b"PK\x03\x04 and no more", "not_xlsx"),
        (b'A,B\r\n"open,1\r\n', "malformed_csv"),
        (b'A,B\r\n"a"b,1\r\n', "malformed_csv"),
        (b"A\r\n" + b'"' + b"x" * 200_000 + b'"\r\n', "malformed_csv"),
        (",".join(f"C{number}" for number in range(101)).encode() + b"\r\n", "too_many_columns"),
        (b"A\r\n" + b"1\r\n" * 100_001, "too_many_rows"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, code: str) -> None:
    assert refused(content)[0] == code


def test_the_row_that_is_malformed_is_named() -> None:
    assert "Row 3" in refused(b'A,B\r\n1,2\r\n"a"b,1\r\n')[1]


def test_cells_beyond_the_headings_are_flaws_and_not_dropped() -> None:
    assert [line.flaws for line in read(b"A,B\r\n1,2,\r\n1,2,3\r\n")] == [[], [], [(2, "beyond_headings")]]


def test_a_workbook_is_read_as_text() -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["A", "B", "C", "D"])
    sheet.append([1, 2.5, True, "text"])
    sheet["A3"] = None
    sheet["D4"] = 7.0
    data = io.BytesIO()
    book.save(data)
    assert [(line.number, line.cells) for line in read(data.getvalue())] == [
        (1, ["A", "B", "C", "D"]),
        (2, ["1", "2.5", "yes", "text"]),
        (4, ["", "", "", "7"]),
    ]


def test_formulas_are_flaws_in_a_workbook_and_text_in_a_csv() -> None:
    rows = [("A", "B"), ("=1+1", "+43 1 514 360")]
    [_, line] = read(tables.xlsx_bytes(rows))
    assert (line.cells, line.flaws) == (["", "+43 1 514 360"], [(0, "formula")])
    [_, line] = read(tables.csv_bytes(rows))
    assert (line.cells, line.flaws) == (["=1+1", "+43 1 514 360"], [])


def test_what_was_exported_harmless_comes_back_as_it_was() -> None:
    assert cells(b"A,B\r\n'+43 1 514 360,'=1\r\n")[1] == ["+43 1 514 360", "=1"]


def repacked(content: bytes, **parts: bytes) -> bytes:
    """A workbook with other parts in it."""
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return data.getvalue()


def test_a_zip_bomb_is_refused_by_what_its_directory_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_UNPACKED", 1_000_000)
    monkeypatch.setattr(sources, "load_workbook", None)  # it is not even opened
    bomb = repacked(tables.xlsx_bytes(PEOPLE), **{"xl/media/big.bin": b"\x00" * 1_000_001})
    assert len(bomb) < 20_000
    assert refused(bomb)[0] == "unpacks_to_too_much"


def test_a_bomb_of_texts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_TEXTS", 100_000)
    monkeypatch.setattr(sources, "load_workbook", None)
    texts = b"<sst>" + b"<si><t>x</t></si>" * 10_000 + b"</sst>"
    bomb = repacked(tables.xlsx_bytes(PEOPLE), **{"xl/sharedStrings.xml": texts})
    assert refused(bomb)[0] == "unpacks_to_too_much"


def test_a_directory_that_lies_about_sizes_gains_nothing() -> None:
    """What a part unpacks to is cut off at what the directory said; what is left is no whole workbook."""
    sheet = b"<worksheet><sheetData>" + b"<row/>" * 200_000 + b"</sheetData></worksheet>"
    content = repacked(tables.xlsx_bytes(PEOPLE), **{"xl/worksheets/sheet1.xml": sheet})
    size = len(sheet).to_bytes(4, "little")
    assert content.count(size) >= 1
    lying = content.replace(size, (1_000).to_bytes(4, "little"))
    assert refused(lying)[0] == "not_xlsx"


def test_entities_that_grow_are_refused() -> None:
    laughs = b'<!DOCTYPE worksheet [<!ENTITY a "' + b"x" * 1_000 + b'">'
    for this, before in zip("bcdefgh", "abcdefg", strict=True):
        laughs += f'<!ENTITY {this} "{f"&{before};" * 10}">'.encode()
    laughs += b"]><worksheet><sheetData><row><c><v>&h;</v></c></row></sheetData></worksheet>"
    content = repacked(tables.xlsx_bytes(PEOPLE), **{"xl/worksheets/sheet1.xml": laughs})
    assert refused(content)[0] == "not_xlsx"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
@pytest.mark.parametrize("content", [b"", b"<", b"<a/>", b"\xff\xff", b"<worksheet><sheetData><row r='x'/>"])
def test_broken_parts_of_a_workbook_are_refused_or_empty(part: str, content: bytes) -> None:
    assert _outcome(repacked(tables.xlsx_bytes(PEOPLE), **{part: content})) in {"read", "not_xlsx", "empty"}


def _outcome(content: bytes) -> str:
    try:
        read(content)
    except Invalid as error:
        return error.errors[0].code
    return "read"


def test_any_other_zip_is_no_table() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("letter.txt", "hello")
    assert refused(data.getvalue())[0] == "unknown_file_type"


def test_a_cell_at_the_far_end_of_the_sheet_costs_nothing() -> None:
    book = load_workbook(io.BytesIO(tables.xlsx_bytes(PEOPLE)))
    sheet: Any = book.active
    sheet["XFD3"] = "far"
    data = io.BytesIO()
    book.save(data)
    assert read(data.getvalue())[2].flaws == [(3, "beyond_headings")]
    sheet["A1048576"] = "deep"
    data = io.BytesIO()
    book.save(data)
    assert refused(data.getvalue())[0] == "too_many_rows"


def test_a_file_of_more_than_20_mb_is_too_large() -> None:
    with pytest.raises(TableTooLarge):
        sources.kind_of(ContentFile(b"A\r\n" * (sources.MAX_BYTES // 3 + 1)))


@pytest.fixture
def staff(db: None) -> User:
    return make.secretariat()


@pytest.mark.parametrize("as_file", [tables.csv_bytes, tables.xlsx_bytes])
def test_formulas_never_reach_a_profile_as_such(staff: User, as_file: object) -> None:
    """A workbook's formula is refused; a CSV's text that looks like one is text."""
    rows: Sequence[Sequence[str]] = [
        (*tables.HEADINGS, "Headline"),
        ("ana@example.org", "Ana", "Kovač", '=HYPERLINK("http://evil.example")'),
    ]
    content = as_file(rows)  # type: ignore[operator]
    held = tables.uploaded(staff, content)
    imports.check(held.pk, acting_user=staff)
    held = tables.worked(held)
    expected = [(2, "create", [])] if held.file_type == "csv" else [(2, "refused", [("headline", "formula")])]
    assert tables.rows(held) == expected


def test_a_file_that_turns_out_to_be_unreadable_fails_the_check(staff: User) -> None:
    held = tables.uploaded(staff, b"E-mail\r\nana@example.org\r\n" + b"x\r\n" * 10 + b'"open\r\n')
    imports.check(held.pk, acting_user=staff)
    held = tables.worked(held)
    assert (held.status, held.error["code"]) == ("failed", "malformed_csv")
    assert "Row 13" in held.error["detail"]
    assert held.job.status == "failed"
