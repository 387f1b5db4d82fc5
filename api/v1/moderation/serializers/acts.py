"""What is sent to move discussions and posts."""

from __future__ import annotations

from rest_framework import serializers

from api.v1.forums.serializers.common import ReasonInput
from forums.actions.moves import MAX_POSTS
from forums.models import Discussion


class MoveInput(ReasonInput):
    space = serializers.SlugField(max_length=80, help_text="Where to: its slug.")


class SplitInput(ReasonInput):
    posts = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MAX_POSTS, help_text="Not the opening post."
    )
    topic = serializers.CharField(max_length=200, help_text="The title of the new discussion.")
    kind = serializers.ChoiceField(choices=Discussion.Kind.choices, required=False)


class MergeInput(ReasonInput):
    into = serializers.UUIDField(help_text="The discussion that takes up the posts.")
