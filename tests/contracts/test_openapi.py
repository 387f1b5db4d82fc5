"""openapi.yaml is the promise: it is what the code says, complete, and its examples are true."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.contracts import schema

COMMITTED = Path(__file__).parents[2] / "openapi.yaml"


def test_committed_schema_is_what_the_code_says(client: Client) -> None:
    assert COMMITTED.read_bytes() == client.get("/api/schema").content, (
        "run `make schema` and review the difference"
    )


def test_schema_is_valid_openapi() -> None:
    # Keys of `responses` are text in a document; yaml reads what was written.
    document = yaml.load(COMMITTED.read_bytes(), Loader=yaml.CSafeLoader)
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for operation in schema.operations().values()]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("name", sorted(schema.operations()))
def test_operation_is_described(name: str) -> None:
    operation = schema.operations()[name]
    assert operation["summary"], "no summary"
    assert operation["description"], "no description: write the method's docstring"
    assert len(operation["tags"]) == 1
    assert {"400", "401", "403", "429", "503"} <= operation["responses"].keys()
    for what, content in bodies(operation):
        assert content.get("examples"), f"{what} has no example"


@pytest.mark.parametrize("name", sorted(schema.operations()))
def test_examples_are_valid(name: str) -> None:
    components = {"components": {"schemas": schema.components()}}
    for what, content in bodies(schema.operations()[name]):
        validator = jsonschema_rs.Draft202012Validator(content["schema"] | components, validate_formats=True)
        for example in content.get("examples", {}).values():
            faults = [
                f"{list(e.instance_path)}: {e.message}" for e in validator.iter_errors(example["value"])
            ]
            assert not faults, (what, faults)


def bodies(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is sent and answered as JSON, success only: problems are the same everywhere."""
    if sent := operation.get("requestBody", {}).get("content", {}).get(schema.JSON):
        yield "the request", sent
    for status, response in operation["responses"].items():
        if status.startswith("2") and schema.JSON in response.get("content", {}):
            yield f"the answer {status}", response["content"][schema.JSON]
