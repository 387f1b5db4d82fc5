"""Rosters, call-outs, candidates, invitations and selections: what is sent and answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from api import tables
from api.serializers import Input, Output, Query
from api.v1.networks.serializers import NamedCountry, NamedPerson, person, place, texts
from experts import admission, labels, ranking, roster_policies
from experts.actions import roster_keeping
from experts.models import (
    Blackout,
    CallOut,
    Deployment,
    Invitation,
    ProfileLanguage,
    ProfileTopic,
    Roster,
    RosterMember,
    Section,
)
from experts.policies import allowed_actions
from search.viewer import Viewer

# Rosters ---------------------------------------------------------------------------------------


class RosterLanguage(Output):
    language = serializers.CharField(help_text="ISO 639 code.")
    level = serializers.ChoiceField(choices=ProfileLanguage.Level.choices, help_text="CEFR, or above.")


class RosterCard(Output):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField(help_text="In the asker's language.")
    purpose = serializers.CharField(help_text="In the asker's language.")
    topics = serializers.ListField(child=serializers.CharField(), help_text="Slugs.")
    names = texts(200)
    purposes = texts(2000)
    notice_days = serializers.IntegerField(help_text="Within how many days its members can leave.")
    admission = serializers.ChoiceField(choices=Roster.Admission.choices)
    level = serializers.ChoiceField(
        choices=ProfileTopic.Level.choices,
        allow_blank=True,
        help_text="Wanted of who applies, in one of the topics; empty: any.",
    )
    languages = RosterLanguage(many=True, help_text="Each wanted of who applies.")
    allowed_actions = serializers.ListField(child=serializers.CharField())


def rosters(rows: Sequence[Roster], viewer: Viewer) -> list[dict[str, Any]]:
    """`RosterCard` of each; loaded with topics."""
    return [
        {
            "id": row.pk,
            "slug": row.slug,
            "name": labels.pick(row.names, viewer.language),
            "purpose": labels.pick(row.purpose, viewer.language),
            "topics": [topic.slug for topic in row.topics.all()],
            "names": row.names,
            "purposes": row.purpose,
            "notice_days": row.notice_days,
            "admission": row.admission,
            "level": row.level,
            "languages": admission.languages(row),
            "allowed_actions": allowed_actions(roster_policies.ROSTER, viewer, row),
        }
        for row in rows
    ]


class RosterLanguageInput(Input):
    language = serializers.CharField(max_length=3, min_length=2)
    level = serializers.ChoiceField(choices=ProfileLanguage.Level.choices)


class RosterInput(Input):
    names = texts(200)
    purposes = texts(2000, required=False)
    topics = serializers.ListField(
        child=serializers.SlugField(max_length=80), max_length=roster_keeping.MAX_TOPICS, required=False
    )
    notice_days = serializers.IntegerField(
        min_value=0, max_value=roster_keeping.MAX_NOTICE_DAYS, required=False
    )
    admission = serializers.ChoiceField(choices=Roster.Admission.choices, required=False)
    level = serializers.ChoiceField(choices=ProfileTopic.Level.choices, required=False, allow_blank=True)
    languages = RosterLanguageInput.list_of(max_length=10, required=False)


class NewRoster(RosterInput):
    slug = serializers.SlugField(max_length=80)


class RosterPlace(Output):
    person = NamedPerson()
    status = serializers.ChoiceField(choices=RosterMember.Status.choices)
    motivation = serializers.CharField()
    reason = serializers.CharField()
    applied_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    allowed_actions = serializers.ListField(child=serializers.CharField())


def roster_members(rows: Sequence[RosterMember], viewer: Viewer) -> list[dict[str, Any]]:
    """`RosterPlace` of each; loaded with user."""
    return [
        {
            "person": person(row.user),
            "status": row.status,
            "motivation": row.motivation,
            "reason": row.reason,
            "applied_at": row.applied_at,
            "decided_at": row.decided_at,
            "allowed_actions": allowed_actions(roster_policies.MEMBER, viewer, row),
        }
        for row in rows
    ]


PLACES_HEADINGS = ("id", "name", "status", "applied", "decided", "motivation")


def places_table(rows: Iterable[RosterMember]) -> Iterator[tuple[str, ...]]:
    """A row under `PLACES_HEADINGS` of each; loaded with user."""
    for row in rows:
        decided = row.decided_at.date().isoformat() if row.decided_at else ""
        applied = row.applied_at.date().isoformat()
        yield (str(row.user_id), row.user.name, row.status, applied, decided, row.motivation)


class RosterMemberFilters(Query):
    status = serializers.ChoiceField(choices=RosterMember.Status.choices, required=False)
    format = tables.form()


class RosterApplication(Input):
    person = serializers.UUIDField(
        required=False, help_text="By the secretariat: admits this person. Otherwise you apply yourself."
    )
    motivation = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class BlackoutOut(Output):
    id = serializers.UUIDField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The last of the days.")
    note = serializers.CharField()


def blackouts(rows: Sequence[Blackout]) -> list[dict[str, Any]]:
    """`BlackoutOut` of each."""
    return [
        {"id": row.pk, "starts_on": row.starts_on, "ends_on": row.ends_on, "note": row.note} for row in rows
    ]


class NewBlackout(Input):
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


# Call-outs -------------------------------------------------------------------------------------


class TopicAsked(Output):
    topic = serializers.CharField(help_text="Slug.")
    level = serializers.ChoiceField(choices=ProfileTopic.Level.choices, help_text="Or above.")
    essential = serializers.BooleanField()


class LanguageAsked(Output):
    language = serializers.CharField(help_text="ISO 639 code.")
    level = serializers.ChoiceField(choices=ProfileLanguage.Level.choices, help_text="CEFR, or above.")
    essential = serializers.BooleanField()


class CallOutCard(Output):
    id = serializers.UUIDField()
    roster = serializers.CharField(help_text="Slug.")
    title = serializers.CharField()
    description = serializers.CharField()
    role = serializers.CharField(help_text="What those selected are, as their profile will say.")
    place = serializers.CharField()
    country = NamedCountry(allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The last day.")
    number = serializers.IntegerField(help_text="How many people it takes.")
    topics = TopicAsked(many=True)
    languages = LanguageAsked(many=True)
    nationalities = serializers.ListField(child=serializers.CharField(), help_text="Only these; empty: any.")
    excluded_nationalities = serializers.ListField(child=serializers.CharField())
    women_at_least = serializers.IntegerField()
    men_at_least = serializers.IntegerField()
    status = serializers.ChoiceField(choices=CallOut.Status.choices)
    allowed_actions = serializers.ListField(child=serializers.CharField())


def call_outs(rows: Sequence[CallOut], viewer: Viewer) -> list[dict[str, Any]]:
    """`CallOutCard` of each; loaded with roster, country, and requirements with their topics."""
    return [
        {
            "id": row.pk,
            "roster": row.roster.slug,
            "title": row.title,
            "description": row.description,
            "role": row.role,
            "place": row.place,
            "country": place(row.country, viewer),
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "number": row.number,
            "topics": [
                {"topic": asked.topic.slug, "level": asked.level, "essential": asked.essential}
                for asked in row.requirements.all()
                if asked.topic is not None
            ],
            "languages": [
                {"language": asked.language, "level": asked.level, "essential": asked.essential}
                for asked in row.requirements.all()
                if asked.topic_id is None
            ],
            "nationalities": row.nationalities,
            "excluded_nationalities": row.excluded_nationalities,
            "women_at_least": row.women_at_least,
            "men_at_least": row.men_at_least,
            "status": row.status,
            "allowed_actions": allowed_actions(roster_policies.CALL_OUT, viewer, row),
        }
        for row in rows
    ]


class CallOutFilters(Query):
    roster = serializers.SlugField(max_length=80, required=False)
    status = serializers.ChoiceField(choices=CallOut.Status.choices, required=False)


class TopicAsking(Input):
    topic = serializers.SlugField(max_length=80)
    level = serializers.ChoiceField(choices=ProfileTopic.Level.choices)
    essential = serializers.BooleanField(required=False, default=True)


class LanguageAsking(Input):
    language = serializers.CharField(max_length=3)
    level = serializers.ChoiceField(choices=ProfileLanguage.Level.choices)
    essential = serializers.BooleanField(required=False, default=True)


class CallOutInput(Input):
    title = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    role = serializers.CharField(max_length=200)
    place = serializers.CharField(max_length=200)
    country = serializers.CharField(max_length=2, required=False, allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    number = serializers.IntegerField(min_value=1, max_value=CallOut.MAX_NUMBER)
    topics = TopicAsking.list_of(max_length=20, required=False)
    languages = LanguageAsking.list_of(max_length=20, required=False)
    nationalities = serializers.ListField(
        child=serializers.CharField(max_length=2), max_length=70, required=False
    )
    excluded_nationalities = serializers.ListField(
        child=serializers.CharField(max_length=2), max_length=70, required=False
    )
    women_at_least = serializers.IntegerField(min_value=0, max_value=CallOut.MAX_NUMBER, required=False)
    men_at_least = serializers.IntegerField(min_value=0, max_value=CallOut.MAX_NUMBER, required=False)


class NewCallOut(CallOutInput):
    roster = serializers.SlugField(max_length=80)


# Candidates ------------------------------------------------------------------------------------


class RankReason(Output):
    criterion = serializers.CharField(help_text="topic, language, experience or readiness.")
    section = serializers.ChoiceField(choices=Section.choices, help_text="Of the profile.")
    text = serializers.CharField()
    points = serializers.FloatField()
    of = serializers.FloatField(help_text="The most there is to have.")
    data = serializers.DictField(help_text="The same as data, by criterion.")  # type: ignore[assignment]


class RankedCandidate(Output):
    rank = serializers.IntegerField()
    person = NamedPerson()
    points = serializers.FloatField()
    of = serializers.FloatField()
    nationality = serializers.CharField(help_text="Empty where it is not stated, or not to you.")
    gender = serializers.CharField(help_text="Empty where it is not stated, or not to you.")
    invitation = serializers.CharField(help_text="Its status; empty without one.")
    reasons = RankReason(many=True)


class Candidates(Output):
    considered = serializers.IntegerField(help_text="Members of the roster looked at.")
    matched = serializers.IntegerField()
    left_out = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="By the first thing against: nationality, topics, languages, not_free.",
    )
    candidates = RankedCandidate(many=True)


class CandidatesQuery(Query):
    skip = serializers.IntegerField(min_value=0, max_value=100_000, required=False, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=200, required=False, default=50)


def candidates(found: ranking.Ranking) -> dict[str, Any]:
    """`Candidates`."""
    return {
        "considered": found.considered,
        "matched": found.matched,
        "left_out": dict(found.left_out),
        "candidates": [
            {
                "rank": one.rank,
                "person": {"id": one.person_id, "name": one.name},
                "points": one.points,
                "of": one.of,
                "nationality": one.nationality,
                "gender": one.gender,
                "invitation": one.invitation,
                "reasons": [
                    {
                        "criterion": reason.criterion,
                        "section": reason.section,
                        "text": reason.text,
                        "points": reason.points,
                        "of": reason.of,
                        "data": dict(reason.data),
                    }
                    for reason in one.reasons
                ],
            }
            for one in found.candidates
        ],
    }


# Invitations and selections --------------------------------------------------------------------


INVITATION_STATUSES = [*Invitation.Status.choices, ("expired", "not answered in time")]


class CallOutInvitation(Output):
    id = serializers.UUIDField()
    call_out = serializers.UUIDField()
    person = NamedPerson()
    status = serializers.ChoiceField(choices=INVITATION_STATUSES)
    respond_by = serializers.DateTimeField()
    message = serializers.CharField()
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    allowed_actions = serializers.ListField(child=serializers.CharField())


def invitations(rows: Sequence[Invitation], viewer: Viewer) -> list[dict[str, Any]]:
    """`CallOutInvitation` of each; loaded with user and call-out."""
    now = timezone.now()
    return [
        {
            "id": row.pk,
            "call_out": row.call_out_id,
            "person": person(row.user),
            "status": "expired" if row.status == "pending" and row.respond_by < now else row.status,
            "respond_by": row.respond_by,
            "message": row.message,
            "answer": row.answer,
            "answered_at": row.answered_at,
            "allowed_actions": allowed_actions(roster_policies.INVITATION, viewer, row),
        }
        for row in rows
    ]


class NewInvitations(Input):
    persons = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=100)
    respond_by = serializers.DateTimeField()
    message = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class InvitationAnswer(Input):
    answer = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class SelectedPerson(Output):
    person = NamedPerson()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    selected_at = serializers.DateTimeField()
    allowed_actions = serializers.ListField(child=serializers.CharField())


def selected(rows: Sequence[Deployment], viewer: Viewer) -> list[dict[str, Any]]:
    """`SelectedPerson` of each; loaded with user."""
    return [
        {
            "person": person(row.user),
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "selected_at": row.created_at,
            "allowed_actions": allowed_actions(roster_policies.DEPLOYMENT, viewer, row),
        }
        for row in rows
    ]


class Selection(Input):
    persons = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=100)
