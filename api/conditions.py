"""Conditional requests (RFC 9110, 13): ETag and If-None-Match for reading, If-Match for changing.

The ETag of an answer is a hash of its body. Who may edit the thing gets the thing's version in front of it
(``"v12.<hash>"``), and If-Match is compared by that part alone: counters that change meanwhile do not break
an edit, and a reader never learns of changes to what they cannot see.
"""

from __future__ import annotations

import hashlib
import re

from django.http import HttpResponse, HttpResponseNotModified

from api.requests import ApiRequest
from config.errors import DomainError, Invalid

_TAG = re.compile(r'(?:W/)?"(?:v(\d{1,9})\.)?[\x21\x23-\x7e]*"')


class PreconditionRequired(DomainError):
    """A change without If-Match would overwrite blindly. HTTP 428."""

    status = 428
    code = "precondition_required"
    detail = "Send the ETag of what you change as If-Match."


def etag(content: bytes, *, version: int | None = None) -> str:
    """The entity tag of a body."""
    digest = hashlib.blake2b(content, digest_size=12).hexdigest()
    return f'"{digest}"' if version is None else f'"v{version}.{digest}"'


def conditional(request: ApiRequest, response: HttpResponse) -> HttpResponse:
    """Answers 304 where the client has the same already. Only for GET and HEAD."""
    if request.method not in {"GET", "HEAD"} or response.status_code != 200 or response.streaming:
        return response
    response.headers.setdefault("ETag", etag(response.content))
    tag = response.headers["ETag"]
    known = request.headers.get("If-None-Match")
    if known is None:
        return response
    if known.strip() != "*" and tag not in {part.strip().removeprefix("W/") for part in known.split(",")}:
        return response
    unchanged = HttpResponseNotModified()
    for name in ("ETag", "Cache-Control", "Content-Language", "Vary", "Link"):
        if name in response.headers:
            unchanged.headers[name] = response.headers[name]
    return unchanged


def expected_version(request: ApiRequest) -> int | None:
    """The version that If-Match names; None for any (``*``, or a DELETE without), 0 for one that nothing has.

    Raises `PreconditionRequired` (428) for a PATCH or PUT without, `Invalid` (400) for what is no ETag.
    """
    if request.method not in {"PATCH", "PUT", "DELETE"}:
        return None
    header = request.headers.get("If-Match")
    if header is None:
        if request.method == "DELETE":
            return None
        raise PreconditionRequired
    if header.strip() == "*":
        return None
    tag = _TAG.fullmatch(header.strip())
    if tag is None:
        raise Invalid.field("/If-Match", "Send one ETag, as it was received, or *.", code="invalid_etag")
    # A tag without a version was given to somebody who may not edit; it never matches.
    return int(tag[1] or 0)
