"""Accounts that are asked for: the secretariat accepts or refuses."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from config.errors import Conflict, NotFound
from experts import account_letters, account_policies, audit, viewers
from experts.models import Registration, User

KEPT = timedelta(days=30)


def ask(*, email: str, name: str, language: str, reason: str = "") -> None:
    """Ask for an account, as a visitor.

    Says nothing of whether the address is known, and takes as long either way: what becomes of the request
    is the worker's business (`take`).
    """
    with transaction.atomic():
        registration = Registration.objects.create(
            email=email.lower(), name=name, language=language, reason=reason, asked_at=timezone.now()
        )
        take.defer(registration_id=str(registration.pk))


@app.task(name="experts.take_registration", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def take(registration_id: str) -> None:
    """Put a request before the secretariat; or, where the address has an account, tell its owner by mail and
    forget the request. A second request from an address whose first one waits is forgotten as well."""
    with transaction.atomic():
        rows = Registration.objects.select_for_update().filter(status=Registration.Status.NEW)
        registration = rows.filter(pk=UUID(registration_id)).first()
        if registration is None:
            return
        owner = User.objects.filter(email=registration.email).first()
        if owner is not None:
            account_letters.tell(account_letters.KNOWN, owner)
        if owner is not None or _waits(registration.email):
            registration.delete()
            return
        registration.status = Registration.Status.WAITING
        registration.save(update_fields=["status"])
        actor = User.objects.system("registration")
        audit.record("registration.asked", registration, actor=actor)


def accept(registration_id: UUID, *, acting_user: User) -> Registration:
    """Make the account; the person gets a mail with the link to take it over. For one that the secretariat
    has entered meanwhile, the link is sent.

    `Conflict` where it is decided, or the address has an account that was taken over.
    """
    with transaction.atomic():
        registration = _waiting(registration_id, acting_user)
        user = User.objects.filter(email=registration.email).first()
        if user is not None and user.status != User.Status.UNCLAIMED:
            raise Conflict("There is an account with this address.", code="account_exists")
        if user is None:
            user = User.objects.create_user(
                registration.email,
                name=registration.name,
                language=registration.language,
                status=User.Status.UNCLAIMED,
            )
        registration.user = user
        _decide(registration, Registration.Status.ACCEPTED, acting_user)
        account_letters.tell(account_letters.ACTIVATE, user)
        return registration


def refuse(registration_id: UUID, *, acting_user: User, note: str = "") -> Registration:
    """Say no, with a note to the person, who is told by mail. `Conflict` where it is decided."""
    with transaction.atomic():
        registration = _waiting(registration_id, acting_user)
        registration.note = note
        _decide(registration, Registration.Status.REFUSED, acting_user)
        account_letters.refused.defer(registration_id=str(registration.pk))
        return registration


def forget_old(now: datetime | None = None) -> int:
    """Delete what was decided over a month ago; returns how many."""
    over = (now or timezone.now()) - KEPT
    forgotten, _ = Registration.objects.filter(decided_at__lte=over).delete()
    return forgotten


def _waits(email: str) -> bool:
    return Registration.objects.filter(email=email, status=Registration.Status.WAITING).exists()


def _waiting(registration_id: UUID, acting_user: User) -> Registration:
    viewer = viewers.resolve(acting_user)
    visible = Registration.objects.visible(viewer).select_for_update()
    registration: Registration | None = visible.filter(pk=registration_id).first()
    if registration is None:
        raise NotFound
    account_policies.require_state(account_policies.decide_registration, viewer, registration)
    return registration


def _decide(registration: Registration, status: Registration.Status, acting_user: User) -> None:
    changes = {"status": [registration.status, status.value]}
    registration.status, registration.decided_by = status, acting_user
    registration.decided_at = timezone.now()
    registration.save(update_fields=["status", "decided_by", "decided_at", "note", "user"])
    concerns = registration.user_id
    audit.record(
        f"registration.{status.value}",
        registration,
        actor=acting_user,
        concerns=concerns,
        reason=registration.note,
        changes=changes,
    )
