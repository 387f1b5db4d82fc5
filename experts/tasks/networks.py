"""What happens in networks by itself: designations end, and their ends are told beforehand."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from procrastinate.contrib.django import app

from experts import designation_notices
from experts.actions import designations
from experts.dates import today
from experts.models import Designation, DesignationReminder, Network

# Days before the end on which everyone concerned is reminded.
REMINDERS = (60, 30, 7)


# Every hour rather than at midnight alone: a worker that was down then catches up, and what ran changes
# nothing.
@app.periodic(cron="0 * * * *")
@app.task(name="experts.lapse_designations", queueing_lock="experts.lapse_designations")
def lapse_designations(timestamp: int) -> None:  # noqa: ARG001 - given by procrastinate
    """Mark what ended, bring groups in line, remind of what ends soon. Safe to repeat."""
    for network_id in Network.objects.values_list("pk", flat=True):
        designations.lapse(network_id)
    remind()


def remind() -> int:
    """Tell of designations that end in 60, 30 and 7 days, each once; returns how many were told of.

    After an outage only the nearest of the days missed is told. A renewed designation is reminded of anew.
    """
    told = 0
    day = today()
    ending = Designation.objects.in_force().filter(valid_to__lte=day + timedelta(days=max(REMINDERS)))
    for designation in ending:
        left = (designation.valid_to - day).days
        due = min(days for days in REMINDERS if days >= left)
        with transaction.atomic():
            _, is_new = DesignationReminder.objects.get_or_create(
                designation=designation, valid_to=designation.valid_to, days_before=due
            )
            if is_new:
                designation_notices.tell(designation_notices.ENDING, designation, days=left)
                told += 1
    return told
