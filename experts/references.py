"""Looking up what others refer to by slug or key: topics (old slugs keep working) and regions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Q

from experts.models import Topic, TopicAlias

DATA = Path(__file__).parent / "data"


def read_data(name: str) -> dict[str, Any]:
    """One of the files of reference and demo data, e.g. ``countries``."""
    found: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def regions() -> Mapping[str, Mapping[str, str]]:
    """The regions by key, with their names by language."""
    return {region["key"]: region["labels"] for region in read_data("countries")["regions"]}


def topics_by_slug(slugs: Iterable[str]) -> dict[str, Topic]:
    """The topics of these slugs, present or former, by the slug that was given. Unknown ones are missing."""
    asked = set(slugs)
    if not asked:
        return {}
    found = {topic.slug: topic for topic in Topic.objects.filter(slug__in=asked)}
    if missing := asked - found.keys():
        aliases = TopicAlias.objects.filter(slug__in=missing).select_related("topic")
        found |= {alias.slug: alias.topic for alias in aliases}
    return found


def subtree(topic: Topic, prefix: str = "") -> Q:
    """The condition that something's topic (at ``prefix``, e.g. ``topic__``) is this one or below it."""
    return Q(**{f"{prefix}path__startswith": topic.path})
