"""What the forums keep about people. What they wrote stays, by a former member: others answered it."""

from __future__ import annotations

from experts import personal
from experts.models import User
from experts.personal import Held, Rows, delete, keep
from forums import grants
from forums.models import (
    AlertPosition,
    Appeal,
    Attachment,
    DigestRun,
    Discussion,
    Draft,
    Flag,
    Follow,
    Invitation,
    JoinRequest,
    Membership,
    Notice,
    NoticePreferences,
    Post,
    PostLike,
    PostRevision,
    ReadMark,
    Sanction,
    SavedSearch,
    SpaceContributor,
    SpaceUserObjectPermission,
)

_MEMBERSHIP = ("space__slug", "role", "joined_at")
_DISCUSSION = ("id", "space__slug", "kind", "status", "title", "language", "tags", "created_at")
_POST = (
    *("id", "discussion_id", "discussion__title", "position", "state", "body", "language", "created_at"),
    "edited_at",
    "like_count",
    "quotes",
)
_DRAFT = (
    *("space__slug", "discussion_id", "kind", "title", "body", "language", "topics", "tags", "quotes"),
    *("publish_at", "created_at", "updated_at"),
)
_REVISION = ("post_id", "version", "body", "replaced_at", "reason")
_JOIN_REQUEST = ("space__slug", "status", "message", "answers", "created_at", "decided_at", "note")
_FOLLOW = (
    *("level", "space__slug", "discussion_id", "topic__slug", "tag__space__slug", "tag__name"),
    "created_at",
)
_NOTICE = ("reason", "about", "count", "created_at", "updated_at", "read_at", "mailed_at")
_SAVED_SEARCH = ("name", "query", "cadence", "since", "created_at")
_SANCTION = ("space__slug", "kind", "reason", "created_at", "ends_at", "lifted_at")
_FLAG = ("case__post_id", "reason", "note", "created_at")
_APPEAL = ("entry__verb", "text", "status", "created_at", "decided_at", "decision")


def register() -> None:
    """Declare every table; called from ForumsConfig.ready()."""
    personal.hold(
        Held(name="memberships", model=Membership, person="user", erase=_leave, fields=_MEMBERSHIP),
        Held(name="space_rights", model=SpaceUserObjectPermission, person="user", erase=delete),
        Held(name="discussions", model=Discussion, person="author", erase=keep, fields=_DISCUSSION),
        Held(name="drafts", model=Draft, person="user", erase=delete, fields=_DRAFT),
        # What goes with no post is removed within a day.
        Held(
            name="attachments",
            model=Attachment,
            person="owner",
            erase=keep,
            fields=("id", "name", "media_type", "size", "alt", "created_at"),
            files={"file": "name"},
        ),
        Held(name="posts", model=Post, person="author", erase=keep, fields=_POST),
        Held(name="post_revisions", model=PostRevision, person="replaced_by", erase=keep, fields=_REVISION),
        Held(name="contributions", model=SpaceContributor, person="user", erase=keep),
        Held(name="likes", model=PostLike, person="user", erase=keep, fields=("post_id", "created_at")),
        Held(
            name="read",
            model=ReadMark,
            person="user",
            erase=delete,
            fields=("discussion_id", "position", "read_at"),
        ),
        Held(name="join_requests", model=JoinRequest, person="user", erase=delete, fields=_JOIN_REQUEST),
        Held(
            name="space_invitations",
            model=Invitation,
            person="user",
            erase=delete,
            fields=("space__slug", "created_at"),
        ),
        Held(name="mailed_invitations", model=Invitation, person="email", by="email", erase=_forget_address),
        Held(name="follows", model=Follow, person="user", erase=delete, fields=_FOLLOW),
        Held(name="notices", model=Notice, person="user", erase=delete, fields=_NOTICE),
        Held(
            name="notice_preferences",
            model=NoticePreferences,
            person="user",
            erase=delete,
            fields=("cadences",),
        ),
        Held(
            name="digests", model=DigestRun, person="user", erase=delete, fields=("cadence", "day", "made_at")
        ),
        Held(name="saved_searches", model=SavedSearch, person="user", erase=delete, fields=_SAVED_SEARCH),
        Held(name="alert_position", model=AlertPosition, person="user", erase=delete),
        Held(name="sanctions", model=Sanction, person="user", erase=_forget_reasons, fields=_SANCTION),
        Held(name="flags", model=Flag, person="user", erase=keep, fields=_FLAG),
        Held(name="appeals", model=Appeal, person="appellant", erase=_forget_pleas, fields=_APPEAL),
    )


def _leave(rows: Rows, user: User) -> None:
    """Out of every space, one after the other, so that its number of members stays right."""
    for space_id in rows.values_list("space_id", flat=True):
        grants.take(space_id, [user.pk])


def _forget_reasons(rows: Rows, _user: User) -> None:
    """That there was a sanction stays; what was said of the person goes."""
    rows.update(reason="")


def _forget_pleas(rows: Rows, _user: User) -> None:
    """That there was an appeal, and how it ended, stays; what the person wrote goes."""
    rows.update(text="", decision="")


def _forget_address(rows: Rows, _user: User) -> None:
    """An invitation is for who has its link; where that was sent is nobody's business any more."""
    rows.update(email="")
