"""/keep-account/<token>: where who asked to be erased takes it back, by the link in the message.

The token says whose account it is, so nobody signs in. Looking at the page changes nothing: programs that
follow every link in a message must not keep anybody's account.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from api.unsubscribe import POLICY
from config.errors import Conflict, Invalid
from experts import erasure_letters
from experts.actions import erasure
from experts.models import User


@csrf_exempt  # the token is the proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Asks (GET), or keeps the account (POST). 404 for an address that was not made here, or is too late."""
    try:
        user = erasure.of_token(token)
    except Invalid:
        return _page(request, "en", "wrong", status=404)
    if user.status != User.Status.LEAVING:
        return _page(request, user.language, "done")
    if request.method != "POST":
        return _page(request, user.language, "ask")
    try:
        erasure.come_back(user.pk)
    except Conflict:
        return _page(request, user.language, "wrong", status=404)
    return _page(request, user.language, "done")


def _page(request: HttpRequest, language: str, key: str, *, status: int = 200) -> HttpResponse:
    say = erasure_letters.words(language)
    context = {"language": language, "text": say[key], "button": say["yes"] if key == "ask" else ""}
    response = render(request, "api/unsubscribe.html", context, status=status)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response
