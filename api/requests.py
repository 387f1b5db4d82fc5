"""The request as views see it: who asks, in which language, and what they sent, already validated."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework.request import Request

from experts import viewers
from experts.models import PersonalToken, User
from search.viewer import Viewer

LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)


def accepted_language(request: HttpRequest) -> str | None:
    """The first working language that Accept-Language names; None where it names none."""
    for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200]):
        language = tag.split("-")[0].lower()
        if language in LANGUAGES:
            return language
    return None


class ApiRequest(Request):
    """A request to the API.

    ``query`` and ``input`` are the validated query parameters and body of the operation (see
    `api.operations`), ``expand`` the related objects asked for as dotted paths, ``fields`` the selected
    fields (None: all), ``expected_version`` the version that If-Match names (None: any; 0: one that nothing
    has).
    """

    query: dict[str, Any]
    input: dict[str, Any]
    expand: frozenset[str]
    fields: frozenset[str] | None
    expected_version: int | None

    @property
    def django(self) -> HttpRequest:
        """The request as Django's own functions want it."""
        return self._request

    @property
    def person(self) -> User:
        """The signed-in account; only for operations that need one (they answer 401 without)."""
        user = self.user
        if not isinstance(user, User):
            raise TypeError("This operation does not demand that somebody is signed in.")
        return user

    @property
    def token(self) -> PersonalToken | None:
        """The personal token the request came with; None for a session or a visitor."""
        return self.auth if isinstance(self.auth, PersonalToken) else None

    @cached_property
    def viewer(self) -> Viewer:
        """Who asks, as reading and searching see them; resolved once."""
        places = viewers.loaded(self.token or self.user)
        return viewers.resolve(self.user, language=self.language, places=places)

    @cached_property
    def language(self) -> str:
        """The working language for labels: Accept-Language, else the person's own, else English."""
        own = self.user.language if isinstance(self.user, User) else settings.LANGUAGE_CODE
        return accepted_language(self.django) or own
