"""The one place that reads the environment. Everything else asks `config.settings`."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The variable's text; without a default a missing one stops the start-up and says which."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


def flag(name: str, *, default: bool) -> bool:
    """1/true/yes/on or 0/false/no/off, in any case."""
    value = os.environ.get(name)
    if value is None or value == "":
        return default
    lowered = value.lower()
    if lowered in {"1", "true", "yes", "on"}:
        return True
    if lowered in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be a yes or a no, not {value!r}.")


def number(name: str, default: int) -> int:
    """A whole number."""
    value = os.environ.get(name, "")
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def path(name: str, default: Path) -> Path:
    """A folder or file."""
    return Path(os.environ[name]) if os.environ.get(name) else default


def database(name: str = "DATABASE_URL") -> dict[str, object]:
    """Django's DATABASES entry for ``postgresql://user:password@host:port/name?option=value``.

    A unix socket is given by its folder as the option ``host`` (``postgresql:///name?host=/run/postgresql``).
    """
    url = urlsplit(text(name))
    if url.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must be a postgresql:// address.")
    options = dict(parse_qsl(url.query))
    return {
        "ENGINE": "config.database",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or options.pop("user", "")),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or options.pop("host", "")),
        "PORT": str(url.port or options.pop("port", "")),
        "OPTIONS": dict(options),
    }


def storage() -> dict[str, object]:
    """Django's STORAGES entry for the files that people bring: the folder MEDIA_ROOT, or with S3_BUCKET a
    bucket that several hosts share.
    """
    bucket = text("S3_BUCKET", "")
    if not bucket:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    options = {
        "bucket_name": bucket,
        "endpoint_url": text("S3_ENDPOINT_URL", ""),
        "region_name": text("S3_REGION", ""),
        "access_key": text("S3_ACCESS_KEY", ""),
        "secret_key": text("S3_SECRET_KEY", ""),
    }
    return {
        "BACKEND": "config.storage.Bucket",
        "OPTIONS": {name: value for name, value in options.items() if value},
    }
