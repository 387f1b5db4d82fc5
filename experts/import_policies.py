"""May this be done with an import now? (See `experts.policies` for how policies are asked.)"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from config.errors import Refusal
from experts.models import Import
from experts.policies import Policy, secretariat
from search.viewer import Viewer

Status = Import.Status

BUSY = Refusal("busy", "A job is at work on it.")
NOT_NOW = Refusal("not_now", "Its present state does not permit this.")
CHECK_FIRST = Refusal("not_checked", "Have it checked first: that is the dry run.")


def configure(viewer: Viewer, held: Import) -> Refusal | None:
    """As long as nothing of it was written."""
    return _in(viewer, held, {Status.UPLOADED, Status.CHECKED})


def check(viewer: Viewer, held: Import) -> Refusal | None:
    """As long as nothing of it was written; as often as one likes."""
    return _in(viewer, held, {Status.UPLOADED, Status.CHECKED})


def run(viewer: Viewer, held: Import) -> Refusal | None:
    """What was checked, and what stopped half way, which goes on."""
    if viewer.is_secretariat and held.status == Status.UPLOADED:
        return CHECK_FIRST
    return _in(viewer, held, {Status.CHECKED, Status.STOPPED})


def undo(viewer: Viewer, held: Import) -> Refusal | None:
    """What was written, all or some."""
    return _in(viewer, held, {Status.DONE, Status.STOPPED})


def cancel(viewer: Viewer, held: Import) -> Refusal | None:
    """While a job is at work."""
    return _in(viewer, held, Import.BUSY)


def discard(viewer: Viewer, held: Import) -> Refusal | None:
    """While none is."""
    return _in(viewer, held, set(Status) - Import.BUSY)


def _in(viewer: Viewer, held: Import, statuses: Collection[str]) -> Refusal | None:
    if refusal := secretariat(viewer, held):
        return refusal
    if held.status in statuses:
        return None
    return BUSY if held.status in Import.BUSY else NOT_NOW


IMPORT: Mapping[str, Policy[Import]] = {
    "configure": configure,
    "check": check,
    "run": run,
    "undo": undo,
    "cancel": cancel,
    "discard": discard,
}
