"""Who may do what with requests for accounts, and with accounts. See `experts.policies`."""

from __future__ import annotations

from collections.abc import Mapping

from config.errors import Conflict, Refusal
from experts.models import Registration, User
from experts.policies import Policy, secretariat
from search.viewer import Viewer


def require_state[T](policy: Policy[T], viewer: Viewer, thing: T) -> None:
    """Raise `Conflict` with the policy's reason unless it says yes: against the secretariat, which alone
    finds these things, only their state can stand."""
    if refusal := policy(viewer, thing):
        raise Conflict(refusal.reason, code=refusal.code)


def decide_registration(viewer: Viewer, registration: Registration) -> Refusal | None:
    """The secretariat, once."""
    if refusal := secretariat(viewer, registration):
        return refusal
    if registration.status != Registration.Status.WAITING:
        return Refusal("decided", "It is decided.")
    return None


def remind(viewer: Viewer, account: User) -> Refusal | None:
    """The secretariat sends the activation link again, until the account is taken over."""
    if refusal := secretariat(viewer, account):
        return refusal
    if account.status != User.Status.UNCLAIMED:
        return Refusal("not_unclaimed", "This account was taken over.")
    return None


def suspend(viewer: Viewer, account: User) -> Refusal | None:
    """The secretariat, another's active account."""
    if refusal := secretariat(viewer, account):
        return refusal
    if account.status != User.Status.ACTIVE or account.pk == viewer.user_id:
        return Refusal("not_active", "Only another's active account can be suspended.")
    return None


def reinstate(viewer: Viewer, account: User) -> Refusal | None:
    """The secretariat, a suspended account."""
    if refusal := secretariat(viewer, account):
        return refusal
    if account.status != User.Status.SUSPENDED:
        return Refusal("not_suspended", "This account is not suspended.")
    return None


def remove_second_factor(viewer: Viewer, account: User) -> Refusal | None:
    """The secretariat, another's. ``has_second_factor`` was selected with the account."""
    if refusal := secretariat(viewer, account):
        return refusal
    if account.pk == viewer.user_id or not getattr(account, "has_second_factor", False):
        return Refusal("no_second_factor", "There is none to remove for somebody else.")
    return None


REGISTRATION: Mapping[str, Policy[Registration]] = {
    "accept": decide_registration,
    "refuse": decide_registration,
}
ACCOUNT: Mapping[str, Policy[User]] = {
    "remind": remind,
    "suspend": suspend,
    "reinstate": reinstate,
    "remove_second_factor": remove_second_factor,
}
