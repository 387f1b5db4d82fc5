"""Discussions: what is sent and answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from rest_framework import serializers

from api.serializers import Input, Output, Query
from api.v1.forums.serializers.common import (
    Person,
    ReasonInput,
    SpaceLink,
    TopicLink,
    actions,
    space_link,
    topic_links,
)
from api.v1.forums.serializers.posts import BODY, PostOutput, QuoteInput, attachments_field, posts
from forums import policies
from forums.actions.writing import MAX_QUOTES
from forums.models import Discussion, Post, Tag
from forums.querysets import UNPUBLISHED
from search.viewer import Viewer

KINDS = Discussion.Kind.choices
STATUSES = Discussion.Status.choices
SHOWN_STATUSES = [choice for choice in STATUSES if choice[0] not in UNPUBLISHED]
ORDERS = {
    "last_reply": "last_post_at",
    "created": "created_at",
    "likes": "like_count",
    "views": "view_count",
    "replies": "reply_count",
}


class LastReply(Output):
    at = serializers.DateTimeField()
    author = Person()


class DiscussionRow(Output):
    """A row of the table."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=KINDS)
    space = SpaceLink()
    topic = serializers.CharField(help_text="The title.")
    status = serializers.ChoiceField(choices=STATUSES)
    author = Person()
    likes = serializers.IntegerField(help_text="Of the opening post.")
    views = serializers.IntegerField()
    replies = serializers.IntegerField()
    created = serializers.DateTimeField()
    last_reply = LastReply(allow_null=True, help_text="Null where nobody has replied.")
    tags = serializers.ListField(child=serializers.CharField(), help_text="The space's own words.")
    pinned = serializers.BooleanField()
    unread = serializers.IntegerField(
        allow_null=True, help_text="Posts you have not read; null for visitors."
    )
    allowed_actions = actions()


class DiscussionDetail(DiscussionRow):
    """A discussion, with the post it opens with. The others are at /discussions/{id}/posts."""

    language = serializers.CharField(help_text="The language of the opening post; empty where not said.")
    topics = TopicLink(many=True, help_text="Of the taxonomy.")
    hidden = serializers.BooleanField()
    pinned_until = serializers.DateTimeField(allow_null=True)
    accepted_answer = serializers.UUIDField(allow_null=True, help_text="The id of a post.")
    last_position = serializers.IntegerField(help_text="The highest position a post has.")
    read_position = serializers.IntegerField(allow_null=True, help_text="How far you have read.")
    first_unread = serializers.IntegerField(
        allow_null=True, help_text="The position of the first post you have not read: for `around`."
    )
    opening_post = PostOutput(allow_null=True)


def discussions(rows: Sequence[Discussion], viewer: Viewer) -> list[dict[str, Any]]:
    """`DiscussionRow` of each. Names and the reading state are annotated (`with_names`, `with_reading`)."""
    return [_row(row, viewer) for row in rows]


def discussion(row: Discussion, viewer: Viewer) -> dict[str, Any]:
    """`DiscussionDetail`; reads the opening post and the topics."""
    opening = Post.objects.visible(viewer).with_liking(viewer).select_related("author")
    opening_posts = list(opening.filter(discussion_id=row.pk, position=1))
    for post in opening_posts:
        post.discussion = row
    return _row(row, viewer) | {
        "language": row.language,
        "topics": topic_links(row.topics.all(), viewer),
        "hidden": row.hidden_at is not None,
        "pinned_until": row.pinned_until,
        "accepted_answer": row.accepted_post_id,
        "last_position": row.last_position,
        "read_position": row.read_position,
        "first_unread": row.first_unread,
        "opening_post": posts(opening_posts, viewer)[0] if opening_posts else None,
    }


def _row(row: Discussion, viewer: Viewer) -> dict[str, Any]:
    replied = row.reply_count > 0 and row.last_post_by_id is not None
    return {
        "id": row.pk,
        "kind": row.kind,
        "space": space_link(row.space_id, viewer),
        "topic": row.title,
        "status": row.status,
        "author": {"id": row.author_id, "name": row.author_name},
        "likes": row.like_count,
        "views": row.view_count,
        "replies": row.reply_count,
        "created": row.created_at,
        "last_reply": {
            "at": row.last_post_at,
            "author": {"id": row.last_post_by_id, "name": row.last_post_by_name},
        }
        if replied
        else None,
        "tags": row.tags,
        "pinned": row.is_pinned,
        "unread": row.unread,
        "allowed_actions": policies.on_discussion(viewer, row),
    }


class TableFilters(Query):
    status = serializers.ListField(
        child=serializers.ChoiceField(choices=SHOWN_STATUSES), required=False, max_length=4
    )
    kind = serializers.ListField(child=serializers.ChoiceField(choices=KINDS), required=False, max_length=6)
    topic = serializers.SlugField(
        max_length=80, required=False, help_text="A topic of the taxonomy, with its sub-topics."
    )
    tag = serializers.CharField(max_length=100, required=False, help_text="A tag, in any spelling.")
    author = serializers.UUIDField(required=False)
    unread = serializers.BooleanField(
        required=False, help_text="Only those with posts you have not read, or only the others."
    )
    sort = serializers.ChoiceField(
        choices=list(ORDERS), default="last_reply", help_text="Highest, or latest, first."
    )


class DiscussionFilters(TableFilters):
    space = serializers.SlugField(max_length=80, required=False)
    sort = serializers.ChoiceField(choices=["last_reply", "created"], default="last_reply")


def tags_field(*, required: bool = True) -> serializers.ListField:
    """The field ``tags`` of a discussion that is sent."""
    return serializers.ListField(
        child=serializers.CharField(max_length=100),
        max_length=Tag.MAX_PER_DISCUSSION,
        required=required,
        help_text="Words of the space's own; new ones are made. Kept in lower case, joined by hyphens.",
    )


class DiscussionInput(Input):
    topic = serializers.CharField(max_length=200, help_text="The title.")
    body = serializers.CharField(max_length=Post.MAX_LENGTH, help_text=BODY)
    kind = serializers.ChoiceField(choices=KINDS, default=Discussion.Kind.DISCUSSION)
    topics = serializers.ListField(
        child=serializers.SlugField(max_length=80),
        required=False,
        max_length=20,
        help_text="Of the taxonomy.",
    )
    tags = tags_field(required=False)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False, allow_blank=True)
    attachments = attachments_field(required=False)
    quotes = QuoteInput.list_of(max_length=MAX_QUOTES, required=False)


class DiscussionChanges(Input):
    topic = serializers.CharField(max_length=200)
    topics = serializers.ListField(child=serializers.SlugField(max_length=80), max_length=20)
    tags = tags_field()
    language = serializers.ChoiceField(choices=settings.LANGUAGES, allow_blank=True)
    reason = serializers.CharField(max_length=2_000, allow_blank=True)


class PinInput(ReasonInput):
    until = serializers.DateTimeField(required=False, allow_null=True)


class AnswerInput(Input):
    post = serializers.UUIDField(help_text="The reply that answers the question.")


class KindInput(ReasonInput):
    kind = serializers.ChoiceField(choices=KINDS)


class ReadInput(Input):
    position = serializers.IntegerField(
        min_value=0, max_value=1_000_000_000, required=False, help_text="By default the last one."
    )
    back = serializers.BooleanField(
        required=False, help_text="Also move the mark back: posts after it become unread."
    )


class Reading(Output):
    """How far you have read a discussion."""

    read_position = serializers.IntegerField()
    unread = serializers.IntegerField()
    first_unread = serializers.IntegerField(allow_null=True)
