"""What every action begins with: who acts as of now, and the row, locked, as far as it is there for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from config.errors import FieldError, Invalid, NotFound
from experts import viewers
from experts.models import Topic, User
from experts.references import topics_by_slug
from forums.models import Discussion, Post
from search.viewer import Viewer

MAX_TOPICS = 20
WORKING_LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)


def viewer_of(acting_user: User) -> Viewer:
    """The acting person's viewer, resolved anew in the action's transaction."""
    return viewers.resolve(acting_user)


def locked[M: models.Model](rows: models.QuerySet[M, Any], **lookup: object) -> M:
    """The one row, locked against other changes (not against references to it); `NotFound` where there is
    none.

    The conditions of ``rows`` are asked again of the row as it is once the lock is had.
    """
    try:
        row: M = rows.select_for_update(of=("self",), no_key=True).get(**lookup)
    except ObjectDoesNotExist:
        raise NotFound from None
    return row


def locked_post(viewer: Viewer, post_id: UUID) -> Post:
    """A post that is there for the viewer, with ``post.discussion``; both locked, the discussion first."""
    discussion_id = (
        Post.objects.visible(viewer).filter(pk=post_id).values_list("discussion_id", flat=True).first()
    )
    if discussion_id is None:
        raise NotFound
    discussion = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    post = locked(Post.objects.visible(viewer), pk=post_id)
    post.discussion = discussion
    return post


def topics(slugs: Sequence[str], *, pointer: str = "/topics") -> list[Topic]:
    """The topics of these slugs (former ones too), each once; `Invalid` names those that there are not."""
    if len(slugs) > MAX_TOPICS:
        raise Invalid.field(pointer, f"At most {MAX_TOPICS} topics.", code="too_many")
    known = topics_by_slug(slugs)
    unknown = [
        FieldError(f"{pointer}/{number}", "unknown_topic", "There is no such topic.")
        for number, slug in enumerate(slugs)
        if slug not in known
    ]
    if unknown:
        raise Invalid(errors=unknown)
    return list({topic.pk: topic for topic in (known[slug] for slug in slugs)}.values())


def language(code: str, *, pointer: str = "/language") -> str:
    """A working language's code, or "" for none; `Invalid` otherwise."""
    if code and code not in WORKING_LANGUAGES:
        raise Invalid.field(pointer, "It is not a working language.", code="unknown_language")
    return code


def languages(codes: Iterable[str], *, pointer: str = "/languages") -> list[str]:
    """Working languages, each once."""
    return list(dict.fromkeys(language(code, pointer=f"{pointer}/{n}") for n, code in enumerate(codes)))
