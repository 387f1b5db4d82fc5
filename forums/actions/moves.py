"""Moving discussions to other spaces, splitting posts off, merging discussions.

Posts keep their ids and likes; they get new positions where they arrive and leave gaps where they go. Where
each stood is kept (`PostMove`), so that old links lead to it and the act can be undone. Rows are locked in
this order: discussions by id, posts, people's figures, spaces; a reply that comes at the same time waits,
and finds its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from config.errors import Conflict, FieldError, Invalid, NotFound
from experts import audit
from experts.models import AuditEntry, User
from experts.policies import require
from forums import counters, policies, text
from forums.actions import acts, relocation, states
from forums.actions.acts import MovedOn, Reverted
from forums.actions.common import locked, viewer_of
from forums.models import Discussion, Follow, MovedDiscussion, Post, PostMove, Space
from search import outbox
from search.documents import key
from search.viewer import Viewer

Kind, Status, Level = Discussion.Kind, Discussion.Status, Follow.Level

MAX_POSTS = 200
MAX_HOPS = 20


@transaction.atomic
def move(discussion_id: UUID, space_slug: str, *, acting_user: User, reason: str) -> Discussion:
    """Move a discussion with all its posts to another space. Moderators, into spaces where they may start
    one.

    It is no longer pinned there. Who cannot read the other space has no access from the commit on.
    `Invalid` on ``/space`` for a space that the person cannot read.
    """
    reason = acts.reason_given(reason)
    viewer = viewer_of(acting_user)
    discussion = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    require(policies.moderate_discussion, viewer, discussion)
    target = Space.objects.readable(viewer).filter(slug=space_slug).first()
    if target is None:
        raise Invalid.field("/space", "There is no such space.", code="unknown_space")
    if target.pk == discussion.space_id:
        return discussion
    may = policies.announce if discussion.kind == Kind.ANNOUNCEMENT else policies.start_discussion
    require(may, viewer, target)
    source_id = discussion.space_id
    values = {"space_id": target.pk, "is_pinned": False, "pinned_until": None}
    before = acts.state(discussion, values)
    states.set_discussion(discussion, values)
    acts.note(
        "discussion.moved",
        discussion,
        actor=acting_user,
        reason=reason,
        changes=acts.difference(before, discussion),
        concerns=discussion.author_id,
        space_id=source_id,
    )
    audit.record("discussion.moved_in", discussion, actor=acting_user, reason=reason, space_id=target.pk)
    return discussion


@transaction.atomic
def split(
    discussion_id: UUID,
    post_ids: Sequence[UUID],
    *,
    acting_user: User,
    reason: str,
    title: str,
    kind: str = Kind.DISCUSSION,
) -> Discussion:
    """Make a new discussion of posts and everything below them. Moderators.

    The first of them in flat order becomes the opening post, and its author the discussion's. `Invalid` names
    posts that are not in the discussion, and refuses its opening post, and a first post that is not
    published.
    """
    reason = acts.reason_given(reason)
    title = text.title(title)
    if kind not in Kind.values:
        raise Invalid.field("/kind", f"One of {', '.join(Kind.values)}.", code="unknown_choice")
    viewer = viewer_of(acting_user)
    source = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    require(policies.moderate_discussion, viewer, source)
    posts = _threads(source, post_ids)
    places = relocation.split_off(posts)
    first = posts[0]
    counters.claim([source.pk], [source.space_id])
    _uncount(source)
    new = Discussion.objects.create(
        space_id=source.space_id,
        kind=kind,
        title=title,
        tags=source.tags,
        language=first.language,
        author_id=first.author_id,
        hidden_at=source.hidden_at,
        created_at=first.created_at,
        last_position=len(places),
        last_post_at=first.created_at,
    )
    new.topics.set(source.topics.all())
    accepted = _drop_answer(source, {post.pk for post in posts})
    relocation.move(places, new)
    relocation.mark_split(posts, source, new)
    relocation.follow_too(source, new, Level.values)
    _recount(source, new)
    entry = acts.note(
        "discussion.split",
        source,
        actor=acting_user,
        reason=reason,
        changes={"into": [None, str(new.pk)], "posts": [None, len(posts)], **accepted},
        concerns=first.author_id,
        space_id=source.space_id,
        also={post.author_id for post in posts},
    )
    relocation.keep(entry, posts, places, new)
    outbox.enqueue("discussion", [source.pk, new.pk])
    outbox.enqueue("post", [post.pk for post in posts])
    return new


@transaction.atomic
def merge(discussion_id: UUID, target_id: UUID, *, acting_user: User, reason: str) -> Discussion:
    """Put all posts of a discussion behind those of another one, to which its address leads from then on.

    Who moderates both spaces. Its opening post becomes a reply, the others stay below what they replied to.
    `Invalid` on ``/into`` for a discussion that is not there for the person, or is the same; `Conflict` if
    one is hidden, or a thread would become too deep.
    """
    reason = acts.reason_given(reason)
    viewer = viewer_of(acting_user)
    source, target = _locked_pair(viewer, discussion_id, target_id)
    require(policies.moderate_discussion, viewer, source)
    require(policies.moderate_discussion, viewer, target)
    if not (source.is_counted and target.is_counted):
        raise Conflict("A hidden discussion is not merged: show it first.", code="discussion_hidden")
    posts = list(_posts(source))
    end = target.last_position
    places = relocation.appended(posts, end=end)
    counters.claim([source.pk, target.pk], {source.space_id, target.space_id})
    _uncount(source, target)
    values = {
        "status": Status.MERGED,
        "deleted_at": timezone.now(),
        "accepted_post_id": None,
        "is_pinned": False,
        "pinned_until": None,
    }
    before = acts.state(source, values)
    _set(source, values)
    relocation.move(places, target)
    _set(target, {"last_position": end + len(posts)})
    relocation.mark_merged(posts, source, target, end=end)
    relocation.follow_too(source, target, [Level.WATCHING, Level.FOLLOWING])
    _recount(source, target)
    entry = acts.note(
        "discussion.merged",
        source,
        actor=acting_user,
        reason=reason,
        changes={
            "into": [None, str(target.pk)],
            "posts": [None, len(posts)],
            **acts.difference(before, source),
        },
        concerns=source.author_id,
        space_id=source.space_id,
        also={target.author_id},
    )
    if target.space_id != source.space_id:
        audit.record(
            "discussion.merged_in", target, actor=acting_user, reason=reason, space_id=target.space_id
        )
    relocation.keep(entry, posts, places, target)
    MovedDiscussion.objects.create(discussion=source, target=target, entry=entry)
    _withdraw(source, [post.pk for post in posts])
    outbox.enqueue("discussion", [target.pk])
    return target


def target_of(viewer: Viewer, discussion_id: UUID) -> UUID | None:
    """Where a discussion that is no more leads, if the viewer may read that."""
    seen = discussion_id
    for _ in range(MAX_HOPS):
        found = MovedDiscussion.objects.filter(pk=seen).values_list("target_id", flat=True).first()
        if found is None:
            break
        seen = found
    if seen == discussion_id or not Discussion.objects.visible(viewer).filter(pk=seen).exists():
        return None
    return seen


def moved_post(viewer: Viewer, discussion_id: UUID, position: int) -> Post | None:
    """The post that stood at a position of a discussion before it was split off or merged, where it is now;
    None unless the viewer may read it there."""
    moved = PostMove.objects.filter(from_discussion_id=discussion_id, from_position=position)
    post_id = moved.order_by("-id").values_list("post_id", flat=True).first()
    return None if post_id is None else Post.objects.visible(viewer).filter(pk=post_id).first()


# Undoing -------------------------------------------------------------------------------------------------


def revert_split(entry: AuditEntry, _: User) -> Reverted:
    """Put the posts back where they stood. Refused once the new discussion has other posts, or moved on."""
    moves, source, new = _locked_of(entry)
    if Status.MERGED in {new.status, source.status} or new.space_id != source.space_id:
        raise MovedOn
    if new.last_position != len(moves):
        raise MovedOn("There are new replies in the discussion that was split off.")
    _require_in_place(moves, new)
    _require_ancestors(moves, source)
    counters.claim([source.pk, new.pk], [source.space_id])
    _uncount(source, new)
    _set(new, {"status": Status.MERGED, "deleted_at": timezone.now(), "accepted_post_id": None})
    relocation.move(relocation.back(moves), source)
    _accept_again(source, entry)
    _recount(source, new)
    MovedDiscussion.objects.create(discussion=new, target=source, entry=entry)
    _withdraw(new, [m.post_id for m in moves])
    outbox.enqueue("discussion", [source.pk])
    return Reverted(source, {"into": [str(new.pk), None], "posts": [len(moves), None]})


def revert_merge(entry: AuditEntry, _: User) -> Reverted:
    """Take the posts out again. Refused once somebody has replied to one of them there."""
    moves, source, target = _locked_of(entry)
    if source.status != Status.MERGED or target.status == Status.MERGED:
        raise MovedOn
    _require_in_place(moves, target)
    positions = [m.to_position for m in moves]
    others = Post.objects.filter(discussion=target, path__overlap=positions).exclude(position__in=positions)
    if others.exists() or target.accepted_post_id in {m.post_id for m in moves}:
        raise MovedOn("Others have replied to the merged posts.")
    counters.claim([source.pk, target.pk], {source.space_id, target.space_id})
    _uncount(target)
    relocation.move(relocation.back(moves), source)
    values = acts.values_before(source, entry, but_not={"into", "posts"})
    _set(source, values)
    _recount(source, target)
    MovedDiscussion.objects.filter(pk=source.pk).delete()
    _withdraw(target, [m.post_id for m in moves])
    outbox.enqueue("discussion", [source.pk])
    return Reverted(source, {field: pair[::-1] for field, pair in entry.changes.items()})


def other_space(entry: AuditEntry) -> UUID | None:
    """The second space that undoing a merge changes."""
    if entry.verb != "discussion.merged":
        return None
    return Discussion.objects.values_list("space_id", flat=True).get(pk=entry.changes["into"][1])


def _locked_of(entry: AuditEntry) -> tuple[list[PostMove], Discussion, Discussion]:
    """The moves of an act, and both discussions, locked."""
    moves = list(PostMove.objects.filter(entry=entry).order_by("from_position"))
    ids = [entry.object_id, moves[0].to_discussion_id]
    rows = {
        d.pk: d for d in Discussion.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    }
    return moves, rows[ids[0]], rows[ids[1]]


def _require_in_place(moves: Sequence[PostMove], where: Discussion) -> None:
    """All posts are where the act put them."""
    posts = Post.objects.select_for_update(no_key=True).filter(pk__in=[m.post_id for m in moves])
    places = {post.pk: (post.discussion_id, post.position) for post in posts.order_by("position")}
    if any(places.get(m.post_id) != (where.pk, m.to_position) for m in moves):
        raise MovedOn("Some of the posts were moved again.")


def _require_ancestors(moves: Sequence[PostMove], source: Discussion) -> None:
    """What the posts were replies to is still where it was."""
    own = {m.from_position for m in moves}
    above = {step for m in moves for step in m.from_path} - own
    there = Post.objects.filter(discussion=source, position__in=above)
    if there.count() != len(above):
        raise MovedOn("What they were replies to was moved.")


def _accept_again(source: Discussion, entry: AuditEntry) -> None:
    accepted = entry.changes.get("accepted_post_id", [None])[0]
    if accepted and source.accepted_post_id is None and source.kind == Kind.QUESTION:
        status = Status.ANSWERED if source.status == Status.OPEN else source.status
        _set(source, {"accepted_post_id": UUID(accepted), "status": status})


# Parts of all ----------------------------------------------------------------------------------------------


def _posts(discussion: Discussion) -> QuerySet[Post]:
    """All posts, locked, in flat order."""
    return Post.objects.filter(discussion=discussion).order_by("position").select_for_update(no_key=True)


def _threads(source: Discussion, post_ids: Sequence[UUID]) -> list[Post]:
    """The chosen posts and all below them, locked, in flat order."""
    if not post_ids:
        raise Invalid.field("/posts", "Choose at least one post.", code="empty")
    if len(post_ids) > MAX_POSTS:
        raise Invalid.field("/posts", f"At most {MAX_POSTS} posts.", code="too_many")
    chosen = {post.pk: post for post in Post.objects.filter(discussion=source, pk__in=post_ids)}
    errors = [
        FieldError(f"/posts/{number}", "unknown_post", "There is no such post in this discussion.")
        if post_id not in chosen
        else FieldError(f"/posts/{number}", "opening_post", "The opening post stays with its discussion.")
        for number, post_id in enumerate(post_ids)
        if post_id not in chosen or chosen[post_id].is_opening
    ]
    if errors:
        raise Invalid(errors=errors)
    posts = list(_posts(source).filter(path__overlap=[post.position for post in chosen.values()]))
    if posts[0].state != Post.State.PUBLISHED:
        raise Invalid.field("/posts", "The first of them is to be published.", code="first_not_published")
    return posts


def _locked_pair(viewer: Viewer, source_id: UUID, target_id: UUID) -> tuple[Discussion, Discussion]:
    rows = Discussion.objects.visible(viewer).filter(pk__in=[source_id, target_id]).order_by("pk")
    found = {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True)}
    if source_id not in found:
        raise NotFound
    if target_id not in found:
        raise Invalid.field("/into", "There is no such discussion.", code="unknown_discussion")
    if source_id == target_id:
        raise Invalid.field("/into", "It is the same discussion.", code="same_discussion")
    return found[source_id], found[target_id]


def _drop_answer(source: Discussion, moved: set[UUID]) -> dict[str, object]:
    """The accepted answer goes with its post; what that changed, for the log."""
    if source.accepted_post_id not in moved:
        return {}
    before = acts.state(source, ["accepted_post_id", "status"])
    status = Status.OPEN if source.status == Status.ANSWERED else source.status
    _set(source, {"accepted_post_id": None, "status": status})
    return acts.difference(before, source)


def _set(discussion: Discussion, values: dict[str, object]) -> None:
    """Columns, without figures and search, which the acts here put right as a whole."""
    for name, value in values.items():
        setattr(discussion, name, value)
    discussion.version += 1
    discussion.save(update_fields=[*values, "version"])


def _uncount(*discussions: Discussion) -> None:
    """Take discussions out of their spaces' figures before their posts move."""
    for discussion in discussions:
        if discussion.is_counted:
            counters.withdrawn(discussion)


def _recount(*discussions: Discussion) -> None:
    """Put right what discussions know of their posts, and bring them back into their spaces' figures."""
    counters.recount(*discussions)
    for discussion in discussions:
        if discussion.is_counted:
            counters.opened(discussion)


def _withdraw(discussion: Discussion, post_ids: Sequence[UUID]) -> None:
    """What is no more is not found any more, from the commit on."""
    handle = key("discussion", discussion.pk)
    outbox.enqueue("discussion", [discussion.pk], withdraw=handle)
    outbox.enqueue("post", post_ids, withdraw=handle)
