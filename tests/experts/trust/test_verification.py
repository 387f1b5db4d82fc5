"""The secretariat vouches for sections as they are."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.files.base import ContentFile

from config.errors import Denied, DomainError, Invalid, NotFound, Stale
from experts import directory, disclosure, history, viewers
from experts.actions import call_outs, profile_files, profiles, trust
from experts.audiences import Choice, Reach
from experts.directory import Filters
from experts.models import AuditEntry, Profile, Section, User
from tests.factories import experts as make
from tests.factories import jobs
from tests.factories import networks as networks_make

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretariat(db: None) -> User:
    return make.secretariat()


def verified(profile: Profile, user: User) -> list[str]:
    viewer = viewers.resolve(user)
    loaded = Profile.objects.with_content("en", disclosure.ALL).get(pk=profile.pk)
    return [row["section"] for row in disclosure.disclose(loaded, viewer)["verified"]]


def errors(caught: pytest.ExceptionInfo[DomainError]) -> list[tuple[str, str]]:
    return [(error.pointer, error.code) for error in caught.value.errors]


def test_a_verified_section_is_told_to_whoever_may_read_it(secretariat: User) -> None:
    profile = make.profile(headline="Examiner", contact_phone="+4712345678")
    trust.verify(profile.pk, acting_user=secretariat, sections=[Section.HEADLINE, Section.CONTACT])
    assert verified(profile, profile.user) == ["headline", "contact"]
    assert verified(profile, secretariat) == ["headline", "contact"]
    assert verified(profile, make.user()) == ["headline"]


def test_editing_a_section_ends_its_verification_and_no_other(secretariat: User) -> None:
    profile = make.profile(headline="Examiner")
    trust.verify(profile.pk, acting_user=secretariat, sections=[Section.HEADLINE, Section.IDENTITY])
    profiles.edit(profile.pk, acting_user=profile.user, changes={"headline": "Trainer"})
    assert verified(profile, profile.user) == ["identity"]
    entry = AuditEntry.objects.filter(object_id=profile.pk, verb="profile.edited").latest("id")
    assert entry.changes["verified.headline"][1] is None


def test_an_edit_that_changes_nothing_ends_nothing(secretariat: User) -> None:
    profile = make.profile(headline="Examiner")
    trust.verify(profile.pk, acting_user=secretariat, sections=[Section.HEADLINE])
    profiles.edit(profile.pk, acting_user=profile.user, changes={"headline": "Examiner"})
    assert verified(profile, profile.user) == ["headline"]


@pytest.mark.parametrize("change", ["add", "edit", "remove", "reorder"])
def test_every_change_of_an_item_ends_the_verification_of_its_section(change: str, secretariat: User) -> None:
    profile = make.profile()
    first, second = make.item(profile, Section.MISSIONS), make.item(profile, Section.MISSIONS)
    trust.verify(profile.pk, acting_user=secretariat, sections=[Section.MISSIONS])
    user = profile.user
    match change:
        case "add":
            profiles.add_item(profile.pk, Section.MISSIONS, acting_user=user, values={"title": "Osh"})
        case "edit":
            profiles.edit_item(
                profile.pk, Section.MISSIONS, first.pk, acting_user=user, values={"title": "Osh"}
            )
        case "remove":
            profiles.remove_item(profile.pk, Section.MISSIONS, first.pk, acting_user=user)
        case "reorder":
            profiles.reorder(profile.pk, Section.MISSIONS, acting_user=user, item_ids=[second.pk, first.pk])
    assert verified(profile, profile.user) == []


def test_a_new_photo_is_not_verified(secretariat: User) -> None:
    profile = make.profile()
    profile_files.set_photo(profile.pk, acting_user=profile.user, upload=ContentFile(make.PNG))
    trust.verify(profile.pk, acting_user=secretariat, sections=[Section.PHOTO])
    profile_files.set_photo(profile.pk, acting_user=profile.user, upload=ContentFile(make.PNG))
    assert verified(profile, profile.user) == []


def test_an_endorsement_leaves_the_verification_of_the_topics_alone(secretariat: User) -> None:
    profile, topic = make.profile(), make.topic()
    make.knows(profile, topic)
    network = make.network()
    peer = make.joins(make.user(), network)
    make.joins(profile.user, network)
    trust.verify(profile.pk, acting_user=secretariat, sections=[Section.TOPICS])
    trust.endorse(profile.pk, acting_user=peer, topic=topic.slug)
    profiles.edit(profile.pk, acting_user=profile.user, changes={"headline": "Trainer"})
    assert verified(profile, profile.user) == ["topics"]


def test_a_mission_that_a_selection_adds_ends_the_verification_of_the_missions(secretariat: User) -> None:
    call_out = networks_make.call_out(networks_make.roster())
    profile = make.profile()
    make.item(profile, Section.MISSIONS)
    networks_make.on_roster(call_out.roster, profile.user)
    networks_make.invitation(call_out, profile.user, status="accepted")
    trust.verify(profile.pk, acting_user=secretariat, sections=[Section.MISSIONS])
    call_outs.select(call_out.pk, acting_user=secretariat, persons=[profile.pk])
    assert verified(profile, profile.user) == []


def test_the_secretariat_takes_a_verification_back_and_the_person_is_told_why(
    secretariat: User, mailoutbox: list[mail.EmailMessage]
) -> None:
    profile = make.profile(make.user(language="fr"), headline="Examiner")
    trust.verify(profile.pk, acting_user=secretariat, sections=[Section.HEADLINE])
    trust.unverify(
        profile.pk, acting_user=secretariat, sections=[Section.HEADLINE], reason="The ministry asked."
    )
    assert verified(profile, profile.user) == []
    jobs.run("experts.deliver_notice")
    first, second = mailoutbox
    assert "Le secrétariat a vérifié : intitulé." in first.body
    assert "The ministry asked." in second.body
    assert first.to == second.to == [profile.user.email]


def test_only_the_secretariat_verifies_and_nobody_themselves(secretariat: User) -> None:
    own = make.profile(secretariat)
    others = make.profile()
    make.delegate(others, secretariat)
    for profile, user in ((own, make.user()), (own, secretariat), (others, secretariat)):
        with pytest.raises(Denied):
            trust.verify(profile.pk, acting_user=user, sections=[Section.IDENTITY])


def test_a_profile_that_is_kept_from_the_secretariat_cannot_be_verified(secretariat: User) -> None:
    profile = make.profile(reach={"identity": "self"})
    with pytest.raises(NotFound):
        trust.verify(profile.pk, acting_user=secretariat, sections=[Section.IDENTITY])


def test_to_the_verifier_a_hidden_section_and_an_empty_one_are_the_same(secretariat: User) -> None:
    hidden = make.profile(headline="Examiner", reach={"headline": "self"})
    empty = make.profile()
    told = []
    for profile in (hidden, empty):
        with pytest.raises(Invalid) as caught:
            trust.verify(profile.pk, acting_user=secretariat, sections=[Section.IDENTITY, Section.HEADLINE])
        told.append(errors(caught))
        with pytest.raises(Invalid) as caught:
            trust.unverify(profile.pk, acting_user=secretariat, sections=[Section.HEADLINE])
        told.append(errors(caught))
    assert told == 2 * [[("/sections/1", "empty")], [("/sections/0", "not_verified")]]
    assert verified(hidden, hidden.user) == []  # nothing half-done


def test_what_was_edited_meanwhile_is_not_vouched_for(secretariat: User) -> None:
    profile = make.profile(headline="Examiner")
    profiles.edit(profile.pk, acting_user=profile.user, changes={"headline": "Trainer"})
    with pytest.raises(Stale):
        trust.verify(
            profile.pk, acting_user=secretariat, sections=[Section.HEADLINE], expected_version=profile.version
        )


def test_a_section_that_is_closed_keeps_its_verification_to_itself(secretariat: User) -> None:
    profile, member = make.profile(headline="Examiner"), make.user()
    trust.verify(profile.pk, acting_user=secretariat, sections=[Section.HEADLINE])
    profiles.set_visibility(
        profile.pk, acting_user=profile.user, choices={Section.HEADLINE: Choice(Reach.SELF)}
    )
    assert verified(profile, member) == verified(profile, secretariat) == []
    assert verified(profile, profile.user) == ["headline"]
    found = directory.find(viewers.resolve(member), Filters(verified=[Section.HEADLINE]))
    assert not found.exists()
    profile.refresh_from_db()
    entries = history.entries(profile, viewers.resolve(secretariat))
    told = [history.changes(entry, profile, viewers.resolve(secretariat)) for entry in entries]
    assert told == []


def test_the_filter_finds_who_is_verified_in_every_section_asked_for(secretariat: User) -> None:
    both, one = (make.profile(headline="Examiner") for _ in range(2))
    trust.verify(both.pk, acting_user=secretariat, sections=[Section.HEADLINE, Section.IDENTITY])
    trust.verify(one.pk, acting_user=secretariat, sections=[Section.IDENTITY])
    viewer = viewers.resolve(make.user())
    assert set(directory.find(viewer, Filters(verified=[Section.IDENTITY]))) == {both, one}
    assert set(directory.find(viewer, Filters(verified=[Section.IDENTITY, Section.HEADLINE]))) == {both}
