"""Accounts: what is sent and answered."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.serializers import Input, Output
from api.v1.accounts.life_serializers import code_if_any, password
from experts.models import PersonalToken, User


class SignIn(Input):
    email = serializers.CharField(max_length=254)
    password = password()
    code = code_if_any()


class Account(Output):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    language = serializers.CharField(
        help_text="The working language of mails and, without Accept-Language, of labels."
    )
    time_zone = serializers.CharField()
    is_secretariat = serializers.BooleanField()
    created = serializers.DateTimeField()
    allowed_actions = serializers.ListField(child=serializers.CharField())


def account(user: User, *, is_enrolling: bool = False) -> dict[str, Any]:
    """`Account` of a person, for the person alone. ``is_enrolling``: in a session that only serves to set up
    a second factor."""
    actions = ["issue_token", "change_password", "change_email", "erase"]
    return {
        "id": user.pk,
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "time_zone": user.time_zone,
        "is_secretariat": user.is_staff,
        "created": user.created_at,
        "allowed_actions": ["sign_out", *(["set_up_second_factor"] if is_enrolling else actions)],
    }


class TokenInput(Input):
    name = serializers.CharField(max_length=100, help_text="What it is for.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=PersonalToken.Scope.choices), min_length=1, max_length=3
    )
    expires_at = serializers.DateTimeField(help_text="At most a year from now.")
    password = password("Your password; needed in a session.", required=False, default="", allow_blank=True)
    code = code_if_any("Of your second factor, if you have one; needed in a session.")


class Token(Output):
    id = serializers.UUIDField()
    name = serializers.CharField()
    hint = serializers.CharField(help_text="How the secret begins.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=PersonalToken.Scope.choices))
    created = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    allowed_actions = serializers.ListField(child=serializers.CharField())


class NewToken(Token):
    secret = serializers.CharField(help_text="Shown this once.")


def token(row: PersonalToken) -> dict[str, Any]:
    """`Token` of one of a person's tokens."""
    return {
        "id": row.pk,
        "name": row.name,
        "hint": row.hint,
        "scopes": row.scopes,
        "created": row.created_at,
        "expires_at": row.expires_at,
        "last_used": row.last_used_at,
        "allowed_actions": ["revoke"],
    }
