"""What happens to profiles and conversations by itself."""

from __future__ import annotations

from procrastinate.contrib.django import app

from experts.actions import contact_reports, upkeep


@app.periodic(cron="20 5 * * *")
@app.task(name="experts.tidy_up_profiles", queueing_lock="experts.tidy_up_profiles")
def tidy_up_profiles(timestamp: int) -> None:  # noqa: ARG001 - given by procrastinate
    """Remind of profiles that nobody confirmed for long, and hide those that stayed so. Safe to repeat."""
    upkeep.tidy_up()


@app.periodic(cron="40 4 * * *")
@app.task(name="experts.forget_conversations", queueing_lock="experts.forget_conversations")
def forget_conversations(timestamp: int) -> None:  # noqa: ARG001
    """Delete conversations in which nobody wrote for a year. Safe to repeat."""
    contact_reports.forget()
