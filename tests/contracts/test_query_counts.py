"""(c) A list costs the same few queries for 1, 10 and 100 rows (see lists/base.py)."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from experts.models import User
from tests.contracts import schema
from tests.contracts.client import ApiClient
from tests.contracts.lists import LISTS
from tests.contracts.lists.base import List
from tests.contracts.queries import listing, statements

ROWS = (1, 10, 100)


def test_every_list_is_measured() -> None:
    known = {case.operation for case in LISTS}
    assert sorted(set(schema.paginated()) - known) == [], "add them to tests/contracts/lists/"
    assert sorted(known - schema.operations().keys()) == [], "these operations do not exist"


@pytest.mark.parametrize("case", LISTS, ids=str)
def test_queries_do_not_grow_with_rows(case: List, db: None) -> None:
    asker = User.objects.create_user("asker@example.org", name="Asker", status=User.Status.ACTIVE)
    measured = {count: measure(case, asker, count) for count in ROWS}
    few, many = measured[1], measured[100]
    assert [len(measured[count]) for count in ROWS] == [len(few)] * len(ROWS), (
        f"{case}: {[len(measured[count]) for count in ROWS]} queries for {ROWS} rows.\n"
        f"1 row:\n{listing(few)}\n100 rows:\n{listing(many)}"
    )
    assert len(many) <= case.budget, f"{case}: {len(many)} queries, {case.budget} allowed.\n{listing(many)}"


def measure(case: List, asker: User, count: int) -> list[str]:
    """The SQL of one page of ``count`` rows, in a world that is undone afterwards."""
    with transaction.atomic():
        parts = case.make(count, asker)
        client = ApiClient(asker)
        path = case.operation.removeprefix("GET ").format(**parts)
        limit = {"limit": 200} if case.operation in schema.paginated() else {}
        query = limit | dict(case.query)
        client.get(path, **query)  # what is read once per process is read now
        with CaptureQueriesContext(connection) as captured:
            response = client.get(path, **query)
        transaction.set_rollback(True)
    assert response.status_code == 200, response.content
    assert len(response.json()["results"]) >= count, f"{case}: the list does not show the rows that were made"
    return statements(captured)
