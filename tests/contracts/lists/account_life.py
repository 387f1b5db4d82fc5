"""Lists of sessions, requests for accounts, and accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import count as numbers

from django.utils import timezone

from experts.models import Session, User
from tests.contracts.lists.base import List
from tests.factories import accounts as make_accounts
from tests.factories import experts as make

_keys = numbers(1)


def sessions(count: int, asker: User) -> Mapping[str, object]:
    now = timezone.now()
    for _ in range(count):
        Session.objects.create(
            session_key=f"session-{next(_keys)}",
            expire_date=now + dt.timedelta(hours=1),
            user=asker,
            started_at=now,
            seen_at=now,
            agent="Firefox",
        )
    return {}


def requests(count: int, asker: User) -> Mapping[str, object]:
    User.objects.filter(pk=asker.pk).update(is_staff=True)
    for _ in range(count):
        person = make.user()
        make_accounts.registration(
            status="accepted", user=person, decided_by=make.secretariat(), decided_at=timezone.now()
        )
    return {}


def accounts(count: int, asker: User) -> Mapping[str, object]:
    User.objects.filter(pk=asker.pk).update(is_staff=True)
    for _ in range(count - 1):  # the asker's own counts too
        make_accounts.with_second_factor(make.user())
    return {}


LISTS = [
    List("GET /me/sessions", sessions, budget=3),
    List("GET /registrations", requests, budget=3),
    List("GET /accounts", accounts, budget=3),
]
