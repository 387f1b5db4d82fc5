"""The life of an account: what is sent and answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from rest_framework import serializers

from api.serializers import Input, Output, Query
from experts import account_policies, policies
from experts.models import Registration, Session, User
from search.viewer import Viewer

LONGEST_CODE = 40
NEW_PASSWORD = "At least 8 characters; none that many have, and none about you or this site."  # noqa: S105
STATUSES = [
    (value, label) for value, label in Registration.Status.choices if value != Registration.Status.NEW
]


def password(help_text: str = "", **options: Any) -> serializers.CharField:
    """A field for a password, taken as it is typed."""
    return serializers.CharField(max_length=1000, trim_whitespace=False, help_text=help_text, **options)


def code(help_text: str, **options: Any) -> serializers.CharField:
    """A field for a code of the second factor."""
    return serializers.CharField(max_length=LONGEST_CODE, help_text=help_text, **options)


def code_if_any(
    help_text: str = "Of your authenticator, or a recovery code; needed if you have a second factor.",
) -> serializers.CharField:
    """The same, for those who have one."""
    return code(help_text, required=False, default="", allow_blank=True)


class PasswordOnly(Input):
    password = password("Your present password.")


class Proof(PasswordOnly):
    """What an operation on one's own account wants again."""

    code = code_if_any()


class PasswordChange(Proof):
    new_password = password(NEW_PASSWORD)


class EmailChangeInput(Proof):
    email = serializers.EmailField(max_length=254)


class ResetRequest(Input):
    email = serializers.EmailField(max_length=254)


class Key(Input):
    key = serializers.CharField(max_length=1000, help_text="From the link in the mail.")


class KeyAndPassword(Key):
    password = password(NEW_PASSWORD)


class SecondFactorState(Output):
    is_on = serializers.BooleanField()
    is_required = serializers.BooleanField(help_text="Whether this site asks you to have one.")
    since = serializers.DateTimeField(allow_null=True)
    recovery_codes_left = serializers.IntegerField()
    allowed_actions = serializers.ListField(child=serializers.CharField())


class NewSecondFactor(Output):
    secret = serializers.CharField(help_text="In base 32. Shown this once.")
    uri = serializers.CharField(help_text="`otpauth://…`, to be shown as a QR code.")


class FirstCode(Input):
    code = code("That the authenticator shows now.")


class RecoveryCodes(Output):
    recovery_codes = serializers.ListField(
        child=serializers.CharField(), help_text="Each works once. Shown this once."
    )


class SessionShown(Output):
    id = serializers.UUIDField()
    started = serializers.DateTimeField()
    last_used = serializers.DateTimeField(help_text="To some minutes.")
    agent = serializers.CharField(help_text="What the browser calls itself.")
    is_this = serializers.BooleanField(help_text="Whether it is the one that asks.")
    allowed_actions = serializers.ListField(child=serializers.CharField())


def sessions(rows: Sequence[Session], this: str | None) -> list[dict[str, Any]]:
    """`SessionShown` of one's own sessions; ``this``: the number of the one that asks."""
    return [
        {
            "id": row.number,
            "started": row.started_at,
            "last_used": row.seen_at,
            "agent": row.agent,
            "is_this": str(row.number) == this,
            "allowed_actions": ["end"],
        }
        for row in rows
    ]


class InvitedAccount(Input):
    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=200)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, default="en")


class RegistrationInput(InvitedAccount):
    reason = serializers.CharField(
        max_length=2000, required=False, default="", allow_blank=True, help_text="For the secretariat."
    )


class RegistrationShown(Output):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    reason = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    asked = serializers.DateTimeField()
    decided = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(help_text="What the person was told.")
    account = serializers.UUIDField(allow_null=True)
    allowed_actions = serializers.ListField(child=serializers.CharField())


def registrations(rows: Sequence[Registration], viewer: Viewer) -> list[dict[str, Any]]:
    """`RegistrationShown` of each."""
    return [
        {
            "id": row.pk,
            "email": row.email,
            "name": row.name,
            "language": row.language,
            "reason": row.reason,
            "status": row.status,
            "asked": row.asked_at,
            "decided": row.decided_at,
            "note": row.note,
            "account": row.user_id,
            "allowed_actions": policies.allowed_actions(account_policies.REGISTRATION, viewer, row),
        }
        for row in rows
    ]


class RegistrationFilters(Query):
    status = serializers.ChoiceField(choices=STATUSES, required=False)


class Refusal(Input):
    note = serializers.CharField(
        max_length=2000, required=False, default="", allow_blank=True, help_text="For the person."
    )


class WhyInput(Input):
    reason = serializers.CharField(max_length=2000, help_text="For the audit log.")


class KnownAccount(Output):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    status = serializers.ChoiceField(choices=User.Status.choices)
    is_secretariat = serializers.BooleanField()
    has_second_factor = serializers.BooleanField()
    created = serializers.DateTimeField()
    last_sign_in = serializers.DateTimeField(allow_null=True)
    allowed_actions = serializers.ListField(child=serializers.CharField())


def accounts(rows: Sequence[Any], viewer: Viewer) -> list[dict[str, Any]]:
    """`KnownAccount` of each, which carries ``has_second_factor``."""
    return [
        {
            "id": row.pk,
            "email": row.email,
            "name": row.name,
            "language": row.language,
            "status": row.status,
            "is_secretariat": row.is_staff,
            "has_second_factor": row.has_second_factor,
            "created": row.created_at,
            "last_sign_in": row.last_login,
            "allowed_actions": policies.allowed_actions(account_policies.ACCOUNT, viewer, row),
        }
        for row in rows
    ]


class AccountFilters(Query):
    status = serializers.ChoiceField(choices=User.Status.choices, required=False)
    email = serializers.CharField(max_length=254, required=False, help_text="The whole address.")
