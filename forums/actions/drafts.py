"""Keeping what a person is writing, and publishing it: now, or at a time.

A draft is published by the action that publishes without one (`discussions.start`, `posts.reply`), so that
every rule is asked at that time, and of that time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from config.errors import Conflict, DomainError, Invalid, Stale, TooMany
from experts.models import User
from experts.policies import require
from forums import policies, text
from forums.actions import discussions, notices, posts
from forums.actions.common import language as known_language
from forums.actions.common import locked, viewer_of
from forums.actions.writing import MAX_ATTACHMENTS, Quote, quoted
from forums.models import Attachment, Discussion, Draft, Post, Space
from search.viewer import Viewer

MAX_DRAFTS = 100
AHEAD = dt.timedelta(days=366)

TASK = "forums.publish_draft"


class DraftFields(TypedDict, total=False):
    """What a draft holds; what is absent stays. It may be incomplete: that matters when it is published."""

    space: UUID | None
    parent: UUID | None
    kind: str
    title: str
    body: str
    language: str
    topics: Sequence[str]
    tags: Sequence[str]
    attachments: Sequence[UUID]
    quotes: Sequence[Quote]
    publish_at: dt.datetime | None


@transaction.atomic
def create(fields: DraftFields, *, acting_user: User, discussion_id: UUID | None = None) -> Draft:
    """Begin a draft: of a discussion, or with ``discussion_id`` of a reply.

    `Conflict` where there is a draft of a reply to that discussion already (``draft_exists``; ``current`` is
    that one), and for the hundred-and-first. `Invalid` names what is not there for the person.
    """
    viewer = viewer_of(acting_user)
    if discussion_id is not None:
        if not Discussion.objects.visible(viewer).filter(pk=discussion_id).exists():
            raise Invalid.field("/discussion", "There is no such discussion.", code="unknown_discussion")
        if "space" in fields:
            raise Invalid.field("/space", "A reply is where its discussion is.", code="not_both")
    # The person's own row, so that the limits hold for two at once.
    User.objects.select_for_update(no_key=True).get(pk=acting_user.pk)
    own = Draft.objects.filter(user=acting_user)
    if discussion_id is not None and (there := own.filter(discussion_id=discussion_id).first()):
        raise Conflict(
            "There is a draft of a reply to this discussion: change that one.",
            code="draft_exists",
            current=as_kept(there),
        )
    if own.count() >= MAX_DRAFTS:
        raise Conflict(f"At most {MAX_DRAFTS} drafts are kept.", code="too_many_drafts")
    draft = Draft(user=acting_user, discussion_id=discussion_id, version=0)
    _set(draft, fields, viewer)
    return draft


@transaction.atomic
def edit(
    draft_id: UUID, fields: DraftFields, *, acting_user: User, expected_version: int | None = None
) -> Draft:
    """Change a draft, or when it is published (None: not by itself). Its author.

    For another version than expected (another device was quicker), `Stale` carries both.
    """
    viewer = viewer_of(acting_user)
    draft = locked(Draft.objects.visible(viewer), pk=draft_id)
    if expected_version is not None and draft.version != expected_version:
        yours = {"topic" if name == "title" else name: value for name, value in fields.items()}
        raise Stale(current=as_kept(draft), yours=yours)
    if draft.discussion_id is not None and fields.get("space") is not None:
        raise Invalid.field("/space", "A reply is where its discussion is.", code="not_both")
    _set(draft, fields, viewer)
    return draft


@transaction.atomic
def discard(draft_id: UUID, *, acting_user: User) -> None:
    """Delete a draft; it is not published any more. Its author."""
    locked(Draft.objects.visible(viewer_of(acting_user)), pk=draft_id).delete()


@transaction.atomic
def publish(draft_id: UUID, *, acting_user: User, expected_version: int | None = None) -> Discussion | Post:
    """Publish a draft now; it is a draft no more. For whom, and what is raised, see `discussions.start` and
    `posts.reply`."""
    draft = locked(Draft.objects.visible(viewer_of(acting_user)), pk=draft_id)
    if expected_version is not None and draft.version != expected_version:
        raise Stale(current=as_kept(draft), yours={})
    return _publish(draft, acting_user)


@transaction.atomic
def publish_scheduled(draft_id: UUID) -> Discussion | Post | None:
    """Publish a draft whose time has come, as its author. Run by a job, also by those of times that were
    chosen before and hold no longer, which do nothing.

    Where it is refused now, the draft stays, says why, and its author is told. In slow mode it waits its
    turn.
    """
    rows = Draft.objects.select_related("user").filter(publish_at__lte=timezone.now())
    draft = rows.select_for_update(of=("self",)).filter(pk=draft_id).first()
    if draft is None:
        return None
    try:
        with transaction.atomic():
            return _publish(draft, draft.user)
    except TooMany as later:
        wait = int(str(later.data.get("retry_after", 60)))
        draft.publish_at = timezone.now() + dt.timedelta(seconds=wait)
        draft.save(update_fields=["publish_at"])
        _schedule(draft)
    except DomainError as refused:
        first = refused.errors[0] if refused.errors else None
        draft.refusal = {
            "code": first.code if first else refused.code,
            "detail": first.detail if first else refused.detail,
        }
        draft.publish_at = None
        draft.version += 1
        draft.updated_at = timezone.now()
        draft.save(update_fields=["refusal", "publish_at", "version", "updated_at"])
        notices.unpublished(draft)
    return None


def as_kept(draft: Draft) -> dict[str, object]:
    """A draft as it is now, for who was about to change it, in the names in which it is sent."""
    return {
        "id": draft.pk,
        "version": draft.version,
        "topic": draft.title,
        "body": draft.body,
        "kind": draft.kind,
        "language": draft.language,
        "topics": draft.topics,
        "tags": draft.tags,
        "attachments": draft.attachment_ids,
        "quotes": draft.quotes,
        "publish_at": draft.publish_at,
        "updated": draft.updated_at,
    }


def _publish(draft: Draft, author: User) -> Discussion | Post:
    given: dict[str, Any] = {
        "acting_user": author,
        "body": draft.body,
        "language": draft.language,
        "attachments": draft.attachment_ids,
        "quotes": [{"post": UUID(quote["post"]), "text": quote["text"]} for quote in draft.quotes],
    }
    Draft.objects.filter(pk=draft.pk).delete()
    if draft.discussion_id is not None:
        return posts.reply(draft.discussion_id, parent_id=draft.parent_id, **given)
    if draft.space_id is None:
        raise Invalid.field("/space", "Choose the space to start it in.", code="required")
    return discussions.start(
        draft.space_id, title=draft.title, kind=draft.kind, topics=draft.topics, tags=draft.tags, **given
    )


def _set(draft: Draft, fields: DraftFields, viewer: Viewer) -> None:
    for name, value in _values(fields, viewer).items():
        setattr(draft, name, value)
    draft.refusal = {}
    draft.version += 1
    draft.updated_at = timezone.now()
    if draft.publish_at is not None:
        _require_publishable(draft, viewer, is_new_time="publish_at" in fields)
    draft.save()
    if fields.get("publish_at") is not None:
        _schedule(draft)


def _values(fields: DraftFields, viewer: Viewer) -> dict[str, Any]:
    """Columns of what was given, cleaned as far as it is there."""
    clean: dict[str, tuple[str, Callable[[Any], Any]]] = {
        "space": ("space_id", _as_given),
        "parent": ("parent_id", _as_given),
        "kind": ("kind", _as_given),
        "title": ("title", lambda title: text.title(title) if title.strip() else ""),
        "body": ("body", lambda body: text.body(body, blank=True)),
        "language": ("language", known_language),
        "topics": ("topics", list),
        "tags": ("tags", list),
        "attachments": ("attachment_ids", lambda ids: _own_files(ids, viewer)),
        "quotes": ("quotes", _quotes),
        "publish_at": ("publish_at", _as_given),
    }
    return {clean[name][0]: clean[name][1](value) for name, value in fields.items()}


def _as_given(value: object) -> object:
    return value


def _quotes(quotes: Sequence[Quote]) -> list[dict[str, str]]:
    return [{"post": str(quote["post"]), "text": quoted(quote["text"])} for quote in quotes]


def _own_files(ids: Sequence[UUID], viewer: Viewer) -> list[UUID]:
    own = Attachment.objects.visible(viewer).filter(Q(owner_id=viewer.user_id), pk__in=ids)
    known = set(own.values_list("pk", flat=True))
    if not known.issuperset(ids) or len(known) > MAX_ATTACHMENTS:
        raise Invalid.field("/attachments", "There is no such file of yours.", code="unknown_attachment")
    return list(dict.fromkeys(ids))


def _require_publishable(draft: Draft, viewer: Viewer, *, is_new_time: bool) -> None:
    """What is scheduled is complete, and would be allowed now."""
    now, time = timezone.now(), draft.publish_at
    if time is not None and is_new_time and not now < time < now + AHEAD:
        raise Invalid.field("/publish_at", "A time within a year from now.", code="not_in_time")
    text.body(draft.body)
    if draft.discussion_id is not None:
        discussion = Discussion.objects.visible(viewer).filter(pk=draft.discussion_id).first()
        if discussion is None:
            raise Invalid.field("/discussion", "There is no such discussion.", code="unknown_discussion")
        require(policies.reply, viewer, discussion)
        return
    text.title(draft.title)
    space = Space.objects.visible(viewer).filter(pk=draft.space_id).first() if draft.space_id else None
    if space is None:
        raise Invalid.field("/space", "Choose the space to start it in.", code="required")
    is_announcement = draft.kind == Discussion.Kind.ANNOUNCEMENT
    require(policies.announce if is_announcement else policies.start_discussion, viewer, space)


def _schedule(draft: Draft) -> None:
    app.configure_task(TASK, schedule_at=draft.publish_at).defer(draft_id=str(draft.pk))
