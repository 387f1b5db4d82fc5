"""/account/<purpose>?key=…: the plain pages that links in mails about an account lead to, unless a front end
has its own (ACCOUNT_PAGES_URL): choosing a password, confirming an address.

The key is the proof, so nobody signs in. Looking at a page changes nothing: programs follow every link in a
message.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from api import throttling
from api.mail_pages import opened_by_key, show
from api.requests import accepted_language
from config.errors import Conflict, Invalid, NotFound
from experts.account_links import Purpose
from experts.actions import accounts, addresses, passwords
from experts.words import say

LONGEST_PASSWORD = 1000


@opened_by_key
def page(request: HttpRequest, purpose: str) -> HttpResponse:
    """Asks (GET), or does it (POST, with ``password`` where one is to be chosen)."""
    what, key = Purpose(purpose), request.GET.get("key", "")[:1000]
    # The browser's: whose page it is, only the key tells, and that is not opened for looking.
    language = accepted_language(request) or "en"
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


def _page(
    request: HttpRequest,
    language: str,
    key: str,
    *,
    ask: bool = False,
    password: bool = False,
    status: int = 200,
) -> HttpResponse:
    button = say(language, f"account.page.{'save' if password else 'confirm'}") if ask else ""
    label = say(language, "account.page.password") if password else ""
    text = say(language, key)
    return show(
        request,
        language=language,
        text=text,
        button=button,
        status=status,
        label=label,
        longest=LONGEST_PASSWORD,
    )
