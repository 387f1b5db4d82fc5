"""Files are refused as soon as they are too large, while they come in."""

from __future__ import annotations

from typing import IO, Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler

from api.parsers import TooLarge

# What a form has around its files: boundaries, headers, other fields.
FRAME_BYTES = 1024 * 1024


class LimitedUploadHandler(FileUploadHandler):
    """Stands before the handlers that keep what comes; raises `TooLarge` (413)."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],  # noqa: ARG002 - the signature is the framework's
        META: dict[str, Any],  # noqa: N803, ARG002
        content_length: int,
        boundary: str,  # noqa: ARG002
        encoding: str | None = None,  # noqa: ARG002
    ) -> None:
        """Refuses by what the request says its length is, before anything is read."""
        if content_length > settings.MAX_UPLOAD_BYTES + FRAME_BYTES:
            raise _too_large()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Refuses by what has come."""
        if start + len(raw_data) > settings.MAX_UPLOAD_BYTES:
            raise _too_large()
        return raw_data

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002
        """The handlers behind make the file."""
        return


def _too_large() -> TooLarge:
    return TooLarge(f"A file has at most {settings.MAX_UPLOAD_BYTES // 1024 // 1024} MB.")
