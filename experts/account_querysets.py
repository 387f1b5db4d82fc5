"""Sessions, second factors and requests for accounts: which are there for whom, and which hold."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.sessions.base_session import BaseSessionManager
from django.db import models
from django.utils import timezone

from search.viewer import Viewer


class SessionQuerySet(models.QuerySet[Any]):
    """Sessions of browsers."""

    def visible(self, viewer: Viewer) -> Self:
        """One's own that still hold, and nobody else's."""
        if not viewer.is_signed_in:
            return self.none()
        return self.alive().filter(user=viewer.user_id)

    def alive(self) -> Self:
        """Those that are neither past their time nor idle for too long."""
        now = timezone.now()
        return self.filter(expire_date__gt=now, seen_at__gt=now - settings.SESSION_IDLE)


class SessionManager(BaseSessionManager.from_queryset(SessionQuerySet)):  # type: ignore[misc]  # made at run time
    """What Django's sessions need of it, and `SessionQuerySet`."""


class SecondFactorQuerySet(models.QuerySet[Any]):
    """Second factors."""

    def in_force(self) -> Self:
        """Those of which a code has been given: signing in asks for them."""
        return self.filter(confirmed_at__isnull=False)


class RegistrationQuerySet(models.QuerySet[Any]):
    """Requests for an account."""

    def visible(self, viewer: Viewer) -> Self:
        """All to the secretariat: its queue. Who asked is told by mail."""
        return self.all() if viewer.is_secretariat else self.none()
