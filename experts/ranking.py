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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    ExpressionWrapper,
    F,
    FilteredRelation,
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

_TOPIC_LEVELS = list(ProfileTopic.Level.values)
_LANGUAGE_LEVELS = list(ProfileLanguage.Level.values)


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
    topics: list[tuple[str, str, int]] = field(default_factory=list)  # path, level, years
    languages: dict[str, str] = field(default_factory=dict)  # code: level
    missions: int = 0
    missions_there: int = 0


def rank(call_out: CallOut, viewer: Viewer, *, skip: int = 0, limit: int = 50) -> Ranking:
    """The candidates from rank ``skip + 1`` on, at most ``limit``, explained; three queries.

    The caller has found the call-out, with its roster and country, among those visible to the viewer, and
    asked `roster_policies.run_call_out`.
    """
    requirements = list(call_out.requirements.select_related("topic"))
    members = _members(call_out, viewer)
    _add_skills(members, call_out, requirements)
    left_out: Counter[str] = Counter()
    scored: list[tuple[float, int, _Member]] = []
    for order, member in enumerate(members.values()):
        if against := _against(member, call_out, requirements):
            left_out[against] += 1
            continue
        scored.append((-sum(points for points, _ in _scores(member, call_out, requirements)), order, member))
    scored.sort(key=lambda entry: entry[:2])
    candidates = tuple(
        _candidate(skip + position, member, call_out, requirements, viewer)
        for position, (_, _, member) in enumerate(scored[skip : skip + limit], start=1)
    )
    return Ranking(len(members), len(scored), dict(left_out), candidates)


# What the asker may read -------------------------------------------------------------------------


def _shown(viewer: Viewer, section: Section) -> ExpressionWrapper[Q]:
    readable = Profile.objects.readable_section(viewer, section.value, "user__profile__")
    return ExpressionWrapper(readable, BooleanField())


def _members(call_out: CallOut, viewer: Viewer) -> dict[UUID, _Member]:
    """The roster's admitted members, longest admitted first, with what one row of each tells."""
    overlap = Q(starts_on__lte=call_out.ends_on, ends_on__gte=call_out.starts_on)
    booked = Deployment.objects.booked().filter(overlap).exclude(call_out=call_out)
    blacked_out = Blackout.objects.readable(viewer).filter(overlap)
    rows = (
        RosterMember.objects.admitted()
        .filter(roster=call_out.roster_id, user__profile__in=Profile.objects.visible(viewer))
        .annotate(
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
        .order_by("decided_at", "pk")
        .values_list(
            "user_id",
            "user__profile__given_name",
            "user__profile__family_name",
            "user__profile__nationality_id",
            "user__profile__gender",
            "user__profile__available_from",
            "user__profile__available_to",
            "user__profile__notice_days",
            "user__profile__availability_regions",
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


def _add_skills(
    members: Mapping[UUID, _Member],
    call_out: CallOut,
    requirements: Sequence[Requirement],
) -> None:
    """Topics and languages asked for, and missions, of all members, in one query over three tables.

    It is cheaper to leave out here what a member does not show than to ask for each row of theirs.
    """
    on_roster = {
        "profile__user__roster_memberships__roster": call_out.roster_id,
        "profile__user__roster_memberships__status": RosterMember.Status.ADMITTED,
    }
    subtrees, asked = Q(pk__in=[]), Q(pk__in=[])
    for requirement in requirements:
        if requirement.topic is not None:
            at_least = _TOPIC_LEVELS[_TOPIC_LEVELS.index(requirement.level) :]
            subtrees |= Q(topic__path__startswith=requirement.topic.path, level__in=at_least)
        else:
            at_least = _LANGUAGE_LEVELS[_LANGUAGE_LEVELS.index(requirement.level) :]
            asked |= Q(language=requirement.language, level__in=at_least)

    def rows(model: type[ProfileTopic | ProfileLanguage | ProfileItem]) -> QuerySet[Any, Any]:
        return model._default_manager.filter(**on_roster).order_by()  # noqa: SLF001 - a model's rows

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
            member.topics.append((key, level, number))
        elif kind == "language" and member.shows_languages:
            member.languages[key] = level
        elif kind == "mission" and member.shows_missions:
            member.missions, member.missions_there = number, int(key)


# Who is left out -----------------------------------------------------------------------------------


def _against(member: _Member, call_out: CallOut, requirements: Sequence[Requirement]) -> str:
    """The first thing that stands against a member; empty where nothing does."""
    if not _has_nationality(member, call_out):
        return "nationality"
    for requirement in requirements:
        if requirement.essential and not _is_met(member, requirement):
            return "topics" if requirement.topic is not None else "languages"
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


def _is_met(member: _Member, requirement: Requirement) -> bool:
    if requirement.topic is not None:
        return _best_topic(member, requirement) is not None
    level = member.languages.get(requirement.language)
    return level is not None and _LANGUAGE_LEVELS.index(level) >= _LANGUAGE_LEVELS.index(requirement.level)


def _best_topic(member: _Member, requirement: Requirement) -> tuple[str, int] | None:
    """The level and years of what the member knows best of a topic or below it, at the level asked or
    above."""
    if requirement.topic is None:
        return None
    least = _TOPIC_LEVELS.index(requirement.level)
    fitting = [
        (_TOPIC_LEVELS.index(level), years)
        for path, level, years in member.topics
        if path.startswith(requirement.topic.path) and _TOPIC_LEVELS.index(level) >= least
    ]
    if not fitting:
        return None
    level, years = max(fitting)
    return _TOPIC_LEVELS[level], years


# Points and words ------------------------------------------------------------------------------------


def _scores(
    member: _Member, call_out: CallOut, requirements: Sequence[Requirement]
) -> Iterator[tuple[float, float]]:
    """Points and their maximum: of each requirement in order, then of experience and of readiness."""
    topics = sum(requirement.topic is not None for requirement in requirements)
    languages = len(requirements) - topics
    for requirement in requirements:
        if requirement.topic is not None:
            yield _topic_points(member, requirement, TOPICS / topics), TOPICS / topics
        else:
            yield _language_points(member, requirement, LANGUAGES / languages), LANGUAGES / languages
    there, everywhere = member.missions_there, member.missions
    yield (
        EXPERIENCE / 2 * min(there, FULL_MISSIONS_THERE) / FULL_MISSIONS_THERE
        + EXPERIENCE / 2 * min(everywhere, FULL_MISSIONS) / FULL_MISSIONS,
        EXPERIENCE,
    )
    yield (
        READINESS / 2 * _names_region(member, call_out) + READINESS / 2 * _has_notice(member, call_out),
        READINESS,
    )


def _topic_points(member: _Member, requirement: Requirement, share: float) -> float:
    best = _best_topic(member, requirement)
    if best is None:
        return 0.0
    level, years = best
    least, top = _TOPIC_LEVELS.index(requirement.level), len(_TOPIC_LEVELS) - 1
    above = (_TOPIC_LEVELS.index(level) - least) / (top - least) if top > least else 1.0
    return share * (0.5 + 0.25 * above + 0.25 * min(years, FULL_YEARS) / FULL_YEARS)


def _language_points(member: _Member, requirement: Requirement, share: float) -> float:
    if not _is_met(member, requirement):
        return 0.0
    least, top = _LANGUAGE_LEVELS.index(requirement.level), len(_LANGUAGE_LEVELS) - 1
    has = _LANGUAGE_LEVELS.index(member.languages[requirement.language])
    return share * (0.6 + 0.4 * ((has - least) / (top - least) if top > least else 1.0))


def _names_region(member: _Member, call_out: CallOut) -> bool:
    return call_out.country is not None and call_out.country.region in member.regions


def _has_notice(member: _Member, call_out: CallOut) -> bool:
    return member.notice_days is not None and member.notice_days <= (call_out.starts_on - today()).days


def _candidate(
    rank: int,
    member: _Member,
    call_out: CallOut,
    requirements: Sequence[Requirement],
    viewer: Viewer,
) -> Candidate:
    scores = list(_scores(member, call_out, requirements))
    explained = [
        *(_explain(member, requirement, viewer.language) for requirement in requirements),
        _explain_experience(member, call_out, viewer.language),
        _explain_readiness(member, call_out, viewer.language),
    ]
    return Candidate(
        rank=rank,
        person_id=member.user_id,
        name=f"{member.given_name} {member.family_name}".strip(),
        points=round(sum(points for points, _ in scores), 1),
        of=round(sum(most for _, most in scores), 1),
        nationality=member.nationality,
        gender=member.gender,
        invitation=member.invitation,
        reasons=tuple(
            Reason(criterion, section, text, round(points, 1), round(most, 1), data)
            for (criterion, section, text, data), (points, most) in zip(explained, scores, strict=True)
        ),
    )


type _Explained = tuple[str, Section, str, Mapping[str, Any]]


def _explain(member: _Member, requirement: Requirement, language: str) -> _Explained:
    asked = say(
        language,
        "rank.asked" if requirement.essential else "rank.wished",
        level=_level(requirement.level, language),
    )
    data: dict[str, Any] = {"asked": requirement.level, "essential": requirement.essential}
    if requirement.topic is not None:
        name = labels.pick(requirement.topic.labels, language)
        level, years = _best_topic(member, requirement) or (None, None)
        data |= {"topic": requirement.topic.slug, "level": level, "years": years}
        criterion, section, key = "topic", Section.TOPICS, "rank.topic"
    else:
        name, years = language_name(requirement.language, language), None
        level = member.languages.get(requirement.language) if _is_met(member, requirement) else None
        data |= {"language": requirement.language, "level": level}
        criterion, section, key = "language", Section.LANGUAGES, "rank.language"
    if level is None:
        return criterion, section, say(language, "rank.without", name=name, asked=asked), data
    text = say(language, key, name=name, level=_level(level, language), years=years or 0, asked=asked)
    return criterion, section, text, data


def _level(level: str, language: str) -> str:
    """A level in words; those of CEFR are the same in every language."""
    is_cefr = level in _LANGUAGE_LEVELS and level != ProfileLanguage.Level.NATIVE
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
