"""Accounts are asked for, given, and looked after by the secretariat."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse

from api import signing_in
from api.operations import operation
from api.requests import ApiRequest
from api.v1.accounts import life_serializers as shapes
from api.viewsets import ApiViewSet, ResourceViewSet, get
from experts import account_directory, policies
from experts.actions import accounts, registrations, second_factors
from experts.models import Registration, User

REGISTRATION = {
    "id": "019a1b2c-8888-7f60-8a1b-2c3d4e5f6071",
    "email": "jonas.weber@example.org",
    "name": "Jonas Weber",
    "language": "de",
    "reason": "I train customs officers in Vienna.",
    "status": "waiting",
    "asked": "2026-11-23T16:40:00Z",
    "decided": None,
    "note": "",
    "account": None,
    "allowed_actions": ["accept", "refuse"],
}
ACCOUNT = {
    "id": "019a1b2c-9999-7f60-8a1b-2c3d4e5f6071",
    "email": "jonas.weber@example.org",
    "name": "Jonas Weber",
    "language": "de",
    "status": "unclaimed",
    "is_secretariat": False,
    "has_second_factor": False,
    "created": "2026-11-24T08:00:00Z",
    "last_sign_in": None,
    "allowed_actions": ["remind"],
}


class RegistrationViewSet(ResourceViewSet[Registration]):
    """Requests for accounts."""

    tag = "Accounts"
    model = Registration

    @operation(
        "Ask for an account",
        body=shapes.RegistrationInput,
        sign_in=False,
        idempotent=False,
        throttle="account_mail",
        body_example={
            "email": "jonas.weber@example.org",
            "name": "Jonas Weber",
            "language": "de",
            "reason": "I train customs officers in Vienna.",
        },
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """The secretariat decides, and you are told by mail. The answer and its time are the same if there is
        an account with this address already; its owner is told that."""
        signing_in.count_mail_to(request.input["email"])
        registrations.ask(**request.input)
        return self.nothing()

    @operation(
        "Requests for accounts",
        response=shapes.RegistrationShown,
        query=shapes.RegistrationFilters,
        paginated=True,
        sign_in=True,
        example=REGISTRATION,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """For the secretariat: what waits and what was decided in the last month, the latest first."""
        policies.require(policies.secretariat, request.viewer, None)
        rows = self.visible().exclude(status=Registration.Status.NEW)
        if status := request.query.get("status"):
            rows = rows.filter(status=status)
        return self.page(
            rows, order=["-id"], represent=lambda page: shapes.registrations(page, request.viewer)
        )

    @operation(
        "A request for an account", response=shapes.RegistrationShown, sign_in=True, example=REGISTRATION
    )
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """For the secretariat."""
        return self._shown(self.find(id=id))

    @operation("Accept a request", response=shapes.RegistrationShown, example=REGISTRATION)
    def accept(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Makes the account; the person gets a mail with the link to take it over."""
        return self._shown(registrations.accept(id, acting_user=request.person))

    @operation(
        "Refuse a request",
        body=shapes.Refusal,
        response=shapes.RegistrationShown,
        example=REGISTRATION,
        body_example={"note": "Please write from the address of your service."},
    )
    def refuse(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The person is told by mail, with the note."""
        return self._shown(registrations.refuse(id, acting_user=request.person, **request.input))

    def _shown(self, registration: Registration) -> HttpResponse:
        [body] = shapes.registrations([registration], self.request.viewer)
        return self.answer(body)


class AccountViewSet(ApiViewSet):
    """Accounts, for the secretariat."""

    tag = "Accounts"

    @operation(
        "Accounts",
        response=shapes.KnownAccount,
        query=shapes.AccountFilters,
        paginated=True,
        sign_in=True,
        example=ACCOUNT,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """For the secretariat, the newest first."""
        policies.require(policies.secretariat, request.viewer, None)
        rows = account_directory.visible(request.viewer)
        if status := request.query.get("status"):
            rows = rows.filter(status=status)
        if email := request.query.get("email"):
            rows = rows.filter(email=email.lower())
        return self.page(rows, order=["-id"], represent=lambda page: shapes.accounts(page, request.viewer))

    @operation(
        "Invite somebody",
        status=201,
        body=shapes.InvitedAccount,
        response=shapes.KnownAccount,
        example=ACCOUNT,
        body_example={"email": "jonas.weber@example.org", "name": "Jonas Weber", "language": "de"},
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """Makes an account; the person gets a mail with the link to take it over, which holds for a week."""
        user = accounts.invite(**request.input, acting_user=request.person)
        return self.created(self._body(user.pk), location=f"/api/v1/accounts/{user.pk}")

    @operation("An account", response=shapes.KnownAccount, sign_in=True, example=ACCOUNT)
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """For the secretariat."""
        return self.answer(self._body(id))

    @operation("Invite again", response=shapes.KnownAccount, example=ACCOUNT)
    def remind(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Sends a fresh link to take the account over."""
        accounts.remind(id, acting_user=request.person)
        return self.answer(self._body(id))

    @operation(
        "Suspend an account",
        body=shapes.WhyInput,
        response=shapes.KnownAccount,
        example=ACCOUNT,
        body_example={"reason": "Left the service."},
    )
    def suspend(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """No session and no token works from now on, and the profile is hidden."""
        accounts.suspend(id, acting_user=request.person, **request.input)
        return self.answer(self._body(id))

    @operation(
        "Reinstate an account",
        body=shapes.WhyInput,
        response=shapes.KnownAccount,
        example=ACCOUNT,
        body_example={"reason": "Is back."},
    )
    def reinstate(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Ends a suspension. The profile stays hidden until it is shown again."""
        accounts.reinstate(id, acting_user=request.person, **request.input)
        return self.answer(self._body(id))

    @operation(
        "Remove a lost second factor",
        body=shapes.WhyInput,
        response=shapes.KnownAccount,
        example=ACCOUNT,
        body_example={"reason": "Lost the phone; known by voice, and confirmed by the ministry."},
    )
    def remove_second_factor(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """For who has lost authenticator and recovery codes, once you are sure who that is. They are told by
        mail, and all their sessions end."""
        second_factors.remove_for(id, acting_user=request.person, **request.input)
        return self.answer(self._body(id))

    def _body(self, user_id: UUID) -> dict[str, object]:
        user: User = get(account_directory.visible(self.request.viewer), pk=user_id)
        [body] = shapes.accounts([user], self.request.viewer)
        return body
