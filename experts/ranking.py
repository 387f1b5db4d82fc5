"""Ranking a roster's members for a call-out, and saying why each stands where they stand.

A candidate is an admitted member of the roster whose profile the asker may see, who meets every essential
requirement and the call-out's restrictions, and who is free on its days. Everything is taken from sections
that the asker may read; a hidden section counts exactly as an empty one, so that neither a rank, nor its
explanation, nor the counts of who was left out tell what the asker may not see. Bookings for other call-outs
are the secretariat's own records.

Points, of at most 100 where a call-out asks for topics and languages:

- topics 50, in equal parts: half for reaching the level asked for, a quarter for every level above it, a
quarter
  for years, up to ten;
- languages 20, in equal parts: 60 % for reaching the level, the rest for being above it;
- experience 20: missions in the same country up to 10, any missions up to 10;
- readiness 10: the region is one the person named, and the notice they need is given, 5 each.

Equal points are ordered by how long ago the person was admitted, so that nobody is passed over by chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    CharField,
    Count,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast

from experts import labels
from experts.dates import today
from experts.disclosure import language_name
from experts.models import (
    Blackout,
    CallOut,
    Deployment,
    Profile,
    ProfileItem,
    ProfileLanguage,
    ProfileTopic,
    Requirement,
    RosterMember,
    Section,
)
from experts.words import say
from search.viewer import Viewer

TOPICS, LANGUAGES, EXPERIENCE, READINESS = 50.0, 20.0, 20.0, 10.0
FULL_YEARS = 10
FULL_MISSIONS, FULL_MISSIONS_THERE = 5, 2

# Levels from the lowest, and each one's place among them.
_TOPIC_LEVELS = list(ProfileTopic.Level.values)
_LANGUAGE_LEVELS = list(ProfileLanguage.Level.values)
_TOPIC_PLACES = {level: place for place, level in enumerate(_TOPIC_LEVELS)}
_LANGUAGE_PLACES = {level: place for place, level in enumerate(_LANGUAGE_LEVELS)}


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a rank: what was looked at (``section`` of the profile), in words and in data."""

    criterion: str
    section: Section
    text: str
    points: float
    of: float
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could go. ``nationality`` and ``gender`` are empty where the asker may not read them."""

    rank: int
    person_id: UUID
    name: str
    points: float
    of: float
    nationality: str
    gender: str
    invitation: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """``left_out`` counts those looked at and left out by the first thing that stood against them."""

    considered: int
    matched: int
    left_out: Mapping[str, int]
    candidates: tuple[Candidate, ...]


@dataclass(slots=True)
class _Member:
    """A roster member as the asker may see them."""

    user_id: UUID
    given_name: str
    family_name: str
    nationality: str
    gender: str
    available_from: date | None
    available_to: date | None
    notice_days: int | None
    regions: Sequence[str]
    is_blacked_out: bool
    is_booked: bool
    invitation: str
    shows_topics: bool
    shows_languages: bool
    shows_missions: bool
    topics: list[tuple[str, int, int]] = field(default_factory=list)  # path, place of the level, years
    languages: dict[str, int] = field(default_factory=dict)  # code: place of the level
    missions: int = 0
    missions_there: int = 0


@dataclass(frozen=True, slots=True)
class _Ask:
    """A requirement as it is held against thousands of members: ``least`` is the place of the level asked
    for, ``of`` the most points it gives. ``path`` is a topic's, ``language`` a language's."""

    requirement: Requirement
    path: str
    language: str
    least: int
    of: float

    def best(self, member: _Member) -> tuple[int, int] | None:
        """The place of the level, and the years, of what the member knows best of it at the level asked for
        or above: of the topic or one below it, or of the language. None where that is nothing."""
        if self.language:
            level = member.languages.get(self.language, -1)
            return (level, 0) if level >= self.least else None
        fitting = [
            (level, years)
            for path, level, years in member.topics
            if level >= self.least and path.startswith(self.path)
        ]
        return max(fitting) if fitting else None

    def points(self, best: tuple[int, int] | None) -> float:
        """Of at most ``of``."""
        if best is None:
            return 0.0
        level, years = best
        top = len(_LANGUAGE_LEVELS if self.language else _TOPIC_LEVELS) - 1
        above = (level - self.least) / (top - self.least) if top > self.least else 1.0
        if self.language:
            return self.of * (0.6 + 0.4 * above)
        return self.of * (0.5 + 0.25 * above + 0.25 * min(years, FULL_YEARS) / FULL_YEARS)


type _Bests = Sequence[tuple[int, int] | None]


def rank(call_out: CallOut, viewer: Viewer, *, skip: int = 0, limit: int = 50) -> Ranking:
    """The candidates from rank ``skip + 1`` on, at most ``limit``, explained; three queries.

    The caller has found the call-out, with its roster and country, among those visible to the viewer, and
    asked `roster_policies.run_call_out`.
    """
    asks = _asks(list(call_out.requirements.select_related("topic")))
    members = _members(call_out, viewer)
    _add_skills(members, call_out, asks)
    left_out: Counter[str] = Counter()
    scored: list[tuple[float, int, _Member]] = []
    for order, member in enumerate(members.values()):
        bests = [ask.best(member) for ask in asks]
        if against := _against(member, call_out, asks, bests):
            left_out[against] += 1
            continue
        scored.append((-sum(_scores(member, call_out, asks, bests)), order, member))
    scored.sort(key=lambda entry: entry[:2])
    candidates = tuple(
        _candidate(skip + position, member, call_out, asks, viewer)
        for position, (_, _, member) in enumerate(scored[skip : skip + limit], start=1)
    )
    return Ranking(len(members), len(scored), dict(left_out), candidates)


def _asks(requirements: Sequence[Requirement]) -> list[_Ask]:
    topics = sum(requirement.topic is not None for requirement in requirements)
    languages = len(requirements) - topics
    return [
        _Ask(requirement, topic.path, "", _TOPIC_PLACES[requirement.level], TOPICS / topics)
        if (topic := requirement.topic) is not None
        else _Ask(
            requirement,
            "",
            requirement.language,
            _LANGUAGE_PLACES[requirement.level],
            LANGUAGES / languages,
        )
        for requirement in requirements
    ]


# What the asker may read -------------------------------------------------------------------------


def _shown(viewer: Viewer, section: Section) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(Profile.objects.readable_section(viewer, section.value), BooleanField())


def _on_roster(call_out: CallOut, column: str) -> Func:
    """The condition that a column holds an admitted member of the roster.

    As an array, which the database makes first and then looks up by index: of a subquery it expects so many
    rows that it reads a whole table of everybody's.
    """
    admitted = RosterMember.objects.admitted().filter(roster=call_out.roster_id)
    return Func(
        F(column),
        ArraySubquery(admitted.values("user_id")),
        template="(%(expressions)s))",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def _members(call_out: CallOut, viewer: Viewer) -> dict[UUID, _Member]:
    """The roster's admitted members, longest admitted first, with what one row of each tells."""
    overlap = Q(starts_on__lte=call_out.ends_on, ends_on__gte=call_out.starts_on)
    booked = Deployment.objects.booked().filter(overlap).exclude(call_out=call_out)
    blacked_out = Blackout.objects.readable(viewer).filter(overlap)
    rows = (
        Profile.objects.visible(viewer)
        .filter(_on_roster(call_out, "pk"))
        .annotate(
            place=FilteredRelation(
                "user__roster_memberships",
                condition=Q(
                    user__roster_memberships__roster=call_out.roster_id,
                    user__roster_memberships__status=RosterMember.Status.ADMITTED,
                ),
            ),
            asked=FilteredRelation("user__invitations", condition=Q(user__invitations__call_out=call_out.pk)),
            is_booked=ExpressionWrapper(Q(user__in=booked.values("user")), BooleanField()),
            is_blacked_out=ExpressionWrapper(Q(user__in=blacked_out.values("user")), BooleanField()),
            shows_nationality=_shown(viewer, Section.NATIONALITY),
            shows_gender=_shown(viewer, Section.GENDER),
            shows_availability=_shown(viewer, Section.AVAILABILITY),
            shows_topics=_shown(viewer, Section.TOPICS),
            shows_languages=_shown(viewer, Section.LANGUAGES),
            shows_missions=_shown(viewer, Section.MISSIONS),
        )
        .filter(place__isnull=False)
        .order_by("place__decided_at", "place__pk")
        .values_list(
            "user_id",
            "given_name",
            "family_name",
            "nationality_id",
            "gender",
            "available_from",
            "available_to",
            "notice_days",
            "availability_regions",
            "is_blacked_out",
            "is_booked",
            "asked__status",
            "shows_topics",
            "shows_languages",
            "shows_missions",
            "shows_nationality",
            "shows_gender",
            "shows_availability",
        )
    )
    members = {}
    for *columns, shows_nationality, shows_gender, shows_availability in rows:
        member = _Member(*columns)
        member.nationality = (member.nationality or "") if shows_nationality else ""
        member.gender = member.gender if shows_gender else ""
        member.invitation = member.invitation or ""
        if not shows_availability:
            member.available_from = member.available_to = member.notice_days = None
            member.regions = ()
        members[member.user_id] = member
    return members


def _add_skills(members: Mapping[UUID, _Member], call_out: CallOut, asks: Sequence[_Ask]) -> None:
    """Topics and languages asked for, and missions, of all members, in one query over three tables.

    It is cheaper to leave out here what a member does not show than to ask for each row of theirs; and to
    find a profile by its person's id, which is its own, than by way of both tables.
    """
    subtrees, asked = Q(pk__in=[]), Q(pk__in=[])
    for ask in asks:
        if ask.language:
            asked |= Q(language=ask.language, level__in=_LANGUAGE_LEVELS[ask.least :])
        else:
            subtrees |= Q(topic__path__startswith=ask.path, level__in=_TOPIC_LEVELS[ask.least :])

    def rows(model: type[ProfileTopic | ProfileLanguage | ProfileItem]) -> QuerySet[Any, Any]:
        found = model._default_manager.filter(_on_roster(call_out, "profile_id"))  # noqa: SLF001
        return found.order_by()

    def text(value: str) -> Value:
        return Value(value, CharField())

    topics = (
        rows(ProfileTopic)
        .filter(subtrees)
        .values_list(text("topic"), "profile_id", "topic__path", "level", "years")
    )
    languages = (
        rows(ProfileLanguage)
        .filter(asked)
        .values_list(text("language"), "profile_id", "language", "level", Value(0, IntegerField()))
    )
    missions = (
        rows(ProfileItem)
        .filter(section=Section.MISSIONS)
        .values("profile_id")
        .annotate(
            number=Count("pk"), there=Cast(Count("pk", filter=Q(country=call_out.country_id)), CharField())
        )
        .values_list(text("mission"), "profile_id", "there", text(""), F("number"))
    )
    for kind, profile_id, key, level, number in topics.union(languages, missions, all=True).order_by():
        member = members.get(profile_id)
        if member is None:
            continue
        if kind == "topic" and member.shows_topics:
            member.topics.append((key, _TOPIC_PLACES[level], number))
        elif kind == "language" and member.shows_languages:
            member.languages[key] = _LANGUAGE_PLACES[level]
        elif kind == "mission" and member.shows_missions:
            member.missions, member.missions_there = number, int(key)


# Who is left out -----------------------------------------------------------------------------------


def _against(member: _Member, call_out: CallOut, asks: Sequence[_Ask], bests: _Bests) -> str:
    """The first thing that stands against a member; empty where nothing does."""
    if not _has_nationality(member, call_out):
        return "nationality"
    for ask, best in zip(asks, bests, strict=True):
        if best is None and ask.requirement.essential:
            return "languages" if ask.language else "topics"
    return "" if _is_free(member, call_out) else "not_free"


def _has_nationality(member: _Member, call_out: CallOut) -> bool:
    if call_out.nationalities and member.nationality not in call_out.nationalities:
        return False
    if not call_out.excluded_nationalities:
        return True
    # Somebody whose nationality is not known may have an excluded one.
    return bool(member.nationality) and member.nationality not in call_out.excluded_nationalities


def _is_free(member: _Member, call_out: CallOut) -> bool:
    if member.is_booked or member.is_blacked_out:
        return False
    if member.available_from is not None and member.available_from > call_out.starts_on:
        return False
    return member.available_to is None or member.available_to >= call_out.ends_on


# Points and words ------------------------------------------------------------------------------------


def _scores(member: _Member, call_out: CallOut, asks: Sequence[_Ask], bests: _Bests) -> list[float]:
    """Points: of each requirement in order, then of experience and of readiness."""
    there = min(member.missions_there, FULL_MISSIONS_THERE) / FULL_MISSIONS_THERE
    everywhere = min(member.missions, FULL_MISSIONS) / FULL_MISSIONS
    return [
        *(ask.points(best) for ask, best in zip(asks, bests, strict=True)),
        EXPERIENCE / 2 * there + EXPERIENCE / 2 * everywhere,
        READINESS / 2 * _names_region(member, call_out) + READINESS / 2 * _has_notice(member, call_out),
    ]


def _names_region(member: _Member, call_out: CallOut) -> bool:
    return call_out.country is not None and call_out.country.region in member.regions


def _has_notice(member: _Member, call_out: CallOut) -> bool:
    return member.notice_days is not None and member.notice_days <= (call_out.starts_on - today()).days


def _candidate(
    rank: int, member: _Member, call_out: CallOut, asks: Sequence[_Ask], viewer: Viewer
) -> Candidate:
    bests = [ask.best(member) for ask in asks]
    scores = _scores(member, call_out, asks, bests)
    most = [*(ask.of for ask in asks), EXPERIENCE, READINESS]
    explained = [
        *(_explain(ask, best, viewer.language) for ask, best in zip(asks, bests, strict=True)),
        _explain_experience(member, call_out, viewer.language),
        _explain_readiness(member, call_out, viewer.language),
    ]
    return Candidate(
        rank=rank,
        person_id=member.user_id,
        name=f"{member.given_name} {member.family_name}".strip(),
        points=round(sum(scores), 1),
        of=round(sum(most), 1),
        nationality=member.nationality,
        gender=member.gender,
        invitation=member.invitation,
        reasons=tuple(
            Reason(*told[:3], round(points, 1), round(of, 1), told[3])
            for told, points, of in zip(explained, scores, most, strict=True)
        ),
    )


type _Explained = tuple[str, Section, str, Mapping[str, Any]]


def _explain(ask: _Ask, best: tuple[int, int] | None, language: str) -> _Explained:
    requirement = ask.requirement
    asked = say(
        language,
        "rank.asked" if requirement.essential else "rank.wished",
        level=_level(requirement.level, language),
    )
    place, years = best or (None, None)
    data: dict[str, Any] = {"asked": requirement.level, "essential": requirement.essential}
    if requirement.topic is None:
        criterion, section, key = "language", Section.LANGUAGES, "rank.language"
        name = language_name(requirement.language, language)
        level = None if place is None else _LANGUAGE_LEVELS[place]
        data |= {"language": requirement.language, "level": level}
    else:
        criterion, section, key = "topic", Section.TOPICS, "rank.topic"
        name = labels.pick(requirement.topic.labels, language)
        level = None if place is None else _TOPIC_LEVELS[place]
        data |= {"topic": requirement.topic.slug, "level": level, "years": years}
    if level is None:
        return criterion, section, say(language, "rank.without", name=name, asked=asked), data
    text = say(language, key, name=name, level=_level(level, language), years=years or 0, asked=asked)
    return criterion, section, text, data


def _level(level: str, language: str) -> str:
    """A level in words; those of CEFR are the same in every language."""
    is_cefr = level in _LANGUAGE_PLACES and level != ProfileLanguage.Level.NATIVE
    return level if is_cefr else say(language, f"level.{level}")


def _explain_experience(member: _Member, call_out: CallOut, language: str) -> _Explained:
    there, everywhere = member.missions_there, member.missions
    if call_out.country is None:
        text = say(language, "rank.missions", missions=everywhere)
    else:
        country = labels.pick(call_out.country.names, language)
        text = say(language, "rank.missions_there", missions=everywhere, country=country, there=there)
    data = {"missions": everywhere, "missions_there": there}
    return "experience", Section.MISSIONS, text, data


def _explain_readiness(member: _Member, call_out: CallOut, language: str) -> _Explained:
    names, notice = _names_region(member, call_out), _has_notice(member, call_out)
    days = (call_out.starts_on - today()).days
    words = [
        say(language, "rank.free"),
        say(language, "rank.region" if names else "rank.no_region"),
        (
            say(language, "rank.no_notice")
            if member.notice_days is None
            else say(language, "rank.notice", days=member.notice_days, left=max(days, 0))
        ),
    ]
    data = {"region": names, "notice_days": member.notice_days, "days_left": days, "in_time": notice}
    return "readiness", Section.AVAILABILITY, f"{'; '.join(words)}.", data
