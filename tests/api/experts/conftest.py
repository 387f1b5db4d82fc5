"""Files that tests bring are kept apart from the developer's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """The folder that files are stored in."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"
