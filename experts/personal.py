"""What is kept about people, table by table: what of it they are given, and what becomes of it when they are
erased.

Every room declares its tables (`hold`) when it is made ready; a test compares the declarations with all
foreign keys to an account, so that nothing personal is forgotten. `experts.actions.personal_export` and
`experts.actions.erasure` are made of this list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.fields.files import FieldFile

from experts import files
from experts.models import User

type Rows = QuerySet[Any]
type Erase = Callable[[Rows, User], None]
type Collect = Callable[[User], Iterator[Mapping[str, Any]]]


def delete(rows: Rows, _user: User) -> None:
    """Nothing of it is left."""
    rows.delete()


def keep(_rows: Rows, _user: User) -> None:
    """It stays, of a former member: it is part of what others read or decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One table's rows about a person.

    ``name`` is the file in the export. ``person`` is the path to the account's key (to its other field
    ``by``). ``fields`` are given to the person (none: what is only ours to work with). ``files`` maps file
    fields to the field that holds the name to give the file ("" for one of our own). ``collect`` gives
    other rows than the plain values.
    """

    name: str
    model: type[Model]
    person: str
    erase: Erase
    by: str = "pk"
    fields: Sequence[str] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    collect: Collect | None = None

    def rows(self, user: User) -> Rows:
        """A person's rows, the oldest first."""
        manager: Any = self.model._default_manager  # noqa: SLF001 - Django documents it
        return manager.filter(**{self.person: getattr(user, self.by)}).order_by("pk")  # type: ignore[no-any-return]

    def exported(self, user: User) -> Iterator[Mapping[str, Any]]:
        """What the person is given, row by row, in bounded memory."""
        if self.collect is not None:
            return self.collect(user)
        if not self.fields:
            return iter(())
        return self.rows(user).values(*self.fields).iterator(chunk_size=500)

    def stored(self, user: User) -> Iterator[tuple[Any, str]]:
        """The person's files here, with the name to give each."""
        for column, name_column in self.files.items():
            for row in self.rows(user).exclude(**{column: ""}).iterator(chunk_size=100):
                yield getattr(row, column), getattr(row, name_column) if name_column else ""

    def erased(self, user: User) -> None:
        """Take from the table what is to go, and its files once that is committed."""
        stored: list[FieldFile] = []
        if self.erase is not keep:
            stored = [file for file, _ in self.stored(user)]
        self.erase(self.rows(user), user)
        for file in stored:
            files.forget(file)


_held: dict[str, Held] = {}


def hold(*parts: Held) -> None:
    """Declare tables; called from AppConfig.ready(), each room's after those of the room below."""
    for part in parts:
        _held[part.name] = part


def all_held() -> list[Held]:
    """Every declaration, in the order in which they were made."""
    return list(_held.values())
