"""Mail about an account: links that open it, and word of what was changed, in the person's language.

A letter is put together when it is sent, as things are then; the job holds no address and no secret. The
links are made at that moment and are stored nowhere.
"""

from __future__ import annotations

from uuid import UUID

from django.core.mail import EmailMessage
from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from experts import audit, site
from experts.account_links import HOLDS_FOR, Purpose, url_for
from experts.models import EmailChange, RecoveryCode, Registration, User
from experts.words import say

ACTIVATE = "activate"
RESET = "reset"
KNOWN = "known"
PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a letter
EMAIL_ASKED = "email_asked"
EMAIL_CONFIRM = "email_confirm"
EMAIL_CHANGED = "email_changed"
SECOND_FACTOR_ADDED = "second_factor_added"
SECOND_FACTOR_REMOVED = "second_factor_removed"
RECOVERY_CODE_USED = "recovery_code_used"
RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
# What somebody else may have done, whose owner is to act.
_ALARMING = {
    PASSWORD_CHANGED,
    EMAIL_ASKED,
    EMAIL_CHANGED,
    SECOND_FACTOR_ADDED,
    SECOND_FACTOR_REMOVED,
    RECOVERY_CODE_USED,
    RECOVERY_CODES_RENEWED,
}
_RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)


def tell(kind: str, whom: User | UUID | None) -> None:
    """Have a letter sent once the caller's transaction is committed. None: a job like any other, that sends
    nothing."""
    user_id = whom.pk if isinstance(whom, User) else whom
    send.defer(kind=kind, user_id=str(user_id) if user_id else "")


@app.task(name="experts.send_account_letter", retry=_RETRY)
def send(kind: str, user_id: str) -> None:
    """Send it, if the account is (still) in the state that it tells of."""
    user = User.objects.filter(pk=UUID(user_id), is_system=False).first() if user_id else None
    if user is None:
        return
    if user.status == User.Status.UNCLAIMED and kind in {ACTIVATE, RESET, KNOWN}:
        kind = ACTIVATE  # whoever never had a password cannot have forgotten it
    elif user.status != User.Status.ACTIVE or kind == ACTIVATE:
        return
    with transaction.atomic():
        message = _letter(kind, user)
        if message is None:
            return
        if kind == RESET:
            actor = User.objects.system("accounts")
            audit.record("account.reset_sent", user, actor=actor, concerns=user.pk)
        message.send()


@app.task(name="experts.send_refusal", retry=_RETRY)
def refused(registration_id: str) -> None:
    """Tell who asked for an account that there is none for them, and what the secretariat says."""
    registration = Registration.objects.filter(
        pk=UUID(registration_id), status=Registration.Status.REFUSED
    ).first()
    if registration is None:
        return
    language = registration.language
    lines = [say(language, "account.refused.text", site=site.host())]
    if registration.note:
        lines.append(say(language, "reason", reason=registration.note))
    subject = say(language, "account.refused.subject", site=site.host())
    _message(subject, "\n\n".join(lines), registration.email, language).send()


def _letter(kind: str, user: User) -> EmailMessage | None:
    to, values = user.email, dict[str, str | int](site=site.host())
    if kind in {ACTIVATE, RESET}:
        values |= {"link": url_for(Purpose(kind), user), "days": HOLDS_FOR[Purpose.ACTIVATE].days}
    if kind in {EMAIL_ASKED, EMAIL_CONFIRM}:
        wanted = EmailChange.objects.filter(pk=user.pk).first()
        if wanted is None:
            return None
        values["email"] = wanted.email
        if kind == EMAIL_CONFIRM:
            to, values["link"] = wanted.email, url_for(Purpose.EMAIL, user)
            if User.objects.filter(email=wanted.email).exists():
                kind = "email_taken"
    if kind == RECOVERY_CODE_USED:
        values["left"] = RecoveryCode.objects.filter(user=user, used_at=None).count()
    text = say(user.language, f"account.{kind}.text", **values)
    if kind in _ALARMING:
        text += f"\n\n{say(user.language, 'account.not_you')}"
    return _message(say(user.language, f"account.{kind}.subject", **values), text, to, user.language)


def _message(subject: str, text: str, to: str, language: str) -> EmailMessage:
    headers = {"Auto-Submitted": "auto-generated", "Content-Language": language}
    return EmailMessage(subject=subject, body=f"{text}\n", to=[to], headers=headers)
