"""When and where something takes place, and which States a discussion is about: said by who edits the
discussion.

Raises `NotFound` for a discussion that is not there for the acting person, `Denied` where they may not edit
it, `Invalid` for what makes no sense.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import available_timezones

from django.db import transaction

from config.errors import FieldError, Invalid, NotFound
from experts import audit
from experts.models import Country, User
from experts.policies import require
from forums import policies
from forums.actions.common import locked, viewer_of
from forums.models import Discussion, DiscussionCountry, Event

MAX_COUNTRIES = 20


@transaction.atomic
def set_event(
    discussion_id: UUID,
    *,
    acting_user: User,
    starts_at: datetime,
    ends_at: datetime,
    time_zone: str = "UTC",
    country: str | None = None,
    place: str = "",
    link: str = "",
) -> Event:
    """Say when and where it takes place, instead of what was said before."""
    discussion = _editable(discussion_id, acting_user)
    faults: list[FieldError] = []
    if ends_at < starts_at:
        faults.append(FieldError("/ends", "end_before_start", "It ends before it starts."))
    if time_zone not in available_timezones():
        faults.append(FieldError("/time_zone", "unknown_time_zone", "Not one of the IANA time zones."))
    if country and not Country.objects.filter(pk=country.upper()).exists():
        faults.append(FieldError("/country", "unknown_country", "No State or Partner has this code."))
    if not (place or link):
        faults.append(FieldError("/place", "required", "Say where: a place or a link."))
    if faults:
        raise Invalid(errors=faults)
    event = Event(
        discussion=discussion,
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=time_zone,
        country_id=country.upper() if country else None,
        place=place,
        link=link,
    )
    former = Event.objects.filter(pk=discussion.pk).first()
    event.save(force_insert=former is None, force_update=former is not None)
    _note("discussion.event_set", discussion, acting_user, _told(former), _told(event))
    return event


@transaction.atomic
def remove_event(discussion_id: UUID, *, acting_user: User) -> None:
    """It does not take place, or is none. `NotFound` where nothing was said."""
    discussion = _editable(discussion_id, acting_user)
    former = Event.objects.filter(pk=discussion.pk).first()
    if former is None:
        raise NotFound
    told = _told(former)
    former.delete()
    _note("discussion.event_removed", discussion, acting_user, told, _told(None))


@transaction.atomic
def set_countries(discussion_id: UUID, codes: Sequence[str], *, acting_user: User) -> list[str]:
    """Say which States it is about, instead of those named before; returns their codes."""
    discussion = _editable(discussion_id, acting_user)
    wanted = list(dict.fromkeys(code.upper() for code in codes))
    if len(wanted) > MAX_COUNTRIES:
        raise Invalid.field("/countries", f"At most {MAX_COUNTRIES}.", code="too_many")
    known = set(Country.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    faults = [
        FieldError(f"/countries/{number}", "unknown_country", "No State or Partner has this code.")
        for number, code in enumerate(codes)
        if code.upper() not in known
    ]
    if faults:
        raise Invalid(errors=faults)
    present = DiscussionCountry.objects.filter(discussion=discussion)
    former = sorted(present.values_list("country_id", flat=True))
    if former != sorted(wanted):
        present.exclude(country__in=wanted).delete()
        DiscussionCountry.objects.bulk_create(
            DiscussionCountry(discussion=discussion, country_id=code) for code in wanted if code not in former
        )
        _note(
            "discussion.countries_set",
            discussion,
            acting_user,
            {"countries": former},
            {"countries": sorted(wanted)},
        )
    return sorted(wanted)


def _editable(discussion_id: UUID, acting_user: User) -> Discussion:
    """The discussion, locked, for who may edit it."""
    viewer = viewer_of(acting_user)
    discussion = locked(Discussion.objects.visible(viewer), pk=discussion_id)
    require(policies.edit_discussion, viewer, discussion)
    return discussion


def _told(event: Event | None) -> dict[str, object]:
    names = ("starts_at", "ends_at", "time_zone", "country_id", "place", "link")
    values = {name: getattr(event, name, None) for name in names}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def _note(
    verb: str,
    discussion: Discussion,
    acting_user: User,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    audit.record(
        verb,
        discussion,
        actor=acting_user,
        concerns=discussion.author_id,
        space_id=discussion.space_id,
        changes={name: [before[name], after[name]] for name in after if before[name] != after[name]},
    )
