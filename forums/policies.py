"""May this viewer do that here? One question per function; None is yes, a `Refusal` is no, with the reason.

Asked of what the viewer can already see, and answered from `access.spaces(viewer)` (one query per viewer) and
the thing itself, so a page of rows costs no query per row. Actions ask with `experts.policies.require`.

A post is asked together with its discussion (``post.discussion`` must be loaded).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from uuid import UUID

from config.errors import Refusal
from experts.policies import SIGN_IN, Policy, allowed_actions
from forums import access
from forums.access import MANAGE, MODERATE, TAKE_PART
from forums.models import Attachment, Discussion, Joining, Post, Role, Space
from search.viewer import Viewer

Status, Kind, State = Discussion.Status, Discussion.Kind, Post.State

BANNED = Refusal("banned", "You are banned from this space.")
SILENCED = Refusal("silenced", "A moderator has silenced you here: you can read, but not write.")
ARCHIVED_SPACE = Refusal("space_archived", "This space is archived: it can be read, but not changed.")
NOT_A_PARTICIPANT = Refusal("not_a_participant", "Become a member of this space to take part.")
NOT_A_MODERATOR = Refusal("not_a_moderator", "Only moderators of this space do this.")
NOT_AN_OWNER = Refusal("not_an_owner", "Only owners of this space do this.")
NOT_THE_AUTHOR = Refusal("not_the_author", "Only the author and moderators of the space do this.")
CLOSED = Refusal("discussion_closed", "This discussion is closed.")
ARCHIVED = Refusal("discussion_archived", "This discussion is archived.")
UNPUBLISHED = Refusal("not_published", "This discussion is not published yet.")
DELETED = Refusal("discussion_deleted", "This discussion is deleted.")


# In a space -------------------------------------------------------------------------------------------------


def in_space(viewer: Viewer, space_id: UUID, permission: str) -> Refusal | None:
    """The question below all others: may the viewer act in the space, with this permission, now?"""
    answers: dict[tuple[UUID, str], Refusal | None] = viewer.memo.setdefault("in space", {})
    asked = (space_id, permission)
    if asked not in answers:  # a page of rows asks the same hundreds of times
        answers[asked] = _in_space(viewer, space_id, permission)
    return answers[asked]


def _in_space(viewer: Viewer, space_id: UUID, permission: str) -> Refusal | None:
    if not viewer.is_signed_in:
        return SIGN_IN
    here = access.spaces(viewer)[space_id]
    if here.banned:
        return BANNED
    if permission not in here.permissions:
        return {MODERATE: NOT_A_MODERATOR, MANAGE: NOT_AN_OWNER}.get(permission, NOT_A_PARTICIPANT)
    if here.archived:
        return ARCHIVED_SPACE
    if here.silenced:
        return SILENCED
    return None


def moderates(viewer: Viewer, space_id: UUID) -> bool:
    """Whether the viewer moderates the space (an archived one too: this is about seeing)."""
    here = access.spaces(viewer).get(space_id)
    return here is not None and here.has(MODERATE)


def create_space(viewer: Viewer, parent: Space | None) -> Refusal | None:
    """The secretariat makes spaces; owners and moderators make sub-spaces of theirs."""
    if parent is not None:
        return in_space(viewer, parent.pk, MODERATE)
    if not viewer.is_signed_in:
        return SIGN_IN
    if not viewer.is_secretariat:
        return Refusal("not_secretariat", "Only the secretariat makes spaces.")
    return None


def edit_space(viewer: Viewer, space: Space) -> Refusal | None:
    """Owners change settings."""
    return in_space(viewer, space.pk, MANAGE)


def create_sub_space(viewer: Viewer, space: Space) -> Refusal | None:
    """Owners and moderators, down to five levels."""
    if len(space.ancestor_ids) + 1 >= Space.MAX_DEPTH:
        return Refusal("too_deep", f"Spaces are nested at most {Space.MAX_DEPTH} deep.")
    return create_space(viewer, space)


def archive_space(viewer: Viewer, space: Space) -> Refusal | None:
    """Owners archive."""
    return in_space(viewer, space.pk, MANAGE)


def restore_space(viewer: Viewer, space: Space) -> Refusal | None:
    """Owners bring an archived space back; one below an archived space waits for that one."""
    if space.archived_at is None:
        return Refusal("not_archived", "This space is not archived.")
    refusal = in_space(viewer, space.pk, MANAGE)
    if refusal is not ARCHIVED_SPACE:
        return refusal
    above = [access.spaces(viewer)[ancestor] for ancestor in space.ancestor_ids]
    return ARCHIVED_SPACE if any(parent.archived for parent in above) else None


def join(viewer: Viewer, space: Space) -> Refusal | None:
    """Whoever reads a space that is free to join; not who is a member already."""
    refusal = _may_enter(viewer, space)
    if refusal is not None:
        return refusal
    if space.joining != Joining.FREE:
        return Refusal("not_free_to_join", "Ask to join this space, or be invited.")
    return None


def ask_to_join(viewer: Viewer, space: Space) -> Refusal | None:
    """Whoever is shown the card of a space that takes requests."""
    refusal = _may_enter(viewer, space)
    if refusal is not None:
        return refusal
    if space.joining == Joining.FREE:
        return Refusal("free_to_join", "This space is free to join: no need to ask.")
    if space.joining == Joining.INVITATION:
        return Refusal("invitation_only", "This space is by invitation only.")
    return None


def leave(viewer: Viewer, space: Space) -> Refusal | None:
    """Members leave (the action refuses the last owner)."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if access.spaces(viewer)[space.pk].role is None:
        return Refusal("not_a_member", "You are not a member of this space.")
    return None


def invite(viewer: Viewer, space: Space) -> Refusal | None:
    """Moderators and owners."""
    return in_space(viewer, space.pk, MODERATE)


def decide_requests(viewer: Viewer, space: Space) -> Refusal | None:
    """Moderators and owners."""
    return in_space(viewer, space.pk, MODERATE)


def moderate(viewer: Viewer, space: Space) -> Refusal | None:
    """Moderators and owners."""
    return in_space(viewer, space.pk, MODERATE)


def see_moderation(viewer: Viewer, space: Space) -> Refusal | None:
    """Moderators and owners, of an archived space too: the queue, the log."""
    if not viewer.is_signed_in:
        return SIGN_IN
    return None if moderates(viewer, space.pk) else NOT_A_MODERATOR


def manage(viewer: Viewer, space: Space) -> Refusal | None:
    """Owners: roles and settings."""
    return in_space(viewer, space.pk, MANAGE)


def see_members(viewer: Viewer, space: Space) -> Refusal | None:
    """Signed-in readers of the space see who belongs to it."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if not access.spaces(viewer)[space.pk].readable:
        return NOT_A_PARTICIPANT
    return None


def start_discussion(viewer: Viewer, space: Space) -> Refusal | None:
    """Who takes part in the space."""
    return in_space(viewer, space.pk, TAKE_PART)


def announce(viewer: Viewer, space: Space) -> Refusal | None:
    """Moderators and owners make announcements."""
    return in_space(viewer, space.pk, MODERATE)


def _may_enter(viewer: Viewer, space: Space) -> Refusal | None:
    if not viewer.is_signed_in:
        return SIGN_IN
    here = access.spaces(viewer)[space.pk]
    if here.banned:
        return BANNED
    if here.role is not None:
        return Refusal("already_a_member", "You are a member of this space.")
    if here.archived:
        return ARCHIVED_SPACE
    return None


# Discussions ------------------------------------------------------------------------------------------------


def reply(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """Who takes part in the space, while the discussion is open; moderators also in a closed one."""
    refusal = in_space(viewer, discussion.space_id, TAKE_PART)
    if refusal is not None:
        return refusal
    return _unchangeable(discussion) or _closed(viewer, discussion)


def edit_discussion(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """The author while it is not closed, and moderators."""
    return _own_or_moderated(viewer, discussion, discussion.author_id)


def delete_discussion(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """Moderators; the author as long as nobody replied."""
    if discussion.deleted_at is not None:
        return DELETED
    if discussion.status in Discussion.UNPUBLISHED:
        return in_space(viewer, discussion.space_id, TAKE_PART)
    refusal = _own_or_moderated(viewer, discussion, discussion.author_id)
    if refusal is None and discussion.last_position > 1 and not moderates(viewer, discussion.space_id):
        return Refusal("has_replies", "Others have replied: only moderators delete this discussion.")
    return refusal


def restore_discussion(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """Moderators, when it is deleted."""
    refusal = in_space(viewer, discussion.space_id, MODERATE)
    if refusal is None and discussion.deleted_at is None:
        return Refusal("not_deleted", "This discussion is not deleted.")
    return refusal


def like_discussion(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """Who takes part in the space, except the author."""
    return _like(viewer, discussion, discussion.author_id)


def accept_answer(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """Who asked the question, and moderators."""
    if discussion.kind != Kind.QUESTION:
        return Refusal("not_a_question", "Only questions have an accepted answer.")
    return _own_or_moderated(viewer, discussion, discussion.author_id)


def unaccept_answer(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """Who asked the question, and moderators."""
    if discussion.accepted_post_id is None:
        return Refusal("no_accepted_answer", "This discussion has no accepted answer.")
    return accept_answer(viewer, discussion)


def change_kind(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """Moderators."""
    return _moderated(viewer, discussion)


def close(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """Moderators, while it is not closed."""
    return _moderated(viewer, discussion) or (CLOSED if discussion.status == Status.CLOSED else None)


def reopen(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """Moderators, when it is closed or archived."""
    refusal = _moderated(viewer, discussion, archived=True)
    if refusal is None and discussion.status not in {Status.CLOSED, Status.ARCHIVED}:
        return Refusal("not_closed", "This discussion is open.")
    return refusal


def archive(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """Moderators. An archived discussion stays as it is: not even likes change."""
    return _moderated(viewer, discussion)


def pin(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """Moderators."""
    return _moderated(viewer, discussion)


def unpin(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """Moderators, when it is pinned."""
    refusal = _moderated(viewer, discussion, archived=True)
    if refusal is None and not discussion.is_pinned:
        return Refusal("not_pinned", "This discussion is not pinned.")
    return refusal


def hide(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """Moderators, while it is shown."""
    refusal = _moderated(viewer, discussion, archived=True)
    if refusal is None and discussion.hidden_at is not None:
        return Refusal("already_hidden", "This discussion is hidden.")
    return refusal


def unhide(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """Moderators, when it is hidden."""
    refusal = _moderated(viewer, discussion, archived=True)
    if refusal is None and discussion.hidden_at is None:
        return Refusal("not_hidden", "This discussion is not hidden.")
    return refusal


def moderate_discussion(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """Moderators, whatever its state, unless it is deleted or not published."""
    return _moderated(viewer, discussion, archived=True)


def mark_read(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    """Whoever is signed in and reads it."""
    if not viewer.is_signed_in:
        return SIGN_IN
    return UNPUBLISHED if discussion.status in Discussion.UNPUBLISHED else None


def _moderated(viewer: Viewer, discussion: Discussion, *, archived: bool = False) -> Refusal | None:
    return in_space(viewer, discussion.space_id, MODERATE) or _unchangeable(discussion, archived=archived)


def _own_or_moderated(viewer: Viewer, discussion: Discussion, author_id: UUID) -> Refusal | None:
    own = viewer.user_id == author_id
    refusal = in_space(viewer, discussion.space_id, TAKE_PART if own else MODERATE)
    if refusal is NOT_A_MODERATOR:
        return NOT_THE_AUTHOR
    if refusal is not None:
        return refusal
    if discussion.status in Discussion.UNPUBLISHED:
        return None
    return _unchangeable(discussion) or _closed(viewer, discussion)


def _unchangeable(discussion: Discussion, *, archived: bool = False) -> Refusal | None:
    if discussion.deleted_at is not None:
        return DELETED
    if discussion.status in Discussion.UNPUBLISHED:
        return UNPUBLISHED
    if discussion.status == Status.ARCHIVED and not archived:
        return ARCHIVED
    return None


def _closed(viewer: Viewer, discussion: Discussion) -> Refusal | None:
    if discussion.status == Status.CLOSED and not moderates(viewer, discussion.space_id):
        return CLOSED
    return None


def _like(viewer: Viewer, discussion: Discussion, author_id: UUID) -> Refusal | None:
    refusal = in_space(viewer, discussion.space_id, TAKE_PART) or _unchangeable(discussion)
    if refusal is None and viewer.user_id == author_id:
        return Refusal("own_post", "One does not like one's own posts.")
    return refusal


# Posts ------------------------------------------------------------------------------------------------------


def reply_to_post(viewer: Viewer, post: Post) -> Refusal | None:
    """Whoever may reply to the discussion, to a published post that is less than 100 deep."""
    if post.state != State.PUBLISHED:
        return Refusal("post_not_published", "This post takes no replies.")
    if len(post.path) >= Post.MAX_DEPTH:
        return Refusal("too_deep", f"Threads are at most {Post.MAX_DEPTH} deep.")
    return reply(viewer, post.discussion)


def edit_post(viewer: Viewer, post: Post) -> Refusal | None:
    """The author while the discussion is not closed, and moderators."""
    if post.state == State.DELETED:
        return Refusal("post_deleted", "This post is deleted.")
    return _own_or_moderated(viewer, post.discussion, post.author_id)


def delete_post(viewer: Viewer, post: Post) -> Refusal | None:
    """The author and moderators. An opening post goes with its discussion."""
    if post.is_opening:
        return Refusal("opening_post", "Delete the discussion instead of its opening post.")
    return edit_post(viewer, post)


def like_post(viewer: Viewer, post: Post) -> Refusal | None:
    """Who takes part in the space, except the author."""
    if post.state != State.PUBLISHED:
        return Refusal("post_not_published", "This post is not published.")
    return _like(viewer, post.discussion, post.author_id)


def accept_post(viewer: Viewer, post: Post) -> Refusal | None:
    """Whoever may accept an answer to the discussion; any published reply."""
    if post.is_opening or post.state != State.PUBLISHED:
        return Refusal("not_an_answer", "Only published replies are accepted as the answer.")
    return accept_answer(viewer, post.discussion)


def see_revisions(viewer: Viewer, post: Post) -> Refusal | None:
    """The author and moderators of the space: what somebody took out is nobody else's to read."""
    if viewer.is_signed_in and viewer.user_id == post.author_id:
        return None
    if not viewer.is_signed_in:
        return SIGN_IN
    return None if moderates(viewer, post.discussion.space_id) else NOT_THE_AUTHOR


# Files ------------------------------------------------------------------------------------------------------


def upload(viewer: Viewer, _: None = None) -> Refusal | None:
    """Whoever is signed in; what it may go with is asked when it does."""
    return None if viewer.is_signed_in else SIGN_IN


def own_attachment(viewer: Viewer, attachment: Attachment) -> Refusal | None:
    """Its owner describes it, and takes it away."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if viewer.user_id != attachment.owner_id:
        return Refusal("not_yours", "Only who brought the file does this.")
    return None


# People in a space ------------------------------------------------------------------------------------------


def remove_member(viewer: Viewer, space: Space, role: str) -> Refusal | None:
    """Moderators remove observers and members; owners everyone."""
    ranked_below = role in {Role.OBSERVER, Role.MEMBER}
    return in_space(viewer, space.pk, MODERATE if ranked_below else MANAGE)


def sanction(viewer: Viewer, space: Space, role: str | None) -> Refusal | None:
    """Moderators, people who are not moderators or owners there; owners also moderators."""
    if role == Role.OWNER:
        return Refusal("is_an_owner", "Owners are not silenced or banned: take the role first.")
    return in_space(viewer, space.pk, MANAGE if role == Role.MODERATOR else MODERATE)


def sanction_everywhere(viewer: Viewer, _: None = None) -> Refusal | None:
    """The secretariat."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if not viewer.is_secretariat:
        return Refusal("not_secretariat", "Only the secretariat does this for the whole site.")
    return None


SPACE: Mapping[str, Policy[Space]] = {
    "join": join,
    "ask": ask_to_join,
    "leave": leave,
    "start_discussion": start_discussion,
    "announce": announce,
    "invite": invite,
    "moderate": moderate,
    "create_sub_space": create_sub_space,
    "edit": edit_space,
    "manage": manage,
    "archive": archive_space,
    "restore": restore_space,
}
DISCUSSION: Mapping[str, Policy[Discussion]] = {
    "reply": reply,
    "edit": edit_discussion,
    "delete": delete_discussion,
    "like": like_discussion,
    "accept": accept_answer,
    "unaccept": unaccept_answer,
    "change_kind": change_kind,
    "close": close,
    "reopen": reopen,
    "archive": archive,
    "pin": pin,
    "unpin": unpin,
    "hide": hide,
    "unhide": unhide,
    "restore": restore_discussion,
    "read": mark_read,
}
POST: Mapping[str, Policy[Post]] = {
    "reply": reply_to_post,
    "edit": edit_post,
    "delete": delete_post,
    "like": like_post,
    "accept": accept_post,
    "revisions": see_revisions,
}
ATTACHMENT: Mapping[str, Policy[Attachment]] = {"describe": own_attachment, "delete": own_attachment}


def on_discussion(viewer: Viewer, discussion: Discussion) -> list[str]:
    """`DISCUSSION` as `allowed_actions`."""
    return allowed_actions(DISCUSSION, viewer, discussion, alike=_as_asked(viewer, discussion))


def on_post(viewer: Viewer, post: Post) -> list[str]:
    """`POST` as `allowed_actions`."""
    alike = (
        post.state,
        post.is_opening,
        post.author_id == viewer.user_id,
        len(post.path) >= Post.MAX_DEPTH,
        *_as_asked(viewer, post.discussion),
    )
    return allowed_actions(POST, viewer, post, alike=alike)


def _as_asked(viewer: Viewer, discussion: Discussion) -> tuple[Hashable, ...]:
    """All that the policies above ask of a discussion."""
    return (
        discussion.space_id,
        discussion.kind,
        discussion.status,
        discussion.is_pinned,
        discussion.author_id == viewer.user_id,
        discussion.last_position > 1,
        discussion.accepted_post_id is None,
        discussion.hidden_at is None,
        discussion.deleted_at is None,
    )
