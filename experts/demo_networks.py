"""The demo's call-out: a week of training that the mobile training team is asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from experts.models import CallOut, Invitation, Requirement, Roster, RosterMember, Topic, User

_ID = uuid5(NAMESPACE_URL, "https://example.org/demo/call-out")
# How many of the roster are invited already; nobody has answered.
_INVITED = 2


def load(today: date, announced_by: User) -> None:
    """Make the call-out, unless it is there: people who teach forged documents, in Russian, in Kyrgyzstan."""
    roster = Roster.objects.get(slug="mobile-training-team")
    starts_on = today + timedelta(days=45)
    call_out, is_new = CallOut.objects.get_or_create(
        pk=_ID,
        defaults={
            "roster": roster,
            "title": "Forged documents at the second line: training in Osh and Batken",
            "description": "Five days for 24 officers at two land crossings, six of them women. Fictitious.",
            "role": "Trainer, mobile training team",
            "place": "Osh and Batken",
            "country_id": "KG",
            "starts_on": starts_on,
            "ends_on": starts_on + timedelta(days=4),
            "number": 3,
            "excluded_nationalities": ["KG"],
            "women_at_least": 1,
            "created_by": announced_by,
        },
    )
    if not is_new:
        return
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    asked = (
        {"topic": topics["travel-document-security"], "level": "practitioner"},
        {"topic": topics["forged-documents"], "level": "specialist", "essential": False},
        {"topic": topics["foreign-terrorist-fighters"], "level": "practitioner", "essential": False},
        {"language": "ru", "level": "B1", "essential": False},
    )
    Requirement.objects.bulk_create(
        Requirement(call_out=call_out, position=position, **one) for position, one in enumerate(asked)
    )
    members = RosterMember.objects.admitted().filter(roster=roster).order_by("pk")[:_INVITED]
    Invitation.objects.bulk_create(
        Invitation(
            call_out=call_out,
            user_id=member.user_id,
            respond_by=datetime.combine(starts_on - timedelta(days=14), time(12), UTC),
            message="Would you go?",
            created_by=announced_by,
        )
        for member in members
    )
