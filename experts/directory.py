"""Finding experts by what they let the asker know of themselves.

Every condition on a section's field also asks that the section is readable, so that a hidden field behaves as
if it were empty: it matches nothing, and is not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Left

from config.errors import NotFound
from experts.dates import today
from experts.models import (
    Country,
    Network,
    NetworkMembership,
    Profile,
    ProfileLanguage,
    ProfileTopic,
    Section,
    SectionVerification,
    Topic,
    TopicAlias,
)
from experts.prepared import Question
from experts.querysets import ProfileQuerySet
from experts.references import regions
from search.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is looked for. Values of one field are alternatives; topics and languages must all be there.

    ``topics`` include their sub-topics; ``levels`` are wanted of each of the topics (of any, without one).
    ``languages`` are pairs of an ISO 639 code and the least CEFR level ("" for any). ``countries`` match duty
    country or nationality, ``regions`` the duty country's. ``available`` is a day on which they can start.
    ``verified`` are sections, each of which the secretariat must have verified.
    """

    topics: Collection[str] = ()
    levels: Collection[str] = ()
    countries: Collection[str] = ()
    nationalities: Collection[str] = ()
    duty_countries: Collection[str] = ()
    languages: Collection[tuple[str, str]] = ()
    agencies: Collection[str] = ()
    networks: Collection[str] = ()
    regions: Collection[str] = ()
    available: date | None = None
    verified: Collection[Section] = ()

    def __post_init__(self) -> None:
        for one in fields(self):  # so that it can be a key
            if isinstance(values := getattr(self, one.name), list):
                object.__setattr__(self, one.name, tuple(values))


class _References(NamedTuple):
    """What slugs and codes stand for: topics by path, networks by id."""

    topics: tuple[tuple[str, str], ...] = ()
    countries: tuple[str, ...] = ()
    networks: tuple[tuple[str, UUID], ...] = ()


def find(viewer: Viewer, filters: Filters) -> ProfileQuerySet:
    """The profiles that the viewer may know of and that, in what the viewer may read, match.

    One query beforehand where a topic, country or network is named; `NotFound` where one does not exist.
    """
    return _matching(viewer, filters, _resolve(filters))


def cards(viewer: Viewer, filters: Filters, sections: Collection[Section]) -> Question[Profile]:
    """The same as `find`, prepared, with the content of these sections in the viewer's language."""
    return Question(build=_cards, viewer=viewer, key=(filters, _resolve(filters), tuple(sections), today()))


def _cards(
    viewer: Viewer, filters: Filters, known: _References, sections: Sequence[Section], _day: date
) -> ProfileQuerySet:
    return _matching(viewer, filters, known).with_content(viewer.language, sections)


def _matching(viewer: Viewer, filters: Filters, known: _References) -> ProfileQuerySet:
    profiles = Profile.objects.visible(viewer)
    for condition in _conditions(viewer, filters, known):
        profiles = profiles.filter(condition)
    return profiles


def counts_by_topic(viewer: Viewer) -> dict[str, int]:
    """How many experts the viewer can find for each topic, sub-topics included: exact, by the topic's path.

    One query. A topic without any is missing.
    """
    readable = ProfileTopic.objects.filter(
        Profile.objects.readable_section(viewer, Section.TOPICS, "profile__"),
        profile__in=Profile.objects.visible(viewer),
    )
    deepest = Topic.objects.order_by("-depth").values_list("depth", flat=True)
    levels = [
        readable.annotate(root=Left("topic__path", depth * Topic.steplen))
        .filter(topic__depth__gte=depth)
        .values("root")
        .annotate(found=Count("profile", distinct=True))
        .values_list("root", "found")
        .order_by()
        for depth in range(1, (deepest.first() or 0) + 1)
    ]
    if not levels:
        return {}
    first, *others = levels
    return dict(first.union(*others, all=True).order_by()) if others else dict(first)


def counts_by_country(viewer: Viewer) -> dict[str, int]:
    """How many experts the viewer can find for each State, by duty country or nationality: exact, by code.

    Each person counts once for a State. One query; a State without any is missing.
    """
    duty = Profile.objects.readable_section(viewer, Section.DUTY_COUNTRY)
    nationality = Profile.objects.readable_section(viewer, Section.NATIONALITY)
    visible = Profile.objects.visible(viewer).order_by()
    there = visible.filter(duty, duty_country__isnull=False).values_list("duty_country")
    from_there = visible.filter(nationality, nationality__isnull=False).values_list("nationality")
    both = visible.filter(duty, nationality, duty_country=F("nationality")).values_list("duty_country")
    counts: Counter[str] = Counter()
    parts = (there.annotate(found=Count("pk")), from_there.annotate(found=Count("pk")))
    for code, found in parts[0].union(parts[1], both.annotate(found=-Count("pk")), all=True).order_by():
        counts[code] += found
    return dict(counts)


def _resolve(filters: Filters) -> _References:
    """What the slugs and codes stand for, in at most one query; `NotFound` for an unknown one."""
    countries = {*filters.countries, *filters.nationalities, *filters.duty_countries}
    known = _References()
    if filters.topics or filters.networks or countries:
        known = _look_up(filters.topics, countries, filters.networks)
    for name, asked, found in (
        ("topic", filters.topics, dict(known.topics)),
        ("country", countries, known.countries),
        ("network", filters.networks, dict(known.networks)),
        ("region", filters.regions, regions()),
    ):
        if unknown := sorted(set(asked).difference(found)):
            raise NotFound(f"There is no {name} {unknown[0]!r}.")
    return known


def _look_up(topics: Collection[str], countries: Collection[str], networks: Collection[str]) -> _References:
    rows = (
        Topic.objects.filter(slug__in=topics).values_list(_kind("topic"), "slug", "path"),
        TopicAlias.objects.filter(slug__in=topics).values_list(_kind("topic"), "slug", "topic__path"),
        Country.objects.filter(code__in=countries).values_list(_kind("country"), "code", "code"),
        Network.objects.filter(slug__in=networks).values_list(
            _kind("network"), "slug", Cast("id", TextField())
        ),
    )
    first, *others = (queryset.order_by() for queryset in rows)
    found = sorted(first.union(*others, all=True).order_by())
    return _References(
        topics=tuple((slug, path) for kind, slug, path in found if kind == "topic"),
        countries=tuple(code for kind, code, _ in found if kind == "country"),
        networks=tuple((slug, UUID(key)) for kind, slug, key in found if kind == "network"),
    )


def _kind(name: str) -> Value:
    return Value(name, output_field=TextField())


def _conditions(viewer: Viewer, filters: Filters, known: _References) -> list[Q]:
    def where(section: Section, **conditions: Any) -> Q:
        return Q(Profile.objects.readable_section(viewer, section), **conditions)

    paths = dict(known.topics)
    found = [where(Section.TOPICS, pk__in=_who_knows(paths[slug], filters)) for slug in filters.topics]
    if filters.levels and not filters.topics:
        found.append(where(Section.TOPICS, pk__in=_who_knows("", filters)))
    found += [where(Section.LANGUAGES, pk__in=_who_speaks(*asked)) for asked in filters.languages]
    if filters.countries:
        duty = where(Section.DUTY_COUNTRY, duty_country__in=filters.countries)
        found.append(duty | where(Section.NATIONALITY, nationality__in=filters.countries))
    found += [
        where(section, **{f"{column}__in": values})
        for section, column, values in (
            (Section.NATIONALITY, "nationality", filters.nationalities),
            (Section.DUTY_COUNTRY, "duty_country", filters.duty_countries),
            (Section.DUTY_COUNTRY, "duty_country__region", filters.regions),
            (Section.AGENCY, "agency_kind", filters.agencies),
        )
        if values
    ]
    if filters.networks:
        places = NetworkMembership.objects.current().filter(network__in=[key for _, key in known.networks])
        found.append(where(Section.NETWORKS, pk__in=places.order_by().values("user_id")))
    for section in filters.verified:
        verified = SectionVerification.objects.filter(section=section)
        found.append(where(section, pk__in=verified.order_by().values("profile_id")))
    if filters.available:
        found.append(where(Section.AVAILABILITY) & _can_start(filters.available))
    return found


def _who_knows(path: str, filters: Filters) -> QuerySet[ProfileTopic, Any]:
    rows = ProfileTopic.objects.filter(topic__path__startswith=path) if path else ProfileTopic.objects.all()
    if filters.levels:
        rows = rows.filter(level__in=filters.levels)
    return rows.order_by().values("profile_id")


def _who_speaks(language: str, least: str) -> QuerySet[ProfileLanguage, Any]:
    rows = ProfileLanguage.objects.filter(language=language)
    if least:
        levels = ProfileLanguage.Level.values
        rows = rows.filter(level__in=levels[levels.index(least) :])
    return rows.order_by().values("profile_id")


def _can_start(day: date) -> Q:
    """Available on the day, and with the notice they want if asked today. Nothing is known without a date."""
    dated = Q(available_from__isnull=False) | Q(available_to__isnull=False)
    begun = Q(available_from__isnull=True) | Q(available_from__lte=day)
    going_on = Q(available_to__isnull=True) | Q(available_to__gte=day)
    notice = Q(notice_days__isnull=True) | Q(notice_days__lte=(day - today()).days)
    return dated & begun & going_on & notice
