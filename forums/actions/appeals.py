"""Appeals: the person whom an act concerns asks, once, that somebody else looks at it again."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, NotFound
from experts import audit
from experts.models import AuditEntry, User
from experts.policies import require
from forums import moderation_policies, text
from forums.actions import acts, notices, undoing
from forums.actions.common import locked, viewer_of
from forums.models import Appeal

MAX_TEXT = 5_000


@transaction.atomic
def appeal(entry_id: UUID, *, acting_user: User, words: str) -> Appeal:
    """Appeal an act that concerns oneself. Another moderator of the space decides; where there is none, and
    for acts on the whole site, the secretariat (which then learns what the appeal says, and nothing of the
    space).

    `NotFound` for an act that concerns somebody else; `Conflict` for a second appeal, and for what cannot be
    undone or is undone already.
    """
    words = text.body(words, pointer="/text", length=MAX_TEXT)
    entry = (
        AuditEntry.objects.select_for_update(of=("self",))
        .filter(pk=entry_id, concerns=acting_user.pk)
        .exclude(actor=acting_user)
        .first()
    )
    if entry is None:
        raise NotFound
    if Appeal.objects.filter(entry=entry).exists():
        raise Conflict("This was appealed already: an act is appealed once.", code="already_appealed")
    if not undoing.is_undoable(entry) or entry.undoes_id is not None:
        raise Conflict("There is nothing to undo about this.", code="not_undoable")
    if AuditEntry.objects.filter(undoes=entry).exists():
        raise Conflict("This is undone already.", code="already_undone")
    others = [
        person
        for person in (notices.moderators(entry.space_id) if entry.space_id else [])
        if person not in {entry.actor_id, acting_user.pk}
    ]
    made = Appeal.objects.create(entry=entry, appellant=acting_user, text=words, for_secretariat=not others)
    told = others or [person for person in notices.secretariat() if person != entry.actor_id]
    notices.appealed(entry, [person for person in told if person != acting_user.pk])
    audit.record("appeal.made", made, actor=acting_user, space_id=entry.space_id)
    return made


@transaction.atomic
def decide(appeal_id: UUID, *, acting_user: User, grant: bool, reason: str) -> Appeal:
    """Grant an appeal, which undoes the act, or reject it. Not who acted, and not who appeals.

    Granting an act that was undone meanwhile changes nothing else. `Conflict` where what the act changed has
    changed since (``state_moved_on``): settle that first.
    """
    reason = acts.reason_given(reason)
    viewer = viewer_of(acting_user)
    made = locked(Appeal.objects.visible(viewer), pk=appeal_id)
    require(moderation_policies.decide_appeal, viewer, made)
    entry = AuditEntry.objects.select_for_update(of=("self",)).get(pk=made.entry_id)
    if grant and not AuditEntry.objects.filter(undoes=entry).exists():
        undoing.revert(entry, actor=acting_user, reason=reason)
    made.status = Appeal.Status.GRANTED if grant else Appeal.Status.REJECTED
    made.decided_at, made.decided_by, made.decision = timezone.now(), acting_user, reason
    made.save(update_fields=["status", "decided_at", "decided_by", "decision"])
    audit.record(
        f"appeal.{made.status}",
        made,
        actor=acting_user,
        reason=reason,
        concerns=made.appellant_id,
        space_id=entry.space_id,
    )
    notices.appealed(entry, [made.appellant_id])
    return made
