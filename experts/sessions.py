"""Sessions in the database that their owner can list and end, and that end by themselves when nobody uses
them (Django's way of extending them: SESSION_ENGINE names this module).

One query reads a session, as in Django's own. That it was used is noted every `NOTED_EVERY`.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone
from uuid_utils.compat import uuid7

from experts.models import Session, User

if TYPE_CHECKING:  # generic for the type checker only
    Store = db.SessionStore[Session]
else:
    Store = db.SessionStore

NOTED_EVERY = dt.timedelta(minutes=5)
# What a session knows of itself, beside what Django keeps there.
AGENT, NUMBER, STARTED, ENROLLING = "agent", "number", "started", "enrolling"


class SessionStore(Store):
    """A session as requests have it."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """`experts.models.Session`."""
        return Session

    def load(self) -> dict[str, Any]:
        """What is in it; nothing where it is over, was ended, or nobody used it for SESSION_IDLE."""
        row: Session | None = Session.objects.alive().filter(session_key=self.session_key).first()
        if row is None:
            self._session_key = None
            return {}
        now = timezone.now()
        if now - row.seen_at >= NOTED_EVERY:
            Session.objects.filter(pk=row.pk, seen_at=row.seen_at).update(seen_at=now)
        return self.decode(row.session_data)

    def cycle_key(self) -> None:
        """Go on under another key, and so another number, until the same end."""
        self.pop(NUMBER, None)
        super().cycle_key()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Its row. What is in it may change; its number, its beginning and so its end do not."""
        now = timezone.now()
        if SESSION_KEY in data:
            data.setdefault(STARTED, now.timestamp())
            data.setdefault(NUMBER, str(uuid7()))
        row = super().create_model_instance(data)
        row.started_at = dt.datetime.fromtimestamp(data.get(STARTED, now.timestamp()), dt.UTC)
        row.seen_at = now
        row.expire_date = row.started_at + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
        if SESSION_KEY in data:
            row.user_id, row.number = UUID(data[SESSION_KEY]), UUID(data[NUMBER])
            row.agent = data.get(AGENT, "")[:200]
        return row

    @classmethod
    def clear_expired(cls) -> None:
        """Remove those that do not hold any more."""
        Session.objects.exclude(pk__in=Session.objects.alive().values("pk")).delete()


def end_all(user: User, *, but: str | None = None) -> int:
    """End all sessions of a person (but the one with this key) at once; returns how many there were. In the
    transaction of the caller."""
    ended: int = Session.objects.filter(user=user).exclude(session_key=but or "").delete()[0]
    return ended
