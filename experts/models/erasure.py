"""People who asked to be erased."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Erasure(models.Model):
    """Somebody asked to be erased: until ``due_at`` they can come back, then nothing of them is left.

    Meanwhile the account has another name (``former member``); its own is kept here, with what else the
    person gets back. Only `experts.actions.erasure` writes it; the row is deleted with the rest.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="erasure"
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    name = models.CharField(max_length=200)
    profile_status = models.CharField(max_length=10, blank=True, help_text="Empty without a profile.")
    profile_hidden_because = models.CharField(max_length=12, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} on {self.due_at}"
