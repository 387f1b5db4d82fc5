"""What can go wrong, said in codes and data; only the HTTP edge turns it into words and statuses.

Every error an action or policy raises is a `DomainError`. Its ``code`` is part of the public contract and
never changes; ``errors`` names the fields at fault by JSON pointer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault in what the client sent: where (`/topics/0`), what (a stable code), and a sentence."""

    pointer: str
    code: str
    detail: str


class DomainError(Exception):
    """Base of all expected failures. ``status`` is the HTTP status the edge answers with."""

    status = 400
    code = "error"
    detail = "The request could not be carried out."

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        errors: Sequence[FieldError] = (),
        **data: object,
    ) -> None:
        self.detail = detail or type(self).detail
        self.code = code or type(self).code
        self.errors = tuple(errors)
        self.data = data
        super().__init__(self.detail)


class Invalid(DomainError):
    """What was sent makes no sense here; names the field. HTTP 400."""

    code = "invalid"
    detail = "The input is invalid."

    @classmethod
    def field(cls, pointer: str, detail: str, *, code: str = "invalid") -> Invalid:
        """An `Invalid` about one field: ``Invalid.field("/parent", "…", code="unknown_parent")``."""
        return cls(errors=[FieldError(pointer, code, detail)])


class NotSignedIn(DomainError):
    """The question needs a person and there is none. HTTP 401."""

    status = 401
    code = "not_authenticated"
    detail = "Sign in to do this."


class Denied(DomainError):
    """Readable, but not allowed; ``detail`` is the reason a person is told. HTTP 403."""

    status = 403
    code = "permission_denied"
    detail = "You are not allowed to do this."


class NotFound(DomainError):
    """Absent or invisible: the same answer for both, always. HTTP 404."""

    status = 404
    code = "not_found"
    detail = "Not found."


class Conflict(DomainError):
    """The state of things does not permit it now. HTTP 409."""

    status = 409
    code = "conflict"
    detail = "The current state does not permit this."


class Stale(DomainError):
    """Somebody changed it meanwhile (If-Match did not match). HTTP 412."""

    status = 412
    code = "precondition_failed"
    detail = "It was changed meanwhile. Read it again and repeat your change."


class TooMany(DomainError):
    """A rate or a quota is used up; ``retry_after`` in seconds may be in ``data``. HTTP 429."""

    status = 429
    code = "throttled"
    detail = "Too many requests."


class Unavailable(DomainError):
    """A service needed for the answer does not answer now. HTTP 503."""

    status = 503
    code = "unavailable"
    detail = "Temporarily unavailable."


@dataclass(frozen=True, slots=True)
class Refusal:
    """A policy's "no": a stable code and the reason a person is told."""

    code: str
    reason: str


def require_version(found: int, expected: int | None) -> None:
    """Raise `Stale` unless the thing, locked by the caller, has the expected version (None: any)."""
    if expected is not None and found != expected:
        raise Stale
