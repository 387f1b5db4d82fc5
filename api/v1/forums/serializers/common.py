"""What spaces, discussions and posts have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from rest_framework import serializers

from api.serializers import Input, Output, Query
from experts.labels import pick
from experts.models import Topic, User
from forums import access
from search.viewer import Viewer


class Person(Output):
    """Somebody, as others see them beside what they write. The id is that of /experts/{id}."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class SpaceLink(Output):
    id = serializers.UUIDField()
    slug = serializers.SlugField()
    title = serializers.CharField()


class TopicLink(Output):
    slug = serializers.SlugField()
    label = serializers.CharField(help_text="In the language asked for.")  # type: ignore[assignment]


class ReasonInput(Input):
    reason = serializers.CharField(
        max_length=2_000, help_text="Kept in the moderation log, and told to the person concerned."
    )


class ReasonQuery(Query):
    """Where there is no body: DELETE, which undoes an act."""

    reason = serializers.CharField(
        max_length=2_000, help_text="Kept in the moderation log, and told to the person concerned."
    )


class DeletionQuery(Query):
    reason = serializers.CharField(
        max_length=2_000, required=False, help_text="Moderators say why they delete what others wrote."
    )


def person(user: User) -> dict[str, Any]:
    """`Person` of an account."""
    return {"id": user.pk, "name": user.name}


def space_link(space_id: UUID, viewer: Viewer) -> dict[str, Any]:
    """`SpaceLink` of a space that the viewer is shown."""
    here = access.spaces(viewer)[space_id]
    return {"id": space_id, "slug": here.slug, "title": here.title}


def topic_links(topics: Iterable[Topic], viewer: Viewer) -> list[dict[str, Any]]:
    """`TopicLink` of each."""
    return [{"slug": topic.slug, "label": pick(topic.labels, viewer.language)} for topic in topics]


def actions() -> serializers.ListField:
    """The field ``allowed_actions``."""
    return serializers.ListField(
        child=serializers.CharField(), help_text="What you may do with it now; expect new names."
    )
