"""May this viewer do that in a network? (See `experts.policies` for how policies are asked.)

Who does what (domain.md): a State's authority proposes, renews and withdraws that State's designations; the
network's co-ordinator confirms them and keeps the network's people; the secretariat does both. A successor
named by an authority is a proposal as any other: it takes over when it is confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping

from config.errors import Refusal
from experts.dates import today
from experts.models import Designation, Network, NetworkMembership
from experts.network_roles import acts_for, is_in, represented, runs
from experts.policies import SIGN_IN, Policy, secretariat
from search.viewer import Viewer

PROPOSED, CONFIRMED = Designation.Status.PROPOSED, Designation.Status.CONFIRMED

NOT_COORDINATOR = Refusal("not_coordinator", "Only the network's co-ordinator and the secretariat do this.")
NOT_AUTHORITY = Refusal(
    "not_authority", "Only the State's national authority in this network and the secretariat do this."
)
NOT_CONCERNED = Refusal(
    "not_concerned", "Only the State's authority, the network's co-ordinator and the secretariat do this."
)
NOT_CONFIRMED = Refusal("not_confirmed", "Only a confirmed designation that is not over has this.")


def run_network(viewer: Viewer, network: Network) -> Refusal | None:
    """Adding and removing people, giving roles."""
    if not viewer.is_signed_in:
        return SIGN_IN
    return None if runs(viewer, network.pk) else NOT_COORDINATOR


def leave_network(viewer: Viewer, network: Network) -> Refusal | None:
    """Leaving a network one is in."""
    if not viewer.is_signed_in:
        return SIGN_IN
    return None if is_in(viewer, network.pk) else Refusal("not_a_member", "You are not in this network.")


def see_coverage(viewer: Viewer, network: Network) -> Refusal | None:
    """The network's people, who need to know their counterparts, its co-ordinator and the secretariat."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if is_in(viewer, network.pk) or runs(viewer, network.pk):
        return None
    return Refusal("not_a_member", "Only the network's people and the secretariat read its coverage.")


def propose_in(viewer: Viewer, network: Network) -> Refusal | None:
    """Whether the viewer speaks for any State in the network (for which one, `propose_designation` asks)."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if not network.is_designated:
        return Refusal("not_designated", "People are added to this network, not designated.")
    if viewer.is_secretariat or any(network_id == network.pk for network_id, _ in represented(viewer)):
        return None
    return NOT_AUTHORITY


def manage_place(viewer: Viewer, place: NetworkMembership) -> Refusal | None:
    """Changing or ending a person's place. The secretariat appoints and removes co-ordinators."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if place.role == NetworkMembership.Role.COORDINATOR and not viewer.is_secretariat:
        return Refusal("secretariat_only", "Only the secretariat appoints and removes co-ordinators.")
    return None if runs(viewer, place.network_id) else NOT_COORDINATOR


def propose_designation(viewer: Viewer, designation: Designation) -> Refusal | None:
    """The State's authority and the secretariat, for a designation not saved yet."""
    if not viewer.is_signed_in:
        return SIGN_IN
    return None if _speaks(viewer, designation) else NOT_AUTHORITY


def confirm_designation(viewer: Viewer, designation: Designation) -> Refusal | None:
    """The co-ordinator and the secretariat confirm what is proposed and not over."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if not runs(viewer, designation.network_id):
        return NOT_COORDINATOR
    if designation.status != PROPOSED or designation.valid_to < today():
        return Refusal("not_proposed", "Only a proposal that is not over can be confirmed.")
    return None


def renew_designation(viewer: Viewer, designation: Designation) -> Refusal | None:
    """The State's authority and the secretariat extend what is confirmed and has no successor."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if not _speaks(viewer, designation):
        return NOT_AUTHORITY
    return _holds_without_successor(designation)


def withdraw_designation(viewer: Viewer, designation: Designation) -> Refusal | None:
    """The State's authority, the co-ordinator, the secretariat, and the person, who may step down."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if not (concerned(viewer, designation) or viewer.user_id == designation.user_id):
        return NOT_CONCERNED
    if designation.status not in {PROPOSED, CONFIRMED} or designation.valid_to < today():
        return Refusal("over", "This designation is over.")
    return None


def succeed_designation(viewer: Viewer, designation: Designation) -> Refusal | None:
    """The State's authority names a successor, the co-ordinator and the secretariat put one in place."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if not concerned(viewer, designation):
        return NOT_CONCERNED
    return _holds_without_successor(designation)


def attach_letter(viewer: Viewer, designation: Designation) -> Refusal | None:
    """The State's authority, the co-ordinator and the secretariat, while it is proposed or confirmed."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if not concerned(viewer, designation):
        return NOT_CONCERNED
    if designation.status not in {PROPOSED, CONFIRMED}:
        return Refusal("over", "This designation is over.")
    return None


def read_letter(viewer: Viewer, designation: Designation) -> Refusal | None:
    """The State's authority, the co-ordinator, the secretariat and the person."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if not (concerned(viewer, designation) or viewer.user_id == designation.user_id):
        return NOT_CONCERNED
    return None if designation.letter else Refusal("no_letter", "No letter is attached.")


def _speaks(viewer: Viewer, designation: Designation) -> bool:
    return acts_for(viewer, designation.network_id, designation.country_id)


def concerned(viewer: Viewer, designation: Designation) -> bool:
    """Whether the viewer speaks for the State in the network, or runs it."""
    return _speaks(viewer, designation) or runs(viewer, designation.network_id)


def _holds_without_successor(designation: Designation) -> Refusal | None:
    if designation.status != CONFIRMED or designation.valid_to < today():
        return NOT_CONFIRMED
    if designation.has_successor:
        return Refusal("has_successor", "A successor is named already.")
    return None


NETWORK: Mapping[str, Policy[Network]] = {
    "edit": secretariat,
    "manage_members": run_network,
    "leave": leave_network,
    "see_coverage": see_coverage,
    "propose_designation": propose_in,
}
PLACE: Mapping[str, Policy[NetworkMembership]] = {"set_role": manage_place, "remove": manage_place}
DESIGNATION: Mapping[str, Policy[Designation]] = {
    "confirm": confirm_designation,
    "renew": renew_designation,
    "withdraw": withdraw_designation,
    "succeed": succeed_designation,
    "attach_letter": attach_letter,
    "read_letter": read_letter,
}
