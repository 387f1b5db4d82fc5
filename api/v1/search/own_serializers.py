"""One's choices about search, and recent searches."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.serializers import Input, Output
from experts.models import RecentSearch, SearchPreferences


class SearchChoices(Output):
    found_by_posts = serializers.BooleanField(
        help_text="What you wrote may lead to you as an expert, for those who may read it."
    )
    keeps_recent = serializers.BooleanField(help_text="What you search for is kept, for you alone.")


class SearchChoicesChanges(Input):
    found_by_posts = serializers.BooleanField(required=False)
    keeps_recent = serializers.BooleanField(required=False)


class Recent(Output):
    query = serializers.CharField()
    used = serializers.DateTimeField()


class RecentInput(Input):
    query = serializers.CharField(max_length=1_000)


def choices(row: SearchPreferences) -> dict[str, Any]:
    """`SearchChoices`."""
    return {"found_by_posts": row.found_by_posts, "keeps_recent": row.keeps_recent}


def recent(row: RecentSearch) -> dict[str, Any]:
    """`Recent`."""
    return {"query": row.query, "used": row.used_at}
