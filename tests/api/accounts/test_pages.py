"""The plain pages that mails lead to, and the admin's door."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import Settings

from experts.account_links import Purpose, key_for
from experts.actions import addresses
from experts.models import Registration, User
from tests.factories import accounts as make_accounts
from tests.factories import jobs
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "a violet under seven bridges"


def address(purpose: Purpose, user: User) -> str:
    return f"/account/{purpose}?key={quote(key_for(purpose, user))}"


@pytest.mark.parametrize("purpose", [Purpose.RESET, Purpose.ACTIVATE])
def test_a_password_is_chosen_on_the_page_that_the_mail_leads_to(purpose: Purpose) -> None:
    status = User.Status.UNCLAIMED if purpose == Purpose.ACTIVATE else User.Status.ACTIVE
    user = make_accounts.person(status=status)
    browser = Client(enforce_csrf_checks=True, headers={"Accept-Language": "de-AT"})
    url = address(purpose, user)
    page = browser.get(url)
    assert 'type="password"' in page.content.decode()
    assert "Wählen Sie" in page.content.decode()
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "script-src" not in page.headers["Content-Security-Policy"]
    user.refresh_from_db()
    assert user.check_password(PASSWORD), "looking changes nothing"
    weak = browser.post(url, {"password": "12345678"})
    assert (weak.status_code, "zu verbreitet" in weak.content.decode()) == (400, True)
    assert "Melden Sie sich an" in browser.post(url, {"password": NEW}).content.decode()
    user.refresh_from_db()
    assert (user.check_password(NEW), user.status) == (True, User.Status.ACTIVE)
    assert browser.post(url, {"password": NEW}).status_code == 404


def test_an_address_is_confirmed_with_one_click_and_not_by_looking() -> None:
    user = make_accounts.person()
    addresses.ask_change(acting_user=user, email="new@example.org", password=PASSWORD)
    url = address(Purpose.EMAIL, user)
    browser = Client(enforce_csrf_checks=True)
    assert "Sign in with this address" in browser.get(url).content.decode()
    user.refresh_from_db()
    assert user.email != "new@example.org"
    assert browser.post(url).status_code == 200
    user.refresh_from_db()
    assert user.email == "new@example.org"


def test_forged_keys_are_answered_with_a_page() -> None:
    for purpose in Purpose:
        assert Client().get(f"/account/{purpose}?key=forged").status_code == 200
        assert Client().post(f"/account/{purpose}?key=forged", {"password": NEW}).status_code == 404
    assert Client().get("/account/other?key=forged").status_code == 404


def test_trying_keys_is_slowed(settings: Settings) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"account_key": (2, 600)}
    asked = [Client().post("/account/reset?key=x", {"password": NEW}).status_code for _ in range(3)]
    assert asked == [404, 404, 429]


# The admin --------------------------------------------------------------------------------------------------


@pytest.fixture
def staff() -> User:
    return make_accounts.person(email="staff@example.org", is_staff=True)


def enter(email: str, password: str = PASSWORD, **more: str) -> tuple[bool, str]:
    """Whether somebody gets into the admin, and the page if not."""
    browser = Client()
    response = browser.post("/admin/login/", {"username": email, "password": password, **more})
    return browser.get("/admin/").status_code == 200, response.content.decode()


def test_the_admin_asks_for_the_second_factor_too(staff: User) -> None:
    assert enter(staff.email)[0]
    make_accounts.with_second_factor(staff)
    got_in, page = enter(staff.email)
    assert (got_in, "Give a code" in page) == (False, True)
    assert not enter(staff.email, code="000000")[0]
    assert enter(staff.email, code=make_accounts.code())[0]


def test_nobody_gets_into_the_admin_who_is_no_staff_or_has_to_set_up_a_second_factor_first(
    staff: User, settings: Settings
) -> None:
    member = make_accounts.person()
    assert not enter(member.email)[0]
    settings.SECOND_FACTOR_FOR = frozenset({"secretariat"})
    got_in, page = enter(staff.email)
    assert (got_in, "second factor first" in page) == (False, True)


def test_the_admin_is_slowed_as_the_api_is(staff: User, settings: Settings) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"sign_in_account": (2, 3600)}
    assert [enter(staff.email, "wrong")[0] for _ in range(2)] == [False, False]
    got_in, page = enter(staff.email)
    assert (got_in, "Too many requests" in page) == (False, True)


def test_requests_are_decided_in_the_admin(staff: User) -> None:
    browser = Client()
    browser.post("/admin/login/", {"username": staff.email, "password": PASSWORD})
    rows = [make_accounts.registration(), make_accounts.registration()]
    make_accounts.registration(status="new", name="Not looked at")
    page = browser.get("/admin/experts/registration/").content.decode()
    assert rows[0].email in page
    assert "Not looked at" not in page
    for row, action in zip(rows, ("accept", "refuse"), strict=True):
        browser.post("/admin/experts/registration/", {"action": action, "_selected_action": [str(row.pk)]})
    assert {row.status for row in Registration.objects.exclude(status="new")} == {"accepted", "refused"}
    assert len(jobs.waiting()) == 2
    assert browser.get(f"/admin/experts/registration/{rows[0].pk}/change/").status_code == 200
