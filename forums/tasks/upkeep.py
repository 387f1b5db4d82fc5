"""What keeps discussions in order by itself. Every task may run twice, late, or beside itself."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forums.actions import attachments, discussions, reading


@app.periodic(cron="* * * * *")
@app.task(name="forums.fold_views", queueing_lock="forums.fold_views")
def fold_views(timestamp: int) -> None:  # noqa: ARG001 - given by procrastinate
    """Add the views of the last minute to the discussions' figures."""
    while reading.fold_views():
        pass


@app.periodic(cron="5 * * * *")
@app.task(name="forums.tally_views", queueing_lock="forums.tally_views")
def tally_views(timestamp: int) -> None:  # noqa: ARG001
    """Keep views of past hours as one figure per day."""
    while reading.tally_views():
        pass


@app.periodic(cron="* * * * *")
@app.task(name="forums.unpin_expired", queueing_lock="forums.unpin_expired")
def unpin_expired(timestamp: int) -> None:  # noqa: ARG001
    """Unpin what was pinned until a time that is past."""
    discussions.unpin_expired()


@app.periodic(cron="23 * * * *")
@app.task(name="forums.remove_orphans", queueing_lock="forums.remove_orphans")
def remove_orphans(timestamp: int) -> None:  # noqa: ARG001
    """Files that were brought a day ago and go with nothing."""
    while attachments.remove_orphans():
        pass
