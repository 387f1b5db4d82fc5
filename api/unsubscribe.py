"""/unsubscribe/<token>: the one page for people, reached from a message, and what mail programs post to.

The token says whose mail it is about, so nobody signs in (RFC 8058). Looking at the page changes nothing:
programs that follow every link in a message must not unsubscribe anybody.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config.errors import Invalid
from forums.actions import digests
from forums.notices.words import say

# Styles are in the page itself, and its form is posted to where it came from.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


@csrf_exempt  # the token is the proof; a mail program has no cookie
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
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
    context = {
        "language": language,
        "text": say(language, key),
        "button": say(language, "unsubscribe.yes") if ask else "",
    }
    response = render(request, "api/unsubscribe.html", context, status=status)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response
