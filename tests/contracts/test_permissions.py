"""(a) The permission matrix: every role against every operation (see matrix/base.py)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from experts.models import User
from tests.contracts import schema
from tests.contracts.client import ApiClient
from tests.contracts.matrix import ROWS, THINGS
from tests.contracts.matrix.base import ROLES, Cast, Row


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast(
        {
            role: User.objects.create(
                email=f"{role}@example.org",
                name=role,
                password="!",
                status=User.Status.ACTIVE,
                is_staff=role == "secretariat",
            )
            for role in ROLES
            if role != "visitor"
        }
    )


def test_every_operation_has_a_row() -> None:
    known = {row.operation for row in ROWS}
    assert sorted(schema.operations().keys() - known) == [], "add rows to tests/contracts/matrix/"
    assert sorted(known - schema.operations().keys()) == [], "these operations do not exist"


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_role_gets_its_status(row: Row, cast: Cast) -> None:
    thing = THINGS[row.thing](cast)
    clients = {role: ApiClient(cast.people.get(role)) for role in ROLES}
    faults = []
    for role, client in clients.items():
        with transaction.atomic():
            status, told = ask(client, row, thing)
            transaction.set_rollback(True)  # the next role meets the same world
        if status != row.expected[role]:
            faults.append(f"{role}: expected {row.expected[role]}, got {status} {told}")
    assert not faults, "\n".join([str(row), *faults])


def ask(client: ApiClient, row: Row, thing: dict[str, object]) -> tuple[int, str]:
    """The status of a row's request, and the beginning of what a problem says."""
    method, path = row.operation.split(" ", 1)
    headers = dict(row.headers)
    if method in {"PATCH", "PUT"}:
        headers.setdefault("If-Match", "*")
    body: Any = row.body(thing) if callable(row.body) else row.body
    response = client.send(method, path.format(**thing), body, query=dict(row.query), headers=headers)
    told = response.content[:300].decode(errors="replace") if response.status_code >= 400 else ""
    return response.status_code, told
