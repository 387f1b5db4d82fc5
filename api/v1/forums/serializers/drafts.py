"""Drafts: what is sent and answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from rest_framework import serializers

from api.serializers import Input, Output, Query
from api.v1.forums.serializers.attachments import AttachmentCard, card
from api.v1.forums.serializers.common import SpaceLink, actions, space_link
from api.v1.forums.serializers.discussions import KINDS
from api.v1.forums.serializers.posts import QuoteInput, attachments_field
from forums import access
from forums.actions.writing import MAX_QUOTES
from forums.models import Attachment, Discussion, Draft, Post, Tag
from search.viewer import Viewer

MINE = ("edit", "delete", "publish")


class Replied(Output):
    id = serializers.UUIDField()
    topic = serializers.CharField(help_text="The title.")


class KeptQuote(Output):
    post = serializers.UUIDField()
    text = serializers.CharField()


class RefusalOutput(Output):
    """Why it was not published at its time."""

    code = serializers.CharField()
    detail = serializers.CharField()


class DraftOutput(Output):
    """What you are writing: a discussion, or a reply. ``space`` and ``discussion`` are null where there is
    none, or none for you any more."""

    id = serializers.UUIDField()
    is_reply = serializers.BooleanField()
    space = SpaceLink(allow_null=True)
    discussion = Replied(allow_null=True, help_text="To which it replies.")
    parent = serializers.UUIDField(  # type: ignore[assignment]
        allow_null=True, help_text="The post to which it replies."
    )
    kind = serializers.ChoiceField(choices=KINDS)
    topic = serializers.CharField(help_text="The title.")
    body = serializers.CharField(help_text="Markdown.")
    language = serializers.CharField()
    topics = serializers.ListField(child=serializers.CharField())
    tags = serializers.ListField(child=serializers.CharField())
    attachments = AttachmentCard(many=True)
    quotes = KeptQuote(many=True)
    publish_at = serializers.DateTimeField(allow_null=True, help_text="When it is published by itself.")
    refusal = RefusalOutput(allow_null=True)
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    allowed_actions = actions()


class Published(Output):
    """What a draft became."""

    discussion = serializers.UUIDField()
    post = serializers.UUIDField(allow_null=True, help_text="The reply; null for a new discussion.")


class DraftsQuery(Query):
    discussion = serializers.UUIDField(required=False, help_text="Only that of a reply to it.")
    space = serializers.SlugField(max_length=80, required=False, help_text="Only of discussions in it.")
    scheduled = serializers.BooleanField(required=False, help_text="Only those that (do not) have a time.")


class DraftFields(Input):
    space = serializers.SlugField(max_length=80, required=False, allow_null=True)
    parent = serializers.UUIDField(required=False, allow_null=True)  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=KINDS, required=False)
    topic = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="The title.")
    body = serializers.CharField(
        max_length=Post.MAX_LENGTH, required=False, allow_blank=True, trim_whitespace=False
    )
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False, allow_blank=True)
    topics = serializers.ListField(child=serializers.SlugField(max_length=80), required=False, max_length=20)
    tags = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, max_length=Tag.MAX_PER_DISCUSSION
    )
    attachments = attachments_field(required=False)
    quotes = QuoteInput.list_of(max_length=MAX_QUOTES, required=False)
    publish_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        help_text="Publish it by itself at this time, within a year; null: not by itself.",
    )


class DraftInput(DraftFields):
    discussion = serializers.UUIDField(required=False, allow_null=True, help_text="To reply to it.")


def drafts(rows: Sequence[Draft], viewer: Viewer) -> list[dict[str, Any]]:
    """`DraftOutput` of each: one query where there are replies, one where there are files."""
    ids = {row.discussion_id for row in rows if row.discussion_id}
    titles: Mapping[UUID, str] = {}
    if ids:
        readable = Discussion.objects.visible(viewer).filter(pk__in=ids)
        titles = dict(readable.values_list("pk", "title"))
    file_ids = {file_id for row in rows for file_id in row.attachment_ids}
    files = Attachment.objects.visible(viewer).in_bulk(file_ids) if file_ids else {}
    return [_draft(row, viewer, titles, files) for row in rows]


def _draft(
    row: Draft, viewer: Viewer, titles: Mapping[UUID, str], files: Mapping[UUID, Attachment]
) -> dict[str, Any]:
    is_listed = row.space_id is not None and row.space_id in access.spaces(viewer)
    title = titles.get(row.discussion_id) if row.discussion_id else None
    return {
        "id": row.pk,
        "is_reply": row.discussion_id is not None,
        "space": space_link(row.space_id, viewer) if row.space_id is not None and is_listed else None,
        "discussion": None if title is None else {"id": row.discussion_id, "topic": title},
        "parent": row.parent_id,
        "kind": row.kind,
        "topic": row.title,
        "body": row.body,
        "language": row.language,
        "topics": row.topics,
        "tags": row.tags,
        "attachments": [card(files[file_id]) for file_id in row.attachment_ids if file_id in files],
        "quotes": row.quotes,
        "publish_at": row.publish_at,
        "refusal": row.refusal or None,
        "created": row.created_at,
        "updated": row.updated_at,
        "allowed_actions": list(MINE),
    }
