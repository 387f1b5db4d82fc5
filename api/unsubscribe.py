"""/unsubscribe/<token>: the one page for people, reached from a message, and what mail programs post to.

The token says whose mail it is about, so nobody signs in (RFC 8058). Looking at the page changes nothing:
programs that follow every link in a message must not unsubscribe anybody.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from api.mail_pages import opened_by_key, show
from config.errors import Invalid
from forums.actions import digests
from forums.notices.words import say


@opened_by_key
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Asks (GET), or unsubscribes (POST). 404 for an address that was not made here."""
    try:
        user = digests.unsubscribe(token) if request.method == "POST" else digests.reader(token)
    except Invalid:
        return _page(request, "en", "unsubscribe.wrong", status=404)
    done = request.method == "POST"
    return _page(request, user.language, "unsubscribe.done" if done else "unsubscribe.ask", ask=not done)


def _page(
    request: HttpRequest, language: str, key: str, *, ask: bool = False, status: int = 200
) -> HttpResponse:
    button = say(language, "unsubscribe.yes") if ask else ""
    return show(request, language=language, text=say(language, key), button=button, status=status)
