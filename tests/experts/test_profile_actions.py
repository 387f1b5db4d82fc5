"""Changing profiles: who may, what makes sense, what is noted and what search is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from config.errors import Conflict, Denied, Invalid, NotFound, Stale
from experts import audiences
from experts.actions import delegates, profiles
from experts.audiences import Choice, Reach
from experts.models import AuditEntry, Profile, Section, User
from search.models import OutboxRow
from search.viewer import Viewer
from tests.factories import experts as make

pytestmark = pytest.mark.django_db


def pointers(error: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {fault.pointer: fault.code for fault in error.value.errors}


def test_a_person_makes_one_profile_a_draft_nobody_else_meets(viewer: Callable[..., Viewer]) -> None:
    user = make.user()
    profile = profiles.create(
        user.pk, acting_user=user, identity={"given_name": "Ana", "family_name": "Kovač"}
    )
    assert profile.status == Profile.Status.DRAFT
    assert Profile.objects.visible(viewer(user)).get() == profile
    assert not Profile.objects.visible(viewer(make.user())).exists()
    with pytest.raises(Conflict):
        profiles.create(user.pk, acting_user=user, identity={"given_name": "A", "family_name": "K"})


def test_nobody_makes_a_profile_for_somebody_else() -> None:
    with pytest.raises(NotFound):
        profiles.create(
            make.user().pk, acting_user=make.user(), identity={"given_name": "A", "family_name": "K"}
        )


def test_an_edit_is_noted_with_before_and_after_and_indexed() -> None:
    profile = make.profile(headline="Before")
    topic = make.topic("risk-analysis")
    edited = profiles.edit(
        profile.pk,
        acting_user=profile.user,
        changes={"headline": "After", "topics": [{"topic": "risk-analysis", "level": "trainer", "years": 3}]},
    )
    assert edited.version == 2
    entry = AuditEntry.objects.get(verb="profile.edited")
    assert entry.changes["headline"] == ["Before", "After"]
    assert entry.changes["topics"][1][0]["topic"] == topic.slug
    assert entry.concerns == profile.pk
    [row] = OutboxRow.objects.filter(kind="expert", object_id=profile.pk, engine="postgres")
    assert row.restricting  # what it said before is not found any more


def test_an_edit_that_changes_nothing_is_not_noted() -> None:
    profile = make.profile(headline="Same")
    assert profiles.edit(profile.pk, acting_user=profile.user, changes={"headline": "Same"}).version == 1
    assert not AuditEntry.objects.exists()


def test_a_stale_version_is_refused() -> None:
    profile = make.profile()
    profiles.edit(profile.pk, acting_user=profile.user, changes={"headline": "One"}, expected_version=1)
    with pytest.raises(Stale):
        profiles.edit(profile.pk, acting_user=profile.user, changes={"headline": "Two"}, expected_version=1)


def test_a_delegate_edits_and_others_do_not() -> None:
    profile = make.profile()
    delegate = make.delegate(profile)
    profiles.edit(profile.pk, acting_user=delegate, changes={"headline": "By the delegate"})
    with pytest.raises(Denied) as refused:
        profiles.edit(profile.pk, acting_user=make.user(), changes={"headline": "By a stranger"})
    assert refused.value.code == "not_yours"


def test_a_profile_whose_name_is_closed_is_absent_for_who_tries_to_edit_it() -> None:
    profile = make.profile(reach={"identity": "self"})
    with pytest.raises(NotFound):
        profiles.edit(profile.pk, acting_user=make.user(), changes={"headline": "x"})


def test_the_secretariat_edits_only_who_never_signed_in_and_only_what_it_may_read() -> None:
    secretariat = make.secretariat()
    active = make.profile()
    with pytest.raises(Denied):
        profiles.edit(active.pk, acting_user=secretariat, changes={"headline": "x"})
    unclaimed = make.user(status=User.Status.UNCLAIMED)
    entered = make.profile(unclaimed, status=Profile.Status.DRAFT, reach={"biography": "self"})
    profiles.edit(entered.pk, acting_user=secretariat, changes={"headline": "From the paper form"})
    with pytest.raises(Denied) as refused:
        profiles.edit(entered.pk, acting_user=secretariat, changes={"biography": []})
    assert refused.value.code == "section_not_yours"


def test_every_fault_is_named_at_once() -> None:
    profile = make.profile()
    with pytest.raises(Invalid) as error:
        profiles.edit(
            profile.pk,
            acting_user=profile.user,
            changes={
                "identity": {"given_name": " "},
                "nationality": "XX",
                "contact": {"email": "nobody", "phone": "12345"},
                "links": {"orcid": "0000-0002-1825-0098"},
                "topics": [{"topic": "no-such-topic", "level": "trainer"}],
                "languages": [{"language": "xx", "level": "C1"}, {"language": "ru", "level": "fluent"}],
                "availability": {"available_from": dt.date(2027, 2, 1), "available_to": dt.date(2027, 1, 1)},
                "missions": [{"title": "", "starts_on": dt.date(2024, 2, 1), "ends_on": dt.date(2024, 1, 1)}],
                "trainings": [{"title": "Course", "kind": "taken", "starts_on": dt.date(2030, 1, 1)}],
                "networks": [],
            },
        )
    assert pointers(error) == {
        "/identity/given_name": "blank",
        "/nationality": "unknown_country",
        "/contact/email": "invalid_email",
        "/contact/phone": "invalid_phone",
        "/links/orcid": "invalid_orcid",
        "/topics/0/topic": "unknown_topic",
        "/languages/0/language": "unknown_language",
        "/languages/1/level": "unknown_choice",
        "/availability/available_to": "end_before_start",
        "/missions/0/title": "required",
        "/missions/0/ends_on": "end_before_start",
        "/trainings/0/starts_on": "in_the_future",
        "/networks": "unknown_field",
    }
    assert not AuditEntry.objects.exists()


def test_orcid_and_phone_are_kept_in_their_standard_form() -> None:
    profile = make.profile()
    edited = profiles.edit(
        profile.pk,
        acting_user=profile.user,
        changes={
            "contact": {"phone": "+43 1 514 36-0"},
            "links": {"orcid": "https://orcid.org/0000-0001-5109-3700"},
        },
    )
    assert (edited.contact_phone, edited.orcid) == ("+431514360", "0000-0001-5109-3700")


def test_a_topic_by_its_former_slug_is_the_same_topic() -> None:
    profile = make.profile()
    topic = make.topic("travel-documents")
    topic.aliases.create(slug="passports")
    edited = profiles.edit(
        profile.pk, acting_user=profile.user, changes={"topics": [{"topic": "passports", "level": "trainer"}]}
    )
    assert [row["topic"] for row in edited.topic_rows] == ["travel-documents"]


def test_items_are_added_edited_reordered_and_removed() -> None:
    profile = make.profile()
    organisation = make.organisation()
    me = profile.user
    _, first = profiles.add_item(profile.pk, Section.MISSIONS, values={"title": "Osh"}, acting_user=me)
    make.country("KG")
    _, second = profiles.add_item(
        profile.pk,
        Section.MISSIONS,
        values={"title": "Skopje", "organisation": organisation.slug, "country": "kg"},
        acting_user=me,
    )
    profiles.reorder(profile.pk, Section.MISSIONS, item_ids=[second, first], acting_user=me)
    profiles.edit_item(profile.pk, Section.MISSIONS, first, values={"place": "Batken"}, acting_user=me)
    assert [item.title for item in profile.items.all()] == ["Skopje", "Osh"]
    profile = profiles.remove_item(profile.pk, Section.MISSIONS, second, acting_user=me)
    assert [(row["title"], row["place"]) for row in profile.item_rows] == [("Osh", "Batken")]
    assert profile.version == 6


def test_a_whole_section_keeps_the_items_that_are_named() -> None:
    profile = make.profile()
    kept, dropped = (make.item(profile, Section.LINKS, url="https://a.org") for _ in range(2))
    profiles.edit(
        profile.pk,
        acting_user=profile.user,
        changes={
            "links": {"items": [{"title": "New", "url": "https://b.org"}, {"id": kept.pk, "title": "Kept"}]}
        },
    )
    assert [item.title for item in profile.items.all()] == ["New", "Kept"]
    assert profile.items.get(title="Kept").pk == kept.pk
    with pytest.raises(Invalid) as error:
        profiles.edit(
            profile.pk,
            acting_user=profile.user,
            changes={"links": {"items": [{"id": dropped.pk, "title": "x"}]}},
        )
    assert pointers(error)["/links/items/0/id"] == "unknown_item"


def test_an_item_of_another_profile_or_section_is_absent() -> None:
    profile = make.profile()
    other = make.item(make.profile(), Section.MISSIONS)
    own = make.item(profile, Section.TRAININGS, kind="given")
    for item in (other, own):
        with pytest.raises(NotFound):
            profiles.edit_item(
                profile.pk, Section.MISSIONS, item.pk, acting_user=profile.user, values={"title": "x"}
            )


def test_narrowing_an_audience_withdraws_the_profile_from_search_until_it_is_indexed() -> None:
    profile = make.profile()
    profiles.set_visibility(
        profile.pk, acting_user=profile.user, choices={Section.HEADLINE: Choice(Reach.EVERYONE)}
    )
    profiles.set_visibility(
        profile.pk, acting_user=profile.user, choices={Section.HEADLINE: Choice(Reach.SELF)}
    )
    rows = OutboxRow.objects.filter(engine="postgres").order_by("id")
    assert [row.restricting for row in rows] == [False, True]
    assert AuditEntry.objects.order_by("-id")[0].changes == {"visibility.headline": ["everyone", "self"]}


@pytest.mark.parametrize("section", ["contact", "gender", "documents", "availability"])
def test_what_the_secretariat_rules_out_never_goes_to_everyone(section: str) -> None:
    profile = make.profile()
    with pytest.raises(Invalid) as error:
        profiles.set_visibility(
            profile.pk, acting_user=profile.user, choices={Section(section): Choice(Reach.EVERYONE)}
        )
    assert pointers(error) == {f"/{section}/reach": "never_public"}


def test_unpublishing_and_hiding_withdraw_the_profile() -> None:
    secretariat = make.secretariat()
    profile = make.profile()
    profiles.unpublish(profile.pk, acting_user=profile.user)
    profiles.publish(profile.pk, acting_user=profile.user)
    profiles.hide(profile.pk, acting_user=secretariat, reason="The employer asked.")
    with pytest.raises(Denied) as refused:
        profiles.publish(profile.pk, acting_user=profile.user)
    assert refused.value.code == "hidden"
    profiles.unhide(profile.pk, acting_user=secretariat)
    rows = OutboxRow.objects.filter(engine="postgres").order_by("id")
    assert [row.restricting for row in rows] == [True, False, True, False]


def test_only_the_expert_chooses_delegates_and_never_a_stranger_to_the_directory() -> None:
    profile, helper = make.profile(), make.profile()
    delegates.add(profile.pk, acting_user=profile.user, delegate_id=helper.pk)
    with pytest.raises(Denied):
        delegates.add(profile.pk, acting_user=helper.user, delegate_id=make.profile().pk)
    with pytest.raises(Invalid):
        delegates.add(profile.pk, acting_user=profile.user, delegate_id=make.user().pk)
    delegates.remove(profile.pk, acting_user=profile.user, delegate_id=helper.pk)
    with pytest.raises(Denied):
        profiles.edit(profile.pk, acting_user=helper.user, changes={"headline": "x"})


def test_another_default_opens_and_closes_nothing_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make.user()
    identity = {"given_name": "Ana", "family_name": "Kovač"}
    before = profiles.create(user.pk, acting_user=user, identity=identity)
    profiles.add_item(user.pk, Section.MISSIONS, acting_user=user, values={"title": "Osh"})
    changed = {section: Choice(Reach.EVERYONE) for section in Section}
    monkeypatch.setattr(audiences, "DEFAULTS", changed)
    profiles.add_item(user.pk, Section.MISSIONS, acting_user=user, values={"title": "Batken"})
    assert Profile.objects.get(pk=user.pk).audiences == before.audiences
    other = make.user()
    made = profiles.create(other.pk, acting_user=other, identity=identity)
    assert set(map(tuple, made.audiences.values())) == {("public",)}
