"""One's own sessions, ended from another."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from config.errors import NotFound
from experts import audit, sessions
from experts.models import Session, User


def end(number: UUID, *, acting_user: User) -> None:
    """Sign a browser out at once. `NotFound` for another's session, and for one that is over."""
    with transaction.atomic():
        ended, _ = Session.objects.alive().filter(user=acting_user, number=number).delete()
        if not ended:
            raise NotFound
        audit.record("account.session_ended", acting_user, actor=acting_user, concerns=acting_user.pk)


def end_all(*, acting_user: User) -> int:
    """Sign out everywhere; returns from how many browsers."""
    with transaction.atomic():
        ended = sessions.end_all(acting_user)
        audit.record("account.sessions_ended", acting_user, actor=acting_user, concerns=acting_user.pk)
        return ended
