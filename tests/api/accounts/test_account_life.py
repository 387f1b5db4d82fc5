"""The life of an account over the API, from the browser's side."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from freezegun import freeze_time
from pytest_django import Settings

from experts.models import Session, User
from experts.sessions import SessionStore
from tests.contracts.client import ApiClient
from tests.factories import accounts as make_accounts
from tests.factories import experts as make
from tests.factories import forums as make_forums
from tests.factories import jobs
from tests.factories.accounts import PASSWORD

type Api = Callable[..., ApiClient]

pytestmark = pytest.mark.django_db
NEW = "a violet under seven bridges"


class Browser(ApiClient):
    """Keeps cookies and sends the CSRF token, as a front end does."""

    def __init__(self, agent: str = "Firefox") -> None:
        super().__init__(enforce_csrf_checks=True, headers={"User-Agent": agent})

    def sign_in(self, user: User, password: str = PASSWORD, **more: str) -> Any:
        response = self.post("/session", {"email": user.email, "password": password, **more})
        if "csrftoken" in self.cookies:
            self.defaults["HTTP_X_CSRFTOKEN"] = self.cookies["csrftoken"].value
        return response

    def is_signed_in(self) -> bool:
        return self.get("/session").status_code == 200


@pytest.fixture
def person() -> User:
    return make_accounts.person(email="aigul@example.org")


@pytest.fixture
def browser(person: User) -> Browser:
    signed_in = Browser()
    assert signed_in.sign_in(person).status_code == 200
    return signed_in


def key_in_mail() -> str:
    jobs.run()
    found = re.search(r"key=(\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def pointers(response: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


# Passwords --------------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_by_mail_and_every_session_ends(
    browser: Browser, person: User
) -> None:
    visitor = Browser()
    assert visitor.post("/password-resets", {"email": "AIGUL@example.org"}).status_code == 204
    key = key_in_mail()
    weak = visitor.post("/password-resets/confirm", {"key": key, "password": "12345678"})
    assert (weak.status_code, pointers(weak)[0]) == (400, ("/password", "password_too_common"))
    assert browser.is_signed_in()
    assert visitor.post("/password-resets/confirm", {"key": key, "password": NEW}).status_code == 204
    assert not browser.is_signed_in()
    again = visitor.post("/password-resets/confirm", {"key": key, "password": NEW})
    assert (again.status_code, again.json()["code"]) == (404, "not_found")
    assert visitor.sign_in(person).status_code == 401
    assert visitor.sign_in(person, NEW).status_code == 200
    jobs.run()
    assert mail.outbox[-1].subject == "Your password was changed"


def test_changing_the_password_keeps_this_session_under_a_new_key_and_ends_the_others(
    browser: Browser, person: User
) -> None:
    other = Browser()
    other.sign_in(person)
    before = browser.cookies["sessionid"].value
    wrong = browser.post("/me/password", {"password": "wrong", "new_password": NEW})
    assert (wrong.status_code, pointers(wrong)) == (400, [("/password", "wrong_password")])
    assert browser.post("/me/password", {"password": PASSWORD, "new_password": NEW}).status_code == 204
    assert browser.cookies["sessionid"].value != before
    assert browser.is_signed_in()
    assert not other.is_signed_in()
    assert other.sign_in(person, NEW).status_code == 200


def test_guessing_the_password_again_is_slowed_for_a_session_too(
    browser: Browser, settings: Settings
) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"password": (3, 600)}
    expires_at = (timezone.now() + dt.timedelta(days=1)).isoformat()
    token = {"name": "Phone", "scopes": ["read"], "expires_at": expires_at, "password": "wrong"}
    asked = [
        browser.post("/me/password", {"password": "wrong", "new_password": NEW}),
        browser.post("/me/email", {"password": "wrong", "email": "new@example.org"}),
        browser.post("/me/tokens", token, key="with-a-key"),
        browser.post("/me/tokens", token, key="with-a-key"),
        browser.post("/me/erase", {"password": "wrong", "confirm": "erase"}),
    ]
    assert [response.status_code for response in asked] == [400, 400, 400, 429, 429]


def test_a_session_makes_a_token_with_the_password_only(browser: Browser) -> None:
    expires_at = (timezone.now() + dt.timedelta(days=1)).isoformat()
    token = {"name": "Phone", "scopes": ["read"], "expires_at": expires_at}
    refused = browser.post("/me/tokens", token)
    assert (refused.status_code, pointers(refused)) == (400, [("/password", "wrong_password")])
    assert browser.post("/me/tokens", token | {"password": PASSWORD}).status_code == 201


def test_erasing_oneself_wants_the_password(api: Api, person: User) -> None:
    for body in ({"confirm": "erase"}, {"confirm": "erase", "password": "wrong"}):
        assert api(person).post("/me/erase", body).status_code == 400
    assert api(person).post("/me/erase", {"confirm": "erase", "password": PASSWORD}).status_code == 200


# Addresses --------------------------------------------------------------------------------------------------


def test_another_address_counts_once_it_is_confirmed(browser: Browser, person: User) -> None:
    asked = browser.post("/me/email", {"password": PASSWORD, "email": "New@Example.org"})
    assert asked.status_code == 204
    assert browser.get("/me").json()["email"] == "aigul@example.org"
    key = key_in_mail()
    assert Browser().post("/email-confirmations", {"key": key}).status_code == 204
    assert browser.get("/me").json()["email"] == "new@example.org"
    assert Browser().post("/email-confirmations", {"key": key}).status_code == 404
    assert Browser().sign_in(person).status_code == 401
    person.refresh_from_db()
    assert Browser().sign_in(person).status_code == 200


# Asking for an account, and being invited -------------------------------------------------------------------


def test_from_a_request_to_the_first_session(api: Api) -> None:
    asked = {"email": "Jonas@example.org", "name": "Jonas", "language": "de", "reason": "I train."}
    assert Browser().post("/registrations", asked).status_code == 204
    jobs.run()
    staff = api(make.secretariat())
    [waiting] = staff.get("/registrations", status="waiting").json()["results"]
    assert (waiting["email"], waiting["reason"]) == ("jonas@example.org", "I train.")
    accepted = staff.post(f"/registrations/{waiting['id']}/accept").json()
    assert (accepted["status"], accepted["allowed_actions"]) == ("accepted", [])
    key = key_in_mail()
    user = User.objects.get(pk=accepted["account"])
    assert Browser().sign_in(user).status_code == 401
    assert Browser().post("/activations", {"key": key, "password": PASSWORD}).status_code == 204
    assert Browser().sign_in(user).status_code == 200
    assert Browser().post("/activations", {"key": key, "password": NEW}).status_code == 404


def test_the_secretariat_invites_reminds_suspends_and_reinstates(api: Api) -> None:
    staff = api(make.secretariat())
    made = staff.post("/accounts", {"email": "jonas@example.org", "name": "Jonas"})
    assert (made.status_code, made.json()["allowed_actions"]) == (201, ["remind"])
    address = made.headers["Location"]
    twice = staff.post("/accounts", {"email": "Jonas@example.org", "name": "Jonas"})
    assert (twice.status_code, twice.json()["code"]) == (409, "account_exists")
    staff.post(f"{address}/remind")
    key = key_in_mail()
    assert len(mail.outbox) == 2
    assert Browser().post("/activations", {"key": key, "password": PASSWORD}).status_code == 204
    user = User.objects.get(email="jonas@example.org")
    browser = Browser()
    browser.sign_in(user)
    suspended = staff.post(f"{address}/suspend", {"reason": "Left."}).json()
    assert (suspended["status"], suspended["allowed_actions"]) == ("suspended", ["reinstate"])
    assert not browser.is_signed_in()
    assert staff.post(f"{address}/reinstate", {"reason": "Back."}).json()["status"] == "active"
    assert not browser.is_signed_in(), "what was ended stays ended"
    assert staff.get("/accounts", email="JONAS@example.org").json()["results"][0]["id"] == str(user.pk)


# Sessions ---------------------------------------------------------------------------------------------------


def test_sessions_are_listed_and_ended_one_by_one_or_all(browser: Browser, person: User) -> None:
    phone = Browser("Phone\x7f")
    phone.sign_in(person)
    stranger = Browser()
    stranger.sign_in(make_accounts.person())
    listed = browser.get("/me/sessions").json()["results"]
    assert [(one["agent"], one["is_this"]) for one in listed] == [("Phone", False), ("Firefox", True)]
    assert browser.cookies["sessionid"].value not in str(listed)
    assert stranger.delete(f"/me/sessions/{listed[0]['id']}").status_code == 404
    assert browser.delete(f"/me/sessions/{listed[0]['id']}").status_code == 204
    assert not phone.is_signed_in()
    assert browser.delete(f"/me/sessions/{listed[0]['id']}").status_code == 404
    phone.sign_in(person)
    assert browser.delete("/me/sessions").status_code == 204
    assert not phone.is_signed_in()
    assert not browser.is_signed_in()
    assert stranger.is_signed_in()


def test_a_session_ends_when_nobody_uses_it_and_after_its_time_however_much_it_is_used(
    person: User, settings: Settings
) -> None:
    settings.SESSION_IDLE, settings.SESSION_COOKIE_AGE = dt.timedelta(minutes=60), 4 * 3600
    start = timezone.now()
    idle, busy = Browser(), Browser()
    for one in (idle, busy):
        one.sign_in(person)
    with freeze_time(start + dt.timedelta(minutes=59)):
        assert busy.is_signed_in()
    with freeze_time(start + dt.timedelta(minutes=61)):
        assert not idle.is_signed_in()
    for minutes in range(58, 4 * 58, 58):
        with freeze_time(start + dt.timedelta(minutes=minutes)):
            assert busy.is_signed_in(), minutes
    with freeze_time(start + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE + 1)):
        assert not busy.is_signed_in()
        SessionStore.clear_expired()
    assert not Session.objects.exists()


def test_a_session_costs_the_queries_it_did(browser: Browser, assert_queries: Callable[[int], Any]) -> None:
    browser.get("/me")
    with assert_queries(2):  # the session and the person
        assert browser.get("/me").status_code == 200


def test_signing_in_again_begins_another_session(browser: Browser, person: User) -> None:
    [before] = browser.get("/me/sessions").json()["results"]
    browser.sign_in(person)
    [after] = browser.get("/me/sessions").json()["results"]
    assert after["id"] != before["id"]


# The second factor ------------------------------------------------------------------------------------------


def test_signing_in_asks_for_a_code_once_there_is_a_second_factor(browser: Browser, person: User) -> None:
    other = Browser()
    other.sign_in(person)
    begun = browser.post("/me/second-factor", {"password": PASSWORD}).json()
    assert begun["uri"].startswith("otpauth://totp/")
    assert begun["secret"] in begun["uri"]
    assert not browser.get("/me/second-factor").json()["is_on"]
    wrong = browser.post("/me/second-factor/confirm", {"code": "000000"})
    assert (wrong.status_code, pointers(wrong)) == (400, [("/code", "wrong_code")])
    confirmed = browser.post(
        "/me/second-factor/confirm", {"code": make_accounts.code(secret=begun["secret"])}
    )
    codes = confirmed.json()["recovery_codes"]
    assert browser.is_signed_in()
    assert not other.is_signed_in()
    state = browser.get("/me/second-factor").json()
    assert (state["is_on"], state["recovery_codes_left"]) == (True, 10)

    asked = other.sign_in(person)
    assert (asked.status_code, asked.json()["code"]) == (401, "code_needed")
    asked = other.sign_in(person, "wrong", code=codes[0])
    assert (asked.status_code, asked.json()["code"]) == (401, "wrong_credentials")
    asked = other.sign_in(person, code="000000")
    assert (asked.status_code, asked.json()["code"]) == (401, "wrong_code")
    assert other.sign_in(person, code=codes[0]).status_code == 200
    used = Browser().sign_in(person, code=codes[0])
    assert (used.status_code, used.json()["code"]) == (401, "wrong_code")
    later = make_accounts.code(1, secret=begun["secret"])
    assert Browser().sign_in(person, code=later).status_code == 200
    assert Browser().sign_in(person, code=later).status_code == 401


def test_who_forgot_the_password_still_needs_the_code(person: User) -> None:
    make_accounts.with_second_factor(person)
    visitor = Browser()
    visitor.post("/password-resets", {"email": person.email})
    visitor.post("/password-resets/confirm", {"key": key_in_mail(), "password": NEW})
    assert visitor.sign_in(person, NEW).json()["code"] == "code_needed"
    assert visitor.sign_in(person, NEW, code=make_accounts.code()).status_code == 200


def test_who_is_leaving_comes_back_with_the_code_only(api: Api, person: User) -> None:
    make_accounts.with_second_factor(person)
    body = {"confirm": "erase", "password": PASSWORD}
    assert pointers(api(person).post("/me/erase", body)) == [("/code", "code_needed")]
    assert api(person).post("/me/erase", body | {"code": make_accounts.code()}).status_code == 200
    assert Browser().sign_in(person).json()["code"] == "code_needed"
    person.refresh_from_db()
    assert person.status == User.Status.LEAVING
    assert Browser().sign_in(person, code=make_accounts.code(1)).status_code == 200


@pytest.fixture(params=["secretariat", "moderators"])
def demanded(request: pytest.FixtureRequest, settings: Settings) -> User:
    """Somebody who has to have a second factor, and has none yet."""
    settings.SECOND_FACTOR_FOR = frozenset({request.param})
    user = make_accounts.person(is_staff=request.param == "secretariat")
    if request.param == "moderators":
        make_forums.join(make_forums.space(), "moderator", user)
    return user


def test_who_has_to_have_a_second_factor_can_do_nothing_before(demanded: User) -> None:
    browser = Browser()
    answer = browser.sign_in(demanded)
    assert (answer.status_code, answer.json()["allowed_actions"]) == (
        200,
        ["sign_out", "set_up_second_factor"],
    )
    for refused in (
        browser.get("/spaces"),
        browser.post("/me/tokens", {}),
        browser.get("/accounts"),
        browser.post("/me/email", {"password": PASSWORD, "email": "new@example.org"}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")
    admin = Client()
    admin.cookies = browser.cookies
    assert admin.get("/admin/").status_code == 302
    assert browser.get("/me/second-factor").json()["is_required"]
    secret = browser.post("/me/second-factor", {"password": PASSWORD}).json()["secret"]
    before = browser.cookies["sessionid"].value
    browser.post("/me/second-factor/confirm", {"code": make_accounts.code(secret=secret)})
    assert browser.cookies["sessionid"].value != before
    assert browser.get("/spaces").status_code == 200
    assert "issue_token" in browser.get("/me").json()["allowed_actions"]


def test_nobody_else_has_to(settings: Settings, person: User) -> None:
    settings.SECOND_FACTOR_FOR = frozenset({"secretariat", "moderators"})
    make_forums.join(make_forums.space(), "member", person)
    browser = Browser()
    browser.sign_in(person)
    assert browser.get("/spaces").status_code == 200
    assert not browser.get("/me/second-factor").json()["is_required"]


def test_a_token_works_without_a_code_for_it_was_made_with_one(api: Api, demanded: User) -> None:
    assert api(demanded).get("/spaces").status_code == 200
