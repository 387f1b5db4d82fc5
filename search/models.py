"""The outbox: what must be indexed, written in the transaction that changed it."""

from __future__ import annotations

from django.db import models


class OutboxRow(models.Model):
    """One thing to (re)index in one engine.

    ``restricting`` rows also withdraw at once: until they are drained, a query excludes every document that
    carries ``key`` (see `search.documents.Document.keys`).
    """

    id = models.BigAutoField(primary_key=True)
    engine = models.TextField()
    kind = models.TextField()
    object_id = models.UUIDField()
    key = models.TextField(help_text="Withdrawal handle, e.g. discussion:<id>; the object's own by default.")
    restricting = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "search_outbox"
        indexes = [
            models.Index(fields=["engine", "-restricting", "id"], name="search_outbox_drain"),
            models.Index(
                fields=["engine", "key"], condition=models.Q(restricting=True), name="search_outbox_restricting"
            ),
        ]
