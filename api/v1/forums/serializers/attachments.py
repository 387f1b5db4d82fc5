"""Files that go with posts: what is sent and answered."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.serializers import Input, Output
from api.v1.forums.serializers.common import actions
from experts.policies import allowed_actions
from forums import policies
from forums.files import MEDIA_TYPES
from forums.models import Attachment
from search.viewer import Viewer


class AttachmentCard(Output):
    """A file that goes with a post."""

    id = serializers.UUIDField()
    name = serializers.CharField(help_text="Under which it is downloaded.")
    media_type = serializers.ChoiceField(choices=MEDIA_TYPES, help_text="Told by its content.")
    size = serializers.IntegerField(help_text="In bytes.")
    width = serializers.IntegerField(allow_null=True, help_text="In pixels, of a picture.")
    height = serializers.IntegerField(allow_null=True, help_text="In pixels, of a picture.")
    alt = serializers.CharField(help_text="What is seen in it, for who does not see; empty where not said.")
    content = serializers.CharField(help_text="The address of the file itself.")


class AttachmentDetail(AttachmentCard):
    """A file."""

    created = serializers.DateTimeField()
    allowed_actions = actions()


class AttachmentInput(Input):
    file = serializers.FileField(max_length=255, allow_empty_file=True)
    alt = serializers.CharField(
        max_length=Attachment.ALT_LENGTH, required=False, allow_blank=True, help_text="What is seen in it."
    )


class AttachmentChanges(Input):
    alt = serializers.CharField(max_length=Attachment.ALT_LENGTH, allow_blank=True)


def card(row: Attachment) -> dict[str, Any]:
    """`AttachmentCard` of a file."""
    return {
        "id": row.pk,
        "name": row.name,
        "media_type": row.media_type,
        "size": row.size,
        "width": row.width,
        "height": row.height,
        "alt": row.alt,
        "content": f"/api/v1/attachments/{row.pk}/content",
    }


def detail(row: Attachment, viewer: Viewer) -> dict[str, Any]:
    """`AttachmentDetail` of a file."""
    return card(row) | {
        "created": row.created_at,
        "allowed_actions": allowed_actions(policies.ATTACHMENT, viewer, row),
    }
