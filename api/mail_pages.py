"""The plain pages that links in mails lead to. The address holds the key, so nobody signs in; looking at one
changes nothing, for programs follow every link in a message.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

# Styles are in the page itself, and its form is posted to where it came from.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

type View = Callable[..., HttpResponse]


def opened_by_key(view: View) -> View:
    """A view that asks (GET), or does it (POST). The key is the proof; a mail program has no cookie."""
    return csrf_exempt(never_cache(require_http_methods(["GET", "HEAD", "POST"])(view)))


def show(
    request: HttpRequest, *, language: str, text: str, button: str = "", status: int = 200, **password: Any
) -> HttpResponse:
    """A text, and what can be done: ``button``. Where a password is to be chosen, the field's ``label`` and
    how long it may be (``longest``)."""
    context = {"language": language, "text": text, "button": button, **password}
    response = render(request, "api/mail_page.html", context, status=status)
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "no-referrer"  # the address holds the key
    return response
