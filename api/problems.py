"""The kinds of problems the API answers with: the ``type`` of a problem+json, and what /problems/<kind>
explains.

A problem's ``code`` is as precise as its place (``not_yours``); its kind is one of these.
"""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse

from api.renderers import encode
from config.errors import DomainError, NotFound


class Kind(NamedTuple):
    """A kind of problem: its status, a title that never changes, and an explanation for people."""

    status: int
    title: str
    explanation: str


KINDS = {
    "error": Kind(400, "Not possible", "The request could not be carried out."),
    "invalid": Kind(
        400,
        "Invalid input",
        "What was sent makes no sense here. `errors` names each fault: a JSON pointer into the body, "
        "or /name of a query parameter or header.",
    ),
    "malformed": Kind(400, "Malformed request", "The body is not what its content type says, or not UTF-8."),
    "invalid_cursor": Kind(
        400,
        "Invalid cursor",
        "Cursors come from `next` and `previous` and hold for the same list, with the same filters, only.",
    ),
    "not_authenticated": Kind(
        401, "Sign in", "Send a personal token (Authorization: Bearer …) that is valid, or a session."
    ),
    "permission_denied": Kind(
        403,
        "Not allowed",
        "You may see it, but not do this to it. `detail` gives the reason, `code` names it.",
    ),
    "not_found": Kind(
        404, "Not found", "It does not exist, or not for you: the two are never told apart, for anybody."
    ),
    "method_not_allowed": Kind(405, "Method not allowed", "`Allow` lists the methods of this address."),
    "not_acceptable": Kind(406, "Not acceptable", "None of the media types in Accept is offered here."),
    "conflict": Kind(409, "Conflict", "The present state of things does not permit it. Read it again first."),
    "idempotency_in_progress": Kind(
        409,
        "Still running",
        "The first request with this Idempotency-Key has not ended. Repeat it a little later.",
    ),
    "precondition_failed": Kind(
        412,
        "Changed meanwhile",
        "If-Match names a version that is not the present one. Read again, then change.",
    ),
    "too_large": Kind(413, "Too large", "The body, or a part of it, is larger than accepted."),
    "uri_too_long": Kind(414, "Request-URI Too Long", "The address, its parameters included, is too long."),
    "unsupported_media_type": Kind(
        415, "Unsupported media type", "Send application/json, or what is documented."
    ),
    "idempotency_key_reused": Kind(
        422,
        "Key used before",
        "This Idempotency-Key came with a different request. Keys are for repeating, not reusing.",
    ),
    "precondition_required": Kind(
        428,
        "If-Match is required",
        "Send the ETag of what you change as If-Match, so that no other's change is lost.",
    ),
    "headers_too_large": Kind(
        431, "Request Header Fields Too Large", "There are more headers, or longer ones, than are read."
    ),
    "throttled": Kind(
        429, "Too many requests", "`Retry-After` gives the seconds to wait; `RateLimit` says where you stand."
    ),
    "server_error": Kind(500, "Our mistake", "Nothing you sent is at fault. Report the `request_id`."),
    "unavailable": Kind(
        503, "Unavailable", "A service behind the API does not answer now. Repeat after `Retry-After`."
    ),
}


def kind_of(error: DomainError) -> str:
    """The kind of an error: of its class, or of the nearest one it derives from that is a kind."""
    codes = (getattr(base, "code", "") for base in type(error).__mro__)
    return next((code for code in codes if code in KINDS), DomainError.code)


def explain(request: HttpRequest, kind: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """GET /problems/<kind>: the address that a problem's ``type`` is."""
    found = KINDS.get(kind)
    if found is None:
        raise NotFound
    body = {"type": f"/problems/{kind}", **found._asdict()}
    return HttpResponse(encode(body), content_type="application/json")
