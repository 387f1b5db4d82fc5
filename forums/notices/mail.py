"""The letter about notices: HTML and text, in the reader's language, with one-click unsubscription (RFC
8058)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from config.errors import Invalid
from experts import site
from experts.models import User
from forums import text
from forums.models import Appeal, Cadence, Notice
from forums.notices.shown import Shown
from forums.notices.words import has, say, say_number

Reason = Notice.Reason
SALT = "forums.notices.unsubscribe"
SHOWN_IN_FULL = 30
EXCERPT = 240


@dataclass(frozen=True, slots=True)
class Item:
    """One notice as the letter shows it."""

    line: str
    detail: str
    at: str
    url: str


def letter(user: User, notices: Sequence[Shown], cadence: str) -> EmailMultiAlternatives:
    """The message about these notices (at least one), which the user may read now."""
    language = user.language
    items = [_item(shown, user) for shown in notices[:SHOWN_IN_FULL]]
    more = len(notices) - len(items)
    reasons = {shown.notice.reason for shown in notices}
    unsubscribe = f"{settings.BASE_URL}/unsubscribe/{token(user.pk, reasons)}"
    context = {
        "language": language,
        "hello": say(language, "hello", name=user.name),
        "intro": say(language, f"intro.{cadence}"),
        "items": items,
        "read": say(language, "read"),
        "more": say_number(language, "more", more) if more else "",
        "why": say(language, "why"),
        "preferences": say(language, "preferences"),
        "preferences_url": f"{settings.BASE_URL}/me/notifications/preferences",
        "unsubscribe": say(language, "unsubscribe"),
        "unsubscribe_url": unsubscribe,
        "site": site.host(),
    }
    message = EmailMultiAlternatives(
        subject=_subject(language, items, len(notices), cadence),
        body=render_to_string("forums/mail/notices.txt", context),
        to=[user.email],
        headers={
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Message-ID": _message_id(notices),
            "Content-Language": language,
        },
    )
    message.attach_alternative(render_to_string("forums/mail/notices.html", context), "text/html")
    return message


def token(user_id: UUID, reasons: Collection[str]) -> str:
    """What an unsubscription address carries: whose mail, and for which reasons. It does not expire."""
    return signing.dumps([str(user_id), sorted(reasons)], salt=SALT, compress=True)


def read_token(given: str) -> tuple[UUID, list[str]]:
    """The person and the reasons of a token; `Invalid` for one that was not made here."""
    try:
        user_id, reasons = signing.loads(given, salt=SALT)
    except signing.BadSignature:
        raise Invalid.field("/token", "This is no address of ours.", code="invalid_token") from None
    return UUID(user_id), [reason for reason in reasons if reason in Reason]


def _subject(language: str, items: Sequence[Item], count: int, cadence: str) -> str:
    """One line without line breaks, whatever a title holds."""
    subject = items[0].line if count == 1 else say_number(language, "subject.several", count)
    if cadence != Cadence.AT_ONCE:
        subject = say(language, f"subject.{cadence}", subject=subject)
    return text.shortened(" ".join(subject.split()), 150)


def _item(shown: Shown, user: User) -> Item:
    post = shown.posts[0] if shown.posts else None
    local = shown.notice.updated_at.astimezone(_zone(user))
    return Item(
        line=_line(shown, user),
        detail=_detail(shown, user) or (text.excerpt(post.html, EXCERPT) if post else ""),
        at=format_datetime(local, "d MMMM, HH:mm", locale=user.language),
        url=settings.BASE_URL + _path(shown),
    )


def _line(shown: Shown, user: User) -> str:
    notice, language = shown.notice, user.language
    topic = shown.discussion.title if shown.discussion else ""
    space = shown.space.title if shown.space else ""
    match notice.reason:
        case Reason.MODERATION:
            line = say(language, _act(notice))
            where = topic or space
            return f"{line} {say(language, 'in', topic=where)}" if where else line
        case Reason.APPEAL:
            return say(language, f"appeal.{_appeal_state(notice)}")
        case Reason.INVITATION if notice.invitation is not None:
            return say_number(language, "invitation", 1, space=notice.invitation.space.title)
        case Reason.FLAG | Reason.UNPUBLISHED:
            return say_number(language, notice.reason, 1)
        case Reason.SAVED_SEARCH if notice.saved_search is not None:
            return say_number(language, "saved_search", shown.count, name=notice.saved_search.name)
    who = ", ".join(person.name for person in shown.people)
    return say_number(language, notice.reason, shown.count, who=who, topic=topic, space=space)


def _detail(shown: Shown, user: User) -> str:
    if shown.found:
        return text.shortened(" · ".join(held.title for held in shown.found), EXCERPT)
    entry = shown.notice.entry
    if entry is None or not entry.reason or shown.notice.reason != Reason.MODERATION:
        return ""
    return say(user.language, "reason", reason=text.shortened(entry.reason, EXCERPT))


def _act(notice: Notice) -> str:
    verb = notice.entry.verb if notice.entry else ""
    if verb.endswith(".undone"):
        return "act.undone"
    return f"act.{verb}" if has(f"act.{verb}") else "act"


def _appeal_state(notice: Notice) -> str:
    """To who made it, what became of it; to who may decide it, that it waits."""
    own = Appeal.objects.filter(entry_id=notice.entry_id, appellant_id=notice.user_id).first()
    return own.status if own and own.status != Appeal.Status.OPEN else "open"


def _path(shown: Shown) -> str:
    """Where a front-end shows it: as the addresses of the API, without their prefix."""
    notice = shown.notice
    match notice.reason:
        case Reason.FLAG:
            return f"/moderation/flags/{notice.case_id}"
        case Reason.INVITATION:
            return "/me/invitations"
        case Reason.JOIN_REQUEST if shown.space is not None:
            return f"/spaces/{shown.space.slug}/requests"
        case Reason.SAVED_SEARCH:
            return f"/me/searches/{notice.saved_search_id}/matches"
        case Reason.UNPUBLISHED:
            return f"/me/drafts/{notice.about}"
    return _path_of_posts(shown)


def _path_of_posts(shown: Shown) -> str:
    if shown.posts:
        return f"/discussions/{shown.posts[0].discussion_id}?around={shown.posts[0].position}"
    if shown.discussion is not None:
        return f"/discussions/{shown.discussion.pk}"
    return "/me/notifications"


def _zone(user: User) -> dt.tzinfo:
    try:
        return ZoneInfo(user.time_zone)
    except (KeyError, ValueError):
        return dt.UTC


def _message_id(notices: Sequence[Shown]) -> str:
    """The same for the same notices: a mail server that gets it twice can tell."""
    ids = ":".join(sorted(f"{shown.notice.pk}@{shown.notice.mailed_at}" for shown in notices))
    return f"<{hashlib.sha256(ids.encode()).hexdigest()[:32]}@{site.host()}>"
