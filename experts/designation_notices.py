"""What people are told of designations, and who is told."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db.models import Q

from experts import labels, notices
from experts.models import Designation, NetworkMembership
from experts.words import say, say_day
from search.viewer import Viewer

Role = NetworkMembership.Role

PROPOSED = "designation.proposed"
CONFIRMED = "designation.confirmed"
RENEWED = "designation.renewed"
WITHDRAWN = "designation.withdrawn"
SUCCEEDED = "designation.succeeded"
EXPIRED = "designation.expired"
ENDING = "designation.ending"


# Of these the designated person is told beside those who keep the network; the words are in `experts.words`.
_TO_PERSON = {PROPOSED: False} | dict.fromkeys(
    (CONFIRMED, RENEWED, WITHDRAWN, SUCCEEDED, EXPIRED, ENDING), True
)


def tell(reason: str, designation: Designation, *, but: UUID | None = None, **data: int) -> None:
    """Tell the State's authorities, the network's co-ordinators and, for most reasons, the person; not
    ``but``."""
    keepers = NetworkMembership.objects.filter(
        Q(role=Role.COORDINATOR) | Q(role=Role.AUTHORITY, country=designation.country_id),
        network=designation.network_id,
    )
    recipients = set(keepers.values_list("user_id", flat=True))
    if _TO_PERSON[reason]:
        recipients.add(designation.user_id)
    notices.tell(reason, designation.pk, recipients - {but}, **data)


def register() -> None:
    """Make the composers known; called from the app's ready()."""
    for reason in _TO_PERSON:
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
    language = viewer.language
    words = {
        "network": labels.pick(designation.network.names, language),
        "country": labels.pick(designation.country.names, language),
        "person": designation.user.name,
        "kind": say(language, f"kind.{designation.kind}"),
        "valid_from": say_day(language, designation.valid_from),
        "valid_to": say_day(language, designation.valid_to),
        **data,
    }
    return notices.Message(
        subject=say(language, f"{reason}.subject", **words),
        text=say(language, f"{reason}.text", **words),
        path=f"/api/v1/designations/{designation.pk}",
    )
