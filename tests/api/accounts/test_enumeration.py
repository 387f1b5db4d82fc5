"""Nobody learns who has an account: not from an answer, not from what is done for it, not from a limit."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from experts.models import User
from tests.contracts.client import ApiClient
from tests.factories import accounts as make_accounts
from tests.factories import experts as make
from tests.factories.accounts import PASSWORD

type Api = Callable[..., ApiClient]

pytestmark = pytest.mark.django_db
ASKING: dict[str, Callable[[str], tuple[str, dict[str, str]]]] = {
    "sign-in": lambda email: ("/session", {"email": email, "password": "wrong"}),
    "reset": lambda email: ("/password-resets", {"email": email}),
    "sign-up": lambda email: ("/registrations", {"email": email, "name": "Somebody"}),
}


@pytest.fixture
def addresses() -> list[str]:
    """One without an account, and one in every state that an account can be in."""
    known = [
        make_accounts.person(email=f"{status}@example.org", status=status).email
        for status in User.Status.values
    ]
    passwordless = make.user(email="passwordless@example.org").email
    waiting = make_accounts.registration(email="waiting@example.org").email
    with_code = make_accounts.with_second_factor(make_accounts.person(email="code@example.org")).email
    system = User.objects.system("robot").email.replace(".invalid", ".example")
    return ["nobody@example.org", *known, passwordless, waiting, with_code, system]


@pytest.mark.parametrize("what", ASKING)
def test_the_answer_is_the_same_for_every_address(what: str, addresses: list[str], api: Api) -> None:
    told = set()
    for email in addresses:
        response = api().post(*ASKING[what](email))
        body = response.content and {**response.json(), "request_id": ""}
        rate = {"RateLimit", "X-Request-ID"}
        headers = {name: value for name, value in response.headers.items() if name not in rate}
        told.add((response.status_code, str(body), str(sorted(headers.items())), str(response.cookies)))
    assert len(told) == 1


@pytest.mark.parametrize("what", ASKING)
def test_the_work_is_the_same_for_every_address(what: str, addresses: list[str], api: Api) -> None:
    """As many queries of the same kinds: what remains is for the clock, in tests/siege/siege_timing.py."""
    client, done = api(), set()
    client.post(*ASKING[what]("warm@example.org"))
    for email in addresses:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.post(*ASKING[what](email))
        # Savepoints have names of their own.
        done.add(tuple(re.sub(r'"s\d+_x\d+"', "", query["sql"]).split("(")[0][:60] for query in queries))
    assert len(done) == 1, done


@pytest.mark.parametrize("what", ["reset", "sign-up"])
def test_how_often_mail_goes_to_an_address_is_limited_for_all_alike(
    what: str, addresses: list[str], settings: Settings, api: Api
) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"account_mail_to": (2, 3600)}
    for email in addresses:
        path, body = ASKING[what](email)
        clients = [ApiClient(REMOTE_ADDR=f"192.0.2.{number}") for number in range(3)]
        assert [client.post(path, body).status_code for client in clients] == [204, 204, 429], email
        upper = body | {"email": email.upper()}
        assert clients[0].post(path, upper).status_code == 429, "in any case of letters"


@pytest.mark.parametrize("what", ["reset", "sign-up"])
def test_how_much_mail_one_client_causes_is_limited(what: str, settings: Settings, api: Api) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"account_mail": (3, 3600)}
    asked = [api().post(*ASKING[what](f"a{number}@example.org")) for number in range(4)]
    assert [response.status_code for response in asked] == [204, 204, 204, 429]


def test_a_member_learns_nothing_by_wanting_anothers_address(api: Api, addresses: list[str]) -> None:
    person = make_accounts.person(email="curious@example.org")
    client, told = api(person), set()
    for email in addresses:
        response: Any = client.post("/me/email", {"email": email, "password": PASSWORD})
        told.add((response.status_code, response.content))
    assert told == {(204, b"")}


@pytest.mark.parametrize("path", ["/password-resets/confirm", "/activations", "/email-confirmations"])
def test_a_key_that_does_not_hold_is_answered_alike_whatever_is_wrong_with_it(path: str, api: Api) -> None:
    told = set()
    for key in ("x", "a:b:c", "💩" * 200, f"W10:{int(timezone.now().timestamp())}:x"):
        body = {"key": key} if path == "/email-confirmations" else {"key": key, "password": PASSWORD}
        response = api().post(path, body)
        told.add((response.status_code, response.json()["code"], response.json()["detail"]))
    assert told == {(404, "not_found", "Not found.")}
