"""Querysets turned into SQL once, for the few questions that almost every request asks.

Django takes longer to put such a query together (5 ms for a page of the directory) than PostgreSQL takes to
answer it. The rules stay where they are, in querysets; what is kept here is only their text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Field, JSONField, QuerySet, Subquery
from django.db.models.expressions import RawSQL

# Stands for the person asked for in a prepared query.
SOMEBODY = UUID("ffffffff-ffff-4fff-8fff-ffffffffffff")

# Texts differ by language, and by day where a rule asks for today.
_KEPT = 256


def rows_about(build: Callable[[], QuerySet[Any, Any]], *key: object, person: UUID) -> list[tuple[Any, ...]]:
    """Run a queryset of ``values_list`` that was built about `SOMEBODY`, about ``person``.

    ``key`` tells texts of the same ``build`` apart: all that it depends on beside the person.
    """
    sql, parameters = _query(build, key)
    with connection.cursor() as cursor:
        cursor.execute(sql, [person if value == SOMEBODY else value for value in parameters])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def expression(
    model: Any, build: Callable[..., Subquery[Any]], *key: object, output: Field[Any, Any] | None = None
) -> RawSQL:
    """``build(*key)`` as an annotation for querysets of ``model`` that select from its table at the top."""
    sql, parameters = _expression(model, build, key)
    return RawSQL(sql, parameters, output or JSONField())  # noqa: S611 - the text is the ORM's own


@lru_cache(maxsize=_KEPT)
def _query(build: Callable[[], QuerySet[Any, Any]], _key: tuple[object, ...]) -> tuple[str, tuple[Any, ...]]:
    return build().query.sql_with_params()


@lru_cache(maxsize=_KEPT)
def _expression(
    model: Any, build: Callable[..., Subquery[Any]], key: tuple[object, ...]
) -> tuple[str, tuple[Any, ...]]:
    queryset = model.objects.order_by().annotate(prepared=build(*key)).values("prepared")
    sql, parameters = queryset.query.sql_with_params()
    table: str = model._meta.db_table  # noqa: SLF001 - Django documents it
    head, tail = "SELECT ", f' AS "prepared" FROM "{table}"'
    if not (sql.startswith(head) and sql.endswith(tail)):
        raise ValueError(f"This needs more than the model's own table: {sql}")
    return sql.removeprefix(head).removesuffix(tail), parameters
