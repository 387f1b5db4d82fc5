"""/keep-account/<token>: where who asked to be erased takes it back, by the link in the message.

The token says whose account it is, so nobody signs in. Looking at the page changes nothing: programs that
follow every link in a message must not keep anybody's account.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from api.mail_pages import opened_by_key, show
from config.errors import Conflict, Invalid
from experts import erasure_letters
from experts.actions import erasure
from experts.models import User


@opened_by_key
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
    button = say["yes"] if key == "ask" else ""
    return show(request, language=language, text=say[key], button=button, status=status)
