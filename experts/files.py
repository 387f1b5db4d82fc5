"""Files that people bring: photos made anew, documents told by what is in them, both kept in the storage."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping
from pathlib import PurePath

import filetype
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models.fields.files import FieldFile
from PIL import Image, ImageOps, UnidentifiedImageError

from config.errors import Invalid

POINTER = "/file"

MAX_PIXELS = 40_000_000  # of any picture
MAX_PHOTO_BYTES = 10 * 1024 * 1024
PHOTO_FORMATS = ("JPEG", "PNG", "WEBP")
PHOTO_SIDE = 1024
PHOTO_MIN_SIDE = 64
THUMBNAIL_SIDE = 320

MAX_DOCUMENT_BYTES = 10 * 1024 * 1024
# By media type, what people keep a CV or a certificate in.
DOCUMENTS: Mapping[str, str] = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "image/jpeg": "jpg",
    "image/png": "png",
}


def photo(upload: File[bytes]) -> ContentFile[bytes]:
    """A photo made anew as a JPEG of at most 1024 pixels a side, upright, without anything else that was in
    the file.

    Raises `Invalid` for what is no JPEG, PNG or WebP, is too large in bytes or pixels, or too small.
    """
    if not upload.size:
        raise Invalid.field(POINTER, "The file is empty.", code="empty")
    if upload.size > MAX_PHOTO_BYTES:
        raise Invalid.field(POINTER, f"At most {MAX_PHOTO_BYTES // 1024 // 1024} MB.", code="too_large")
    upload.seek(0)
    return made_anew(
        upload, _jpeg, formats=PHOTO_FORMATS, otherwise="This is no whole JPEG, PNG or WebP picture."
    )


def made_anew[T](
    upload: File[bytes], make: Callable[[Image.Image], T], *, formats: tuple[str, ...], otherwise: str
) -> T:
    """What ``make`` makes of a picture that somebody brought, which it decodes.

    Raises `Invalid`: `not_an_image`, in the words of ``otherwise``, for what is no whole picture of these
    formats, and `too_large` for one of more than `MAX_PIXELS`, before anything of it is decoded.
    """
    try:
        with warnings.catch_warnings():
            # Our own limit of pixels is checked below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(upload, formats=formats) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    detail = f"At most {MAX_PIXELS // 1_000_000} million pixels."
                    raise Invalid.field(POINTER, detail, code="too_large")
                return make(image)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise Invalid.field(POINTER, otherwise, code="not_an_image") from error


def _jpeg(image: Image.Image) -> ContentFile[bytes]:
    if min(image.size) < PHOTO_MIN_SIDE:
        raise Invalid.field(POINTER, f"At least {PHOTO_MIN_SIDE} pixels a side.", code="too_small")
    image.draft("RGB", (PHOTO_SIDE, PHOTO_SIDE))
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    upright.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright, mask=upright.getchannel("A"))
    made = io.BytesIO()
    flat.save(made, "JPEG", quality=85, optimize=True)
    return ContentFile(made.getvalue(), name="photo.jpg")


def thumbnail(file: FieldFile) -> bytes | None:
    """A kept photo made small, as a JPEG, to be put inside of something; None where the file is missing."""
    try:
        with file.open() as stored, Image.open(stored, formats=["JPEG"]) as image:
            image.draft("RGB", (THUMBNAIL_SIDE, THUMBNAIL_SIDE))
            image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
            made = io.BytesIO()
            image.convert("RGB").save(made, "JPEG", quality=85, optimize=True)
            return made.getvalue()
    except FileNotFoundError:
        return None


def document_type(upload: File[bytes]) -> str:
    """The media type of a document, told by its content; raises `Invalid` for any other than `DOCUMENTS`."""
    if not upload.size:
        raise Invalid.field(POINTER, "The file is empty.", code="empty")
    if upload.size > MAX_DOCUMENT_BYTES:
        raise Invalid.field(POINTER, f"At most {MAX_DOCUMENT_BYTES // 1024 // 1024} MB.", code="too_large")
    upload.seek(0)
    found = filetype.guess(upload.read(8192))
    upload.seek(0)
    if found is None or found.mime not in DOCUMENTS:
        kinds = ", ".join(sorted(DOCUMENTS.values()))
        raise Invalid.field(POINTER, f"A document is one of {kinds}.", code="unknown_file_type")
    return str(found.mime)


def safe_name(name: str, media_type: str) -> str:
    """The name to offer when a document is downloaded: the person's own, with the ending that is true."""
    return named(name, DOCUMENTS[media_type])


def named(name: str, ending: str) -> str:
    """A name of at most 160 characters to offer when a file is downloaded: what the person calls it, without
    folders and unusual characters, with this ending."""
    stem = PurePath(name.replace("\\", "/")).stem
    kept = "".join(character for character in stem if character.isalnum() or character in " ._-()")
    return f"{kept.strip(' .')[:150] or 'document'}.{ending}"


def forget(file: FieldFile) -> None:
    """Delete a stored file once the transaction that drops its row is committed."""
    name, storage = file.name, file.storage
    if name:
        transaction.on_commit(lambda: storage.delete(name))
