"""Posts: what is sent and answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from rest_framework import serializers

from api.serializers import Input, Output, Query
from api.v1.forums.serializers.attachments import AttachmentCard, card
from api.v1.forums.serializers.common import Person, actions, person
from forums import enclosed, policies
from forums.actions.writing import MAX_ATTACHMENTS, MAX_QUOTES, QUOTE_LENGTH
from forums.enclosed import Enclosed, Quoted
from forums.models import Post, PostLike
from search.viewer import Viewer

State = Post.State


class QuoteOutput(Output):
    """A quote, where you may read what is quoted; others are left out."""

    post = serializers.UUIDField()
    discussion = serializers.UUIDField()
    position = serializers.IntegerField()
    author = Person()
    text = serializers.CharField(
        allow_null=True,
        help_text="Plain text: the part that is quoted, or the post's beginning where all of it is; null "
        "where the post does not say so any more.",
    )


class PostOutput(Output):
    """A post. Of a hidden or deleted one that others replied to, a tombstone stays: ``state`` says so, and
    author and text are null."""

    id = serializers.UUIDField()
    discussion = serializers.UUIDField()
    position = serializers.IntegerField(help_text="Its place in flat order; 1 is the opening post.")
    parent = serializers.UUIDField(  # type: ignore[assignment]
        allow_null=True, help_text="The reply it replies to; null for the discussion."
    )
    depth = serializers.IntegerField(help_text="0 for the opening post, 1 for a reply to it, at most 100.")
    state = serializers.ChoiceField(choices=State.choices)
    author = Person(allow_null=True)
    body = serializers.CharField(allow_null=True, help_text="Markdown.")
    html = serializers.CharField(allow_null=True, help_text="The body, rendered and sanitised.")
    language = serializers.CharField(allow_null=True)
    attachments = AttachmentCard(many=True)
    quotes = QuoteOutput(many=True, help_text="To be shown above the text.")
    created = serializers.DateTimeField()
    edited = serializers.DateTimeField(allow_null=True)
    likes = serializers.IntegerField()
    liked = serializers.BooleanField(help_text="By you.")
    accepted = serializers.BooleanField(help_text="It is the accepted answer.")
    replies = serializers.IntegerField(help_text="Published posts below it in the tree.")
    allowed_actions = actions()


def posts(rows: Sequence[Post], viewer: Viewer) -> list[dict[str, Any]]:
    """`PostOutput` of each. The author and the discussion are loaded, ``liked`` annotated. One query where
    there are attachments, one where there are quotes."""
    buried = {row.pk for row in rows if _is_tombstone(row, viewer)}
    beside = enclosed.of([row for row in rows if row.pk not in buried], viewer)
    return [_tombstone(row) if row.pk in buried else _post(row, viewer, beside) for row in rows]


def _post(row: Post, viewer: Viewer, beside: Enclosed) -> dict[str, Any]:
    return {
        "id": row.pk,
        "discussion": row.discussion_id,
        "position": row.position,
        "parent": row.parent_id,
        "depth": len(row.path),
        "state": row.state,
        "author": person(row.author),
        "body": row.body,
        "html": row.html,
        "language": row.language,
        "attachments": [card(file) for file in beside.attachments.get(row.pk, ())],
        "quotes": [_quote(quote) for quote in beside.quotes.get(row.pk, ())],
        "created": row.created_at,
        "edited": row.edited_at,
        "likes": row.like_count,
        "liked": row.liked,
        "accepted": row.discussion.accepted_post_id == row.pk,
        "replies": row.descendant_count,
        "allowed_actions": policies.on_post(viewer, row),
    }


def _tombstone(row: Post) -> dict[str, Any]:
    return {
        "id": row.pk,
        "discussion": row.discussion_id,
        "position": row.position,
        "parent": row.parent_id,
        "depth": len(row.path),
        "state": row.state,
        "author": None,
        "body": None,
        "html": None,
        "language": None,
        "attachments": [],
        "quotes": [],
        "created": row.created_at,
        "edited": None,
        "likes": 0,
        "liked": False,
        "accepted": False,
        "replies": row.descendant_count,
        "allowed_actions": [],
    }


def _quote(quote: Quoted) -> dict[str, Any]:
    return {
        "post": quote.post.pk,
        "discussion": quote.post.discussion_id,
        "position": quote.post.position,
        "author": person(quote.post.author),
        "text": quote.text,
    }


def _is_tombstone(row: Post, viewer: Viewer) -> bool:
    """Whether the viewer meets the post only because of those below it: not `forums.querysets.post_rule`."""
    if row.state == State.PUBLISHED or policies.moderates(viewer, row.discussion.space_id):
        return False
    return row.state == State.DELETED or row.author_id != viewer.user_id


class PostsQuery(Query):
    view = serializers.ChoiceField(
        choices=["flat", "tree"],
        default="flat",
        help_text="flat: in the order they were written; tree: each reply below what it replies to.",
    )
    around = serializers.RegexField(
        r"^(\d{1,9}|unread)$",
        required=False,
        help_text="Start with the page that has this position (or, `unread`, your first unread post).",
    )
    parent = serializers.UUIDField(  # type: ignore[assignment]
        required=False, help_text="Only what is below this post in the tree."
    )
    depth = serializers.IntegerField(
        min_value=1,
        max_value=Post.MAX_DEPTH,
        required=False,
        help_text="Only so many levels; `replies` of each post tells how much is below.",
    )


class QuoteInput(Input):
    post = serializers.UUIDField(help_text="A post that you may read, in any space.")
    text = serializers.CharField(
        max_length=QUOTE_LENGTH,
        allow_blank=True,
        default="",
        help_text="A part of what it says, as plain text; by default all of it.",
    )


def attachments_field(*, required: bool = True) -> serializers.ListField:
    """The field ``attachments`` of a text that is sent."""
    return serializers.ListField(
        child=serializers.UUIDField(),
        max_length=MAX_ATTACHMENTS,
        required=required,
        help_text="Files of yours, in the order to be shown; pictures that the text shows are added.",
    )


BODY = "Markdown. `@Name`, or `@**Name|id**`, names a person who can read it."


class PostInput(Input):
    body = serializers.CharField(max_length=Post.MAX_LENGTH, help_text=BODY)
    attachments = attachments_field(required=False)
    quotes = QuoteInput.list_of(max_length=MAX_QUOTES, required=False)
    language = serializers.ChoiceField(
        choices=settings.LANGUAGES, required=False, allow_blank=True, help_text="By default the discussion's."
    )


class ReplyInput(PostInput):
    parent = serializers.UUIDField(  # type: ignore[assignment]
        required=False, allow_null=True, help_text="The post replied to; by default the discussion."
    )


class PostChanges(Input):
    body = serializers.CharField(max_length=Post.MAX_LENGTH, help_text=BODY)
    attachments = attachments_field()
    quotes = QuoteInput.list_of(max_length=MAX_QUOTES)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, allow_blank=True)
    reason = serializers.CharField(max_length=500, allow_blank=True)


class Like(Output):
    person = Person()
    at = serializers.DateTimeField()


def likes(rows: Sequence[PostLike]) -> list[dict[str, Any]]:
    """`Like` of each; the person is loaded."""
    return [{"person": person(row.user), "at": row.created_at} for row in rows]
