"""The audit log: who did what to what, and why. Append-only, by triggers.

The one change that they let through takes personal values out of an entry (docs/adr/0007)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

# What an erasure leaves as it is.
_KEPT = ("id", "at", "actor_id", "verb", "object_type", "object_id", "concerns", "space_id", "undoes_id")
_NO_ERASURE = (
    "NEW.erased_at IS NULL OR NEW.erased_at <= OLD.erased_at OR NEW.reason NOT IN ('', OLD.reason)"
    f" OR ({', '.join(f'OLD.{name}' for name in _KEPT)})"
    f" IS DISTINCT FROM ({', '.join(f'NEW.{name}' for name in _KEPT)})"
)


class AuditEntry(models.Model):
    """One act, written in its own transaction by `experts.audit.record`.

    ``changes`` holds ``{"field": [before, after]}``. ``space_id`` scopes moderation acts to a space, so that
    its moderators can read them; it is no foreign key, for entries outlive what they tell of.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=60, help_text="What was done, e.g. discussion.closed")
    object_type = models.CharField(max_length=40)
    object_id = models.UUIDField()
    concerns = models.UUIDField(null=True, help_text="The person whom the act concerns, where there is one.")
    space_id = models.UUIDField(null=True)
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=dict)
    audiences = models.JSONField(
        default=dict, help_text="Of a profile's change: who might read each section then, by section"
    )
    undoes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    erased_at = models.DateTimeField(
        null=True, help_text="When reason and personal values were taken out, because a person was erased."
    )

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_object"),
            models.Index(fields=["space_id", "-id"], name="audit_space"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
        ]
        triggers = [
            pgtrigger.Protect(name="audit_append_only", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="audit_only_erased",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(_NO_ERASURE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_id}"
