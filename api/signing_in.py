"""Signing in, for the API and for the admin alike: the same rates, the same proof, the same one answer for
all who do not get in."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.db import transaction
from django.http import HttpRequest

from api import throttling
from config.errors import Denied, NotSignedIn
from experts import second_factor, sessions, viewers
from experts.actions import erasure, proof
from experts.models import User
from forums import access

WRONG = "E-mail or password is wrong, or the account is not active."


def prove(request: HttpRequest, *, email: str, password: str, code: str = "") -> User:
    """Whose e-mail, password and, where there is a second factor, code these are.

    `NotSignedIn`: ``wrong_credentials``, the same after the same time for an unknown address, a wrong
    password and an account that may not sign in; ``code_needed`` or ``wrong_code`` once the password was
    right. `TooMany` when an account was tried too often, from wherever.
    """
    email = email.strip().lower()
    throttling.take("sign_in_account", hashed(email))
    user = authenticate(request, username=email, password=password)
    if not isinstance(user, User) or user.is_system:
        raise NotSignedIn(WRONG, code="wrong_credentials")
    if fault := proof.code_fault(user, code):
        raise NotSignedIn(fault.detail, code=fault.code, errors=[fault])
    return user


def begin(request: HttpRequest, user: User) -> None:
    """Start a session for somebody who has proven who they are, under a new key.

    Who asked to be erased is back by this. Who has to have a second factor and has none gets a session in
    which nothing can be done but setting it up.
    """
    if user.status == User.Status.LEAVING:
        with transaction.atomic():
            erasure.come_back(user.pk)
        user.refresh_from_db()
    request.session.flush()
    note_browser(request)
    if has_to_enrol(user):
        request.session[sessions.ENROLLING] = True
    login(request, user)


def is_demanded(user: User) -> bool:
    """Whether SECOND_FACTOR_FOR names what the person is: of the secretariat, or moderator somewhere."""
    if "secretariat" in settings.SECOND_FACTOR_FOR and user.is_staff:
        return True
    if "moderators" not in settings.SECOND_FACTOR_FOR:
        return False
    return bool(access.spaces_with(viewers.resolve(user), access.MODERATE))


def has_to_enrol(user: User) -> bool:
    """Whether the person has to have a second factor and has none."""
    return is_demanded(user) and not second_factor.in_force(user)


def note_browser(request: HttpRequest) -> None:
    """Keep what the browser calls itself in the session that begins, for its owner's list."""
    agent = request.headers.get("User-Agent", "")
    request.session[sessions.AGENT] = "".join(filter(str.isprintable, agent))[:200]


def is_enrolling(request: HttpRequest) -> bool:
    """Whether this session is only good for setting up a second factor."""
    return bool(request.session.get(sessions.ENROLLING))


def require_whole(request: HttpRequest) -> None:
    """Raise `Denied` in a session that is only good for setting up a second factor."""
    if is_enrolling(request):
        raise Denied("Set up a second factor first.", code="second_factor_required")


def count_mail_to(email: str) -> None:
    """Count a mail that anybody can have sent to an address; `TooMany` when it got too many."""
    throttling.take("account_mail_to", hashed(email.lower()))


def hashed(email: str) -> str:
    """An address as a bucket's name: addresses are not kept there."""
    return hashlib.sha256(email.encode()).hexdigest()
