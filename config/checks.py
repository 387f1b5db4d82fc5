"""Checks of the set-up, run by ``manage.py check`` and at every start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from api import operations
from api.viewsets import ApiViewSet

OLDEST_POSTGRESQL = 160_000


@register()
def every_endpoint_is_declared(app_configs: Any, **_: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Each method that a URL binds is decorated with ``@operation``, and the rate it names exists."""
    faults: list[CheckMessage] = []
    for pattern in _patterns(get_resolver().url_patterns):
        view = getattr(pattern.callback, "cls", None)
        if not (isinstance(view, type) and issubclass(view, ApiViewSet)):
            continue
        for action in set(getattr(pattern.callback, "actions", {}).values()):
            declared = getattr(getattr(view, action, None), "operation", None)
            if not isinstance(declared, operations.Operation):
                faults.append(
                    Error(f"{view.__name__}.{action} is bound to a URL but no @operation.", id="api.E001")
                )
            elif declared.throttle and declared.throttle not in settings.THROTTLE_RATES:
                faults.append(Error(f"THROTTLE_RATES has no {declared.throttle!r}.", id="api.E002"))
        if not getattr(view, "tag", ""):
            faults.append(Error(f"{view.__name__} has no tag.", id="api.E003"))
    return faults


@register(Tags.security, deploy=True)
def secrets_are_secret(app_configs: Any, **_: Any) -> list[CheckMessage]:  # noqa: ARG001
    """A deployment is not in DEBUG's way of working and has addresses of its own."""
    faults: list[CheckMessage] = []
    if settings.SECURE_HTTPS and not settings.BASE_URL.startswith("https://"):
        faults.append(checks.Warning("BASE_URL is not an https:// address.", id="api.W001"))
    return faults


@register(Tags.database)
def postgresql_is_recent(
    app_configs: Any,  # noqa: ARG001 - Django's signature
    databases: Sequence[str] | None = None,
    **_: Any,
) -> list[CheckMessage]:
    """PostgreSQL 16 or later."""
    if not databases:
        return []
    with connection.cursor() as cursor:
        version: int = cursor.connection.info.server_version
    if version < OLDEST_POSTGRESQL:
        return [Error(f"PostgreSQL {version // 10_000} is too old: 16 or later.", id="api.E004")]
    return []


def _patterns(patterns: Sequence[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern
