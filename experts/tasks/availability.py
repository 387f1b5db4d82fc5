"""What search knows of who is available, as the months pass."""

from __future__ import annotations

from itertools import batched

from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app

from experts.models import Profile
from search import outbox

BATCH = 1_000


@app.periodic(cron="3 0 1 * *")
@app.task(name="experts.renew_availability", queueing_lock="experts.renew_availability")
def renew_availability(timestamp: int) -> None:  # noqa: ARG001 - given by procrastinate
    """A month is over, and another has come into sight: the months of all who say when they are available are
    told to search anew."""
    says = Q(available_from__isnull=False) | Q(available_to__isnull=False)
    published = Profile.objects.filter(says, status=Profile.Status.PUBLISHED).order_by("pk")
    for ids in batched(published.values_list("pk", flat=True).iterator(chunk_size=BATCH), BATCH):
        with transaction.atomic():
            outbox.enqueue("expert", ids)
