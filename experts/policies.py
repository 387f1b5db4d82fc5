"""May this viewer do that to this? One question per function; None is yes, a `Refusal` is no, with the reason.

A policy is asked of a thing the viewer can already see, uses only what the viewer and the thing carry, and so
costs no query: a page of rows is asked at once by `allowed_actions`. Actions ask with `require`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from config.errors import Denied, NotSignedIn, Refusal
from experts.models import Profile
from search.viewer import Viewer, self_token

type Policy[T] = Callable[[Viewer, T], Refusal | None]

SIGN_IN = Refusal("not_authenticated", "Sign in to do this.")


def require[T](policy: Policy[T], viewer: Viewer, thing: T) -> None:
    """Raise `Denied` with the policy's reason (`NotSignedIn` for a visitor) unless it says yes."""
    refusal = policy(viewer, thing)
    if refusal is None:
        return
    if not viewer.is_signed_in:
        raise NotSignedIn
    raise Denied(refusal.reason, code=refusal.code)


def allowed_actions[T](policies: Mapping[str, Policy[T]], viewer: Viewer, thing: T) -> list[str]:
    """The names of the actions that would succeed, in the order of the mapping."""
    return [name for name, policy in policies.items() if policy(viewer, thing) is None]


def edit_profile(viewer: Viewer, profile: Profile) -> Refusal | None:
    """The person and their delegates edit a profile."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if self_token(profile.pk) not in viewer.tokens:
        return Refusal("not_yours", "Only the expert and the expert's delegates edit this profile.")
    return None


PROFILE: Mapping[str, Policy[Profile]] = {"edit": edit_profile}
