"""What people are told of designations, and who is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db.models import Q

from experts import labels, notices
from experts.models import Designation, NetworkMembership
from search.viewer import Viewer

Role = NetworkMembership.Role

PROPOSED = "designation.proposed"
CONFIRMED = "designation.confirmed"
RENEWED = "designation.renewed"
WITHDRAWN = "designation.withdrawn"
SUCCEEDED = "designation.succeeded"
EXPIRED = "designation.expired"
ENDING = "designation.ending"


@dataclass(frozen=True, slots=True)
class _Text:
    """How a notice reads, and whether the designated person is told beside those who keep the network."""

    subject: str
    text: str
    to_person: bool = True


_TEXTS: Mapping[str, _Text] = {
    PROPOSED: _Text(
        "{network}: {country} proposes {person}",
        "{country} proposes {person} as {kind} in the {network}, from {valid_from} to {valid_to}.\n"
        "The proposal waits for the co-ordinator's confirmation.",
        to_person=False,
    ),
    CONFIRMED: _Text(
        "{network}: designation confirmed",
        "{person} is {kind} of {country} in the {network}, from {valid_from} to {valid_to}.",
    ),
    RENEWED: _Text(
        "{network}: designation renewed",
        "{country} has renewed the designation of {person} as {kind} in the {network}.\n"
        "It now holds until {valid_to}.",
    ),
    WITHDRAWN: _Text(
        "{network}: designation withdrawn",
        "The designation of {person} as {kind} of {country} in the {network} was withdrawn.",
    ),
    SUCCEEDED: _Text(
        "{network}: designation handed over",
        "The designation of {person} as {kind} of {country} in the {network} passes to a successor.\n"
        "It holds until {valid_to}.",
    ),
    EXPIRED: _Text(
        "{network}: designation ended",
        "The designation of {person} as {kind} of {country} in the {network} ended on {valid_to}.",
    ),
    ENDING: _Text(
        "{network}: designation ends in {days} days",
        "The designation of {person} as {kind} of {country} in the {network} ends on {valid_to}.\n"
        "The national authority can renew it or name a successor.",
    ),
}


def tell(reason: str, designation: Designation, *, but: UUID | None = None, **data: int) -> None:
    """Tell the State's authorities, the network's co-ordinators and, for most reasons, the person; not
    ``but``."""
    keepers = NetworkMembership.objects.filter(
        Q(role=Role.COORDINATOR) | Q(role=Role.AUTHORITY, country=designation.country_id),
        network=designation.network_id,
    )
    recipients = set(keepers.values_list("user_id", flat=True))
    if _TEXTS[reason].to_person:
        recipients.add(designation.user_id)
    notices.tell(reason, designation.pk, recipients - {but}, **data)


def register() -> None:
    """Make the composers known; called from the app's ready()."""
    for reason in _TEXTS:
        notices.register(reason, partial(_compose, reason))


def _compose(reason: str, viewer: Viewer, designation_id: UUID, data: notices.Data) -> notices.Message | None:
    designation = (
        Designation.objects.visible(viewer)
        .select_related("network", "country", "user")
        .filter(pk=designation_id)
        .first()
    )
    if designation is None:
        return None
    words = {
        "network": labels.pick(designation.network.names, viewer.language),
        "country": labels.pick(designation.country.names, viewer.language),
        "person": designation.user.name,
        "kind": designation.get_kind_display(),
        "valid_from": designation.valid_from.isoformat(),
        "valid_to": designation.valid_to.isoformat(),
        **data,
    }
    text = _TEXTS[reason]
    return notices.Message(
        subject=text.subject.format(**words),
        text=text.text.format(**words),
        path=f"/api/v1/designations/{designation.pk}",
    )
