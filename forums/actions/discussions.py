"""Starting, changing and moderating discussions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, Invalid, NotFound, Refusal, Stale, require_version
from experts import audit
from experts.models import Topic, User
from experts.policies import require
from forums import counters, moderation_policies, policies, text
from forums import tags as known_tags
from forums.actions import acts, flags, moderation, notices, states, writing
from forums.actions.common import language as known_language
from forums.actions.common import locked, viewer_of
from forums.actions.common import topics as known_topics
from forums.actions.writing import Quote
from forums.models import Discussion, Post, ReadMark, Space
from search import outbox
from search.viewer import Viewer

Kind, Status = Discussion.Kind, Discussion.Status
MAX_PINNED = 10


class DiscussionChanges(TypedDict, total=False):
    """What an edit may change; what is absent stays. The text is its opening post's: `actions.posts.edit`."""

    title: str
    language: str
    topics: Sequence[str]
    tags: Sequence[str]


@transaction.atomic
def start(
    space_id: UUID,
    *,
    acting_user: User,
    title: str,
    body: str,
    kind: str = Kind.DISCUSSION,
    topics: Sequence[str] = (),
    tags: Sequence[str] = (),
    language: str = "",
    attachments: Sequence[UUID] = (),
    quotes: Sequence[Quote] = (),
) -> Discussion:
    """A new discussion with its opening post. Announcements: moderators; all else: who takes part in the
    space. For tags see `forums.tags`, for files and quotes `writing.write`.
    """
    if kind not in Kind.values:
        raise Invalid.field("/kind", f"One of {', '.join(Kind.values)}.", code="unknown_choice")
    title = text.title(title)
    body = text.body(body)
    html = text.render(body)
    viewer = viewer_of(acting_user)
    space = Space.objects.visible(viewer).filter(pk=space_id).first()
    if space is None:
        raise NotFound
    require(policies.announce if kind == Kind.ANNOUNCEMENT else policies.start_discussion, viewer, space)
    written = writing.write(viewer, space.pk, body=body, html=html, attachments=attachments, quotes=quotes)
    named = known_tags.names(tags)
    words = "\n".join([title, *named, written.words])
    state = moderation_policies.screen(viewer, space.pk, text=words, html=written.html, is_new=True)
    known_tags.ensure(space.pk, named)
    now = timezone.now()
    discussion = Discussion.objects.create(
        space=space,
        kind=kind,
        status=Status.OPEN if state == Post.State.PUBLISHED else Status.PENDING,
        title=title,
        tags=named,
        language=known_language(language),
        author=acting_user,
        created_at=now,
        last_position=1,
        last_post_at=now,
        last_post_by=acting_user,
    )
    post = Post.objects.create(
        discussion=discussion,
        position=1,
        author=acting_user,
        state=state,
        language=discussion.language,
        created_at=now,
        **writing.columns(written),
    )
    writing.attach(post, written)
    discussion.topics.set(known_topics(topics))
    ReadMark.objects.create(user=acting_user, discussion=discussion, position=1)
    if state == Post.State.PENDING:
        flags.hold(post)
        return discussion
    counters.opened(discussion)
    outbox.enqueue("discussion", [discussion.pk])
    outbox.enqueue("post", [post.pk])
    notices.post_published(post, discussion, mentioned=written.mentioned)
    return discussion


@transaction.atomic
def edit(
    discussion_id: UUID,
    changes: DiscussionChanges,
    *,
    acting_user: User,
    expected_version: int | None = None,
    reason: str = "",
) -> Discussion:
    """Change title, language, topics or tags. The author while it is not closed, and moderators. For another
    version than expected, `Stale` carries both.
    """
    viewer = viewer_of(acting_user)
    discussion = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    require(policies.edit_discussion, viewer, discussion)
    if expected_version is not None and discussion.version != expected_version:
        yours = {"topic" if name == "title" else name: value for name, value in changes.items()}
        raise Stale(current=_as_changed(discussion), yours=yours)
    reason = acts.reason_of(acting_user, discussion.author_id, reason)
    values: dict[str, object] = {}
    if "title" in changes:
        values["title"] = text.title(changes["title"])
        moderation_policies.screen(
            viewer, discussion.space_id, text=str(values["title"]), html="", is_new=False
        )
    if "language" in changes:
        values["language"] = known_language(changes["language"])
    if "tags" in changes:
        named = known_tags.names(changes["tags"])
        moderation_policies.screen(viewer, discussion.space_id, text="\n".join(named), html="", is_new=False)
        values["tags"] = named
    if "topics" in changes:
        _set_topics(discussion, known_topics(changes["topics"]), acting_user, reason)
    moderation.set_discussion(discussion, values, "discussion.edited", actor=acting_user, reason=reason)
    return discussion


@transaction.atomic
def change_kind(discussion_id: UUID, kind: str, *, acting_user: User, reason: str) -> Discussion:
    """Make a discussion a question, an announcement, … Moderators. An accepted answer is unaccepted."""
    if kind not in Kind.values:
        raise Invalid.field("/kind", f"One of {', '.join(Kind.values)}.", code="unknown_choice")

    def values(discussion: Discussion) -> dict[str, object]:
        if discussion.accepted_post_id is None or discussion.kind == kind:
            return {"kind": kind}
        status = Status.OPEN if discussion.status == Status.ANSWERED else discussion.status
        return {"kind": kind, "accepted_post_id": None, "status": status}

    return _moderate(
        discussion_id, acting_user, policies.change_kind, "discussion.kind_changed", reason, values
    )


@transaction.atomic
def close(discussion_id: UUID, *, acting_user: User, reason: str) -> Discussion:
    """No more replies, except by moderators. Moderators. A closed one stays as it is."""
    return _moderate(
        discussion_id,
        acting_user,
        policies.close,
        "discussion.closed",
        reason,
        lambda _: {"status": Status.CLOSED},
    )


@transaction.atomic
def reopen(discussion_id: UUID, *, acting_user: User, reason: str) -> Discussion:
    """Let a closed or archived discussion go on, open or answered. Moderators."""
    return _moderate(
        discussion_id,
        acting_user,
        policies.reopen,
        "discussion.reopened",
        reason,
        lambda discussion: {"status": Status.ANSWERED if discussion.accepted_post_id else Status.OPEN},
    )


@transaction.atomic
def archive(discussion_id: UUID, *, acting_user: User, reason: str) -> Discussion:
    """Keep a discussion as it is: nothing in it changes any more. Moderators; `reopen` undoes it."""
    return _moderate(
        discussion_id,
        acting_user,
        policies.archive,
        "discussion.archived",
        reason,
        lambda _: {"status": Status.ARCHIVED},
    )


@transaction.atomic
def pin(discussion_id: UUID, *, acting_user: User, reason: str, until: datetime | None = None) -> Discussion:
    """Put a discussion on top of its space's table, until a time or until unpinned. Moderators.

    `Conflict` where ten are pinned; `Invalid` for a time that is past.
    """
    if until is not None and until <= timezone.now():
        raise Invalid.field("/until", "This time is past.", code="past")

    def values(discussion: Discussion) -> dict[str, object]:
        if discussion.is_pinned:
            return {"pinned_until": until}
        Space.objects.select_for_update(no_key=True).get(pk=discussion.space_id)  # counts pins one at a time
        if Discussion.objects.filter(space_id=discussion.space_id, is_pinned=True).count() >= MAX_PINNED:
            raise Conflict(f"At most {MAX_PINNED} discussions of a space are pinned.", code="too_many_pinned")
        return {"is_pinned": True, "pinned_until": until}

    return _moderate(discussion_id, acting_user, policies.pin, "discussion.pinned", reason, values)


@transaction.atomic
def unpin(discussion_id: UUID, *, acting_user: User, reason: str) -> Discussion:
    """Take a discussion from the top of the table. Moderators."""
    return _moderate(
        discussion_id,
        acting_user,
        policies.unpin,
        "discussion.unpinned",
        reason,
        lambda _: {"is_pinned": False, "pinned_until": None},
    )


def unpin_expired() -> int:
    """Unpin what was pinned until a time that is past; returns how many. Run by a job every minute."""
    with transaction.atomic():
        expired = Discussion.objects.filter(is_pinned=True, pinned_until__lte=timezone.now())
        ids = list(expired.select_for_update(no_key=True, skip_locked=True).values_list("pk", flat=True))
        Discussion.objects.filter(pk__in=ids).update(is_pinned=False, pinned_until=None)
        outbox.enqueue("discussion", ids)
    return len(ids)


@transaction.atomic
def hide(discussion_id: UUID, *, acting_user: User, reason: str) -> Discussion:
    """Hide a discussion with all its posts from everybody but moderators, at once and in search too.

    Moderators. Flags on its opening post are upheld.
    """
    discussion = _moderate(
        discussion_id,
        acting_user,
        policies.hide,
        "discussion.hidden",
        reason,
        lambda discussion: {"hidden_at": discussion.hidden_at or timezone.now()},
    )
    _settle(discussion, acting_user, reason)
    return discussion


@transaction.atomic
def unhide(discussion_id: UUID, *, acting_user: User, reason: str) -> Discussion:
    """Show a hidden discussion again. Moderators."""
    return _moderate(
        discussion_id,
        acting_user,
        policies.unhide,
        "discussion.unhidden",
        reason,
        lambda _: {"hidden_at": None},
    )


@transaction.atomic
def delete(
    discussion_id: UUID, *, acting_user: User, reason: str = "", expected_version: int | None = None
) -> None:
    """Remove a discussion: moderators still see it. The author while nobody replied, and moderators, who say
    why."""
    viewer = viewer_of(acting_user)
    discussion = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    require(policies.delete_discussion, viewer, discussion)
    require_version(discussion.version, expected_version)
    reason = acts.reason_of(acting_user, discussion.author_id, reason)
    moderation.set_discussion(
        discussion, {"deleted_at": timezone.now()}, "discussion.deleted", actor=acting_user, reason=reason
    )
    if acting_user.pk != discussion.author_id:
        _settle(discussion, acting_user, reason)


@transaction.atomic
def restore(discussion_id: UUID, *, acting_user: User, reason: str) -> Discussion:
    """Bring a deleted discussion back. Moderators. Nothing changes for one that is not deleted."""
    reason = acts.reason_given(reason)
    viewer = viewer_of(acting_user)
    discussion = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    require(policies.restore_discussion, viewer, discussion)
    moderation.set_discussion(
        discussion, {"deleted_at": None}, "discussion.restored", actor=acting_user, reason=reason
    )
    return discussion


@transaction.atomic
def accept_answer(discussion_id: UUID, post_id: UUID, *, acting_user: User) -> Discussion:
    """Mark a published reply as the question's answer, instead of any other. Who asked, and moderators."""
    viewer = viewer_of(acting_user)
    discussion = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    require(policies.accept_answer, viewer, discussion)
    post = Post.objects.visible(viewer).filter(discussion_id=discussion.pk, pk=post_id).first()
    if post is None:
        raise Invalid.field("/post", "There is no such reply in this discussion.", code="unknown_post")
    post.discussion = discussion
    require(policies.accept_post, viewer, post)
    if discussion.accepted_post_id != post.pk:
        states.set_discussion(
            discussion, {"accepted_post_id": post.pk, "status": _status(discussion, answered=True)}
        )
        _note("discussion.answer_accepted", discussion, acting_user, concerns=post.author_id)
        notices.accepted(post, acting_user=acting_user)
    return discussion


@transaction.atomic
def unaccept_answer(discussion_id: UUID, *, acting_user: User) -> Discussion:
    """The question has no accepted answer any more. Who asked, and moderators."""
    viewer = viewer_of(acting_user)
    discussion = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    require(policies.accept_answer, viewer, discussion)
    if discussion.accepted_post_id is not None:
        post = Post.objects.get(pk=discussion.accepted_post_id)
        states.set_discussion(
            discussion, {"accepted_post_id": None, "status": _status(discussion, answered=False)}
        )
        _note("discussion.answer_unaccepted", discussion, acting_user, concerns=post.author_id)
        notices.unaccepted(post)
    return discussion


def _moderate(
    discussion_id: UUID,
    acting_user: User,
    policy: Callable[[Viewer, Discussion], Refusal | None],
    verb: str,
    reason: str,
    values: Callable[[Discussion], dict[str, object]],
) -> Discussion:
    """An act of moderation: nothing happens where it is done already, so that it can be repeated."""
    reason = acts.reason_given(reason)
    viewer = viewer_of(acting_user)
    discussion = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    require(policies.moderate_discussion, viewer, discussion)
    wanted = values(discussion)
    if any(getattr(discussion, name) != value for name, value in wanted.items()):
        require(policy, viewer, discussion)
        moderation.set_discussion(discussion, wanted, verb, actor=acting_user, reason=reason)
    return discussion


def _set_topics(discussion: Discussion, topics: list[Topic], acting_user: User, reason: str) -> None:
    before = sorted(discussion.topics.values_list("slug", flat=True))
    after = sorted(topic.slug for topic in topics)
    if before == after:
        return
    discussion.topics.set(topics)
    discussion.version += 1
    discussion.save(update_fields=["version"])
    states.reindex(discussion)
    audit.record(
        "discussion.topics_set",
        discussion,
        actor=acting_user,
        reason=reason,
        changes={"topics": [before, after]},
        space_id=discussion.space_id,
    )


def _as_changed(discussion: Discussion) -> dict[str, object]:
    """What an edit may change, as it is now, in the names in which it is sent."""
    return {
        "version": discussion.version,
        "topic": discussion.title,
        "language": discussion.language,
        "topics": list(discussion.topics.values_list("slug", flat=True)),
        "tags": discussion.tags,
    }


def _settle(discussion: Discussion, acting_user: User, reason: str) -> None:
    """The discussion went: flags on its opening post were right."""
    opening = Post.objects.select_for_update(of=("self",), no_key=True).filter(
        discussion=discussion, position=1
    )
    for post in opening:
        post.discussion = discussion
        flags.settle(post, dismissed=False, actor=acting_user, reason=reason)


def _status(discussion: Discussion, *, answered: bool) -> str:
    """Open or answered; a closed one stays closed."""
    if discussion.status not in {Status.OPEN, Status.ANSWERED}:
        return discussion.status
    return Status.ANSWERED if answered else Status.OPEN


def _note(verb: str, discussion: Discussion, acting_user: User, *, concerns: UUID) -> None:
    audit.record(verb, discussion, actor=acting_user, concerns=concerns, space_id=discussion.space_id)
