"""Which notices go out by mail, and when: at once (gathered for a minute), or in a daily or weekly digest.

A notice is mailed once: it is marked in the transaction that defers the job which sends it. Whether its
reader may (still) read it is asked when the letter is made up, and again when it is sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from experts import viewers
from experts.models import User
from forums.models import Cadence, DigestRun, Notice, NoticePreferences, SavedSearch
from forums.notices import jobs, mail

MORNING = dt.time(7, 0)
WEEKDAY = 0  # the weekly digest comes on Mondays
IN_A_LETTER = 500


def send_due(now: dt.datetime | None = None) -> int:
    """Mail what is to be mailed at once and has waited its minute; returns how many letters. One per person,
    whatever the number of notices."""
    now = now or timezone.now()
    due = Notice.objects.filter(due_at__lte=now, mailed_at__isnull=True)
    people = due.order_by("user_id").values_list("user_id", flat=True).distinct()
    return sum(_send_due_of(user_id, now) for user_id in list(people))


def send_digests(now: dt.datetime | None = None) -> int:
    """Mail the digests of everyone where it is past seven in the morning; returns how many letters.

    A digest takes what was told before that morning, so that it is the same whenever it is made; one that was
    missed while no worker ran is made later.
    """
    now = now or timezone.now()
    return sum(
        _send_digest(user_id, cadence, day, before, now)
        for user_id, cadence, day, before in _digests_due(now)
    )


def forget_read(now: dt.datetime | None = None, *, after: dt.timedelta = dt.timedelta(days=180)) -> int:
    """Remove notices that were read long ago; returns how many."""
    return Notice.objects.filter(read_at__lt=(now or timezone.now()) - after).delete()[0]


def unsubscribe(token: str) -> User:
    """Send no more mail for the reasons that the token names to the person whom it names. It may be used
    twice, and by whoever holds it: it takes nothing away but mail. `Invalid` for a forged one."""
    user_id, reasons = mail.read_token(token)
    with transaction.atomic():
        user = User.objects.filter(pk=user_id).first()
        if user is None:
            return User(language="en")
        preferences = NoticePreferences.objects.select_for_update().get_or_create(user=user)[0]
        if Notice.Reason.SAVED_SEARCH in reasons:  # each search has a cadence of its own
            SavedSearch.objects.filter(user=user).update(cadence=Cadence.NONE, version=F("version") + 1)
        chosen = [reason for reason in reasons if reason in NoticePreferences.DEFAULTS]
        preferences.cadences |= dict.fromkeys(chosen, Cadence.NONE.value)
        preferences.version += 1
        preferences.save()
        Notice.objects.filter(user=user, reason__in=reasons, mailed_at__isnull=True).update(due_at=None)
    return user


def reader(token: str) -> User:
    """Whose mail a token is about, to speak their language. `Invalid` for a forged one."""
    user_id, _ = mail.read_token(token)
    return User.objects.filter(pk=user_id).first() or User(language="en")


@transaction.atomic
def _send_due_of(user_id: UUID, now: dt.datetime) -> int:
    waiting = Notice.objects.filter(user_id=user_id, due_at__lte=now, mailed_at__isnull=True)
    rows = list(waiting.order_by("id").select_for_update(skip_locked=True))
    # What was read meanwhile, and what is no longer wanted at once, waits no longer for a letter of its own.
    still = Notice.objects.filter(pk__in=[row.pk for row in rows], read_at__isnull=True)
    wanted = list(still.filter(_wanted(user_id, Cadence.AT_ONCE)).values_list("pk", flat=True))
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=None)
    return _send(user_id, Notice.objects.filter(pk__in=wanted), Cadence.AT_ONCE, now)


@transaction.atomic
def _send_digest(user_id: UUID, cadence: Cadence, day: dt.date, before: dt.datetime, now: dt.datetime) -> int:
    _, is_new = DigestRun.objects.get_or_create(user_id=user_id, cadence=cadence, day=day)
    if not is_new:
        return 0
    rows = Notice.objects.filter(
        _wanted(user_id, cadence),
        user_id=user_id,
        created_at__lt=before,
        read_at__isnull=True,
        mailed_at__isnull=True,
        due_at__isnull=True,
    )
    return _send(user_id, rows, cadence, now)


def _send(user_id: UUID, rows: QuerySet[Notice], cadence: Cadence, now: dt.datetime) -> int:
    """Have one letter sent about those of the rows that the person may read; whether there are any."""
    user = User.objects.filter(pk=user_id, status=User.Status.ACTIVE, is_system=False).first()
    if user is None:
        return 0
    visible = Notice.objects.visible(viewers.resolve(user))
    ids = list(visible.filter(pk__in=rows.values("pk")).order_by("-updated_at").values_list("pk", flat=True))
    ids = ids[:IN_A_LETTER]
    if not ids:
        return 0
    Notice.objects.filter(pk__in=ids).update(mailed_at=now)
    jobs.send_letter.defer(user_id=str(user_id), ids=[str(pk) for pk in ids], cadence=cadence.value)
    return 1


def _digests_due(now: dt.datetime) -> Iterator[tuple[UUID, Cadence, dt.date, dt.datetime]]:
    """Person, cadence, the local day, and the moment of its morning, of every digest that has something to
    tell."""
    unmailed = Notice.objects.filter(read_at__isnull=True, mailed_at__isnull=True, due_at__isnull=True)
    oldest = unmailed.values("user_id", "reason", "user__time_zone", own=F("saved_search__cadence")).annotate(
        oldest=Min("created_at")
    )
    chosen: dict[UUID, dict[str, str]] = {}
    rows = list(oldest.order_by("user_id"))
    for preferences in NoticePreferences.objects.filter(user_id__in={row["user_id"] for row in rows}):
        chosen[preferences.user_id] = preferences.cadences
    due = {}
    for row in rows:
        cadence = row["own"] or (NoticePreferences.DEFAULTS | chosen.get(row["user_id"], {}))[row["reason"]]
        if cadence not in {Cadence.DAILY, Cadence.WEEKLY}:
            continue
        day, morning = _latest_morning(now, row["user__time_zone"], Cadence(cadence))
        if row["oldest"] < morning:
            due[row["user_id"], Cadence(cadence)] = (day, morning)
    for (user_id, cadence), (day, morning) in due.items():
        yield user_id, cadence, day, morning


def _latest_morning(now: dt.datetime, zone_name: str, cadence: Cadence) -> tuple[dt.date, dt.datetime]:
    """The last morning of that cadence that has come in the zone: its day and its moment."""
    try:
        zone: dt.tzinfo = ZoneInfo(zone_name)
    except (KeyError, ValueError):
        zone = dt.UTC
    local = now.astimezone(zone)
    day = local.date() if local.time() >= MORNING else local.date() - dt.timedelta(days=1)
    if cadence == Cadence.WEEKLY:
        day -= dt.timedelta(days=(day.weekday() - WEEKDAY) % 7)
    return day, dt.datetime.combine(day, MORNING, tzinfo=zone)


def _wanted(user_id: UUID, cadence: Cadence) -> Q:
    """The notices that the person wants mail about at this cadence: of searches, those kept at it."""
    return Q(reason__in=_reasons(user_id, cadence)) | Q(saved_search__cadence=cadence)


def _reasons(user_id: UUID, cadence: Cadence) -> set[str]:
    """The reasons for which the person wants mail at this cadence."""
    preferences = NoticePreferences.objects.filter(Q(user_id=user_id)).first()
    chosen = NoticePreferences.DEFAULTS | (preferences.cadences if preferences else {})
    return _with(chosen.items(), cadence)


def _with(chosen: Iterable[tuple[str, str]], cadence: Cadence) -> set[str]:
    return {str(reason) for reason, wanted in chosen if wanted == cadence}
