"""Keyset pagination: a page starts where the one before ended, however the rows in between change.

A cursor holds the ordering values of the row it stands at and the direction to read in. It is signed for one
list (path, filters, ordering), so one of another list, or a forged one, is refused. Django REST framework's
own cursor orders by one column and falls back to offsets on ties; this one takes any unique ordering.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

import orjson
from django.contrib.postgres.fields import ArrayField
from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.expressions import OrderBy
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.db.models.functions import Cast
from django.db.models.lookups import Lookup

from api.requests import ApiRequest
from config.errors import FieldError, Invalid
from experts.prepared import Question, given

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


class InvalidCursor(Invalid):
    """A cursor that this list did not give."""

    code = "invalid_cursor"
    detail = "This cursor does not belong to this list."


class Term(NamedTuple):
    """One column of an ordering."""

    name: str
    descending: bool
    nulls_first: bool
    nullable: bool

    def reversed(self) -> Term:
        """The same column read from the other end."""
        return self._replace(descending=not self.descending, nulls_first=not self.nulls_first)

    def expression(self) -> OrderBy:
        """The ORDER BY term; where nulls come is said only if it is not PostgreSQL's own way, so that
        indexes fit."""
        usual = self.nulls_first == self.descending or not self.nullable
        return OrderBy(
            F(self.name),
            descending=self.descending,
            nulls_first=None if usual or not self.nulls_first else True,
            nulls_last=None if usual or self.nulls_first else True,
        )

    def beyond(self, value: Any) -> Q | None:
        """Rows that come strictly after ``value``; None where there can be none."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if self.nulls_first else None
        after = Q(**{f"{self.name}__{'lt' if self.descending else 'gt'}": value})
        return (
            after | Q(**{f"{self.name}__isnull": True}) if self.nullable and not self.nulls_first else after
        )

    def same(self, value: Any) -> Q:
        """Rows with this value."""
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def from_on(self, value: Any) -> Q:
        """A bound that rows at or after ``value`` keep, for an index to start at; empty where none is
        simple."""
        if self.nullable or value is None:
            return Q()
        return Q(**{f"{self.name}__{'lte' if self.descending else 'gte'}": value})


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page, and the addresses of its neighbours (None where there is none)."""

    rows: list[Any]
    next: str | None
    previous: str | None

    def link_header(self) -> str:
        """RFC 8288."""
        links = {"next": self.next, "prev": self.previous}
        return ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items() if url)


type Rows = models.QuerySet[Any, Any] | Question[Any]


def paginate(request: ApiRequest, rows: Rows, order: Sequence[str | OrderBy]) -> Page:
    """The page of ``rows`` that ``limit`` and ``cursor`` ask for, in one query and without counting.

    ``order`` are names of columns or annotations (``-name`` descends; ``F("name").desc(nulls_last=True)`` for
    nullable ones), the last of them unique. ``rows`` are models or ``values()``, as a queryset or as a
    prepared question. Raises `Invalid` (400).
    """
    terms = _terms(rows.model, order)
    limit = _limit(request)
    addresses = _Addresses(request, terms)
    at = addresses.cursor()
    reading = [term.reversed() for term in terms] if at.backward else terms
    if isinstance(rows, Question):
        found = _page_of(rows, tuple(reading), at.values).rows(limit=limit + 1)
    else:
        found = list(_ordered(rows, reading, at.values)[: limit + 1])
    more = len(found) > limit
    del found[limit:]
    if at.values is not None and not found:  # what was there is gone: back to the end, or to the start
        return Page([], addresses.first(), None) if at.backward else Page([], None, addresses.last())
    came_from = at.values is not None
    if at.backward:
        found.reverse()
        return Page(
            found,
            next=addresses.after(found[-1]) if came_from else None,
            previous=addresses.before(found[0]) if more else None,
        )
    return Page(
        found,
        next=addresses.after(found[-1]) if more else None,
        previous=addresses.before(found[0]) if came_from else None,
    )


def paginate_around(
    request: ApiRequest, rows: models.QuerySet[Any, Any], order: Sequence[str | OrderBy], value: Any
) -> Page:
    """The page of ``rows`` in whose middle the row is whose first ordering column has ``value`` (or would
    stand).

    Its neighbours are found as in `paginate`. Two queries.
    """
    terms = _terms(rows.model, order)
    limit = _limit(request)
    addresses = _Addresses(request, terms)
    back = [term.reversed() for term in terms]
    earlier = back[0].beyond(value) or Q(pk__in=[])
    before = list(rows.filter(earlier).order_by(*(term.expression() for term in back))[: limit + 1])
    after = list(
        rows.filter(terms[0].from_on(value)).order_by(*(term.expression() for term in terms))[: limit + 1]
    )
    ahead = min(len(after), limit - limit // 2)
    behind = min(len(before), limit - ahead)
    ahead = min(len(after), limit - behind)
    found = [*reversed(before[:behind]), *after[:ahead]]
    return Page(
        found,
        next=addresses.after(found[-1]) if found and len(after) > ahead else None,
        previous=addresses.before(found[0]) if found and len(before) > behind else None,
    )


def select(data: dict[str, Any], fields: frozenset[str] | None) -> dict[str, Any]:
    """The chosen fields of an object, in its own order."""
    return data if fields is None else {name: value for name, value in data.items() if name in fields}


class _Cursor(NamedTuple):
    """Where to read from, and in which direction; without values from the start (or, backward, from the
    end)."""

    backward: bool = False
    values: list[Any] | None = None


class _Addresses:
    """Cursors of one list, and the addresses that carry them."""

    def __init__(self, request: ApiRequest, terms: Sequence[Term]) -> None:
        self.request = request
        self.terms = terms
        self.parameters = sorted(
            (name, value)
            for name, values in request.query_params.lists()
            for value in values
            if name not in {"cursor", "around"}
        )
        kept = [(name, value) for name, value in self.parameters if name not in {"limit", "fields", "expand"}]
        # The list's identity. Which page size or fields are asked for may change from page to page.
        identity = orjson.dumps([request.path, kept, [list(term) for term in terms]])
        self.signer = signing.Signer(salt="api.pagination:" + identity.decode())

    def cursor(self) -> _Cursor:
        """The cursor of the request; raises `InvalidCursor` for one of another list."""
        text = self.request.query_params.get("cursor", "")
        if not text:
            return _Cursor()
        try:
            backward, values = self.signer.unsign_object(text, serializer=_Serializer)
        except (signing.BadSignature, ValueError):
            raise InvalidCursor(
                errors=[FieldError("/cursor", InvalidCursor.code, InvalidCursor.detail)]
            ) from None
        return _Cursor(backward, values)

    def after(self, row: Any) -> str:
        """The list from after a row."""
        return self._address(_Cursor(False, self._values(row)))

    def before(self, row: Any) -> str:
        """The list from before a row, read backward."""
        return self._address(_Cursor(True, self._values(row)))

    def last(self) -> str:
        """The list's end, read backward."""
        return self._address(_Cursor(True))

    def first(self) -> str:
        """The list's start."""
        return self._address(None)

    def _values(self, row: Any) -> list[Any]:
        if isinstance(row, Mapping):
            return [row[term.name] for term in self.terms]
        return [getattr(row, term.name) for term in self.terms]

    def _address(self, cursor: _Cursor | None) -> str:
        query = self.parameters
        if cursor is not None:
            query = [*query, ("cursor", self.signer.sign_object(list(cursor), serializer=_Serializer))]
        path = self.request.build_absolute_uri(self.request.path)
        return f"{path}?{urlencode(query)}" if query else path


class _Serializer:
    """Cursor values as JSON; datetimes, dates, UUIDs and decimals become text that their columns read
    back."""

    def dumps(self, obj: Any) -> bytes:
        return orjson.dumps(obj, default=str)

    def loads(self, data: bytes) -> Any:
        return orjson.loads(data)


def _ordered(
    rows: models.QuerySet[Any, Any], terms: Sequence[Term], after: Sequence[Any] | None
) -> models.QuerySet[Any, Any]:
    """The rows after those values, in order."""
    if after is not None:
        rows = rows.filter(_after(terms, after))
    return rows.order_by(*(term.expression() for term in terms))


def _page_of(rows: Question[Any], terms: tuple[Term, ...], after: Sequence[Any] | None) -> Question[Any]:
    """The same of a prepared question; its text depends on which of the values are null."""
    if after is None:
        return rows.refined(_ordered_by_names, terms, None)
    nulls = tuple(value is None for value in after)
    values = {f"after {number}": value for number, value in enumerate(after) if value is not None}
    return rows.refined(_ordered_by_names, terms, nulls, **values)


def _ordered_by_names(
    rows: models.QuerySet[Any, Any], terms: Sequence[Term], nulls: Sequence[bool] | None
) -> models.QuerySet[Any, Any]:
    if nulls is None:
        return _ordered(rows, terms, None)
    values = [
        None if is_null else _given(rows.model, term, f"after {number}")
        for number, (term, is_null) in enumerate(zip(terms, nulls, strict=True))
    ]
    return _ordered(rows, terms, values)


def _given(model: type[models.Model], term: Term, name: str) -> Value | Cast:
    """The place of a cursor's value. A list of small numbers is taken for another type than an array's."""
    try:
        column = None if term.name == "pk" else _field(model, term.name)
    except FieldDoesNotExist:
        column = None  # an annotation
    return Cast(given(name), column) if isinstance(column, ArrayField) else given(name)


def _terms(model: type[models.Model], order: Sequence[str | OrderBy]) -> list[Term]:
    """The columns of an ordering, which is found to be unique."""
    terms = [_term(model, term) for term in order]
    _require_unique(model, terms[-1])
    return terms


def _term(model: type[models.Model], term: str | OrderBy) -> Term:
    if isinstance(term, str):
        term = OrderBy(F(term.removeprefix("-")), descending=term.startswith("-"))
    if not isinstance(term.expression, F):
        raise TypeError("Order by columns or annotations: annotate an expression and name it.")
    name: str = term.expression.name  # type: ignore[attr-defined]  # the stubs lack it
    nulls_first = bool(term.nulls_first) or (term.descending and not term.nulls_last)
    try:
        nullable = name != "pk" and bool(getattr(_field(model, name), "null", True))
    except FieldDoesNotExist:
        nullable = True  # an annotation
    return Term(name, term.descending, nulls_first, nullable)


def _field(model: type[models.Model], name: str) -> object:
    return model._meta.get_field(name)  # noqa: SLF001 - Django documents it


def _require_unique(model: type[models.Model], term: Term) -> None:
    if term.name == "pk":
        return
    try:
        field = _field(model, term.name)
    except FieldDoesNotExist:
        raise TypeError(
            f"{term.name} is no column of {model.__name__}: end the ordering in a unique one."
        ) from None
    if not getattr(field, "unique", False):
        raise TypeError(f"{model.__name__}.{term.name} is not unique: rows with equal values would be lost.")


def _limit(request: ApiRequest) -> int:
    text = request.query_params.get("limit")
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= MAX_LIMIT):
        raise Invalid.field("/limit", f"A whole number from 1 to {MAX_LIMIT}.", code="invalid_limit")
    return int(text)


def _after(terms: Sequence[Term], values: Sequence[Any]) -> Q | Lookup[Any]:
    """Rows after the one with these values.

    Where the columns go one way and hold no nulls, they are compared as a row: an index on them is entered
    right there, so that the last page costs what the first does.
    """
    if len({term.descending for term in terms}) == 1 and not any(term.nullable for term in terms):
        beyond_row = TupleLessThan if terms[0].descending else TupleGreaterThan
        return beyond_row(Tuple(*(F(term.name) for term in terms)), list(values))
    condition = Q(pk__in=[])  # no row comes after itself
    for term, value in zip(reversed(terms), reversed(values), strict=True):
        beyond = term.beyond(value)
        condition = (
            term.same(value) & condition if beyond is None else beyond | (term.same(value) & condition)
        )
    return terms[0].from_on(values[0]) & condition
