"""JSON out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def encode(data: object) -> bytes:
    """Data as JSON: datetimes in RFC 3339 UTC with Z, UUIDs, dates and enums as text."""
    return orjson.dumps(data, option=_OPTIONS)


class Renderer(BaseRenderer):
    """One media type that content negotiation may choose. Views answer with bytes; nothing is rendered
    later."""

    charset = None

    def __init__(self, media_type: str = "application/json") -> None:
        self.media_type = media_type
        self.format = media_type.rpartition("/")[2]

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002 - the signature is the framework's
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> bytes:
        return b"" if data is None else encode(data)
