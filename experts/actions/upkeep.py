"""Profiles that nobody has confirmed for long: reminded three times, then hidden; never deleted.

A year after the last edit or confirmation the expert is reminded, and twice more, a month apart; a month
after that the profile is hidden. `profiles.confirm` starts the year anew and brings it back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from experts import audit, notices, trust_notices
from experts.models import Profile, User
from search import outbox

# How old a profile is when the first, second and third reminder go out, and when it is hidden.
REMINDERS = (timedelta(days=365), timedelta(days=395), timedelta(days=425))
HIDDEN = timedelta(days=455)
# How long a reminder has at least to work before the next step, however late the job runs.
PATIENCE = timedelta(days=25)


def tidy_up(now: datetime | None = None) -> tuple[int, int]:
    """Remind and hide what is due, as the system account "upkeep"; returns how many of each. Safe to repeat.

    Only people who can sign in are reminded, and only theirs is hidden: nobody else could react.
    """
    now = now or timezone.now()
    due = Profile.objects.filter(
        status=Profile.Status.PUBLISHED,
        user__status=User.Status.ACTIVE,
        confirmed_at__lte=now - REMINDERS[0],
    ).exclude(reminded_at__gt=now - PATIENCE)
    system = User.objects.system("upkeep")
    reminded = hidden = 0
    for profile_id in due.order_by("pk").values_list("pk", flat=True).iterator():
        with transaction.atomic():
            profile = due.select_for_update(of=("self",)).filter(pk=profile_id).first()
            if profile is None:  # edited meanwhile
                continue
            age, sent = now - profile.confirmed_at, profile.reminders_sent
            if sent < len(REMINDERS) and age >= REMINDERS[sent]:
                _remind(profile, now, system)
                reminded += 1
            elif sent >= len(REMINDERS) and age >= HIDDEN:
                _hide(profile, system)
                hidden += 1
    return reminded, hidden


def _remind(profile: Profile, now: datetime, system: User) -> None:
    profile.reminders_sent += 1
    profile.reminded_at = now
    profile.save(update_fields=["reminders_sent", "reminded_at"])
    audit.record("profile.reminded", profile, actor=system, concerns=profile.pk)
    left = len(REMINDERS) - profile.reminders_sent
    notices.tell(trust_notices.STALE, profile.pk, [profile.pk], left=left)


def _hide(profile: Profile, system: User) -> None:
    changes = {"status": [profile.status, Profile.Status.HIDDEN.value]}
    profile.status = Profile.Status.HIDDEN
    profile.hidden_because = Profile.HiddenBecause.STALE
    profile.version += 1
    profile.save(update_fields=["status", "hidden_because", "version", "updated_at"])
    audit.record("profile.hidden_as_stale", profile, actor=system, concerns=profile.pk, changes=changes)
    outbox.enqueue("expert", [profile.pk], restricting=True)
    notices.tell(trust_notices.HIDDEN, profile.pk, [profile.pk])
