"""Querysets turned into SQL once, for the questions that almost every request asks.

Django takes several times longer to put such a query together than PostgreSQL takes to answer it. The rules
stay where they are, in querysets: a query is built once, about a *stand-in* for whoever asks and with names
instead of values, and its text is kept. Each time it is asked, the values of the very asker, resolved anew,
take the names' places. What a rule may take from a viewer is therefore: ``user_id``, ``is_signed_in``,
``is_secretariat``, ``is_in``-conditions on all ``tokens``, and lists got by `Viewer.ids`.

`tests.contracts` compares, on every request of every test, the kept text with the one that the queryset gives
for the real asker.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL

from experts.fields import ParsedJSON
from search.viewer import SECRETARIAT, Viewer

# Texts differ by language, and by day where a rule asks for today.
_KEPT = 512

_TOKENS = "(the asker's tokens)"
NOBODY = Viewer(user_id=None, tokens=frozenset())


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a value goes when the query is asked."""

    name: str


def given(name: str) -> Value:
    """A value that the query is asked with, by name."""
    return Value(Slot(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question[M]:
    """A queryset to be asked for a viewer: ``build(viewer, *key)``, where ``key`` is all that changes its
    text (the day, where a rule asks for today), and ``values`` are what `given` names.
    """

    build: Callable[..., QuerySet[Any, M]]
    viewer: Viewer
    key: tuple[Hashable, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def model(self) -> type[Model]:
        """What it asks for."""
        return self._text().model

    def rows(self, *, limit: int | None = None) -> list[M]:
        """Ask: one query."""
        return cast("list[M]", self._text().ask(self.viewer, self.values, limit))

    def first(self) -> M | None:
        """Ask for one; None where there is none."""
        found = self.rows(limit=1)
        return found[0] if found else None

    def refined(
        self, refine: Callable[..., QuerySet[Any, M]], *key: Hashable, **values: object
    ) -> Question[M]:
        """The same question with more conditions or an order: ``refine(queryset, *key)``."""
        return Question(
            build=_refined,
            viewer=self.viewer,
            key=(self.build, self.key, refine, key),
            values={**self.values, **values},
        )

    def _text(self) -> _Text:
        viewer = self.viewer
        return _text(self.build, viewer.is_signed_in, viewer.is_secretariat, viewer.language, self.key)


def rows_of_each(questions: Sequence[Question[Any]]) -> list[list[Any]]:
    """The rows of several questions, in one message to the database and back."""
    texts = [question._text() for question in questions]  # noqa: SLF001 - of this module
    statements = [text.sql for text in texts if text.sql is not None]
    if not statements:
        return [[] for _ in questions]
    parameters: list[Any] = []
    for text, question in zip(texts, questions, strict=True):
        parameters += text.filled(question.viewer, question.values)
    found: list[list[Any]] = []
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("; ".join(statements), parameters)
        for text in texts:
            found.append([] if text.sql is None else text.rows(cursor.fetchall()))
            if text.sql is not None:
                cursor.nextset()
    return found


def ask(build: Callable[..., QuerySet[Any, Any]], *key: Hashable, **values: object) -> list[Any]:
    """The rows of a queryset that depends on no viewer: ``build(*key)`` with these values."""
    return _text_for_all(build, key).ask(NOBODY, values, None)


def expression(
    model: Any, build: Callable[..., Subquery[Any]], *key: object, output: Field[Any, Any] | None = None
) -> RawSQL:
    """``build(*key)`` as an annotation for querysets of ``model`` that select from its table at the top."""
    sql, parameters = _expression(model, build, key)
    return RawSQL(sql, parameters, output or ParsedJSON())  # noqa: S611 - the text is the ORM's own


class _StandIn(Viewer):
    """A viewer of whom nothing is known but that they are signed in, or of the secretariat. It notes which
    lists a rule asked for."""

    __slots__ = ("asked",)

    def __init__(self, *, is_signed_in: bool, is_secretariat: bool, language: str) -> None:
        tokens = {_TOKENS, SECRETARIAT} if is_secretariat else {_TOKENS}
        user_id: Any = given("user") if is_signed_in else None
        super().__init__(user_id=user_id, tokens=frozenset(tokens), language=language)
        self.asked: dict[str, Callable[[Viewer], list[Any]]] = {}

    def ids(self, name: str, find: Callable[[Viewer], list[Any]]) -> Any:
        self.asked[name] = find
        return given(f"ids:{name}")


@dataclass(frozen=True, slots=True)
class _Text:
    """A compiled query: parameters with slots in them, and how rows become objects."""

    model: type[Model]
    queryset: QuerySet[Any, Any]
    compiler: Any
    sql: str | None  # None: nothing can match
    parameters: tuple[object, ...]
    converters: Mapping[int, Any]
    lists: Mapping[str, Callable[[Viewer], list[Any]]]

    def ask(self, viewer: Viewer, values: Mapping[str, object], limit: int | None) -> list[Any]:
        if self.sql is None:
            return []
        sql = self.sql if limit is None else f"{self.sql} LIMIT {limit:d}"
        parameters = tuple(self.filled(viewer, values))
        return self._objects(as_sql=lambda: (sql, parameters))

    def rows(self, tuples: Sequence[tuple[Any, ...]]) -> list[Any]:
        """What the query's answer means."""
        return self._objects(execute_sql=lambda *_args, **_options: [tuples])

    def _objects(self, **known: Callable[..., Any]) -> list[Any]:
        """By a compiler that knows some of its steps' results already."""
        compiler = copy(self.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.get_converters = lambda _columns: self.converters
        for step, result in known.items():
            setattr(compiler, step, result)
        rows: Any = self.queryset._iterable_class  # noqa: SLF001
        return list(rows(_Asked(self.queryset, compiler)))

    def filled(self, viewer: Viewer, values: Mapping[str, object]) -> Iterable[object]:
        """The parameters, with what the asker is and asks."""
        for parameter in self.parameters:
            if not isinstance(parameter, Slot):
                yield parameter
            elif parameter.name == "user":
                yield viewer.user_id
            elif parameter.name == "tokens":
                yield sorted(viewer.tokens)
            elif parameter.name.startswith("ids:"):
                name = parameter.name.removeprefix("ids:")
                yield viewer.ids(name, self.lists[name])
            else:
                yield values[parameter.name]


class _Asked:
    """What Django's iterables take from a queryset, with a compiler that knows its text already."""

    def __init__(self, queryset: QuerySet[Any, Any], compiler: Any) -> None:
        self.model, self.db = queryset.model, DEFAULT_DB_ALIAS
        self._fetch_mode = queryset._fetch_mode  # type: ignore[attr-defined]  # noqa: SLF001
        self._known_related_objects: dict[Any, Any] = {}
        self._compiler = compiler
        self._query = queryset.query

    @property
    def query(self) -> _Asked:
        return self

    def get_compiler(self, using: str) -> Any:  # noqa: ARG002 - the iterables name it
        return self._compiler


@lru_cache(maxsize=_KEPT)
def _text_for_all(build: Callable[..., QuerySet[Any, Any]], key: tuple[Hashable, ...]) -> _Text:
    return compiled(build(*key), NOBODY)


@lru_cache(maxsize=_KEPT)
def _text(
    build: Callable[..., QuerySet[Any, Any]],
    is_signed_in: bool,
    is_secretariat: bool,
    language: str,
    key: tuple[Hashable, ...],
) -> _Text:
    viewer = _StandIn(is_signed_in=is_signed_in, is_secretariat=is_secretariat, language=language)
    return compiled(build(viewer, *key), viewer)


def compiled(queryset: QuerySet[Any, Any], viewer: Viewer) -> _Text:
    """The text of a queryset that was built about ``viewer``."""
    compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
    sql: str | None
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        sql, parameters = None, ()
    return _Text(
        queryset.model,
        queryset,
        compiler,
        sql,
        tuple(_tokens(parameter) for parameter in parameters),
        compiler.get_converters([column for column, *_ in compiler.select or ()]),
        getattr(viewer, "asked", {}),
    )


def _tokens(parameter: object) -> object:
    is_tokens = isinstance(parameter, list) and _TOKENS in parameter
    return Slot("tokens") if is_tokens else parameter


def _refined(
    viewer: Viewer,
    build: Callable[..., QuerySet[Any, Any]],
    key: Sequence[Hashable],
    refine: Callable[..., QuerySet[Any, Any]],
    refinement: Sequence[Hashable],
) -> QuerySet[Any, Any]:
    return refine(build(viewer, *key), *refinement)


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
