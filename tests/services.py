"""Pytest plugin: brings the services that the tests run against (see config.local).

Loaded by `-p tests.services` before Django's settings are read. Only the controlling process starts anything;
xdist's workers inherit the addresses through the environment.
"""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from config.local.postgres import postgres

STACK = pytest.StashKey[ExitStack]()
FOLDER = Path(__file__).parents[1] / ".local" / "test-postgres"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    os.environ.setdefault("SECRET_KEY", "for-tests-only")
    os.environ.setdefault("DEBUG", "no")
    os.environ.setdefault("SECURE_HTTPS", "no")
    if "PYTEST_XDIST_WORKER" in os.environ or os.environ.get("DATABASE_URL"):
        return
    stack = early_config.stash.setdefault(STACK, ExitStack())
    os.environ["DATABASE_URL"] = stack.enter_context(postgres(FOLDER, durable=False))


def pytest_unconfigure(config: pytest.Config) -> None:
    if stack := config.stash.get(STACK, None):
        stack.close()
