"""What is new in kept searches, by the clock."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forums.actions import saved_searches


@app.periodic(cron="* * * * *")
@app.task(
    name="forums.tell_of_searches", queueing_lock="forums.tell_of_searches", lock="forums.tell_of_searches"
)
def tell_of_searches(timestamp: int) -> None:  # noqa: ARG001 - given by procrastinate
    """Safe to repeat; what one run does not reach, the next one does."""
    saved_searches.tell_new()


@app.periodic(cron="41 3 * * *")
@app.task(name="forums.forget_old_matches", queueing_lock="forums.forget_old_matches")
def forget_old_matches(timestamp: int) -> None:  # noqa: ARG001
    """What was found so long ago that it cannot be found anew."""
    saved_searches.forget_old()
