"""Verification by the secretariat, endorsements by peers. See `experts.actions.profiles` for what is raised.

Neither is in the search documents, so that no row goes to the outbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, FieldError, Invalid, NotFound
from experts import audit, disclosure, notices, policies, trust_notices, viewers
from experts.actions import editing
from experts.models import Endorsement, Profile, Section, SectionVerification, User
from experts.references import topics_by_slug
from search.viewer import Viewer


def verify(
    profile_id: UUID,
    *,
    acting_user: User,
    sections: Sequence[Section],
    expected_version: int | None = None,
) -> Profile:
    """Note that the secretariat has checked these sections as they are now; verified ones are verified anew.

    Raises `Invalid` (``empty``) for a section in which there is nothing for the verifier: a hidden one looks
    like an empty one. ``expected_version`` keeps from vouching for what was edited meanwhile.
    """
    with transaction.atomic():
        viewer, profile = editing.opened(profile_id, acting_user, policies.verify_profile, expected_version)
        _require_content(viewer, profile, sections)
        sections = list(dict.fromkeys(sections))
        SectionVerification.objects.filter(profile=profile, section__in=sections).delete()
        SectionVerification.objects.bulk_create(
            SectionVerification(profile=profile, section=section, verified_by=acting_user)
            for section in sections
        )
        now = timezone.now().isoformat(timespec="seconds")
        _note(trust_notices.VERIFIED, profile, acting_user, {section: [None, now] for section in sections})
        return profile


def unverify(
    profile_id: UUID, *, acting_user: User, sections: Sequence[Section], reason: str = ""
) -> Profile:
    """Take verifications back; the person is told the reason. `Invalid` (``not_verified``) for a section that
    is not verified, or that the secretariat may not read."""
    with transaction.atomic():
        viewer, profile = editing.opened(profile_id, acting_user, policies.verify_profile, None)
        may_read = disclosure.readable(profile, viewer)
        rows = SectionVerification.objects.filter(profile=profile, section__in=sections)
        found = {Section(row.section): row for row in rows if row.section in may_read}
        _require(
            [section in found for section in sections],
            FieldError("", "not_verified", "This section is not verified."),
        )
        ended: dict[Section, list[str | None]] = {}
        for section, row in found.items():
            ended[section] = [row.verified_at.isoformat(timespec="seconds"), None]
            row.delete()
        _note(trust_notices.UNVERIFIED, profile, acting_user, ended, reason)
        return profile


def endorse(profile_id: UUID, *, acting_user: User, topic: str) -> Endorsement:
    """Vouch for what an expert knows of a topic (a slug) on the profile; for people of a shared network.

    Raises `Invalid` (``unknown_topic``) for a topic that the profile does not have, `Conflict` where one has
    done so already. The expert is told.
    """
    with transaction.atomic():
        _, profile = editing.opened(profile_id, acting_user, policies.endorse, None)
        found = topics_by_slug([topic]).get(topic)
        if found is None or found.slug not in {row["topic"] for row in profile.topic_rows}:
            raise Invalid.field("/topic", "The profile has no such topic.", code="unknown_topic")
        endorsement, is_new = Endorsement.objects.get_or_create(
            profile=profile, topic=found, endorser=acting_user
        )
        if not is_new:
            raise Conflict("You endorse this already.", code="already_endorsed")
        audit.record(
            "profile.endorsed",
            endorsement,
            actor=acting_user,
            concerns=profile.pk,
            changes={"topic": [None, found.slug]},
        )
        notices.tell(trust_notices.ENDORSED, endorsement.pk, [profile.pk])
        return endorsement


def withdraw_endorsement(profile_id: UUID, endorsement_id: UUID, *, acting_user: User) -> None:
    """Take an endorsement back: who gave it, or the expert (or a delegate) who does not want it."""
    with transaction.atomic():
        viewer = viewers.resolve(acting_user)
        there = Endorsement.objects.visible(viewer).select_for_update(of=("self",)).select_related("topic")
        endorsement = there.filter(pk=endorsement_id, profile=profile_id).first()
        if endorsement is None:
            raise NotFound
        policies.require(policies.withdraw_endorsement, viewer, endorsement)
        audit.record(
            "profile.endorsement_withdrawn",
            endorsement,
            actor=acting_user,
            concerns=profile_id,
            changes={"topic": [endorsement.topic.slug, None]},
        )
        endorsement.delete()


def verifiable(profile: Profile, viewer: Viewer) -> list[Section]:
    """The sections that hold something the viewer may read and that can be verified."""
    may_read = disclosure.readable(profile, viewer)
    return [
        section
        for section in SectionVerification.SECTIONS
        if section in may_read and disclosure.content(profile, section, "en") != disclosure.empty(section)
    ]


def _require_content(viewer: Viewer, profile: Profile, sections: Sequence[Section]) -> None:
    there = verifiable(profile, viewer)
    _require(
        [section in there for section in sections],
        FieldError("", "empty", "There is nothing to verify."),
    )


def _require(passed: Sequence[bool], fault: FieldError) -> None:
    """Raise the fault at each of the sections that did not pass."""
    errors = [
        FieldError(f"/sections/{number}", fault.code, fault.detail)
        for number, is_right in enumerate(passed)
        if not is_right
    ]
    if errors:
        raise Invalid(errors=errors)


def _note(
    verb: str,
    profile: Profile,
    acting_user: User,
    sections: dict[Section, list[str | None]],
    reason: str = "",
) -> None:
    audit.record(
        verb,
        profile,
        actor=acting_user,
        concerns=profile.pk,
        reason=reason,
        changes={f"verified.{section.value}": change for section, change in sections.items()},
        audiences={section.value: profile.audiences[section] for section in sections},
    )
    names = " ".join(section.value for section in sections)
    notices.tell(verb, profile.pk, [profile.pk], sections=names, why=reason)
