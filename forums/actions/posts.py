"""Replying, editing, deleting, liking."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.errors import Invalid, NotFound, Stale, require_version
from experts.models import User
from experts.policies import require
from forums import counters, moderation_policies, policies, text
from forums.actions import acts, flags, moderation, notices, states, writing
from forums.actions.common import language as known_language
from forums.actions.common import locked, locked_post, viewer_of
from forums.actions.writing import Quote
from forums.models import Discussion, Post, PostLike
from search import outbox
from search.viewer import Viewer


@transaction.atomic
def reply(
    discussion_id: UUID,
    *,
    acting_user: User,
    body: str,
    parent_id: UUID | None = None,
    language: str = "",
    attachments: Sequence[UUID] = (),
    quotes: Sequence[Quote] = (),
) -> Post:
    """Reply to a discussion, or to one of its posts.

    The discussion's row lock gives positions without gaps. `Invalid` names ``/parent`` for a post that is not
    there for the person, is of another discussion or takes no replies, and for a thread more than 100 deep;
    for the rest see `writing.write`.
    """
    body = text.body(body)
    html = text.render(body)
    viewer = viewer_of(acting_user)
    discussion = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    require(policies.reply, viewer, discussion)
    parent = None if parent_id is None else _parent(viewer, discussion, parent_id)
    written = writing.write(
        viewer, discussion.space_id, body=body, html=html, attachments=attachments, quotes=quotes
    )
    state = moderation_policies.screen(
        viewer, discussion.space_id, text=written.words, html=written.html, is_new=True
    )
    position = discussion.last_position + 1
    post = Post.objects.create(
        discussion=discussion,
        position=position,
        parent=parent,
        path=[*(parent.path if parent else ()), position],
        author=acting_user,
        state=state,
        language=known_language(language) or discussion.language,
        created_at=timezone.now(),
        **writing.columns(written),
    )
    writing.attach(post, written)
    if state == Post.State.PENDING:
        counters.held(discussion, post)
        flags.hold(post)
        return post
    counters.replied(discussion, post)
    outbox.enqueue("post", [post.pk])
    notices.post_published(post, discussion, mentioned=written.mentioned)
    return post


@transaction.atomic
def edit(
    post_id: UUID,
    *,
    acting_user: User,
    body: str,
    language: str | None = None,
    attachments: Sequence[UUID] | None = None,
    quotes: Sequence[Quote] | None = None,
    expected_version: int | None = None,
    reason: str = "",
) -> Post:
    """Change a post's text, its files, its quotes (None: they stay); what it said before is kept as a
    revision. The author while the discussion is not closed, and moderators. For another version than
    expected, `Stale` carries both texts."""
    body = text.body(body)
    html = text.render(body)
    viewer = viewer_of(acting_user)
    post = locked_post(viewer, post_id)
    require(policies.edit_post, viewer, post)
    if expected_version is not None and post.version != expected_version:
        raise Stale(current={"version": post.version, "body": post.body}, yours={"body": body})
    reason = acts.reason_of(acting_user, post.author_id, reason)
    language = post.language if language is None else known_language(language)
    space_id = post.discussion.space_id
    written = writing.rewrite(
        viewer, space_id, post, body=body, html=html, attachments=attachments, quotes=quotes
    )
    if written is None and language == post.language:
        return post
    written = written or writing.as_it_is(post)
    moderation_policies.screen(viewer, space_id, text=written.words, html=written.html, is_new=False)
    before, named = post.version, set(post.mentioned_ids)
    states.rewrite(post, written, language=language, editor=acting_user, reason=reason)
    if post.state == Post.State.PUBLISHED and post.discussion.is_counted:
        notices.mentioned(post, [person for person in written.mentioned if person not in named])
    if acting_user.pk != post.author_id:
        acts.note(
            "post.edited",
            post,
            actor=acting_user,
            reason=reason,
            changes={"version": [before, post.version]},
            concerns=post.author_id,
            space_id=post.discussion.space_id,
        )
    return post


@transaction.atomic
def delete(
    post_id: UUID, *, acting_user: User, reason: str = "", expected_version: int | None = None
) -> None:
    """Delete a reply. Where others replied to it, a tombstone stays. The author; moderators say why."""
    viewer = viewer_of(acting_user)
    post = locked_post(viewer, post_id)
    require(policies.delete_post, viewer, post)
    require_version(post.version, expected_version)
    reason = acts.reason_of(acting_user, post.author_id, reason)
    moderation.remove(post, Post.State.DELETED, actor=acting_user, reason=reason)
    if acting_user.pk != post.author_id:
        flags.settle(post, dismissed=False, actor=acting_user, reason=reason)


@transaction.atomic
def like(post_id: UUID, *, acting_user: User) -> Post:
    """Like a post. Liking twice is liking once."""
    post = _likeable(post_id, acting_user)
    _, is_new = PostLike.objects.get_or_create(post=post, user=acting_user)
    if is_new:
        counters.liked(post, 1)
        outbox.enqueue("post", [post.pk])
        notices.liked(post, acting_user=acting_user)
    return post


@transaction.atomic
def unlike(post_id: UUID, *, acting_user: User) -> Post:
    """Take one's like back, if there is one."""
    post = _likeable(post_id, acting_user)
    taken, _ = PostLike.objects.filter(post=post, user=acting_user).delete()
    if taken:
        counters.liked(post, -1)
        outbox.enqueue("post", [post.pk])
        notices.unliked(post, acting_user=acting_user)
    return post


def opening_post_id(discussion_id: UUID, *, acting_user: User) -> UUID:
    """The opening post of a discussion that is there for the person: what a like of a discussion likes."""
    viewer = viewer_of(acting_user)
    found = Post.objects.visible(viewer).filter(discussion_id=discussion_id, position=1)
    post_id = found.values_list("pk", flat=True).first()
    if post_id is None:
        raise NotFound
    return post_id


def _parent(viewer: Viewer, discussion: Discussion, parent_id: UUID) -> Post | None:
    """The post replied to; None for the opening post, to which all first-level replies reply."""
    parent = Post.objects.in_thread(viewer).filter(discussion_id=discussion.pk, pk=parent_id).first()
    if parent is None:
        raise Invalid.field("/parent", "There is no such post in this discussion.", code="unknown_parent")
    if parent.state != Post.State.PUBLISHED:
        raise Invalid.field("/parent", "This post takes no replies.", code="parent_not_published")
    if len(parent.path) >= Post.MAX_DEPTH:
        raise Invalid.field("/parent", f"Threads are at most {Post.MAX_DEPTH} deep.", code="too_deep")
    return None if parent.is_opening else parent


def _likeable(post_id: UUID, acting_user: User) -> Post:
    """The post, not locked: counters change by increments."""
    viewer = viewer_of(acting_user)
    post = Post.objects.visible(viewer).select_related("discussion").filter(pk=post_id).first()
    if post is None:
        raise NotFound
    require(policies.like_post, viewer, post)
    return post
