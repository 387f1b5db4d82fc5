"""What you have not read: what is sent and answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework import serializers

from api.serializers import Input, Output
from api.v1.forums.serializers.common import SpaceLink, space_link
from forums.reading import Unread
from search.viewer import Viewer


class UnreadInSpace(Output):
    space = SpaceLink()
    discussions = serializers.IntegerField(help_text="In how many there is something unread.")
    posts = serializers.IntegerField()


class UnreadInAll(Output):
    """What you have not read in the spaces you belong to, and in what you watch or follow elsewhere; without
    what you muted."""

    discussions = serializers.IntegerField(help_text="In how many there is something unread.")
    posts = serializers.IntegerField()
    spaces = UnreadInSpace(many=True, help_text="Where there is any; by title. Sub-spaces have their own.")


class SpaceReadInput(Input):
    below = serializers.BooleanField(required=False, help_text="The spaces below it as well.")


def unread(found: Mapping[UUID, Unread], viewer: Viewer) -> dict[str, Any]:
    """`UnreadInAll`."""
    spaces = [{"space": space_link(space_id, viewer), **row._asdict()} for space_id, row in found.items()]
    return {
        "discussions": sum(row.discussions for row in found.values()),
        "posts": sum(row.posts for row in found.values()),
        "spaces": sorted(spaces, key=lambda row: (row["space"]["title"], row["space"]["id"])),
    }
