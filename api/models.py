"""What HTTP itself has to remember: answers to repeated requests, and how much of a rate is used up."""

from __future__ import annotations

from django.db import models


class IdempotentAnswer(models.Model):
    """The answer that was given to an Idempotency-Key; written in the transaction of the effect.

    ``key`` is a hash of who asked, the method, the path and the client's key, and ``sealed`` is encrypted
    with the client's own key: the table holds nothing that somebody who reads it could use.
    """

    key = models.BinaryField(primary_key=True, max_length=32)
    request_digest = models.BinaryField(max_length=32)
    sealed = models.BinaryField(help_text="Status, headers and body")
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return bytes(self.key).hex()


class Bucket(models.Model):
    """A token bucket of a rate (see `api.throttling`). Unlogged: a crash forgives what was counted."""

    key = models.TextField(primary_key=True)
    full_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "api_bucket"

    def __str__(self) -> str:
        return self.key
