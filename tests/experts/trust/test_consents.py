"""Consents per purpose, each to one version of its text."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from config.errors import Conflict, Denied, DomainError, Invalid, NotFound, NotSignedIn
from experts import reference_data
from experts.actions import consents, profiles, rosters, upkeep
from experts.models import AuditEntry, Consent, ConsentText, Profile, Purpose, RosterMember, User
from tests.factories import experts as make
from tests.factories import networks as networks_make

pytestmark = pytest.mark.django_db

DIRECTORY, ROSTERS = Purpose.DIRECTORY, Purpose.ROSTERS


@pytest.fixture
def secretariat(db: None) -> User:
    return make.secretariat()


@pytest.fixture
def text(secretariat: User) -> ConsentText:
    return consents.publish_text(DIRECTORY, texts={"en": "I agree."}, acting_user=secretariat)


def test_a_draft_is_published_only_with_consent_to_the_present_text(
    text: ConsentText, secretariat: User
) -> None:
    profile = make.profile(status="draft")
    with pytest.raises(Conflict) as caught:
        profiles.publish(profile.pk, acting_user=profile.user)
    assert caught.value.code == "consent_required"
    consents.give(DIRECTORY, version=1, acting_user=profile.user)
    assert profiles.publish(profile.pk, acting_user=profile.user).status == Profile.Status.PUBLISHED
    profiles.unpublish(profile.pk, acting_user=profile.user)
    consents.publish_text(DIRECTORY, texts={"en": "I agree to more."}, acting_user=secretariat)
    with pytest.raises(Conflict):
        profiles.publish(profile.pk, acting_user=profile.user)


def test_a_delegate_cannot_consent_for_the_person(text: ConsentText) -> None:
    profile = make.profile(status="draft")
    delegate = make.delegate(profile)
    consents.give(DIRECTORY, version=1, acting_user=delegate)
    with pytest.raises(Conflict):
        profiles.publish(profile.pk, acting_user=delegate)


def test_withdrawing_takes_the_profile_out_of_the_directory_at_once(text: ConsentText) -> None:
    profile = make.profile(status="draft")
    consents.give(DIRECTORY, version=1, acting_user=profile.user)
    profiles.publish(profile.pk, acting_user=profile.user)
    consents.withdraw(DIRECTORY, acting_user=profile.user)
    profile.refresh_from_db()
    assert profile.status == Profile.Status.DRAFT
    with pytest.raises(Conflict):
        profiles.publish(profile.pk, acting_user=profile.user)


def test_a_stale_profile_does_not_come_back_without_the_consent_that_was_withdrawn(text: ConsentText) -> None:
    profile = make.profile(status="hidden", hidden_because="stale")
    consents.give(DIRECTORY, version=1, acting_user=profile.user)
    consents.withdraw(DIRECTORY, acting_user=profile.user)
    profiles.confirm(profile.pk, acting_user=profile.user)
    profile.refresh_from_db()
    assert profile.status == Profile.Status.DRAFT
    assert upkeep.tidy_up() == (0, 0)


def test_what_the_secretariat_hid_stays_hidden_when_the_consent_goes(text: ConsentText) -> None:
    profile = make.profile(status="hidden", hidden_because="secretariat")
    consents.give(DIRECTORY, version=1, acting_user=profile.user)
    consents.withdraw(DIRECTORY, acting_user=profile.user)
    profile.refresh_from_db()
    assert (profile.status, profile.hidden_because) == ("hidden", "secretariat")


def test_a_new_text_leaves_what_is_published_and_is_asked_anew(text: ConsentText, secretariat: User) -> None:
    profile = make.profile()
    consents.give(DIRECTORY, version=1, acting_user=profile.user)
    newer = consents.publish_text(DIRECTORY, texts={"en": "I agree to more."}, acting_user=secretariat)
    profile.refresh_from_db()
    assert profile.status == Profile.Status.PUBLISHED
    with pytest.raises(Conflict) as caught:
        consents.give(DIRECTORY, version=1, acting_user=profile.user)
    assert caught.value.code == "outdated_text"
    consents.give(DIRECTORY, version=2, acting_user=profile.user)
    assert set(Consent.objects.standing().values_list("text", flat=True)) == {text.pk, newer.pk}
    consents.withdraw(DIRECTORY, acting_user=profile.user)
    assert not Consent.objects.standing().exists()
    assert Consent.objects.count() == 2  # the history stays


def test_giving_and_withdrawing_again_keeps_every_row_and_an_audit_entry(text: ConsentText) -> None:
    user = make.user()
    for _ in range(2):
        consents.give(DIRECTORY, version=1, acting_user=user)
        consents.give(DIRECTORY, version=1, acting_user=user)
        consents.withdraw(DIRECTORY, acting_user=user)
    assert Consent.objects.filter(user=user).count() == 2
    verbs = AuditEntry.objects.filter(concerns=user.pk).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["consent.given", "consent.withdrawn"] * 2
    with pytest.raises(NotFound):
        consents.withdraw(DIRECTORY, acting_user=user)


def test_being_put_forward_for_call_outs_wants_its_own_consent(secretariat: User) -> None:
    consents.publish_text(ROSTERS, texts={"en": "I agree."}, acting_user=secretariat)
    roster, profile = networks_make.roster(), make.profile()
    with pytest.raises(Conflict) as applied:
        rosters.apply(roster.pk, acting_user=profile.user)
    with pytest.raises(Conflict) as added:
        rosters.add(roster.pk, acting_user=secretariat, person=profile.pk)
    assert applied.value.code == added.value.code == "consent_required"
    consents.give(ROSTERS, version=1, acting_user=profile.user)
    place = rosters.apply(roster.pk, acting_user=profile.user)
    rosters.admit(place.pk, acting_user=secretariat)
    consents.withdraw(ROSTERS, acting_user=profile.user)
    place.refresh_from_db()
    assert place.status == RosterMember.Status.RETIRED
    profile.refresh_from_db()
    assert profile.status == Profile.Status.PUBLISHED


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        ({}, ("/texts/en", "required")),
        ({"en": "  "}, ("/texts/en", "required")),
        ({"en": "I agree.", "xx": "?"}, ("/texts/xx", "unknown_language")),
        ({"en": "x" * 10_001}, ("/texts/en", "max_length")),
        ({"en": "a\x00b"}, ("/texts/en", "null_characters_not_allowed")),
        ({"en": "I agree."}, ("/texts", "unchanged")),
    ],
)
def test_a_text_that_makes_no_sense_is_refused(
    text: ConsentText, secretariat: User, texts: dict[str, str], fault: tuple[str, str]
) -> None:
    with pytest.raises(Invalid) as caught:
        consents.publish_text(DIRECTORY, texts=texts, acting_user=secretariat)
    assert fault in [(error.pointer, error.code) for error in caught.value.errors]
    assert ConsentText.objects.count() == 1


def test_only_the_secretariat_publishes_texts() -> None:
    with pytest.raises(Denied):
        consents.publish_text(DIRECTORY, texts={"en": "Give all."}, acting_user=make.user())


@pytest.mark.parametrize("status", [User.Status.SUSPENDED, User.Status.UNCLAIMED])
def test_an_account_that_is_not_active_consents_to_nothing(text: ConsentText, status: str) -> None:
    user = make.user(status=status)
    with pytest.raises(NotSignedIn):
        consents.give(DIRECTORY, version=1, acting_user=user)
    with pytest.raises(NotSignedIn):
        consents.withdraw(DIRECTORY, acting_user=user)


@pytest.mark.parametrize("version", [0, 2, 30_000])
def test_consent_to_a_text_that_there_is_not_is_refused(text: ConsentText, version: int) -> None:
    with pytest.raises(DomainError) as caught:
        consents.give(DIRECTORY, version=version, acting_user=make.user())
    assert caught.value.code == "outdated_text"


def test_the_database_keeps_one_standing_consent_to_a_text(text: ConsentText) -> None:
    user = make.user()
    Consent.objects.create(user=user, text=text)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(user=user, text=text)


def test_every_installation_starts_with_a_text_for_each_purpose_in_six_languages() -> None:
    reference_data.load()
    reference_data.load()
    texts = ConsentText.objects.present()
    assert {text.purpose for text in texts} == set(Purpose)
    assert {tuple(text.texts) for text in texts} == {("en", "fr", "de", "it", "ru", "es")} or all(
        set(text.texts) == {"en", "fr", "de", "it", "ru", "es"} for text in texts
    )
    assert ConsentText.objects.count() == len(Purpose)
