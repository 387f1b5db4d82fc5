"""Cursors of search results. They hold a score, which is not for strangers, so they are encrypted."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

import orjson
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from api.pagination import InvalidCursor
from config.errors import FieldError
from search.results import Place

MOST_SEEN = 9_900  # results that can be paged through where another engine has to count its way


def write(place: Place, *, of: bytes) -> str:
    """A cursor that goes on from a place, in the list ``of`` alone."""
    day = place.today.isoformat()
    return _cipher(of).encrypt(orjson.dumps([place.engine, place.seen, day, list(place.place)])).decode()


def read(cursor: str, *, of: bytes) -> Place | None:
    """The place a cursor was written for; None without one. Raises `InvalidCursor` (400) for one of another
    list, or none of ours."""
    if not cursor:
        return None
    try:
        engine, seen, day, place = orjson.loads(_cipher(of).decrypt(cursor.encode()))
    except (InvalidToken, ValueError):
        raise InvalidCursor(
            errors=[FieldError("/cursor", InvalidCursor.code, InvalidCursor.detail)]
        ) from None
    return Place(
        engine=engine, seen=min(seen, MOST_SEEN), today=datetime.fromisoformat(day), place=tuple(place)
    )


def _cipher(of: bytes) -> Fernet:
    key = hashlib.blake2b(of, key=settings.SECRET_KEY.encode()[:64], person=b"search.cursors").digest()[:32]
    return Fernet(base64.urlsafe_b64encode(key))
