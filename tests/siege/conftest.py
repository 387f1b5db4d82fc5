"""What every part of the siege has at hand."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from tests.siege.scene import scene
from tests.siege.surfaces import addresses
from tests.stateful.world import World


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.timeout(0))  # parts have limits of their own


@pytest.fixture(scope="session")
def is_long() -> bool:
    """Whether there is an hour for this part rather than minutes."""
    return os.environ.get("SIEGE") == "long"


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Callable[..., None]:
    """``figures(worlds=40, steps=900)``: what the summary says of this part."""

    def note(**numbers: int) -> None:
        part = Path(request.path).stem.removeprefix("siege_")
        print(part, numbers)
        if path := os.environ.get("SIEGE_FIGURES"):
            with Path(path).open("a") as kept:
                kept.write(json.dumps(numbers) + "\n")

    return note


@pytest.fixture(scope="session", autouse=True)
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A line for each of so many requests would fill the memory; files go where they are removed."""
    logging.disable(logging.INFO)
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def community(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The scene, indexed, for all tests of a module: what they change, they do inside of `World.undone`."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield scene()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def everywhere(community: World) -> list[str]:
    """Every address there is to ask in the scene."""
    return addresses(community)
