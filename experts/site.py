"""The site as people know it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings


def host() -> str:
    """Its name: the host of BASE_URL."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"
