"""Signing in by e-mail and password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from experts import viewers
from experts.models import User


class PeopleBackend(ModelBackend):
    """Who is active signs in; so does who asked to be erased, for that is how they come back
    (`experts.actions.erasure`). A session only lasts while the account is active."""

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(user is not None and (user.is_active or user.status == User.Status.LEAVING))

    def get_user(self, user_id: Any) -> User | None:
        user = viewers.account(user_id)
        return user if user is not None and user.is_active else None
