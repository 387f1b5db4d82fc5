"""Imports of people from tables: the file, how its columns are understood, and what became of each row."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from experts.job_querysets import ImportQuerySet, ImportRowQuerySet
from experts.models.jobs import Job


def import_path(held: Import, _name: str) -> str:
    """Where an uploaded table is kept until its rows are read."""
    return f"imports/{held.pk}/{uuid4()}"


class Import(models.Model):
    """A table of people. Only `experts.actions.imports` and `experts.imports` write it.

    uploaded → checking → checked → running → done (or stopped, half way) → undoing → undone; failed, where
    the file turned out to be unreadable. ``columns`` holds ``{"heading": …, "samples": […]}`` in the file's
    order, ``mapping`` the field of each column ("" for none).
    """

    class Status(models.TextChoices):
        UPLOADED = "uploaded", "uploaded, to be checked"
        CHECKING = "checking", "is being checked"
        CHECKED = "checked", "checked, to be run"
        RUNNING = "running", "runs"
        STOPPED = "stopped", "stopped half way"
        DONE = "done", "done"
        UNDOING = "undoing", "is being undone"
        UNDONE = "undone", "undone"
        FAILED = "failed", "cannot be read"

    class Mode(models.TextChoices):
        ALL_OR_NOTHING = "all_or_nothing", "all rows, or none"
        ROW_WISE = "row_wise", "every row that is right"

    BUSY: ClassVar[frozenset[str]] = frozenset({Status.CHECKING, Status.RUNNING, Status.UNDOING})

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.UPLOADED)
    mode = models.CharField(max_length=20, choices=Mode, default=Mode.ALL_OR_NOTHING)
    file = models.FileField(upload_to=import_path, max_length=120, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_type = models.CharField(max_length=4, help_text="csv or xlsx")
    file_size = models.PositiveIntegerField(help_text="Bytes")
    columns = models.JSONField()
    mapping = models.JSONField()
    is_staged = models.BooleanField(default=False, help_text="Its rows are read, and its file is gone.")
    rows_total = models.PositiveIntegerField(null=True, blank=True)
    job = models.ForeignKey(
        Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="The latest."
    )
    error = models.JSONField(null=True, blank=True, help_text="Why the latest job failed.")
    version = models.PositiveIntegerField(
        default=1, help_text="Grows with every change of the mapping; ETags are made of it."
    )

    objects = ImportQuerySet.as_manager()

    def __str__(self) -> str:
        return self.file_name or str(self.pk)


class ImportRow(models.Model):
    """A row of a table: its cells as text, and what is to become, or became, of it.

    ``flaws`` are cells that hold no plain value, as ``[column, code]``. ``faults`` are for people:
    ``{"field", "code", "detail"}``. ``before`` holds what an undo puts back, ``written`` what else the row
    made; ``profile_version`` is the profile's version after the import: another one means that somebody has
    edited it since. ``person`` is no foreign key: rows outlive the people whom an undo removes.
    """

    class State(models.TextChoices):
        PENDING = "pending", "not looked at yet"
        CREATE = "create", "would make a person"
        UPDATE = "update", "would change a person"
        UNCHANGED = "unchanged", "has nothing new"
        REFUSED = "refused", "has faults"
        CREATED = "created", "made a person"
        UPDATED = "updated", "changed a person"
        UNDONE = "undone", "was undone"
        KEPT = "kept", "could not be undone"

    WRITTEN: ClassVar[tuple[str, ...]] = (State.CREATED, State.UPDATED)

    import_of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="As spreadsheets count: the headings are row 1.")
    cells = models.JSONField()
    flaws = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    faults = models.JSONField(default=list)
    email = models.CharField(max_length=254, blank=True)
    external_id = models.CharField(max_length=100, blank=True)
    person = models.UUIDField(null=True, blank=True)
    before: models.JSONField[Any, Any] = models.JSONField(default=dict)
    written: models.JSONField[Any, Any] = models.JSONField(default=dict)
    profile_version = models.PositiveIntegerField(null=True, blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["import_of", "number"], name="import_row_unique")]
        indexes = [
            models.Index(fields=["import_of", "state", "number"], name="import_row_state"),
            models.Index(fields=["person"], name="import_row_person"),
        ]

    def __str__(self) -> str:
        return f"row {self.number}"
