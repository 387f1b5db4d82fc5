"""The keys in mails: each for one thing, for a time, once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone
from freezegun import freeze_time
from pytest_django import Settings

from config.errors import Conflict, Invalid, NotFound
from experts.account_links import HOLDS_FOR, Purpose, key_for
from experts.actions import accounts, addresses, passwords
from experts.models import AuditEntry, EmailChange, User
from tests.factories import accounts as make_accounts
from tests.factories import experts as make
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "a violet under seven bridges"


def unclaimed() -> User:
    return make.user(status=User.Status.UNCLAIMED)


def wanting(email: str = "new@example.org") -> User:
    user = make_accounts.person()
    addresses.ask_change(acting_user=user, email=email, password=PASSWORD)
    return user


USES: dict[Purpose, tuple[Callable[[], User], Callable[[str], User]]] = {
    Purpose.ACTIVATE: (unclaimed, lambda key: accounts.claim(key=key, password=NEW)),
    Purpose.RESET: (make_accounts.person, lambda key: passwords.reset(key=key, password=NEW)),
    Purpose.EMAIL: (wanting, lambda key: addresses.confirm(key=key)),
}


@pytest.mark.parametrize("purpose", Purpose)
def test_a_key_opens_what_it_was_made_for_and_works_once(purpose: Purpose) -> None:
    made, use = USES[purpose]
    user = made()
    key = key_for(purpose, user)
    assert use(key).pk == user.pk
    with pytest.raises(NotFound):
        use(key)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_key_is_void_after_its_time(purpose: Purpose) -> None:
    made, use = USES[purpose]
    key = key_for(purpose, made())
    with freeze_time(timezone.now() + HOLDS_FOR[purpose] + dt.timedelta(seconds=2)), pytest.raises(NotFound):
        use(key)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_key_opens_nothing_else(purpose: Purpose) -> None:
    _, use = USES[purpose]
    for other in set(Purpose) - {purpose}:
        made, _ = USES[other]
        user = made()
        with pytest.raises(NotFound):
            use(key_for(other, user))
    for nonsense in ("", "x", "a:b:c", "💩", key_for(purpose, USES[purpose][0]())[:-2]):
        with pytest.raises(NotFound):
            use(nonsense)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_key_of_an_account_that_was_shut_meanwhile_opens_nothing(purpose: Purpose) -> None:
    made, use = USES[purpose]
    user = made()
    key = key_for(purpose, user)
    User.objects.filter(pk=user.pk).update(status=User.Status.SUSPENDED)
    with pytest.raises(NotFound):
        use(key)


def test_a_key_survives_the_exchange_of_the_sites_secret(settings: Settings) -> None:
    user = make_accounts.person()
    key = key_for(Purpose.RESET, user)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another secret of this site", [settings.SECRET_KEY]
    passwords.reset(key=key, password=NEW)
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_a_password_changed_meanwhile_voids_the_key_and_so_does_signing_in() -> None:
    user = make_accounts.person()
    first = key_for(Purpose.RESET, user)
    passwords.change(acting_user=user, password=PASSWORD, new_password=NEW)
    user.refresh_from_db()
    second = key_for(Purpose.RESET, user)
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    for key in (first, second):
        with pytest.raises(NotFound):
            passwords.reset(key=key, password="another violet under bridges")


def test_a_weak_password_leaves_the_key_as_it_is() -> None:
    user = make_accounts.person()
    key = key_for(Purpose.RESET, user)
    with pytest.raises(Invalid):
        passwords.reset(key=key, password="12345678")
    passwords.reset(key=key, password=NEW)


def test_asking_for_another_address_voids_the_link_to_the_former() -> None:
    user = wanting("first@example.org")
    key = key_for(Purpose.EMAIL, user)
    addresses.ask_change(acting_user=user, email="second@example.org", password=PASSWORD)
    with pytest.raises(NotFound):
        addresses.confirm(key=key)
    assert EmailChange.objects.get().email == "second@example.org"


def test_an_address_that_somebody_else_took_meanwhile_is_not_taken() -> None:
    user = wanting("wanted@example.org")
    key = key_for(Purpose.EMAIL, user)
    make.user(email="wanted@example.org")
    with pytest.raises(Conflict):
        addresses.confirm(key=key)


def test_a_changed_address_is_in_the_audit_log() -> None:
    user = wanting("new@example.org")
    before = user.email
    addresses.confirm(key=key_for(Purpose.EMAIL, user))
    entry = AuditEntry.objects.get(verb="account.email_changed", object_id=user.pk)
    assert entry.changes == {"email": [before, "new@example.org"]}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("purpose", Purpose)
def test_of_many_who_use_a_key_at_the_same_moment_one_gets_in(purpose: Purpose) -> None:
    made, use = USES[purpose]
    key = key_for(purpose, made())
    start = Barrier(5)

    def try_it(_: int) -> bool:
        try:
            start.wait()
            use(key)
        except NotFound:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(try_it, range(5))) == 1
