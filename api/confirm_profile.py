"""/confirm-profile/<token>: where who was reminded of their profile says that it is still right.

The token says whose profile it is, so nobody signs in. Looking at the page changes nothing: programs that
follow every link in a message must not confirm anybody's profile.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from api.mail_pages import opened_by_key, show
from config.errors import DomainError
from experts.actions import confirming
from experts.words import say


@opened_by_key
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Asks (GET), or confirms (POST). 404 for an address that was not made here, is too old, or whose person
    may confirm nothing any more."""
    try:
        profile, is_due = confirming.of_token(token)
        if is_due and request.method == "POST":
            confirming.confirm(token)
            is_due = False
    except DomainError:
        return _page(request, "en", "wrong", status=404)
    return _page(request, profile.user.language, "ask" if is_due else "done")


def _page(request: HttpRequest, language: str, key: str, *, status: int = 200) -> HttpResponse:
    text = say(language, f"profile.confirm.{key}")
    button = say(language, "profile.confirm.yes") if key == "ask" else ""
    return show(request, language=language, text=text, button=button, status=status)
