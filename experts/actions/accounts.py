"""Accounts: asked for, approved, invited, claimed, suspended."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction

from config.errors import Conflict, FieldError, Invalid, NotFound
from experts import audit, policies, viewers
from experts.models import Profile, User
from search import outbox


def request_registration(*, email: str, name: str, language: str, reason: str = "") -> None:
    """Ask for an account, as a visitor; the secretariat decides.

    Says nothing of whether the address is known: for a known one nothing happens.
    """
    with transaction.atomic():
        if User.objects.filter(email=email.lower()).exists():
            return
        user = User.objects.create_user(email, name=name, language=language, status=User.Status.PENDING)
        actor = User.objects.system("registration")
        audit.record("account.requested", user, actor=actor, concerns=user.pk, reason=reason)


def approve(user_id: UUID, *, acting_user: User) -> tuple[User, str]:
    """Grant a requested account; returns the key with which the person sets a password (`claim`)."""
    with transaction.atomic():
        user = _account(user_id, acting_user)
        if user.status != User.Status.PENDING:
            raise Conflict("This account is not waiting for approval.", code="not_pending")
        _set_status(user, User.Status.UNCLAIMED, "account.approved", acting_user)
        return user, default_token_generator.make_token(user)


def invite(*, email: str, name: str, language: str = "en", acting_user: User) -> tuple[User, str]:
    """Make an account for somebody, unclaimed until they set a password with the returned key (`claim`)."""
    policies.require(policies.secretariat, viewers.resolve(acting_user), None)
    with transaction.atomic():
        if User.objects.filter(email=email.lower()).exists():
            raise Conflict("There is an account with this address.", code="account_exists")
        user = User.objects.create_user(email, name=name, language=language, status=User.Status.UNCLAIMED)
        audit.record("account.invited", user, actor=acting_user, concerns=user.pk)
        return user, default_token_generator.make_token(user)


def claim(user_id: UUID, *, key: str, password: str) -> User:
    """Take an invited or approved account over: set its password and make it active.

    Raises `NotFound` for an unknown account, a wrong or used key or one older than PASSWORD_RESET_TIMEOUT;
    `Invalid` for a weak password.
    """
    with transaction.atomic():
        queryset = User.objects.select_for_update()
        user = queryset.filter(pk=user_id, status=User.Status.UNCLAIMED, is_system=False).first()
        if user is None or not default_token_generator.check_token(user, key):
            raise NotFound
        try:
            validate_password(password, user)
        except ValidationError as error:
            faults = [
                FieldError("/password", fault.code or "invalid", str(fault.messages[0]))
                for fault in error.error_list
            ]
            raise Invalid(errors=faults) from None
        user.set_password(password)
        user.save(update_fields=["password"])
        _set_status(user, User.Status.ACTIVE, "account.claimed", user)
        return user


def suspend(user_id: UUID, *, acting_user: User, reason: str) -> User:
    """Shut somebody out: no sign-in, no token, no profile in the directory."""
    with transaction.atomic():
        user = _account(user_id, acting_user)
        if user.status != User.Status.ACTIVE or user.pk == acting_user.pk:
            raise Conflict("Only another's active account can be suspended.", code="not_active")
        _set_status(user, User.Status.SUSPENDED, "account.suspended", acting_user, reason)
        hidden = Profile.objects.filter(pk=user_id, status=Profile.Status.PUBLISHED).update(
            status=Profile.Status.HIDDEN, hidden_because=Profile.HiddenBecause.SECRETARIAT
        )
        if hidden:
            outbox.enqueue("expert", [user_id], restricting=True)
        return user


def reinstate(user_id: UUID, *, acting_user: User, reason: str = "") -> User:
    """End a suspension. The profile stays hidden until the secretariat shows it again."""
    with transaction.atomic():
        user = _account(user_id, acting_user)
        if user.status != User.Status.SUSPENDED:
            raise Conflict("This account is not suspended.", code="not_suspended")
        return _set_status(user, User.Status.ACTIVE, "account.reinstated", acting_user, reason)


def _account(user_id: UUID, acting_user: User) -> User:
    """Somebody's account, locked; for the secretariat alone."""
    policies.require(policies.secretariat, viewers.resolve(acting_user), None)
    user = User.objects.select_for_update().filter(pk=user_id, is_system=False).first()
    if user is None:
        raise NotFound
    return user


def _set_status(user: User, status: User.Status, verb: str, acting_user: User, reason: str = "") -> User:
    changes = {"status": [user.status, status.value]}
    user.status = status
    user.save(update_fields=["status"])
    audit.record(verb, user, actor=acting_user, concerns=user.pk, reason=reason, changes=changes)
    return user
