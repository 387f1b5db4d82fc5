"""Looking up what others refer to by slug or key: topics (old slugs keep working) and regions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from django.db.models import Q

from experts.data import generate
from experts.models import Topic, TopicAlias


@cache
def regions() -> Mapping[str, Mapping[str, str]]:
    """The regions by key, with their names by language."""
    return {region["key"]: region["labels"] for region in generate.load("countries")["regions"]}


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
