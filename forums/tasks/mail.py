"""Mail about notices, by the clock."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forums.actions import digests


@app.periodic(cron="* * * * *")
@app.task(name="forums.send_due", queueing_lock="forums.send_due", lock="forums.send_due")
def send_due(timestamp: int) -> None:  # noqa: ARG001 - given by procrastinate
    """What is to be told at once. Safe to repeat."""
    digests.send_due()


@app.periodic(cron="*/15 * * * *")
@app.task(name="forums.send_digests", queueing_lock="forums.send_digests", lock="forums.send_digests")
def send_digests(timestamp: int) -> None:  # noqa: ARG001
    """Digests, where it has become morning. Zones differ by quarters of an hour. Safe to repeat."""
    digests.send_digests()


@app.periodic(cron="17 3 * * *")
@app.task(name="forums.forget_read_notices", queueing_lock="forums.forget_read_notices")
def forget_read_notices(timestamp: int) -> None:  # noqa: ARG001
    """Notices that were read half a year ago."""
    digests.forget_read()
