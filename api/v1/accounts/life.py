"""What a person does to their own account: password, address, sessions, second factor."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpResponse

from api import signing_in
from api.operations import operation
from api.requests import ApiRequest
from api.v1.accounts import life_serializers as shapes
from api.viewsets import ApiViewSet
from experts import second_factor, sessions
from experts.actions import accounts, addresses, passwords, second_factors
from experts.actions import sessions as session_actions
from experts.models import RecoveryCode, SecondFactor, Session, User

WORDS = "correct horse battery staple"
KEY = "WyIwMTlhMWIyYyIsImQ4Il0:1vNQ2k:2pXk0m5c9Qm1z"
STATE = {
    "is_on": True,
    "is_required": False,
    "since": "2026-11-02T08:15:00Z",
    "recovery_codes_left": 10,
    "allowed_actions": ["renew_recovery_codes", "remove"],
}
CODES = {"recovery_codes": ["K3QX-2M7D-ALPE-55TB-QF6Z-RW2H"]}
SESSION = {
    "id": "019a1b2c-7777-7f60-8a1b-2c3d4e5f6071",
    "started": "2026-11-24T07:58:00Z",
    "last_used": "2026-11-24T09:10:00Z",
    "agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "is_this": True,
    "allowed_actions": ["end"],
}


class CredentialsViewSet(ApiViewSet):
    """Password and address."""

    tag = "Accounts"

    @operation(
        "Change my password",
        body=shapes.PasswordChange,
        idempotent=False,
        throttle="password",
        body_example={"password": WORDS, "new_password": "a violet under seven bridges"},
    )
    def change_password(self, request: ApiRequest) -> HttpResponse:
        """All your other sessions end; you are told by mail. Personal tokens go on working: revoke those you
        do not trust."""
        user = passwords.change(**request.input, acting_user=request.person, session_key=session_key(request))
        if request.token is None:
            update_session_auth_hash(request.django, user)
        return self.nothing()

    @operation(
        "Change my address",
        body=shapes.EmailChangeInput,
        idempotent=False,
        throttle="password",
        body_example={"password": WORDS, "email": "aigul@example.org"},
    )
    def change_email(self, request: ApiRequest) -> HttpResponse:
        """A link goes to the new address; opening it within a day changes yours. The present address is told.
        The answer is the same whether or not there is an account with the new one."""
        # Before the password: how often mail goes to an address does not depend on who asks for it.
        signing_in.count_mail_to(request.input["email"])
        addresses.ask_change(**request.input, acting_user=request.person)
        return self.nothing()

    @operation(
        "Confirm an address",
        body=shapes.Key,
        sign_in=False,
        idempotent=False,
        throttle="account_key",
        body_example={"key": KEY},
    )
    def confirm_email(self, request: ApiRequest) -> HttpResponse:
        """With the key of the link that was sent there. 404 for one that does not hold: wrong, older than a
        day, used, or about an address that is no longer wanted."""
        addresses.confirm(**request.input)
        return self.nothing()

    @operation(
        "Ask for a new password",
        body=shapes.ResetRequest,
        sign_in=False,
        idempotent=False,
        throttle="account_mail",
        body_example={"email": "aigul.sadykova@example.org"},
    )
    def ask_reset(self, request: ApiRequest) -> HttpResponse:
        """A link that holds for an hour goes to the address, if there is an active account with it. The
        answer and its time are the same if there is none."""
        signing_in.count_mail_to(request.input["email"])
        passwords.ask_reset(**request.input)
        return self.nothing()

    @operation(
        "Set a new password",
        body=shapes.KeyAndPassword,
        sign_in=False,
        idempotent=False,
        throttle="account_key",
        body_example={"key": KEY, "password": "a violet under seven bridges"},
    )
    def reset(self, request: ApiRequest) -> HttpResponse:
        """With the key of the link in the mail; it works once. All sessions end, and the person is told by
        mail. A second factor stays. 404 for a key that does not hold."""
        passwords.reset(**request.input)
        return self.nothing()

    @operation(
        "Take an account over",
        body=shapes.KeyAndPassword,
        sign_in=False,
        idempotent=False,
        throttle="account_key",
        body_example={"key": KEY, "password": "a violet under seven bridges"},
    )
    def activate(self, request: ApiRequest) -> HttpResponse:
        """Who was invited, or whose request was accepted, chooses a password with the key of the link in the
        mail; then they can sign in. 404 for a key that does not hold."""
        accounts.claim(**request.input)
        return self.nothing()


class OwnSessionViewSet(ApiViewSet):
    """One's own sessions in browsers."""

    tag = "Accounts"

    @operation("My sessions", response=shapes.SessionShown, paginated=True, sign_in=True, example=SESSION)
    def list(self, request: ApiRequest) -> HttpResponse:
        """Where you are signed in, the latest sign-in first."""
        this = None if request.token else request.django.session.get(sessions.NUMBER)
        return self.page(
            Session.objects.visible(request.viewer).defer("session_data"),
            order=["-started_at", "-number"],
            represent=lambda rows: shapes.sessions(rows, this),
        )

    @operation("End a session")
    def destroy(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """That browser is signed out at once."""
        session_actions.end(id, acting_user=request.person)
        return self.nothing()

    @operation("Sign out everywhere")
    def destroy_all(self, request: ApiRequest) -> HttpResponse:
        """Ends all your sessions, the one that asks included. Personal tokens go on working."""
        session_actions.end_all(acting_user=request.person)
        if request.token is None:
            logout(request.django)
        return self.nothing()


class SecondFactorViewSet(ApiViewSet):
    """One-time codes of an authenticator app (TOTP), and recovery codes."""

    tag = "Accounts"

    @operation(
        "My second factor",
        response=shapes.SecondFactorState,
        sign_in=True,
        enrolling=True,
        example=STATE,
    )
    def retrieve(self, request: ApiRequest) -> HttpResponse:
        """Whether signing in asks you for a code, and how many recovery codes you have left."""
        return self.answer(_state(request.person))

    @operation(
        "Begin a second factor",
        body=shapes.PasswordOnly,
        response=shapes.NewSecondFactor,
        idempotent=False,
        enrolling=True,
        throttle="password",
        example={
            "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            "uri": "otpauth://totp/community.example.org:aigul@example.org?"
            "secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=community.example.org",
        },
        body_example={"password": WORDS},
    )
    def begin(self, request: ApiRequest) -> HttpResponse:
        """A secret for your authenticator. Nothing changes until you confirm it with a code."""
        secret = second_factors.begin(**request.input, acting_user=request.person)
        return self.answer({"secret": secret, "uri": second_factor.uri(secret, request.person)})

    @operation(
        "Confirm a second factor",
        body=shapes.FirstCode,
        response=shapes.RecoveryCodes,
        idempotent=False,
        enrolling=True,
        throttle="password",
        example=CODES,
        body_example={"code": "492039"},
    )
    def confirm(self, request: ApiRequest) -> HttpResponse:
        """From now on signing in asks for a code. Your other sessions end. The recovery codes are in this
        answer and never again."""
        codes = second_factors.confirm(
            **request.input, acting_user=request.person, session_key=session_key(request)
        )
        if request.token is None:
            request.django.session.pop(sessions.ENROLLING, None)
            request.django.session.cycle_key()
        return self.answer({"recovery_codes": codes})

    @operation(
        "Renew my recovery codes",
        body=shapes.Proof,
        response=shapes.RecoveryCodes,
        idempotent=False,
        throttle="password",
        example=CODES,
        body_example={"password": WORDS, "code": "492039"},
    )
    def renew_recovery_codes(self, request: ApiRequest) -> HttpResponse:
        """The former ones no longer work."""
        codes = second_factors.renew_recovery_codes(**request.input, acting_user=request.person)
        return self.answer({"recovery_codes": codes})

    @operation(
        "Remove my second factor",
        body=shapes.Proof,
        idempotent=False,
        throttle="password",
        body_example={"password": WORDS, "code": "492039"},
    )
    def remove(self, request: ApiRequest) -> HttpResponse:
        """Signing in asks for the password alone. Where this site asks you to have a second factor, your next
        session is good for nothing but setting one up."""
        second_factors.remove(**request.input, acting_user=request.person)
        return self.nothing()


def session_key(request: ApiRequest) -> str | None:
    """Of the session that asks; None for a personal token."""
    return None if request.token else request.django.session.session_key


def _state(user: User) -> dict[str, object]:
    factor = SecondFactor.objects.in_force().filter(pk=user.pk).first()
    left = RecoveryCode.objects.filter(user=user, used_at=None).count() if factor else 0
    return {
        "is_on": factor is not None,
        "is_required": signing_in.is_demanded(user),
        "since": factor.confirmed_at if factor else None,
        "recovery_codes_left": left,
        "allowed_actions": ["renew_recovery_codes", "remove"] if factor else ["begin"],
    }
