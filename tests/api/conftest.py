"""Accounts, and an API with endpoints that go wrong on purpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from experts.models import User
from tests.contracts.client import ApiClient


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user(
        "aigul@example.org", "correct horse battery", name="Aigul", status=User.Status.ACTIVE
    )


@pytest.fixture
def probe(settings: Settings, db: None) -> Callable[..., ApiClient]:
    """A client that can ask ``/probe/…`` (see probe.py)."""
    settings.ROOT_URLCONF = "tests.api.probe"

    def client(user: User | None = None, **options: Any) -> ApiClient:
        asking = ApiClient(user, **options)
        asking.base = ""
        return asking

    return client
