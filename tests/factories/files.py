"""Files as people send them: pictures with what cameras put in, archives, and what pretends to be one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from experts.models import User
from forums.actions import attachments
from forums.models import Attachment

BOUNDARY = "upload"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), *, secret: str = "") -> bytes:
    """A picture; ``secret`` stands in its EXIF data (or comment) and behind its end."""
    image, made = Image.new("RGB", size, "teal"), io.BytesIO()
    exif = Image.Exif()
    if secret:
        exif[0x010E] = secret
    if kind == "GIF":
        image.save(made, kind, comment=secret.encode())
    else:
        image.save(made, kind, exif=exif)
    return made.getvalue() + secret.encode()


def archive(**files: bytes) -> bytes:
    """A ZIP archive of these files; ``__`` in a name stands for a slash."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for name, content in files.items():
            zipped.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def office(folder: str = "word", *, more: Mapping[str, bytes] | None = None) -> bytes:
    """An Office document, as far as anybody can tell it by."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for name, content in {
            "[Content_Types].xml": b"<Types/>",
            f"{folder}/document.xml": b"<x/>",
            **(more or {}),
        }.items():
            zipped.writestr(name, content)
    return made.getvalue()


def form(content: bytes, name: str = "photo.jpg", **fields: str) -> bytes:
    """A form as a browser sends it."""
    lines = b""
    for field, value in fields.items():
        lines += (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        ).encode()
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    return lines + head.encode() + b"Content-Type: x/y\r\n\r\n" + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def attachment(
    owner: User, content: bytes | None = None, *, name: str = "photo.jpg", alt: str = ""
) -> Attachment:
    """A file of somebody's, not yet with any post."""
    upload = SimpleUploadedFile(name, picture() if content is None else content)
    return attachments.upload(acting_user=owner, upload=upload, name=name, alt=alt)
