"""/account/<purpose>?key=…: the plain pages that links in mails about an account lead to, unless a front end
has its own (ACCOUNT_PAGES_URL): choosing a password, confirming an address.

The key is the proof, so nobody signs in. Looking at a page changes nothing: programs follow every link in a
message.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from api import throttling
from api.requests import LANGUAGES
from api.unsubscribe import POLICY
from config.errors import Conflict, Invalid, NotFound
from experts.account_links import Purpose
from experts.actions import accounts, addresses, passwords
from experts.words import say

LONGEST_PASSWORD = 1000


@csrf_exempt  # the key is the proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, purpose: str) -> HttpResponse:
    """Asks (GET), or does it (POST, with ``password`` where one is to be chosen)."""
    what, key, language = Purpose(purpose), request.GET.get("key", "")[:1000], _language(request)
    wants_password = what != Purpose.EMAIL
    if request.method != "POST":
        return _page(request, language, f"account.page.{what}", ask=True, password=wants_password)
    throttling.take("account_key", f"address:{throttling.client_address(request)}")
    password = request.POST.get("password", "")[:LONGEST_PASSWORD].replace("\x00", "")
    try:
        match what:
            case Purpose.ACTIVATE:
                accounts.claim(key=key, password=password)
            case Purpose.RESET:
                passwords.reset(key=key, password=password)
            case Purpose.EMAIL:
                addresses.confirm(key=key)
    except Invalid:
        return _page(request, language, "account.page.refused", ask=True, password=True, status=400)
    except Conflict:
        return _page(request, language, "account.page.taken", status=409)
    except NotFound:
        return _page(request, language, "account.page.wrong", status=404)
    return _page(request, language, f"account.page.{what}.done")


def _language(request: HttpRequest) -> str:
    """The browser's: whose page it is, only the key tells, and that is not opened for looking."""
    for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200]):
        language = tag.split("-")[0].lower()
        if language in LANGUAGES:
            return language
    return "en"


def _page(
    request: HttpRequest,
    language: str,
    key: str,
    *,
    ask: bool = False,
    password: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "language": language,
        "text": say(language, key),
        "label": say(language, "account.page.password") if password else "",
        "longest": LONGEST_PASSWORD,
        "button": say(language, f"account.page.{'save' if password else 'confirm'}") if ask else "",
    }
    response = render(request, "api/account.html", context, status=status)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"  # the address holds the key
    return response
