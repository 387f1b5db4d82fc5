"""The life of an account: passwords, addresses, sessions, second factor, requests, invitations."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from experts.account_links import Purpose, key_for
from experts.models import EmailChange, Session, User
from tests.contracts.matrix.base import Cast, row
from tests.factories import accounts as make_accounts
from tests.factories.accounts import PASSWORD

NEW_PASSWORD = "a violet under seven bridges"


def everybody_with_a_password(cast: Cast) -> dict[str, object]:
    hashed = make_password(PASSWORD)
    for user in cast.people.values():
        user.password = hashed
        user.save()
    return {}


def everybody_with_a_second_factor(cast: Cast) -> dict[str, object]:
    everybody_with_a_password(cast)
    for user in cast.people.values():
        make_accounts.with_second_factor(user)
    return {"code": make_accounts.code()}


def session_of_the_expert(cast: Cast) -> dict[str, object]:
    now = timezone.now()
    session = Session.objects.create(
        session_key="of-the-expert",
        expire_date=now + dt.timedelta(hours=1),
        user=cast.expert,
        started_at=now,
        seen_at=now,
    )
    return {"id": session.number}


def forgotten_password(cast: Cast) -> dict[str, object]:
    return {"key": key_for(Purpose.RESET, cast.expert)}


def wanted_address(cast: Cast) -> dict[str, object]:
    EmailChange.objects.create(user=cast.expert, email="new@example.org", asked_at=timezone.now())
    return {"key": key_for(Purpose.EMAIL, cast.expert)}


def unclaimed_account(cast: Cast) -> dict[str, object]:
    user = User.objects.create_user("invited@example.org", name="Invited", status=User.Status.UNCLAIMED)
    return {"id": user.pk, "key": key_for(Purpose.ACTIVATE, user)}


def suspended_account(cast: Cast) -> dict[str, object]:
    return {"id": User.objects.create_user("s@example.org", name="S", status=User.Status.SUSPENDED).pk}


def account_of_the_expert(cast: Cast) -> dict[str, object]:
    make_accounts.with_second_factor(cast.expert)
    return {"id": cast.expert.pk}


def waiting_request(cast: Cast) -> dict[str, object]:
    return {"id": make_accounts.registration().pk}


def decided_request(cast: Cast) -> dict[str, object]:
    return {"id": make_accounts.registration(status="refused", decided_at=timezone.now()).pk}


THINGS = {
    "one's account, with a wrong password": everybody_with_a_password,
    "one's account, without the code that is needed": everybody_with_a_second_factor,
    "the address one has": everybody_with_a_password,
    "an unknown address": everybody_with_a_password,
    "one's account, with a password": everybody_with_a_password,
    "one's account, with a second factor": everybody_with_a_second_factor,
    "the expert's session": session_of_the_expert,
    "the expert's forgotten password": forgotten_password,
    "the address that the expert wants": wanted_address,
    "an account that nobody has taken over": unclaimed_account,
    "a suspended account": suspended_account,
    "the expert's account": account_of_the_expert,
    "a request for an account": waiting_request,
    "a request that was refused": decided_request,
}

OWN, WITH_CODE = "one's account, with a password", "one's account, with a second factor"
OWN_WRONG, WITHOUT_CODE = (
    "one's account, with a wrong password",
    "one's account, without the code that is needed",
)
WRONG = {"password": "wrong"}
RIGHT = {"password": PASSWORD}
ROWS = [
    row("POST /me/password", OWN, body=RIGHT | {"new_password": NEW_PASSWORD}, visitor=401, others=204),
    row("POST /me/password", OWN_WRONG, body=WRONG | {"new_password": NEW_PASSWORD}, visitor=401, others=400),
    row(
        "POST /me/password",
        WITH_CODE,
        body=lambda thing: RIGHT | {"new_password": NEW_PASSWORD, "code": thing["code"]},
        visitor=401,
        others=204,
    ),
    row(
        "POST /me/password",
        WITHOUT_CODE,
        body=RIGHT | {"new_password": NEW_PASSWORD},
        visitor=401,
        others=400,
    ),
    row("POST /me/email", OWN, body=RIGHT | {"email": "new@example.org"}, visitor=401, others=204),
    row(
        "POST /me/email",
        "the address one has",
        body=RIGHT | {"email": "expert@example.org"},
        visitor=401,
        expert=400,
        others=204,
    ),
    row("POST /me/erase", OWN, body=RIGHT | {"confirm": "erase"}, visitor=401, others=200),
    row("POST /me/erase", OWN_WRONG, body=WRONG | {"confirm": "erase"}, visitor=401, others=400),
    row("GET /me/sessions", OWN, visitor=401, others=200),
    row("DELETE /me/sessions", OWN, visitor=401, others=204),
    row("DELETE /me/sessions/{id}", "the expert's session", visitor=401, expert=204, others=404),
    row("GET /me/second-factor", OWN, visitor=401, others=200),
    row("POST /me/second-factor", OWN, body=RIGHT, visitor=401, others=200),
    row("POST /me/second-factor", WITH_CODE, body=RIGHT, visitor=401, others=409),
    row("POST /me/second-factor/confirm", OWN, body={"code": "000000"}, visitor=401, others=409),
    row(
        "POST /me/second-factor/recovery-codes",
        WITH_CODE,
        body=lambda thing: RIGHT | {"code": thing["code"]},
        visitor=401,
        others=200,
    ),
    row("POST /me/second-factor/recovery-codes", OWN, body=RIGHT, visitor=401, others=409),
    row(
        "POST /me/second-factor/remove",
        WITH_CODE,
        body=lambda thing: RIGHT | {"code": thing["code"]},
        visitor=401,
        others=204,
    ),
    row("POST /me/second-factor/remove", WITHOUT_CODE, body=RIGHT, visitor=401, others=400),
    # Keys are the proof: whoever has one, signed in or not, uses it.
    row(
        "POST /email-confirmations",
        "the address that the expert wants",
        body=lambda thing: {"key": thing["key"]},
        others=204,
    ),
    row("POST /email-confirmations", OWN, body={"key": "wrong"}, others=404),
    row("POST /password-resets", OWN, body={"email": "expert@example.org"}, others=204),
    row("POST /password-resets", "an unknown address", body={"email": "nobody@example.org"}, others=204),
    row(
        "POST /password-resets/confirm",
        "the expert's forgotten password",
        body=lambda thing: {"key": thing["key"], "password": NEW_PASSWORD},
        others=204,
    ),
    row(
        "POST /password-resets/confirm",
        "an account that nobody has taken over",
        body=lambda thing: {"key": thing["key"], "password": NEW_PASSWORD},
        others=404,
    ),
    row(
        "POST /activations",
        "an account that nobody has taken over",
        body=lambda thing: {"key": thing["key"], "password": NEW_PASSWORD},
        others=204,
    ),
    row(
        "POST /activations",
        "the expert's forgotten password",
        body=lambda thing: {"key": thing["key"], "password": NEW_PASSWORD},
        others=404,
    ),
    row("POST /registrations", OWN, body={"email": "expert@example.org", "name": "E"}, others=204),
    row(
        "POST /registrations",
        "an unknown address",
        body={"email": "nobody@example.org", "name": "N"},
        others=204,
    ),
    row("GET /registrations", "a request for an account", visitor=401, secretariat=200, others=403),
    row("GET /registrations/{id}", "a request for an account", visitor=401, secretariat=200, others=404),
    row(
        "POST /registrations/{id}/accept",
        "a request for an account",
        visitor=401,
        secretariat=200,
        others=404,
    ),
    row(
        "POST /registrations/{id}/accept",
        "a request that was refused",
        visitor=401,
        secretariat=409,
        others=404,
    ),
    row(
        "POST /registrations/{id}/refuse",
        "a request for an account",
        body={"note": "Not now."},
        visitor=401,
        secretariat=200,
        others=404,
    ),
    row("GET /accounts", "the expert's account", visitor=401, secretariat=200, others=403),
    row(
        "POST /accounts",
        "the expert's account",
        body={"email": "new@example.org", "name": "New"},
        visitor=401,
        secretariat=201,
        others=403,
    ),
    row("GET /accounts/{id}", "the expert's account", visitor=401, secretariat=200, others=404),
    row(
        "POST /accounts/{id}/remind",
        "an account that nobody has taken over",
        visitor=401,
        secretariat=200,
        others=404,
    ),
    row("POST /accounts/{id}/remind", "the expert's account", visitor=401, secretariat=409, others=404),
    row(
        "POST /accounts/{id}/suspend",
        "the expert's account",
        body={"reason": "Left."},
        visitor=401,
        secretariat=200,
        others=404,
    ),
    row(
        "POST /accounts/{id}/reinstate",
        "a suspended account",
        body={"reason": "Back."},
        visitor=401,
        secretariat=200,
        others=404,
    ),
    row(
        "POST /accounts/{id}/remove-second-factor",
        "the expert's account",
        body={"reason": "Lost."},
        visitor=401,
        secretariat=200,
        others=404,
    ),
    row(
        "POST /accounts/{id}/remove-second-factor",
        "a suspended account",
        body={"reason": "Lost."},
        visitor=401,
        secretariat=409,
        others=404,
    ),
]
