"""Django's admin, signed in to as the API is: by the same rates, with the second factor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from api import signing_in, throttling
from config.errors import DomainError
from experts.models import User


class SignInForm(AdminAuthenticationForm):
    """Asks for a code as well, which only those need who have a second factor."""

    code = forms.CharField(
        max_length=40,
        required=False,
        label="Code of your authenticator, or recovery code (if you have a second factor)",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def clean(self) -> dict[str, Any]:
        """As `signing_in` has it; faults are told as the form tells them."""
        given = self.cleaned_data
        if self.request is None or not given.get("username") or not given.get("password"):
            return given
        try:
            throttling.take("sign_in", f"address:{throttling.client_address(self.request)}")
            user = signing_in.prove(
                self.request,
                email=given["username"],
                password=given["password"],
                code=given.get("code", ""),
            )
        except DomainError as error:
            raise ValidationError(error.detail, code=error.code) from None
        self.confirm_login_allowed(user)
        if signing_in.has_to_enrol(user):
            raise ValidationError(
                "Set up a second factor first (POST /api/v1/me/second-factor).", code="second_factor_required"
            )
        signing_in.note_browser(self.request)
        self.user_cache = user
        return given

    def confirm_login_allowed(self, user: Any) -> None:
        """Staff whose accounts are active: coming back from an erasure is not done here."""
        if not (isinstance(user, User) and user.is_active and user.is_staff):
            raise self.get_invalid_login_error()


class CommunityAdmin(admin.AdminSite):
    """The secretariat's admin."""

    login_form = SignInForm

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff, in a session that is good for all."""
        return super().has_permission(request) and not signing_in.is_enrolling(request)
