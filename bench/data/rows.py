"""Rows in bulk: COPY into a model's table, from dictionaries of what differs from the model's defaults."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection, models
from psycopg.types.json import Jsonb

# The moment at which everything generated is as it is; what is generated lies before it.
NOW = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)


def copy(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """COPY rows into the model's table.

    Keys are attribute names (``author_id``, not ``author``). What a row lacks has the model's default, and
    ``auto_now`` columns have `NOW`. Constraints hold as always; actions, audit and outbox are passed by.
    """
    fields = [field for field in model._meta.concrete_fields if not _left_to_database(field)]
    columns = [(field.attname, _default(field), _adapter(field)) for field in fields]
    names = ", ".join(f'"{field.column}"' for field in fields)
    statement = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(statement) as out:
        for row in rows:
            out.write_row(
                [adapt(row[name]) if name in row else default() for name, default, adapt in columns]
            )


def uuid7_at(moment: dt.datetime, chance: random.Random) -> UUID:
    """A UUIDv7 of that moment, its random part from the generator, so that runs give the same."""
    bits = int(moment.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62
    return UUID(int=bits | chance.getrandbits(12) << 64 | chance.getrandbits(62))


def _left_to_database(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.AutoField) or field.generated or field.has_db_default()


def _default(field: models.Field[Any, Any]) -> Callable[[], Any]:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return lambda: NOW
    adapt = _adapter(field)
    return lambda: adapt(field.get_default())


def _adapter(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    return Jsonb if isinstance(field, models.JSONField) else _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
