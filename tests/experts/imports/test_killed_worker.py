"""A worker killed in the middle of an import: another goes on, nothing is half-done, and nothing done twice.

Real processes: `manage.py worker` on the tests' database, killed with SIGKILL. What a worker does by itself
half a minute after another's last sign of life is asked for at once.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from experts.actions import imports
from experts.models import AuditEntry, Import, ImportRow, Job, Profile, ProfileTopic, User
from experts.tasks import stalled
from tests.factories import experts as make
from tests.factories import jobs, tables

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 6_000
SECONDS = 120


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    name = str(connection.settings_dict["NAME"])
    user = connection.settings_dict["USER"] or ""
    host = connection.settings_dict["HOST"] or ""
    port = connection.settings_dict["PORT"] or ""
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{user}@/{name}?host={host}" + (f"&port={port}" if port else ""),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "PGPASSWORD": str(connection.settings_dict["PASSWORD"] or ""),
    }
    project = Path(__file__).parents[3]
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=project,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, "It takes too long."
        time.sleep(0.02)


def resume() -> None:
    """Half a minute passes since the dead worker's last sign of life; the living one looks for such jobs."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")
    stalled.resume_stalled_jobs.configure().defer(timestamp=0)


def is_over(held: Import) -> bool:
    return Job.objects.get(pk=str(Import.objects.get(pk=held.pk).job_id)).is_over


@pytest.mark.parametrize("mode", ["row_wise", "all_or_nothing"])
def test_another_worker_goes_on_where_a_killed_one_was(mode: str) -> None:
    jobs.forget()
    staff = make.secretariat()
    make.topic("risk-analysis")
    rows = [
        ("E-mail", "First name", "Last name", "Topics"),
        *((f"p{n}@example.org", f"Given{n}", f"Family{n}", "risk-analysis: trainer: 3") for n in range(ROWS)),
    ]
    held = tables.checked(staff, rows, mode=mode)
    assert held.status == Import.Status.CHECKED
    before = User.objects.count()
    imports.run(held.pk, acting_user=staff)
    job: Any = Import.objects.get(pk=held.pk).job

    def is_in_the_middle() -> bool:
        job.refresh_from_db()
        return bool(job.done)

    with worker() as killed:
        until(is_in_the_middle)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    until(lambda: not _others_at_work())
    job.refresh_from_db()
    assert not job.is_over
    assert 0 < job.done < ROWS
    made = User.objects.count() - before
    # By batches, each whole and with its mark; or nothing at all of it.
    assert made == (job.done if mode == "row_wise" else 0)
    assert made == held.rows.filter(state=ImportRow.State.CREATED).count()
    assert made == Profile.objects.count() == ProfileTopic.objects.count()

    with worker():
        resume()
        until(lambda: is_over(held))
    held.refresh_from_db()
    job.refresh_from_db()
    assert (held.status, job.status, job.done) == (Import.Status.DONE, Job.Status.SUCCEEDED, ROWS)
    assert held.rows.filter(state=ImportRow.State.CREATED).count() == ROWS
    assert User.objects.count() - before == ROWS == Profile.objects.count() == ProfileTopic.objects.count()
    assert AuditEntry.objects.filter(verb="account.invited").count() == ROWS
    assert AuditEntry.objects.filter(verb="import.run").count() == 1


def _others_at_work() -> bool:
    """Whether a connection of a process that is gone still has a transaction open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type = 'client backend'"
        )
        return bool(cursor.fetchone()[0])
