"""Files that people bring: kept in the default storage, forgotten when their row goes."""

from __future__ import annotations

from django.db import transaction
from django.db.models.fields.files import FieldFile


def forget(file: FieldFile) -> None:
    """Delete a stored file once the transaction that drops its row is committed."""
    name, storage = file.name, file.storage
    if name:
        transaction.on_commit(lambda: storage.delete(name))
