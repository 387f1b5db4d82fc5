"""Lists as files, for whoever asked."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from config.errors import DomainError
from experts import exporting, jobs


@app.task(name="experts.export", queue="exports")
def work(*, job_id: str) -> None:
    """Make the file of a job; safe to repeat: one that was not finished is made anew."""
    job = jobs.begin(UUID(job_id))
    if job is None:
        return
    job.done = 0
    try:
        exporting.make(job)
    except jobs.CancelledError:
        jobs.cancelled(job)
    except DomainError as error:
        jobs.fail(job, error)
    except Exception:
        jobs.fail(job, jobs.OurMistake())
        raise
    else:
        jobs.succeed(job, rows=job.done)
