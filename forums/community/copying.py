"""COPY, the quick way of many rows into a table."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection


def copy(
    table: str, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]], *, unique: tuple[str, ...] = ()
) -> int:
    """COPY rows into a table; with ``unique``, those that are not there yet. Returns how many are new."""
    names = ", ".join(columns)
    into = "imported" if unique else table
    with connection.cursor() as cursor:
        if unique:
            cursor.execute(
                f"CREATE TEMP TABLE imported ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA"  # noqa: S608
            )
        with cursor.copy(f"COPY {into} ({names}) FROM STDIN") as copied:
            for row in rows:
                copied.write_row(row)
        if not unique:
            return len(rows)
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM imported"  # noqa: S608 - names from here
            f" ON CONFLICT ({', '.join(unique)}) DO NOTHING"
        )
        new: int = cursor.rowcount
        cursor.execute("DROP TABLE imported")
    return new
