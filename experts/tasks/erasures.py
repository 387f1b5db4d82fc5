"""People whose two weeks are over are erased."""

from __future__ import annotations

from procrastinate.contrib.django import app

from experts.actions import erasure


@app.periodic(cron="10 * * * *")
@app.task(name="experts.erase_due", queueing_lock="experts.erase_due")
def erase_due(timestamp: int) -> None:  # noqa: ARG001 - given by procrastinate
    """Erase everyone whose time is over. Safe to repeat."""
    erasure.erase_due()
