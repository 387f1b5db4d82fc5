"""Signing in and out, my account, my tokens."""

from __future__ import annotations

from tests.contracts.client import token_for
from tests.contracts.matrix.base import Cast, row


def nothing(cast: Cast) -> dict[str, object]:
    """Operations on oneself need no thing."""
    return {}


def token_of_the_expert(cast: Cast) -> dict[str, object]:
    token_for(cast.expert)
    return {"id": cast.expert.tokens.get().pk}


THINGS = {"oneself": nothing, "the expert's token": token_of_the_expert}

ROWS = [
    row("GET /session", "oneself", visitor=401, others=200),
    row(
        "POST /session",
        "oneself",
        body={"email": "nobody@example.org", "password": "wrong"},
        others=401,
    ),
    row("DELETE /session", "oneself", visitor=401, others=204),
    row("GET /me", "oneself", visitor=401, others=200),
    row("GET /me/tokens", "oneself", visitor=401, others=200),
    row(
        "POST /me/tokens",
        "oneself",
        body={"name": "Phone", "scopes": ["read"], "expires_at": "2099-01-01T00:00:00Z"},
        visitor=401,
        others=400,
    ),
    row("DELETE /me/tokens/{id}", "the expert's token", visitor=401, expert=204, others=404),
]
