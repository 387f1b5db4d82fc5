"""Lists of imports and their rows."""

from __future__ import annotations

from collections.abc import Mapping

from experts import jobs
from experts.models import Import, ImportRow, User
from tests.contracts.lists.base import List


def _import(asker: User) -> Import:
    return Import.objects.create(
        created_by=asker,
        file_name="people.csv",
        file_type="csv",
        file_size=100,
        columns=[{"heading": "E-mail", "samples": []}],
        mapping=["email"],
        status=Import.Status.CHECKED,
        job=jobs.ask("import_check", owner=asker),
    )


def imports(count: int, asker: User) -> Mapping[str, object]:
    User.objects.filter(pk=asker.pk).update(is_staff=True)
    for _ in range(count):
        _import(asker)
    return {}


def rows(count: int, asker: User) -> Mapping[str, object]:
    User.objects.filter(pk=asker.pk).update(is_staff=True)
    held = _import(asker)
    ImportRow.objects.bulk_create(
        ImportRow(
            import_of=held,
            number=number + 2,
            cells=[f"p{number}@example.org"],
            state=ImportRow.State.REFUSED,
            faults=[{"field": "email", "code": "required", "detail": "It is needed."}],
        )
        for number in range(count)
    )
    return {"id": held.pk}


LISTS = [
    List("GET /imports", imports),
    List("GET /imports/{id}/rows", rows),
    List("GET /imports/{id}/rows", rows, query={"state": "refused"}),
]
