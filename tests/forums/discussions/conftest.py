"""Files of tests go to a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Iterator[Path]:
    """Where the storage keeps files."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path
