"""Files that people attach: told by what is in them, never by what they are called; pictures made anew."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

import filetype
from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps

from config.errors import Invalid
from experts.files import POINTER, made_anew, named

PICTURE_SIDE = 4096
PICTURES: Mapping[str, str] = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
# Moving pictures stand still: of a GIF the first picture is kept.
_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/png"}

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
FILES: Mapping[str, str] = {
    "application/pdf": "pdf",
    f"{_OFFICE}.wordprocessingml.document": "docx",
    f"{_OFFICE}.spreadsheetml.sheet": "xlsx",
    f"{_OFFICE}.presentationml.presentation": "pptx",
    f"{_OPEN}.text": "odt",
    f"{_OPEN}.spreadsheet": "ods",
    f"{_OPEN}.presentation": "odp",
    "application/zip": "zip",
    "audio/mpeg": "mp3",
    "video/mp4": "mp4",
    "text/plain": "txt",
    "text/csv": "csv",
}
MEDIA_TYPES = (*PICTURES, *FILES)
# What an Office file has inside, where its name does not lie.
_OFFICE_PARTS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_BY_ENDING = {ending: media_type for media_type, ending in FILES.items()}

_ZIP_START, _ZIP_END = b"PK\x03\x04", b"PK\x05\x06"
_MAX_ENTRIES = 10_000
_MARKUP = (b"<svg", b"<html", b"<script", b"<!doctype", b"<?xml", b"<?php")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Checked:
    """A file as it is kept. ``width`` and ``height`` in pixels for pictures, which are nothing but pixels."""

    content: File[bytes]
    name: str
    media_type: str
    width: int | None = None
    height: int | None = None


def checked(upload: File[bytes], *, name: str, max_bytes: int) -> Checked:
    """What an upload is, by its content; a picture is made anew, upright, at most 4096 pixels a side, without
    anything else that was in the file.

    ``name`` is what the person calls it: a path is cut off, the ending is made true. Raises `Invalid` on
    ``/file``: ``empty``, ``too_large`` (bytes or pixels), ``not_an_image`` (one that is broken),
    ``unknown_file_type`` (SVG, HTML, programs, documents with macros, what nobody knows).
    """
    if not upload.size:
        raise Invalid.field(POINTER, "The file is empty.", code="empty")
    if upload.size > max_bytes:
        raise Invalid.field(POINTER, f"At most {max_bytes // 1024 // 1024} MB.", code="too_large")
    upload.seek(0)
    head = upload.read(8192)
    upload.seek(0)
    found = filetype.guess_mime(head) or ""
    if found in {"image/jpeg", "image/png", "image/webp", "image/gif"}:
        return _picture(upload, name)
    media_type = _media_type(upload, head, found, name)
    upload.seek(0)
    return Checked(upload, named(name, FILES[media_type]), media_type)


def _media_type(upload: File[bytes], head: bytes, found: str, name: str) -> str:
    if head.startswith(_ZIP_START):
        return _inside_zip(upload)
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if found in {"audio/mpeg", "video/mp4"}:
        return found
    if not found and _is_plain_text(upload, head):
        return "text/csv" if name.lower().endswith(".csv") else "text/plain"
    raise _unknown()


def _inside_zip(upload: File[bytes]) -> str:
    """An Office or OpenDocument file without macros, or a plain archive; nothing but that from the first byte
    to the last, so that no other program finds something else in it."""
    try:
        with zipfile.ZipFile(upload) as archive:
            names = archive.namelist()
            start = min((entry.header_offset for entry in archive.infolist()), default=0)
            declared = (
                archive.read("mimetype")[:200].decode("ascii", "replace") if "mimetype" in names else ""
            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise Invalid.field(POINTER, "This archive is broken.", code="broken_file") from error
    upload.seek(-22 - 65_535 if (upload.size or 0) > 22 + 65_535 else -(upload.size or 0), io.SEEK_END)
    tail = upload.read()
    if start != 0 or len(names) > _MAX_ENTRIES or not _ends_cleanly(tail):
        raise _unknown()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Invalid.field(POINTER, "Documents with macros are not taken.", code="macros")
    if "[Content_Types].xml" in names:
        for folder, ending in _OFFICE_PARTS.items():
            if any(name.startswith(folder) for name in names):
                return _BY_ENDING[ending]
        raise _unknown()
    if declared.startswith("application/vnd.oasis."):
        if declared in FILES:
            return declared
        raise _unknown()
    if any(name.upper() == "META-INF/MANIFEST.MF" for name in names):  # a program
        raise _unknown()
    return "application/zip"


def _ends_cleanly(tail: bytes) -> bool:
    """The end record and its comment are the last bytes."""
    at = tail.rfind(_ZIP_END)
    return at >= 0 and len(tail) == at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little")


def _is_plain_text(upload: File[bytes], head: bytes) -> bool:
    """UTF-8 without control characters that is no mark-up a browser would run."""
    if any(markup in head.lower() for markup in _MARKUP) or head.lstrip()[:1] == b"<":
        return False
    upload.seek(0)
    rest = b""
    while chunk := upload.read(_CHUNK):
        text = rest + chunk
        try:
            text.decode("utf-8")
            rest = b""
        except UnicodeDecodeError as error:
            if error.start < len(text) - 3:
                return False
            rest = text[error.start :]
        if _CONTROLS.search(text):
            return False
    return not rest


def _picture(upload: File[bytes], name: str) -> Checked:
    return made_anew(
        upload,
        lambda image: _clean(image, name),
        formats=tuple(_FORMATS),
        otherwise="This picture is broken.",
    )


def _clean(image: Image.Image, name: str) -> Checked:
    media_type = _FORMATS[image.format or ""]
    image.draft("RGB", (PICTURE_SIDE, PICTURE_SIDE))
    upright = ImageOps.exif_transpose(image)
    pixels = upright.convert("RGB" if media_type == "image/jpeg" else "RGBA")
    pixels.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    clean = Image.new(pixels.mode, pixels.size)
    clean.paste(pixels)
    made = io.BytesIO()
    if media_type == "image/png":
        clean.save(made, "PNG", optimize=False)
    else:
        clean.save(made, "JPEG" if media_type == "image/jpeg" else "WEBP", quality=88)
    return Checked(ContentFile(made.getvalue()), named(name, PICTURES[media_type]), media_type, *clean.size)


def _unknown() -> Invalid:
    kinds = ", ".join(sorted({*PICTURES.values(), *FILES.values(), "gif"}))
    return Invalid.field(POINTER, f"A file is one of {kinds}.", code="unknown_file_type")
