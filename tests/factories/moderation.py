"""Moderators, flags, cases and entries of the audit log for tests."""

from __future__ import annotations

from typing import Any

from experts.models import AuditEntry, User
from forums.actions import flags
from forums.models import Case, Discussion, ModerationSettings, Post, Role, Space
from tests.factories import forums

WHY = "Rule 3 of this space."


def moderator(where: Space, user: User | None = None) -> User:
    """Somebody who moderates a space."""
    return forums.join(where, Role.MODERATOR, user)


def member(where: Space, user: User | None = None) -> User:
    """Somebody who takes part in a space."""
    return forums.join(where, Role.MEMBER, user)


def secretariat() -> User:
    """A member of the secretariat, who belongs to no space."""
    return forums.person(is_staff=True)


def settings(where: Space | None, **values: Any) -> ModerationSettings:
    """What is checked before posts appear."""
    return ModerationSettings.objects.create(space=where, **values)


def case(post: Post, *, by: User | None = None, reason: str = "spam") -> Case:
    """An open case about a post, which somebody who reads it has flagged."""
    flagger = by or member(post.discussion.space)
    return flags.flag(post.pk, acting_user=flagger, reason=reason).case


def last_entry(verb: str) -> AuditEntry:
    """The latest entry of a kind."""
    return AuditEntry.objects.filter(verb=verb).order_by("-at").first() or _none(verb)


def figures(*spaces: Space) -> list[dict[str, int]]:
    """The figures kept of spaces, as they are in the database."""
    names = ("question_count", "discussion_count", "reply_count", "contributor_count")
    return [dict(zip(names, row, strict=True)) for row in _rows(spaces, names)]


def thread(discussion: Discussion) -> list[tuple[int, list[int], str]]:
    """Position, path and body of every post of a discussion."""
    posts = Post.objects.filter(discussion=discussion).order_by("position")
    return [(post.position, post.path, post.body) for post in posts]


def _rows(spaces: tuple[Space, ...], names: tuple[str, ...]) -> list[tuple[int, ...]]:
    return [Space.objects.values_list(*names).get(pk=space.pk) for space in spaces]


def _none(verb: str) -> AuditEntry:
    raise AssertionError(f"Nobody did {verb}.")
