"""A lookup of our own: ``space__any=ids``."""

from __future__ import annotations

from typing import Any

from django.db.models import ForeignKey, Lookup, UUIDField


class AnyOf(Lookup):
    """A column equals any of a list of keys: ``= ANY(array)``.

    The list is one parameter, however long and even if empty, so that the text of a query does not depend on
    it, as that of ``in`` does.
    """

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """SQL and parameters."""
        column, of_column = self.process_lhs(compiler, connection)
        if hasattr(self.rhs, "resolve_expression"):
            keys, of_keys = compiler.compile(self.rhs)
        else:
            keys, of_keys = "%s", [list(self.rhs)]
        return f"{column} = ANY({keys})", [*of_column, *of_keys]


def register() -> None:
    """For keys and what refers to them."""
    UUIDField.register_lookup(AnyOf)
    ForeignKey.register_lookup(AnyOf)
