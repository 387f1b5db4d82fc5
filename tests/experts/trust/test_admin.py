"""The secretariat's admin shows what the secretariat may read, and does what the actions do."""

from __future__ import annotations

import pytest
from django.test import Client

from experts.actions import contact, contact_reports
from experts.models import ContactBlock, ContactReport, Profile, Section, SectionVerification, User
from tests.factories import experts as make

pytestmark = pytest.mark.django_db

PAGES = ("profile", "contactreport", "contactblock", "designation", "rostermember")


@pytest.fixture
def secretariat(db: None) -> User:
    return make.secretariat()


@pytest.fixture
def admin(secretariat: User) -> Client:
    return signed_in(secretariat)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="experts.backends.PeopleBackend")
    return client


def act(admin: Client, model: str, action: str, *ids: object) -> str:
    data = {"action": action, "_selected_action": [str(one) for one in ids]}
    response = admin.post(f"/admin/experts/{model}/", data, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def verified(profile: Profile) -> set[str]:
    return set(SectionVerification.objects.filter(profile=profile).values_list("section", flat=True))


def reported() -> ContactReport:
    expert = make.profile()
    conversation = contact.write(
        expert.pk, acting_user=make.user(name="Eve"), subject="Offer", text="Buy now!"
    )
    contact.reply(conversation.pk, acting_user=expert.user, text="A secret answer")
    return contact_reports.report(
        conversation.messages.earliest("id").pk, acting_user=expert.user, reason="Advertising"
    )


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_are_for_the_secretariat_alone(admin: Client, page: str) -> None:
    assert admin.get(f"/admin/experts/{page}/").status_code == 200
    assert admin.get(f"/admin/experts/{page}/add/").status_code == 403
    for client in (Client(), signed_in(make.user())):
        assert client.get(f"/admin/experts/{page}/").status_code == 302
    suspended = make.secretariat()
    client = signed_in(suspended)
    User.objects.filter(pk=suspended.pk).update(status=User.Status.SUSPENDED)
    assert client.get(f"/admin/experts/{page}/").status_code == 302


def test_the_queue_begins_with_what_is_least_verified(admin: Client, secretariat: User) -> None:
    done, new = make.profile(family_name="Done"), make.profile(family_name="New")
    SectionVerification.objects.create(profile=done, section="identity", verified_by=secretariat)
    page = admin.get("/admin/experts/profile/").content.decode()
    assert page.index("New, Ana") < page.index("Done, Ana")
    page = admin.get("/admin/experts/profile/", {"verified": "nothing"}).content.decode()
    assert "New, Ana" in page
    assert "Done, Ana" not in page
    assert str(new.pk) in page


def test_a_profile_is_shown_as_far_as_the_secretariat_may_read_it(admin: Client) -> None:
    open_to_it = make.profile(
        headline="An open headline",
        gender="female",
        contact_address="A hidden lane",
        reach={"contact": "self", "gender": "self"},
    )
    page = admin.get(f"/admin/experts/profile/{open_to_it.pk}/change/").content.decode()
    assert "An open headline" in page
    assert "A hidden lane" not in page
    assert "contact data" not in page
    unknown = make.profile(family_name="Unknownsson", reach={"identity": "self"})
    draft = make.profile(family_name="Draftsson", status="draft")
    for profile in (unknown, draft):
        response = admin.get(f"/admin/experts/profile/{profile.pk}/change/", follow=True)
        assert profile.family_name not in response.content.decode()
    listed = admin.get("/admin/experts/profile/", {"q": "sson"}).content.decode()
    assert "Unknownsson" not in listed
    assert "Draftsson" not in listed


def test_sections_are_verified_one_or_all_and_taken_back(admin: Client, secretariat: User) -> None:
    profile = make.profile(headline="Examiner", gender="female", reach={"gender": "self"})
    assert "headline verified" in act(admin, "profile", "verify_headline", profile.pk)
    assert verified(profile) == {"headline"}
    assert "There is nothing to verify" in act(admin, "profile", "verify_gender", profile.pk)
    act(admin, "profile", "verify_all", profile.pk)
    assert verified(profile) == {"identity", "headline"}
    page = admin.get(f"/admin/experts/profile/{profile.pk}/change/").content.decode()
    assert "(verified " in page
    act(admin, "profile", "unverify_all", profile.pk)
    assert verified(profile) == set()


def test_the_admin_has_no_way_around_a_policy(admin: Client, secretariat: User) -> None:
    own = make.profile(secretariat)
    assert "Somebody else verifies this" in act(admin, "profile", "verify_all", own.pk)
    assert verified(own) == set()
    hidden = make.profile(reach={"identity": "self"})
    act(admin, "profile", f"verify_{Section.IDENTITY}", hidden.pk)
    assert verified(hidden) == set()


def test_a_report_shows_its_message_and_no_other_and_is_decided(admin: Client) -> None:
    report = reported()
    page = admin.get(f"/admin/experts/contactreport/{report.pk}/change/").content.decode()
    assert "Buy now!" in page
    assert "A secret answer" not in page
    assert report.message.conversation.starter_alias not in page
    act(admin, "contactreport", "uphold_and_bar", report.pk)
    report.refresh_from_db()
    assert report.status == "upheld"
    [bar] = ContactBlock.objects.filter(blocker__isnull=True)
    assert "It is decided" in act(admin, "contactreport", "dismiss", report.pk)
    act(admin, "contactblock", "lift", bar.pk)
    assert not ContactBlock.objects.exists()


def test_what_people_block_for_themselves_is_not_in_the_admin(admin: Client, secretariat: User) -> None:
    private = ContactBlock.objects.create(blocker=make.user(), blocked=make.user(name="Blockedsson"))
    own = ContactBlock.objects.create(blocker=secretariat, blocked=make.user(name="Alsoblockedsson"))
    assert "lockedsson" not in admin.get("/admin/experts/contactblock/").content.decode()
    for block in (private, own):
        act(admin, "contactblock", "lift", block.pk)
    assert ContactBlock.objects.count() == 2


@pytest.mark.parametrize("page", ["profile", "contactreport", "contactblock"])
def test_nothing_is_typed_in_or_deleted(admin: Client, page: str) -> None:
    report = reported()
    contact_reports.decide(report.pk, acting_user=make.secretariat(), uphold=True, bar_sender=True)
    ids = {
        "profile": report.reporter_id,
        "contactreport": report.pk,
        "contactblock": ContactBlock.objects.get().pk,
    }
    path = f"/admin/experts/{page}/{ids[page]}"
    assert admin.get(f"{path}/change/").status_code == 200
    assert admin.post(f"{path}/change/", {"status": "hidden"}).status_code == 403
    assert admin.post(f"{path}/delete/").status_code == 403
