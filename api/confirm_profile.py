"""/confirm-profile/<token>: where who was reminded of their profile says that it is still right.

The token says whose profile it is, so nobody signs in. Looking at the page changes nothing: programs that
follow every link in a message must not confirm anybody's profile.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from api.unsubscribe import POLICY
from config.errors import DomainError
from experts.actions import confirming
from experts.words import say


@csrf_exempt  # the token is the proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
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
    context = {
        "language": language,
        "text": say(language, f"profile.confirm.{key}"),
        "button": say(language, "profile.confirm.yes") if key == "ask" else "",
    }
    response = render(request, "api/unsubscribe.html", context, status=status)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response
