"""Being erased: asked for by the person, reversible for two weeks, then final.

The account is shut and hidden at once: no session and no token works, the profile is withdrawn from directory
and search in the same transaction, and wherever the person's name stands beside what they wrote it reads
"Former member". Signing in, or the link in the message, takes it all back. After that nothing personal is
left (`experts.personal`); what they wrote stays, by a former member.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, Invalid
from experts import audit, erasure_letters, personal, redaction, sessions
from experts.actions import proof
from experts.models import Erasure, PersonalToken, Profile, User
from search import outbox, spelling

REVERSIBLE_FOR = timedelta(days=14)
FORMER_MEMBER = "Former member"
SALT = "experts.erasure.come_back"

log = structlog.get_logger("experts.erasure")


def ask(*, acting_user: User, password: str, code: str = "") -> Erasure:
    """Shut and hide the acting person's own account now, and erase it in two weeks.

    `Invalid` for a wrong password or code.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=acting_user.pk)
        if user.status != User.Status.ACTIVE or user.is_system:
            raise Conflict("This account is not active.", code="not_active")
        proof.require(user, password=password, code=code)
        now = timezone.now()
        erasure = Erasure(user=user, asked_at=now, due_at=now + REVERSIBLE_FOR, name=user.name)
        profile = Profile.objects.select_for_update().filter(pk=user.pk).first()
        if profile is not None:
            erasure.profile_status = profile.status
            erasure.profile_hidden_because = profile.hidden_because
            _hide(profile)
        erasure.save(force_insert=True)
        user.status, user.name = User.Status.LEAVING, FORMER_MEMBER
        user.session_version += 1
        user.save(update_fields=["status", "name", "session_version"])
        sessions.end_all(user)
        PersonalToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
        outbox.enqueue("expert", [user.pk], restricting=True)
        changes = {"status": [User.Status.ACTIVE.value, user.status]}
        audit.record("account.erasure_asked", user, actor=user, concerns=user.pk, changes=changes)
        erasure_letters.send.defer(user_id=str(user.pk), token=token(user.pk))
        return erasure


def come_back(user_id: UUID) -> User:
    """Take the asking back, for who has proven to be the person: by password, or by the message's link.

    Everything is as it was; tokens have to be issued anew. `Conflict` where nothing was asked or it is done.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id, status=User.Status.LEAVING).first()
        erasure = Erasure.objects.filter(pk=user_id).first()
        if user is None or erasure is None:
            raise Conflict("This account is not about to be erased.", code="not_leaving")
        user.status, user.name = User.Status.ACTIVE, erasure.name
        user.save(update_fields=["status", "name"])
        if erasure.profile_status:
            Profile.objects.filter(pk=user.pk).update(
                status=erasure.profile_status, hidden_because=erasure.profile_hidden_because
            )
        erasure.delete()
        outbox.enqueue("expert", [user.pk])
        changes = {"status": [User.Status.LEAVING.value, user.status]}
        audit.record("account.erasure_taken_back", user, actor=user, concerns=user.pk, changes=changes)
        return user


def token(user_id: UUID) -> str:
    """What the link in the message carries. It works as long as there is something to take back."""
    return signing.dumps(str(user_id), salt=SALT)


def of_token(given: str) -> User:
    """Whose message a link came with. `Invalid` for one that was not made here, or whose account is gone."""
    try:
        user_id = UUID(signing.loads(given, salt=SALT))
    except signing.BadSignature:
        raise Invalid.field("/token", "This is no address of ours.", code="invalid_token") from None
    user = User.objects.filter(pk=user_id).exclude(status=User.Status.ERASED).first()
    if user is None:
        raise Invalid.field("/token", "This account is gone.", code="account_gone")
    return user


def erase_due(now: datetime | None = None) -> int:
    """Erase everyone whose time is over, each in a transaction of their own; returns how many."""
    due = Erasure.objects.filter(due_at__lte=now or timezone.now()).order_by("due_at", "pk")
    return sum(_erase(user_id, now or timezone.now()) for user_id in due.values_list("pk", flat=True))


@transaction.atomic
def _erase(user_id: UUID, now: datetime) -> bool:
    """Leave nothing personal of somebody; False where they have come back meanwhile."""
    user = User.objects.select_for_update().filter(pk=user_id, status=User.Status.LEAVING).first()
    erasure = Erasure.objects.filter(pk=user_id, due_at__lte=now).first()
    if user is None or erasure is None:
        return False
    words = redaction.words_of(user, erasure)
    # Upper rooms first: what refers to something goes before it.
    for part in reversed(personal.all_held()):
        part.erased(user)
    _forget_account(user)
    redaction.redact_audit(user, words, at=now)
    spelling.forget(words)
    outbox.enqueue("expert", [user_id], restricting=True)
    actor = User.objects.system("erasure")
    audit.record("account.erased", user, actor=actor, concerns=user_id)
    log.info("erased", person=str(user_id))
    return True


def _hide(profile: Profile) -> None:
    profile.status = Profile.Status.HIDDEN
    profile.hidden_because = Profile.HiddenBecause.ERASURE
    profile.save(update_fields=["status", "hidden_because"])


def _forget_account(user: User) -> None:
    """The account stays as what others' texts and acts hang on: nameless, without an address, shut."""
    LogEntry.objects.filter(user=user).delete()
    of_user = ContentType.objects.get_for_models(User, Profile).values()
    LogEntry.objects.filter(content_type__in=of_user, object_id=str(user.pk)).update(
        object_repr=FORMER_MEMBER, change_message=""
    )
    Erasure.objects.filter(pk=user.pk).delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.email = f"{user.pk}@erased.invalid"
    user.name = FORMER_MEMBER
    user.status = User.Status.ERASED
    user.set_unusable_password()
    user.is_staff = user.is_superuser = False
    user.language, user.time_zone, user.last_login = "en", "UTC", None
    user.save()
