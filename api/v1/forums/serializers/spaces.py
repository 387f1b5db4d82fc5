"""Spaces: what is sent and answered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django.conf import settings
from rest_framework import serializers

from api.serializers import Input, Output, Query
from api.v1.forums.serializers.common import (
    SpaceLink,
    TopicLink,
    actions,
    space_link,
    topic_links,
)
from experts.policies import allowed_actions
from forums import access, policies, text
from forums.actions.spaces import MAX_PURPOSE, MAX_QUESTIONS, MAX_RULES
from forums.models import Joining, Role, Space, Visibility
from search.viewer import Viewer


class SpaceSummary(Output):
    """Figures of what every reader of the space may read; sub-spaces have their own."""

    questions = serializers.IntegerField(help_text="Discussions of the kind question.")
    discussions = serializers.IntegerField(help_text="Of every kind, questions included.")
    replies = serializers.IntegerField()
    contributors = serializers.IntegerField(help_text="People who wrote at least one post.")


class Picture(Output):
    url = serializers.CharField(help_text="A JPEG; the address changes with the picture.")


class SpaceCard(Output):
    """A space in the directory. Of a private space you are not in, you are told no more than its card:
    ``readable`` is false, and figures and topics are left out."""

    id = serializers.UUIDField()
    slug = serializers.SlugField()
    title = serializers.CharField()
    purpose = serializers.CharField()
    visibility = serializers.ChoiceField(choices=Visibility.choices)
    joining = serializers.ChoiceField(choices=Joining.choices, help_text="How one becomes a member.")
    parent = SpaceLink(allow_null=True)
    languages = serializers.ListField(child=serializers.CharField())
    archived = serializers.BooleanField()
    readable = serializers.BooleanField(help_text="Whether you may read what is in it.")
    role = serializers.ChoiceField(choices=Role.choices, allow_null=True, help_text="Your own membership.")
    members = serializers.IntegerField(allow_null=True)
    summary = SpaceSummary(allow_null=True)
    picture = Picture(allow_null=True)
    last_activity = serializers.DateTimeField(
        allow_null=True, help_text="When the last post was published that every reader of the space may read."
    )
    allowed_actions = actions()


class SpaceDetail(SpaceCard):
    """A space."""

    rules = serializers.CharField(allow_null=True, help_text="Markdown.")
    rules_html = serializers.CharField(allow_null=True)
    topics = TopicLink(many=True)
    featured_topics = TopicLink(many=True)
    join_questions = serializers.ListField(
        child=serializers.CharField(), help_text="Put to who asks to join; answer them in this order."
    )
    created = serializers.DateTimeField(allow_null=True)


def summary(space: Space) -> dict[str, Any]:
    """`SpaceSummary` of a space that the viewer may read."""
    return {
        "questions": space.question_count,
        "discussions": space.discussion_count,
        "replies": space.reply_count,
        "contributors": space.contributor_count,
    }


def space_cards(rows: Sequence[Space], viewer: Viewer) -> list[dict[str, Any]]:
    """`SpaceCard` of each space. No query."""
    return [_card(space, viewer) for space in rows]


def space(row: Space, viewer: Viewer) -> dict[str, Any]:
    """`SpaceDetail` of a space whose topics are prefetched."""
    readable = access.spaces(viewer)[row.pk].readable
    return _card(row, viewer) | {
        "rules": row.rules if readable else None,
        "rules_html": text.render(row.rules) if readable else None,
        "topics": topic_links(row.topics.all(), viewer) if readable else [],
        "featured_topics": topic_links(row.featured_topics.all(), viewer) if readable else [],
        "join_questions": row.join_questions,
        "created": row.created_at if readable else None,
    }


def _card(row: Space, viewer: Viewer) -> dict[str, Any]:
    here = access.spaces(viewer)[row.pk]
    return {
        "id": row.pk,
        "slug": row.slug,
        "title": row.title,
        "purpose": row.purpose,
        "visibility": row.visibility,
        "joining": row.joining,
        "parent": space_link(row.parent_id, viewer) if row.parent_id else None,
        "languages": row.languages if here.readable else [],
        "archived": here.archived,
        "readable": here.readable,
        "role": here.role,
        "members": row.member_count if here.readable else None,
        "summary": summary(row) if here.readable else None,
        "picture": _picture(row),
        "last_activity": row.last_activity,
        "allowed_actions": allowed_actions(policies.SPACE, viewer, row),
    }


def _picture(row: Space) -> dict[str, str] | None:
    if not row.picture:
        return None
    return {"url": f"/api/v1/spaces/{row.slug}/picture?v={PurePath(str(row.picture.name)).stem}"}


SORTS = {
    "title": ("title", False),
    "activity": ("last_activity", True),
    "newest": ("shown_created", True),
    "members": ("shown_member", True),
    "discussions": ("shown_discussion", True),
}


class SpaceFilters(Query):
    parent = serializers.SlugField(  # type: ignore[assignment]
        max_length=80, required=False, help_text="Only sub-spaces of this one."
    )
    top = serializers.BooleanField(required=False, help_text="Only spaces that are no sub-spaces.")
    joined = serializers.BooleanField(required=False, help_text="Only those you are a member of, or not.")
    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False)
    topic = serializers.SlugField(max_length=80, required=False, help_text="Its sub-topics too.")
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    archived = serializers.BooleanField(required=False, help_text="Only archived ones, or only the others.")
    sort = serializers.ChoiceField(
        choices=list(SORTS),
        default="title",
        help_text="By title, or the latest, newest or highest first; spaces of which you are shown the card"
        " alone come last then.",
    )


def _slugs(help_text: str) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.SlugField(max_length=80), required=False, max_length=20, help_text=help_text
    )


class _SpaceSettings(Input):
    purpose = serializers.CharField(max_length=MAX_PURPOSE, required=False, allow_blank=True)
    rules = serializers.CharField(
        max_length=MAX_RULES, required=False, allow_blank=True, help_text="Markdown."
    )
    joining = serializers.ChoiceField(
        choices=Joining.choices,
        required=False,
        help_text="By default free for open and members_only, ask for private, invitation for secret.",
    )
    join_questions = serializers.ListField(
        child=serializers.CharField(max_length=300), required=False, max_length=MAX_QUESTIONS
    )
    languages = serializers.ListField(
        child=serializers.ChoiceField(choices=settings.LANGUAGES), required=False, max_length=6
    )
    topics = _slugs("Slugs of topics.")
    featured_topics = _slugs("Slugs of the topics shown first.")


class SpaceInput(_SpaceSettings):
    title = serializers.CharField(max_length=200)
    slug = serializers.SlugField(
        max_length=70, required=False, help_text="The wished address; a number is added where it is taken."
    )
    visibility = serializers.ChoiceField(choices=Visibility.choices)
    parent = serializers.SlugField(  # type: ignore[assignment]
        max_length=80, required=False, allow_null=True, help_text="The slug of the space it is below."
    )


class SpaceChanges(_SpaceSettings):
    title = serializers.CharField(max_length=200)
    visibility = serializers.ChoiceField(
        choices=Visibility.choices,
        help_text="Never more open than the parent. Sub-spaces that are more open are closed with it.",
    )
    reason = serializers.CharField(max_length=2_000, required=False, allow_blank=True)
