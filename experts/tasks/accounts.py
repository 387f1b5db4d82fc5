"""What of accounts goes by itself."""

from __future__ import annotations

from procrastinate.contrib.django import app

from experts.actions import registrations
from experts.sessions import SessionStore


@app.periodic(cron="25 * * * *")
@app.task(name="experts.tidy_up_accounts", queueing_lock="experts.tidy_up_accounts")
def tidy_up_accounts(timestamp: int) -> None:  # noqa: ARG001 - given by procrastinate
    """Remove sessions that are over, and requests for accounts that were decided a month ago. Safe to
    repeat."""
    SessionStore.clear_expired()
    registrations.forget_old()
