"""What every test has at hand."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test.utils import CaptureQueriesContext

from experts import search_filters, viewers
from search import frequencies, taxonomy
from search.viewer import Viewer
from tests.contracts import prepared, queries
from tests.contracts.client import ApiClient

hypothesis.settings.register_profile("default", max_examples=50, deadline=None)
hypothesis.settings.register_profile("thorough", max_examples=1000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_configure(config: pytest.Config) -> None:
    # Every response of every test is compared with the contract, whichever client asks.
    settings.MIDDLEWARE.insert(0, "tests.contracts.middleware.ContractMiddleware")
    # Counted as in production, but no test that is not about rates meets one.
    settings.THROTTLE_RATES = {
        name: (100_000, period) for name, (_, period) in settings.THROTTLE_RATES.items()
    }
    # Hashing a password is slow by design; tests make many accounts.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # WhiteNoise warns where there is no folder; what it serves in tests comes from the packages.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _prepared_queries_are_those_of_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared.check_every_question(monkeypatch)


@pytest.fixture(autouse=True)
def _nothing_is_known_from_another_test() -> None:
    """Small tables are kept in the process for a minute: those of one test are not another's."""
    taxonomy.forget()
    for kept in (search_filters.countries, search_filters.networks, frequencies.current):
        kept.forget()


@pytest.fixture
def api(db: None) -> Callable[..., ApiClient]:
    """A client of the API: ``api()`` is a visitor, ``api(user)`` sends a personal token of that person."""
    return ApiClient


@pytest.fixture
def viewer(db: None) -> Callable[..., Viewer]:
    """Who a person is to reading and searching, as of now: ``viewer(user)``, ``viewer()`` for a visitor."""
    return lambda user=None: viewers.resolve(user or AnonymousUser())


@pytest.fixture
def assert_queries(db: None) -> Callable[[int], AbstractContextManager[CaptureQueriesContext]]:
    """``with assert_queries(6): …`` fails, printing the SQL, when there are more."""
    return queries.assert_queries
