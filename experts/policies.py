"""May this viewer do that to this? A question per function; None is yes, a `Refusal` is no, with its reason.

A policy is asked of a thing the viewer can already see, uses only what the viewer and the thing carry, and so
costs no query: a page of rows is asked at once by `allowed_actions`. Actions ask with `require`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

from config.errors import Denied, NotSignedIn, Refusal
from experts.audiences import Choice, Reach, tokens
from experts.models import Endorsement, Profile, Section, User
from experts.network_roles import represented
from experts.querysets import edits_for
from search.viewer import Viewer, network_token

type Policy[T] = Callable[[Viewer, T], Refusal | None]

SIGN_IN = Refusal("not_authenticated", "Sign in to do this.")
CONTACT_REFUSED = Refusal("contact_refused", "This expert takes no messages from you.")
SECRETARIAT_ONLY = Refusal("secretariat_only", "Only the secretariat does this.")


def require[T](policy: Policy[T], viewer: Viewer, thing: T) -> None:
    """Raise `Denied` with the policy's reason (`NotSignedIn` for a visitor) unless it says yes."""
    refusal = policy(viewer, thing)
    if refusal is None:
        return
    if not viewer.is_signed_in:
        raise NotSignedIn
    raise Denied(refusal.reason, code=refusal.code)


def allowed_actions[T](
    policies: Mapping[str, Policy[T]], viewer: Viewer, thing: T, *, alike: Hashable = None
) -> list[str]:
    """The names of the actions that would succeed, in the order of the mapping.

    ``alike``: all that these policies ask of the thing; of things that are alike only one is asked.
    """
    if alike is None:
        return [name for name, policy in policies.items() if policy(viewer, thing) is None]
    answers: dict[Hashable, list[str]] = viewer.memo.setdefault("allowed actions", {})
    asked = (id(policies), alike)
    if asked not in answers:
        answers[asked] = allowed_actions(policies, viewer, thing)
    return answers[asked]


def secretariat(viewer: Viewer, _thing: object) -> Refusal | None:
    """What only the secretariat does."""
    if not viewer.is_signed_in:
        return SIGN_IN
    return None if viewer.is_secretariat else SECRETARIAT_ONLY


def edit_profile(viewer: Viewer, profile: Profile) -> Refusal | None:
    """The person and their delegates edit a profile; the secretariat those it entered for people who never
    signed in; a State's authority those of its nationals in its network, where it may know that they are.

    Whoever it is edits only sections they may read. The profile must carry ``network_rows`` and
    ``account_status`` (``with_content``).
    """
    if not viewer.is_signed_in:
        return SIGN_IN
    if keep_profile(viewer, profile) is None:
        return None
    if viewer.is_secretariat and profile.account_status == User.Status.UNCLAIMED:
        return None
    if profile.shows(Section.NATIONALITY, viewer) and profile.shows(Section.NETWORKS, viewer):
        networks = {row["id"] for row in profile.network_rows}
        if any(
            country == profile.nationality_id and str(network) in networks
            for network, country in represented(viewer)
        ):
            return None
    return Refusal("not_yours", "Only the expert and those who act for the expert edit this profile.")


def keep_profile(viewer: Viewer, profile: Profile) -> Refusal | None:
    """The person and their delegates choose who may read a profile, and publish it."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if edits_for(viewer, profile.pk):
        return None
    return Refusal("not_yours", "Only the expert and the expert's delegates do this.")


def own_profile(viewer: Viewer, profile: Profile) -> Refusal | None:
    """What the person alone decides: who may edit for them."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if viewer.user_id == profile.pk:
        return None
    return Refusal("not_yours", "Only the expert does this.")


def publish_profile(viewer: Viewer, profile: Profile) -> Refusal | None:
    """Who keeps a profile publishes it, unless the secretariat has hidden it."""
    if refusal := keep_profile(viewer, profile):
        return refusal
    if profile.status == Profile.Status.PUBLISHED:
        return Refusal("already_published", "It is published.")
    if profile.hidden_because in {Profile.HiddenBecause.SECRETARIAT, Profile.HiddenBecause.ERASURE}:
        return Refusal("hidden", "It is hidden by the secretariat or for being erased.")
    return None


def unpublish_profile(viewer: Viewer, profile: Profile) -> Refusal | None:
    """Who keeps a profile takes it back into draft."""
    if refusal := keep_profile(viewer, profile):
        return refusal
    if profile.status == Profile.Status.DRAFT:
        return Refusal("not_published", "It is not published.")
    return None


def hide_profile(viewer: Viewer, profile: Profile) -> Refusal | None:
    """The secretariat hides a published profile."""
    if refusal := secretariat(viewer, profile):
        return refusal
    return (
        None
        if profile.status == Profile.Status.PUBLISHED
        else Refusal("not_published", "It is not published.")
    )


def unhide_profile(viewer: Viewer, profile: Profile) -> Refusal | None:
    """The secretariat shows again what it has hidden."""
    if refusal := secretariat(viewer, profile):
        return refusal
    if profile.hidden_because == Profile.HiddenBecause.SECRETARIAT:
        return None
    return Refusal("not_hidden", "The secretariat has not hidden it.")


def verify_profile(viewer: Viewer, profile: Profile) -> Refusal | None:
    """The secretariat verifies sections; nobody those of a profile they edit for its owner, or their own."""
    if refusal := secretariat(viewer, profile):
        return refusal
    if edits_for(viewer, profile.pk):
        return Refusal("own_profile", "Somebody else verifies this.")
    return None


def endorse(viewer: Viewer, profile: Profile) -> Refusal | None:
    """People who share a network with the expert vouch for a topic they may read: the network's people know
    of one another (`experts.network_querysets`), whatever the section ``networks`` shows.

    The profile must carry ``network_rows`` and ``topic_rows``. Hidden topics are as if there were none.
    """
    if not viewer.is_signed_in:
        return SIGN_IN
    if edits_for(viewer, profile.pk):
        return Refusal("own_profile", "Nobody endorses themselves, or whom they act for.")
    if not profile.topic_rows or not profile.shows(Section.TOPICS, viewer):
        return Refusal("no_topics", "There is no topic to endorse.")
    if any(network_token(row["id"]) in viewer.tokens for row in profile.network_rows):
        return None
    return Refusal("no_shared_network", "Only people who share a network with the expert endorse.")


def withdraw_endorsement(viewer: Viewer, endorsement: Endorsement) -> Refusal | None:
    """Who gave it takes it back; the expert and delegates refuse one they do not want."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if viewer.user_id == endorsement.endorser_id or edits_for(viewer, endorsement.profile_id):
        return None
    return Refusal("not_yours", "Only who gave it and the expert do this.")


def contact(viewer: Viewer, profile: Profile) -> Refusal | None:
    """Whom an expert takes messages from writes to them; a block is told only to who tries.

    The profile must carry ``account_status``.
    """
    if not viewer.is_signed_in:
        return SIGN_IN
    if viewer.user_id == profile.pk:
        return Refusal("own_profile", "Nobody writes to themselves.")
    choice = Choice(Reach(profile.messages_from), tuple(profile.messages_networks))
    is_there = profile.status == Profile.Status.PUBLISHED and profile.account_status == User.Status.ACTIVE
    if is_there and viewer.is_in(tokens(choice, owner=profile.pk)):
        return None
    return CONTACT_REFUSED


def read_history(viewer: Viewer, profile: Profile) -> Refusal | None:
    """The person, delegates and the secretariat read how a profile changed, in the sections they may read."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if viewer.is_secretariat or edits_for(viewer, profile.pk):
        return None
    return Refusal("not_yours", "Only the expert, delegates and the secretariat read this.")


PROFILE: Mapping[str, Policy[Profile]] = {
    "edit": edit_profile,
    "set_visibility": keep_profile,
    "publish": publish_profile,
    "unpublish": unpublish_profile,
    "hide": hide_profile,
    "unhide": unhide_profile,
    "confirm": keep_profile,
    "manage_delegates": own_profile,
    "read_history": read_history,
    "verify": verify_profile,
    "endorse": endorse,
    "contact": contact,
    "set_contact": own_profile,
}
ENDORSEMENT: Mapping[str, Policy[Endorsement]] = {"withdraw": withdraw_endorsement}
