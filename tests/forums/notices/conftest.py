"""Running the jobs that were deferred, without a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.factories import jobs


@pytest.fixture
def run_jobs(db: None) -> Callable[[], int]:
    """Runs what is due, in the test's transaction; returns how many jobs."""
    return jobs.run


@pytest.fixture
def no_other_jobs(transactional_db: None) -> Iterator[None]:
    """For tests that commit: jobs are theirs alone, and are gone afterwards."""
    jobs.forget()
    yield
    jobs.forget()
