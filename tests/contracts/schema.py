"""The API's promise, as validators: the OpenAPI schema as it is generated from the declarations.

`test_openapi.py` proves that the committed openapi.yaml is the same.
"""

from __future__ import annotations

import copy
import functools
import re
from typing import Any

import jsonschema_rs

import api.schema

PREFIX = "/api/v1"
JSON = "application/json"
PROBLEM = "application/problem+json"
METHODS = ("get", "post", "put", "patch", "delete")


@functools.cache
def document() -> dict[str, Any]:
    """The whole schema."""
    return api.schema.document()


@functools.cache
def operations() -> dict[str, dict[str, Any]]:
    """Every operation by its name: ``{"GET /spaces/{slug}": …}``."""
    return {
        f"{method.upper()} {path.removeprefix(PREFIX)}": methods[method]
        for path, methods in document()["paths"].items()
        for method in METHODS
        if method in methods
    }


def name_of(method: str, route: str) -> str:
    """The operation's name for a URL pattern as Django's resolver gives it."""
    path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
    return f"{'GET' if method == 'HEAD' else method} {path.removeprefix(PREFIX)}"


@functools.cache
def components() -> dict[str, Any]:
    """The schemas, closed: here, an answer with a field that is not declared is wrong."""
    components: dict[str, Any] = copy.deepcopy(document()["components"]["schemas"])
    for component in components.values():
        _close(component)
    return components


def _close(schema: Any) -> None:
    if isinstance(schema, list):
        for part in schema:
            _close(part)
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for part in schema.values():
            _close(part)


def response(operation: str, status: int) -> dict[str, Any] | None:
    """The declared response, references followed; None where the status is not declared."""
    declared: dict[str, Any] | None = operations()[operation]["responses"].get(str(status))
    if declared and "$ref" in declared:
        declared = document()["components"]["responses"][declared["$ref"].rpartition("/")[2]]
    return declared


@functools.cache
def validator(operation: str, status: int, media_type: str, fields: frozenset[str] | None = None) -> Any:
    """Validates a body of this response; ``fields``: those that the client selected."""
    declared = response(operation, status)
    if declared is None:
        raise AssertionError(f"{operation} does not declare the status {status}.")
    schema = copy.deepcopy(declared["content"][media_type]["schema"])
    closed = components()
    if fields is not None:
        schema = _selected(schema, closed, fields)
    return _compile(schema, closed)


def _compile(schema: dict[str, Any], components: dict[str, Any]) -> Any:
    return jsonschema_rs.Draft202012Validator(
        schema | {"components": {"schemas": components}}, validate_formats=True
    )


def _selected(schema: dict[str, Any], components: dict[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    """The schema of an object, or of a page of objects, of which only some fields were asked for."""
    if "$ref" in schema:
        schema = copy.deepcopy(components[schema["$ref"].rpartition("/")[2]])
    properties = schema["properties"]
    if set(properties) == {"results", "next", "previous"}:
        properties["results"]["items"] = _selected(properties["results"]["items"], components, fields)
        return schema
    schema["required"] = sorted(fields & set(schema.get("required", ())))
    schema["properties"] = {name: part for name, part in properties.items() if name in fields}
    return schema


@functools.cache
def problem_validator() -> Any:
    """Validates a problem's body."""
    return _compile({"$ref": "#/components/schemas/Problem"}, components())


def paginated() -> list[str]:
    """The operations that answer with pages."""
    return [
        name
        for name, operation in operations().items()
        if any(parameter["name"] == "cursor" for parameter in operation.get("parameters", ()))
    ]
