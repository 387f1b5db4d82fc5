"""Everything about me: taken along, or erased."""

from __future__ import annotations

from tests.contracts.matrix.base import Cast, row


def nothing(cast: Cast) -> dict[str, object]:
    """Operations on oneself need no thing."""
    return {}


THINGS = {"what is kept about oneself": nothing}

ROWS = [
    row("POST /me/export", "what is kept about oneself", visitor=401, others=202),
]
