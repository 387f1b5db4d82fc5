"""Consents: given and withdrawn by the person alone, to one version of a text for one purpose.

Raises `NotSignedIn` for an account that is not active, `NotFound` where there is nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, Invalid, NotFound, NotSignedIn
from experts import audit, labels, policies, viewers
from experts.cleaning import Faults
from experts.models import Consent, ConsentText, Profile, Purpose, RosterMember, User
from search import outbox

MAX_TEXT = 10_000


def give(purpose: Purpose, *, version: int, acting_user: User) -> Consent:
    """Consent to the present text of a purpose, by its version: raises `Conflict` (``outdated_text``) for
    another one. Giving it twice changes nothing."""
    with transaction.atomic():
        _require_active(acting_user)
        text = ConsentText.objects.present().filter(purpose=purpose).first()
        if text is None:
            raise NotFound
        if text.version != version:
            raise Conflict("This is not the present text; read that first.", code="outdated_text")
        consent, is_new = Consent.objects.get_or_create(user=acting_user, text=text, withdrawn_at=None)
        if is_new:
            _note("consent.given", consent, acting_user, purpose, [None, version])
        return consent


def withdraw(purpose: Purpose, *, acting_user: User) -> None:
    """End the consent for a purpose, to every version of its text.

    What was done with it ends at once: a profile that is shown in the directory becomes a draft; places on
    rosters and applications end.
    """
    with transaction.atomic():
        _require_active(acting_user)
        # The profile first, as `profiles.publish` does: of the two, one sees what the other did.
        profile = Profile.objects.select_for_update().filter(pk=acting_user.pk).first()
        consents = Consent.objects.standing().select_for_update(of=("self",)).select_related("text")
        given = list(consents.filter(user=acting_user, text__purpose=purpose))
        if not given:
            raise NotFound
        for consent in given:
            consent.withdrawn_at = timezone.now()
            consent.save(update_fields=["withdrawn_at"])
            _note("consent.withdrawn", consent, acting_user, purpose, [consent.text.version, None])
        match purpose:
            case Purpose.DIRECTORY if profile is not None:
                _take_back(profile, acting_user)
            case Purpose.ROSTERS:
                _retire(acting_user)


def publish_text(purpose: Purpose, *, texts: Mapping[str, str], acting_user: User) -> ConsentText:
    """A new version of a purpose's text (Markdown by language), by the secretariat. Who consented to a former
    one stays with it, and is asked again."""
    with transaction.atomic():
        policies.require(policies.secretariat, viewers.resolve(acting_user), None)
        faults = Faults()
        cleaned = labels.clean(texts, pointer="/texts", limit=MAX_TEXT, faults=faults, required=True)
        faults.raise_any()
        former = ConsentText.objects.select_for_update().filter(purpose=purpose).order_by("-version").first()
        if former and former.texts == cleaned:
            raise Invalid.field("/texts", "This is the present text.", code="unchanged")
        version = former.version + 1 if former else 1
        text, is_new = ConsentText.objects.get_or_create(
            purpose=purpose, version=version, defaults={"texts": cleaned}
        )
        if not is_new:
            raise Conflict("Somebody else published a text meanwhile.", code="published_meanwhile")
        audit.record("consent.text_published", text, actor=acting_user, changes={"version": [None, version]})
        return text


def require_consent(user_id: UUID, purpose: Purpose) -> None:
    """Raise `Conflict` (``consent_required``) unless the person consented to the present text; where there is
    no text, nothing is asked. The caller holds the lock of the person's profile."""
    text = ConsentText.objects.present().filter(purpose=purpose).first()
    if text and not Consent.objects.standing().filter(user=user_id, text=text).exists():
        raise Conflict(
            f"This needs the person's consent to {purpose.label}; see /me/consents.",
            code="consent_required",
            purpose=purpose.value,
        )


def _require_active(user: User) -> None:
    if not viewers.resolve(user).is_signed_in:
        raise NotSignedIn


def _note(verb: str, consent: Consent, user: User, purpose: Purpose, change: list[int | None]) -> None:
    audit.record(verb, consent, actor=user, concerns=user.pk, changes={purpose.value: change})


def _take_back(profile: Profile, user: User) -> None:
    if profile.status != Profile.Status.PUBLISHED and profile.hidden_because != Profile.HiddenBecause.STALE:
        return
    changes = {"status": [profile.status, Profile.Status.DRAFT.value]}
    profile.status, profile.hidden_because = Profile.Status.DRAFT, ""
    profile.version += 1
    profile.save(update_fields=["status", "hidden_because", "version", "updated_at"])
    audit.record("profile.unpublished", profile, actor=user, concerns=user.pk, changes=changes)
    outbox.enqueue("expert", [profile.pk], restricting=True)


def _retire(user: User) -> None:
    """Selections that were made stand, as with any place that ends."""
    live = (RosterMember.Status.APPLIED, RosterMember.Status.ADMITTED)
    places = RosterMember.objects.select_for_update(of=("self",)).filter(user=user, status__in=live)
    for place in places:
        changes = {"status": [place.status, RosterMember.Status.RETIRED.value]}
        place.status, place.decided_at = RosterMember.Status.RETIRED, timezone.now()
        place.save(update_fields=["status", "decided_at"])
        audit.record("roster.retired", place, actor=user, concerns=user.pk, changes=changes)
