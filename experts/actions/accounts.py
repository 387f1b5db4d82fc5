"""Accounts: invited, claimed, suspended. Those that are asked for: `experts.actions.registrations`."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from config.errors import Conflict, NotFound
from experts import (
    account_directory,
    account_letters,
    account_policies,
    audit,
    passwords,
    policies,
    sessions,
    viewers,
)
from experts.account_links import Purpose, locked_user
from experts.models import Profile, User
from search import outbox


def invite(*, email: str, name: str, language: str = "en", acting_user: User) -> User:
    """Make an account for somebody, who gets a mail with the link to take it over (`claim`).

    `Conflict` where there is an account with the address: to the secretariat that is no secret.
    """
    policies.require(policies.secretariat, viewers.resolve(acting_user), None)
    with transaction.atomic():
        if User.objects.filter(email=email.lower()).exists():
            raise Conflict("There is an account with this address.", code="account_exists")
        user = User.objects.create_user(email, name=name, language=language, status=User.Status.UNCLAIMED)
        audit.record("account.invited", user, actor=acting_user, concerns=user.pk)
        account_letters.tell(account_letters.ACTIVATE, user)
        return user


def remind(user_id: UUID, *, acting_user: User) -> User:
    """Send the link to take an account over again. `Conflict` for one that was taken over."""
    with transaction.atomic():
        user = _account(user_id, acting_user, account_policies.remind)
        audit.record("account.invited_again", user, actor=acting_user, concerns=user.pk)
        account_letters.tell(account_letters.ACTIVATE, user)
        return user


def claim(*, key: str, password: str) -> User:
    """Take an invited account over with the key of its link: set the password and make it active; once.

    Raises `NotFound` for a key that does not hold (`account_links.locked_user`), `Invalid` for a weak
    password.
    """
    with transaction.atomic():
        user = locked_user(Purpose.ACTIVATE, key)
        passwords.give(user, password)
        return _set_status(user, User.Status.ACTIVE, "account.claimed", user)


def suspend(user_id: UUID, *, acting_user: User, reason: str) -> User:
    """Shut somebody out: no sign-in, no token, no profile in the directory."""
    with transaction.atomic():
        user = _account(user_id, acting_user, account_policies.suspend)
        _set_status(user, User.Status.SUSPENDED, "account.suspended", acting_user, reason)
        sessions.end_all(user)
        hidden = Profile.objects.filter(pk=user_id, status=Profile.Status.PUBLISHED).update(
            status=Profile.Status.HIDDEN, hidden_because=Profile.HiddenBecause.SECRETARIAT
        )
        if hidden:
            outbox.enqueue("expert", [user_id], restricting=True)
        return user


def reinstate(user_id: UUID, *, acting_user: User, reason: str = "") -> User:
    """End a suspension. The profile stays hidden until the secretariat shows it again."""
    with transaction.atomic():
        user = _account(user_id, acting_user, account_policies.reinstate)
        return _set_status(user, User.Status.ACTIVE, "account.reinstated", acting_user, reason)


def _account(user_id: UUID, acting_user: User, policy: policies.Policy[User]) -> User:
    """Somebody's account, locked; `NotFound` for whoever is not of the secretariat, as for any account,
    `Conflict` where its state does not permit it."""
    viewer = viewers.resolve(acting_user)
    there = account_directory.visible(viewer)
    user: User | None = there.select_for_update(of=("self",)).filter(pk=user_id).first()
    if user is None:
        raise NotFound
    account_policies.require_state(policy, viewer, user)
    return user


def _set_status(user: User, status: User.Status, verb: str, acting_user: User, reason: str = "") -> User:
    changes = {"status": [user.status, status.value]}
    user.status = status
    user.save(update_fields=["status"])
    audit.record(verb, user, actor=acting_user, concerns=user.pk, reason=reason, changes=changes)
    return user
