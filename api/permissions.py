"""Signed in, and with a token that allows this? Everything else is asked of policies, by the actions."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission

from api import operations, signing_in
from api.requests import ApiRequest
from config.errors import Denied, NotSignedIn


class Access(BasePermission):
    """Raises `NotSignedIn` (401) for a visitor where a person is needed, `Denied` (403, ``missing_scope``)
    for a personal token without the scope. A session has every scope, once there is the second factor that
    the person has to have (403, ``second_factor_required``)."""

    def has_permission(self, request: Any, view: Any) -> bool:
        declared = operations.of(view)
        if declared is None:  # a method that is not offered: 405 follows
            return True
        asked: ApiRequest = request
        method = asked.method or ""
        if declared.needs_sign_in(method) and not asked.user.is_authenticated:
            raise NotSignedIn
        if asked.user.is_authenticated and asked.token is None and not declared.enrolling:
            signing_in.require_whole(asked.django)
        scope = declared.needs_scope(method)
        if asked.token is not None and scope not in asked.token.scopes:
            raise Denied(f"This token does not have the scope {scope!r}.", code="missing_scope")
        return True
