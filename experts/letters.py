"""Letters of designation: PDF files, told by what is in them and not by what they are called."""

from __future__ import annotations

from django.core.files.base import File

from config.errors import Invalid

MAX_BYTES = 5 * 1024 * 1024
POINTER = "/file"
_TAIL = 2_048


def check(letter: File[bytes]) -> None:
    """Raise `Invalid` unless the file is a PDF of at most `MAX_BYTES`.

    A PDF starts with ``%PDF-`` and a version, and ends with ``%%EOF`` (ISO 32000-2, 7.5.2 and 7.5.5); half an
    upload lacks the end.
    """
    if not letter.size:
        raise Invalid.field(POINTER, "The file is empty.", code="empty")
    if letter.size > MAX_BYTES:
        raise Invalid.field(POINTER, f"At most {MAX_BYTES // 1024 // 1024} MB.", code="too_large")
    letter.seek(0)
    head = letter.read(8)
    letter.seek(max(0, letter.size - _TAIL))
    tail = letter.read()
    letter.seek(0)
    if head[:5] != b"%PDF-" or not head[5:6].isdigit():
        raise Invalid.field(POINTER, "A letter is a PDF; this file is something else.", code="not_pdf")
    if b"%%EOF" not in tail:
        raise Invalid.field(POINTER, "This PDF is cut off: its end is missing.", code="incomplete_pdf")
