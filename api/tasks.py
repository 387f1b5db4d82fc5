"""Clearing away what HTTP had to remember."""

from __future__ import annotations

from django.db.models.functions import Now
from procrastinate.contrib.django import app

from api import idempotency
from api.models import Bucket


@app.periodic(cron="17 * * * *")
@app.task(name="api.remove_expired", queueing_lock="api.remove_expired")
def remove_expired(timestamp: int) -> None:  # noqa: ARG001 - given by procrastinate
    """Remove answers to keys that are a day old, and buckets that are full again. Safe to repeat."""
    idempotency.forget_old()
    Bucket.objects.filter(full_at__lte=Now()).delete()
