"""Jobs whose worker was killed are taken up again by another: every task may run twice."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from experts import jobs

log = structlog.get_logger("experts.jobs")


@app.periodic(cron="* * * * *")
@app.task(name="experts.resume_stalled_jobs", queueing_lock="experts.resume_stalled_jobs", pass_context=True)
async def resume_stalled_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - the framework's
    """Put back what a worker had begun that has given no sign of life for half a minute."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)
        log.warning("a job of a worker that is gone is taken up again", task=job.task_name, job=job.id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="experts.remove_expired_jobs", queueing_lock="experts.remove_expired_jobs")
def remove_expired_jobs(timestamp: int) -> None:  # noqa: ARG001 - given by procrastinate
    """Files that exports made are gone within minutes of their time."""
    jobs.remove_expired()
