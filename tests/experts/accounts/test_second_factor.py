"""One-time codes and recovery codes: each works once, whoever tries at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from pytest_django import Settings

from config.errors import Conflict, Invalid, NotFound
from experts import second_factor
from experts.actions import proof, second_factors
from experts.models import AuditEntry, RecoveryCode, SecondFactor, User
from tests.factories import accounts as make_accounts
from tests.factories import experts as make
from tests.factories import jobs
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db


def enrolled() -> tuple[User, list[str]]:
    user = make_accounts.person()
    secret = second_factors.begin(acting_user=user, password=PASSWORD)
    codes = second_factors.confirm(acting_user=user, code=make_accounts.code(secret=secret))
    return user, codes


def wrong(user: User, code: str) -> str:
    with pytest.raises(Invalid) as caught:
        proof.require(user, password=PASSWORD, code=code)
    [error] = caught.value.errors
    assert error.pointer == "/code"
    return error.code


def test_it_is_in_force_once_a_code_was_given() -> None:
    user = make_accounts.person()
    secret = second_factors.begin(acting_user=user, password=PASSWORD)
    proof.require(user, password=PASSWORD)
    with pytest.raises(Invalid):
        second_factors.confirm(acting_user=user, code="000000")
    codes = second_factors.confirm(acting_user=user, code=make_accounts.code(secret=secret))
    assert len(set(codes)) == second_factor.NUMBER_OF_RECOVERY_CODES
    assert wrong(user, "") == "code_needed"
    with pytest.raises(Conflict):
        second_factors.begin(acting_user=user, password=PASSWORD)


def test_neither_the_secret_nor_the_codes_are_readable_in_the_database() -> None:
    user = make_accounts.person()
    secret = second_factors.begin(acting_user=user, password=PASSWORD)
    codes = second_factors.confirm(acting_user=user, code=make_accounts.code(secret=secret))
    stored = bytes(SecondFactor.objects.get().sealed)
    stored += b"".join(bytes(row.digest) for row in RecoveryCode.objects.all())
    for word in (secret, *codes):
        assert word.encode() not in stored


def test_a_code_works_once_and_not_after_a_later_one() -> None:
    user = make_accounts.with_second_factor(make_accounts.person())
    now = make_accounts.code()
    earlier, later, too_late, too_early = (make_accounts.code(steps) for steps in (-1, 1, -3, 3))
    proof.require(user, password=PASSWORD, code=now)
    assert wrong(user, now) == "wrong_code"
    assert wrong(user, earlier) == "wrong_code"
    assert wrong(user, too_late) == "wrong_code"
    assert wrong(user, too_early) == "wrong_code"
    proof.require(user, password=PASSWORD, code=f"{later[:3]} {later[3:]}")


def test_a_wrong_password_uses_no_code() -> None:
    user = make_accounts.with_second_factor(make_accounts.person())
    code = make_accounts.code()
    with pytest.raises(Invalid):
        proof.require(user, password="wrong", code=code)
    proof.require(user, password=PASSWORD, code=code)


def test_a_recovery_code_works_once_in_any_case_and_is_told_of() -> None:
    user, codes = enrolled()
    jobs.forget()
    proof.require(user, password=PASSWORD, code=codes[0].lower())
    assert wrong(user, codes[0]) == "wrong_code"
    assert [job.args["kind"] for job in jobs.waiting()] == ["recovery_code_used"]
    assert AuditEntry.objects.filter(verb="account.recovery_code_used", object_id=user.pk).count() == 1
    other, _ = enrolled()
    assert wrong(other, codes[1]) == "wrong_code"


def test_renewed_codes_replace_the_former() -> None:
    user, codes = enrolled()
    renewed = second_factors.renew_recovery_codes(acting_user=user, password=PASSWORD, code=codes[0])
    assert wrong(user, codes[1]) == "wrong_code"
    proof.require(user, password=PASSWORD, code=renewed[1])


def test_removing_it_wants_both_and_leaves_nothing() -> None:
    user, codes = enrolled()
    with pytest.raises(Invalid):
        second_factors.remove(acting_user=user, password=PASSWORD, code="")
    second_factors.remove(acting_user=user, password=PASSWORD, code=codes[0])
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    proof.require(user, password=PASSWORD)


def test_only_the_secretariat_removes_anothers_and_never_its_own() -> None:
    user, _ = enrolled()
    with pytest.raises(NotFound):
        second_factors.remove_for(user.pk, acting_user=make.user(), reason="Lost.")
    staff = make_accounts.with_second_factor(make.secretariat())
    with pytest.raises(Conflict):
        second_factors.remove_for(staff.pk, acting_user=staff, reason="Lost.")
    second_factors.remove_for(user.pk, acting_user=staff, reason="Lost the phone.")
    entry = AuditEntry.objects.get(verb="account.second_factor_removed", object_id=user.pk)
    assert (entry.actor_id, entry.reason) == (staff.pk, "Lost the phone.")


def test_the_sites_secret_can_be_exchanged(settings: Settings) -> None:
    user = make_accounts.with_second_factor(make_accounts.person())
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another secret of this site", [settings.SECRET_KEY]
    proof.require(user, password=PASSWORD, code=make_accounts.code())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["a code", "a recovery code"])
def test_of_many_who_give_a_code_at_the_same_moment_one_gets_in(kind: str) -> None:
    user, codes = enrolled()
    given = codes[0] if kind == "a recovery code" else make_accounts.code(1, _secret(user))
    start = Barrier(5)

    def try_it(_: int) -> bool:
        try:
            start.wait()
            return proof.code_fault(user, given) is None
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(try_it, range(5))) == 1


def _secret(user: User) -> str:
    SecondFactor.objects.filter(pk=user.pk).update(sealed=second_factor.sealed(make_accounts.SECRET))
    return make_accounts.SECRET
