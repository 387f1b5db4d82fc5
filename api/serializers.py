"""Bases of serializers: what is sent (`Input`, `Query`) and what is answered (`Output`).

Inputs validate; outputs only declare the schema, for answers are plain dicts made by a function beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from rest_framework import serializers


class Input(serializers.Serializer[Any]):
    """A body, or a part of one. Fields it does not declare are refused by name.

    Give every text a ``max_length``, every list one too, and every number its bounds.
    """

    @classmethod
    def list_of(cls, *, max_length: int, **options: Any) -> serializers.BaseSerializer[Any]:
        """A field that holds a list of these, of at most ``max_length``."""
        return cls(many=True, max_length=max_length, **options)  # type: ignore[call-arg]  # goes to the list

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in data if name not in self.fields)
            if unknown:
                raise serializers.ValidationError(
                    {
                        name: [serializers.ErrorDetail("There is no such field.", code="unknown_field")]
                        for name in unknown
                    }
                )
        result = super().to_internal_value(data)
        if self.root is not self and getattr(self.root, "partial", False):
            self._complete(data, result)
        return result

    def _complete(self, data: Any, result: Any) -> None:
        """A PATCH is partial in its own fields only: what it puts inside of one, in a list say, is whole."""
        absent = [(name, field) for name, field in self.fields.items() if name not in data]
        missing = {
            name: [serializers.ErrorDetail("It is required.", code="required")]
            for name, field in absent
            if field.required
        }
        if missing:
            raise serializers.ValidationError(missing)
        for name, field in absent:
            if field.default is not serializers.empty:
                # Not get_default(): in a PATCH that skips the field, and with it the whole list.
                result[field.source or name] = field.default() if callable(field.default) else field.default


class Query(Input):
    """Query parameters. A list field is given by repeating the parameter: ``?topic=a&topic=b``."""

    def __init__(self, parameters: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data=parameters or QueryDict(), **kwargs)

    @classmethod
    def names(cls) -> frozenset[str]:
        """The parameters' names."""
        return frozenset(cls._declared_fields)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Validates ``{"name": "value", "list": ["value", …]}``; a single value given twice is refused."""
        plain: dict[str, Any] = {}
        for name, values in data.lists():
            if isinstance(self.fields.get(name), serializers.ListField):
                plain[name] = values
            elif len(values) == 1:
                plain[name] = values[0]
            else:
                raise serializers.ValidationError(
                    {name: [serializers.ErrorDetail("Give it once.", code="repeated")]}
                )
        return super().run_validation(plain)


class Output(serializers.Serializer[Any]):
    """The declared shape of an answer. Every field is present in every answer unless ``required=False``."""
