"""Events, and the States a discussion is about: what is sent and answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from api.serializers import Input, Output, Query
from api.v1.forums.serializers.common import SpaceLink, actions, space_link
from experts import labels
from experts.policies import allowed_actions
from forums import policies
from forums.actions.events import MAX_COUNTRIES
from forums.models import Event
from search.viewer import Viewer

_ACTIONS = {"edit": policies.edit_discussion, "remove": policies.edit_discussion}


class EventCountry(Output):
    code = serializers.CharField(help_text="ISO 3166-1 alpha-2.")
    name = serializers.CharField(help_text="In the asker's language.")


class EventOutput(Output):
    """What a discussion invites to; the id is the discussion's."""

    id = serializers.UUIDField()
    topic = serializers.CharField(help_text="The discussion's title.")
    space = SpaceLink()
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    time_zone = serializers.CharField(help_text="Of the place, by its IANA name.")
    country = EventCountry(allow_null=True)
    place = serializers.CharField()
    link = serializers.CharField()
    allowed_actions = actions()


def events(rows: Sequence[Event], viewer: Viewer) -> list[dict[str, Any]]:
    """`EventOutput` of each; loaded with discussion and country."""
    return [
        {
            "id": row.pk,
            "topic": row.discussion.title,
            "space": space_link(row.discussion.space_id, viewer),
            "starts": row.starts_at,
            "ends": row.ends_at,
            "time_zone": row.time_zone,
            "country": {
                "code": row.country_id,
                "name": labels.pick(row.country.names, viewer.language),
            }
            if row.country
            else None,
            "place": row.place,
            "link": row.link,
            "allowed_actions": allowed_actions(_ACTIONS, viewer, row.discussion),
        }
        for row in rows
    ]


class EventFilters(Query):
    country = serializers.CharField(max_length=2, min_length=2, required=False, help_text="A State's code.")
    space = serializers.SlugField(max_length=80, required=False)
    past = serializers.BooleanField(
        required=False, default=False, help_text="Those that are over too; else only those to come."
    )


class EventInput(Input):
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    time_zone = serializers.CharField(max_length=64, required=False, default="UTC")
    country = serializers.CharField(max_length=2, min_length=2, required=False, allow_null=True, default=None)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    link = serializers.URLField(max_length=500, required=False, allow_blank=True, default="")


class CountriesOfDiscussion(Output):
    countries = serializers.ListField(child=serializers.CharField(), help_text="Codes.")


class CountriesInput(Input):
    countries = serializers.ListField(
        child=serializers.CharField(max_length=2, min_length=2),
        max_length=MAX_COUNTRIES,
        help_text="Codes of States; they replace those named before.",
    )
