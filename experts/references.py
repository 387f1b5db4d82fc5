"""Looking up what others refer to by slug, code or key: topics (old slugs keep working), States,
organisations and regions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

from django.db.models import Q

from experts.data import generate
from experts.models import Country, Organisation, Topic, TopicAlias


@cache
def regions() -> Mapping[str, Mapping[str, str]]:
    """The regions by key, with their names by language."""
    return {region["key"]: region["labels"] for region in generate.load("countries")["regions"]}


@dataclass(frozen=True, slots=True)
class _Kept:
    topics: Mapping[str, Topic]
    countries: Mapping[str, Country]
    organisations: Mapping[str, Organisation]


_kept: ContextVar[_Kept | None] = ContextVar("kept references", default=None)


@contextmanager
def kept() -> Iterator[None]:
    """Within this block look-ups are answered from memory, read once: for work on many profiles."""
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    aliases = {alias.slug: alias.topic for alias in TopicAlias.objects.select_related("topic")}
    token = _kept.set(
        _Kept(
            topics=aliases | topics,
            countries={country.code: country for country in Country.objects.all()},
            organisations={one.slug: one for one in Organisation.objects.all()},
        )
    )
    try:
        yield
    finally:
        _kept.reset(token)


def topics_by_slug(slugs: Iterable[str]) -> dict[str, Topic]:
    """The topics of these slugs, present or former, by the slug that was given. Unknown ones are missing."""
    asked = set(slugs)
    if not asked:
        return {}
    if known := _kept.get():
        return _among(asked, known.topics)
    found = {topic.slug: topic for topic in Topic.objects.filter(slug__in=asked)}
    if missing := asked - found.keys():
        aliases = TopicAlias.objects.filter(slug__in=missing).select_related("topic")
        found |= {alias.slug: alias.topic for alias in aliases}
    return found


def countries_by_code(codes: Iterable[str]) -> dict[str, Country]:
    """The States and Partners of these codes, by code. Unknown ones are missing."""
    asked = set(codes)
    if not asked:
        return {}
    if known := _kept.get():
        return _among(asked, known.countries)
    return {country.code: country for country in Country.objects.filter(code__in=asked)}


def organisations_by_slug(slugs: Iterable[str]) -> dict[str, Organisation]:
    """The organisations of these slugs, by slug. Unknown ones are missing."""
    asked = set(slugs)
    if not asked:
        return {}
    if known := _kept.get():
        return _among(asked, known.organisations)
    return {one.slug: one for one in Organisation.objects.filter(slug__in=asked)}


def _among[T](asked: Iterable[str], known: Mapping[str, T]) -> dict[str, T]:
    return {name: known[name] for name in asked if name in known}


def subtree(topic: Topic, prefix: str = "") -> Q:
    """The condition that something's topic (at ``prefix``, e.g. ``topic__``) is this one or below it."""
    return Q(**{f"{prefix}path__startswith": topic.path})
