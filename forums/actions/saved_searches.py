"""Keeping queries, and telling of what is new in them (`forums.alerts`)."""

from __future__ import annotations

import datetime as dt
import time
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, Invalid, require_version
from experts import viewers
from experts.models import User
from forums import alerts
from forums.actions.common import locked, viewer_of
from forums.models import AlertPosition, Cadence, SavedMatch, SavedSearch
from forums.notices import store
from search import indexer, outbox, query
from search.engines import postgres_percolation as percolation
from search.engines.base import EngineError
from search.models import SearchDocument
from search.viewer import Viewer

MAX_SEARCHES = 100
LONGEST_RUN = 40.0  # seconds; who was not reached is the first of the next run
MOST_PEOPLE = 5_000  # in one run
CHUNKS = 20  # of changes, that are held against one person's queries in one run
# Of what was found longer ago nothing is kept; nor is anything told that was written longer ago.
NEWS = dt.timedelta(days=60)

log = structlog.get_logger("forums.alerts")


@transaction.atomic
def save(*, name: str, typed: str, cadence: str, acting_user: User) -> SavedSearch:
    """Keep a query. `Invalid` for one that asks for nothing, or that too many experts answer to be told of
    new ones; `Conflict` for a name that is taken and for one too many."""
    # The person's own row, so that limit and names hold for two at once.
    User.objects.select_for_update(no_key=True).get(pk=acting_user.pk)
    if SavedSearch.objects.filter(user=acting_user).count() >= MAX_SEARCHES:
        raise Conflict(f"At most {MAX_SEARCHES} searches are kept.", code="too_many_searches")
    search = SavedSearch(user=acting_user, name=name, query=typed, cadence=cadence, since=timezone.now())
    _require_own_name(search)
    _require_something(search, viewer_of(acting_user))
    search.save()
    _begin(search, viewer_of(acting_user))
    return search


@transaction.atomic
def change(
    search_id: UUID,
    *,
    acting_user: User,
    name: str | None = None,
    typed: str | None = None,
    cadence: str | None = None,
    expected_version: int | None = None,
) -> SavedSearch:
    """Rename it, ask otherwise, be told otherwise. After another query, or where nothing was told so far,
    what answers now is not new."""
    viewer = viewer_of(acting_user)
    User.objects.select_for_update(no_key=True).get(pk=acting_user.pk)
    search = locked(SavedSearch.objects.visible(viewer), pk=search_id)
    require_version(search.version, expected_version)
    former = (search.query, search.cadence == Cadence.NONE)
    search.name = search.name if name is None else name
    search.query = search.query if typed is None else typed
    search.cadence = search.cadence if cadence is None else cadence
    _require_own_name(search)
    _require_something(search, viewer)
    begins = (search.query, search.cadence == Cadence.NONE) != former
    search.since = timezone.now() if begins else search.since
    search.version += 1
    search.save()
    if begins:
        search.matches.all().delete()
        _begin(search, viewer)
    return search


@transaction.atomic
def remove(search_id: UUID, *, acting_user: User) -> None:
    """Keep it no longer; what it told of is gone as well."""
    locked(SavedSearch.objects.visible(viewer_of(acting_user)), pk=search_id).delete()


def tell_new(*, seconds: float = LONGEST_RUN) -> int:
    """Hold what changed in the index against everyone's kept queries; returns how many notices were written.

    Whoever waits longest comes first. A run that is cut short loses nothing: each person's position says
    what they have not been told of yet.
    """
    upto = indexer.settled_version(outbox.POSTGRES)
    latest = SearchDocument.objects.order_by("-changed").values_list("changed", flat=True).first() or 0
    until = time.monotonic() + seconds
    waiting = AlertPosition.objects.filter(version__lt=min(latest, upto)).order_by("looked_at")
    told = 0
    for user_id in list(waiting.values_list("pk", flat=True)[:MOST_PEOPLE]):
        if time.monotonic() > until:
            break
        try:
            told += _tell_person(user_id, upto)
        except EngineError as error:  # the position stays where it is
            log.warning("alerts.wait", user=str(user_id), reason=str(error)[:300])
            AlertPosition.objects.filter(pk=user_id).update(looked_at=timezone.now())
    return told


def forget_old(now: dt.datetime | None = None) -> int:
    """Remove what was found long ago; returns how much. It is too old to be found anew."""
    before = (now or timezone.now()) - NEWS - dt.timedelta(days=1)
    dated = SavedMatch.objects.exclude(kind__in=alerts.UNDATED)
    return dated.filter(found_at__lt=before).delete()[0]


def _tell_person(user_id: UUID, upto: int) -> int:
    told = 0
    for _ in range(CHUNKS):
        with transaction.atomic():
            position = AlertPosition.objects.select_for_update(skip_locked=True).filter(pk=user_id).first()
            if position is None or position.version >= upto:
                break
            here = percolation.reach(position.version, upto)
            told += _tell_of(user_id, after=position.version, upto=here)
            position.version, position.looked_at = here, timezone.now()
            position.save()
    return told


def _tell_of(user_id: UUID, *, after: int, upto: int) -> int:
    """Write down and tell what changed between two versions; how many notices."""
    user = User.objects.filter(pk=user_id, status=User.Status.ACTIVE, is_system=False).first()
    searches = list(SavedSearch.objects.filter(user_id=user_id).exclude(cadence=Cadence.NONE).order_by("pk"))
    if user is None or not searches:
        return 0
    now = timezone.now()
    for search in searches:  # so that nothing is told twice when `forget_old` has forgotten it
        search.since = max(search.since, now - NEWS)
    found = alerts.new(searches, viewers.resolve(user, language=user.language), after=after, upto=upto)
    told = 0
    for search in searches:
        rows = [
            SavedMatch(search=search, kind=match.kind, object_id=match.id, found_at=now)
            for match in found.get(search.pk, ())
        ]
        known = set(
            SavedMatch.objects.filter(
                search=search, object_id__in=[row.object_id for row in rows]
            ).values_list("kind", "object_id")
        )
        fresh = [row for row in reversed(rows) if row.thing not in known]
        if not fresh:
            continue
        notice = store.found(search, len(fresh), now=now)
        for row in fresh:
            row.notice = notice
        SavedMatch.objects.bulk_create(fresh, ignore_conflicts=True)
        told += 1
    return told


def _begin(search: SavedSearch, viewer: Viewer) -> None:
    """Write down which experts and spaces answer already, and follow the index from here on."""
    if search.cadence == Cadence.NONE:
        return
    # In this order: whatever is not among the known has a later version.
    version = indexer.settled_version(outbox.POSTGRES)
    known = alerts.known(search.query, viewer)
    if known is None:
        raise Invalid.field(
            "/cadence",
            f"More than {alerts.MOST_KNOWN} experts or spaces answer this query: too many to be told of new"
            " ones. Narrow it, or choose none.",
            code="too_broad",
        )
    SavedMatch.objects.bulk_create(
        (SavedMatch(search=search, kind=kind, object_id=object_id) for kind, object_id in known),
        batch_size=500,
    )
    AlertPosition.objects.get_or_create(
        user_id=search.user_id, defaults={"version": version, "looked_at": timezone.now()}
    )


def _require_own_name(search: SavedSearch) -> None:
    others = SavedSearch.objects.filter(user_id=search.user_id, name__iexact=search.name).exclude(
        pk=search.pk
    )
    if others.exists():
        raise Conflict("You keep a search of this name.", code="name_taken")


def _require_something(search: SavedSearch, viewer: Viewer) -> None:
    if query.parse(search.query, viewer).is_empty:
        raise Invalid.field("/query", "There is nothing to search for.", code="empty_query")
