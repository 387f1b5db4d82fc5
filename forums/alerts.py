"""What is new in kept queries, on the rights that a person has at that moment.

The index says which documents became others under which version (`search.engines.postgres_percolation`); each
person's queries are held against those, once, and what answers is written down before it is told. Whatever
tells of it later (the list of notices, a letter, the list of matches) asks `holding` again, and so never
tells of what does not answer, or may not be read, any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from forums.models.discussions import Post
from forums.models.saved_searches import SavedMatch, SavedSearch
from search import query, registry
from search.engines import postgres_percolation as percolation
from search.engines.base import Request, Sort
from search.engines.postgres import PostgresEngine
from search.engines.postgres_percolation import Asked, Match
from search.query import Clause, Term
from search.viewer import Viewer
from search.weights import AGELESS

UNDATED = AGELESS  # kinds that are not written on a day: all of them may answer for the first time
MOST_KNOWN = 2_000  # experts and spaces that may answer a query that is to be told of
MOST_HELD = 1_000  # of one's matches, the latest, are asked about at once


@dataclass(frozen=True, slots=True)
class Held:
    """A match that holds: it answers the query now, and its reader may know of it."""

    match: SavedMatch
    title: str


def new(
    searches: Sequence[SavedSearch], viewer: Viewer, *, after: int, upto: int
) -> Mapping[UUID, Sequence[Match]]:
    """What changed between two versions and answers each of these kept queries of the viewer, by search.

    Their own posts and profile are no news to them; a discussion and the post that opens it are one thing.
    """
    found = percolation.changed(_asked(searches, viewer), viewer, after=after, upto=upto)
    may = _visible(found, viewer)
    by_search: dict[UUID, list[Match]] = {}
    for match in found:
        if match.thing in may and match.author != viewer.user_id:
            by_search.setdefault(searches[match.number].pk, []).append(match)
    return {search_id: _without_openings(matches) for search_id, matches in by_search.items()}


def known(typed: str, viewer: Viewer) -> list[tuple[str, UUID]] | None:
    """The experts and spaces that answer a query already; None where they are more than `MOST_KNOWN`."""
    asked = query.parse(typed, viewer)
    undated = Clause(tuple(Term("type", kind) for kind in UNDATED))
    request = Request(
        query=query.narrowed(asked, [undated]),
        today=query.today(),
        sort=Sort.NEWEST,
        limit=MOST_KNOWN,
        post_evidence=False,
    )
    page = PostgresEngine().search(request, viewer)
    return None if page.has_more else [(hit.kind, hit.id) for hit in page.hits]


def holding(matches: Iterable[SavedMatch], viewer: Viewer) -> list[Held]:
    """Those of the viewer's matches that hold, in the order given; ``search`` of each is loaded."""
    asked_of = list(matches)[:MOST_HELD]
    searches = list({match.search_id: match.search for match in asked_of}.values())
    numbers = {search.pk: number for number, search in enumerate(searches)}
    things = [(numbers[match.search_id], match.thing) for match in asked_of]
    found = percolation.among(_asked(searches, viewer), viewer, things)
    may = _visible(found, viewer)
    titles = {(match.number, match.thing): match.title for match in found if match.thing in may}
    return [
        Held(match, titles[number, thing])
        for match, (number, thing) in zip(asked_of, things, strict=True)
        if (number, thing) in titles
    ]


def told(viewer: Viewer) -> Mapping[UUID, Sequence[Held]]:
    """What the viewer's notices tell of and still holds, newest first, by notice; asked once per request."""
    if viewer.user_id is None:
        return {}
    if "forums.alerts.told" not in viewer.memo:
        of_notice: dict[UUID, list[Held]] = {}
        matches = SavedMatch.objects.filter(notice__user_id=viewer.user_id).select_related("search")
        for held in holding(matches.order_by("-id")[:MOST_HELD], viewer):
            of_notice.setdefault(held.match.notice_id, []).append(held)  # type: ignore[arg-type]  # filtered
        viewer.memo["forums.alerts.told"] = of_notice
    found: Mapping[UUID, Sequence[Held]] = viewer.memo["forums.alerts.told"]
    return found


def _asked(searches: Sequence[SavedSearch], viewer: Viewer) -> list[Asked]:
    return [Asked(query.parse(search.query, viewer), search.since) for search in searches]


def _visible(found: Sequence[Match], viewer: Viewer) -> Collection[tuple[str, UUID]]:
    """The database authorizes what the index nominated: one question per kind."""
    by_kind: dict[str, set[UUID]] = {}
    for match in found:
        by_kind.setdefault(match.kind, set()).add(match.id)
    return {
        (kind, object_id)
        for kind, ids in by_kind.items()
        for object_id in registry.source(kind).visible_ids(viewer, sorted(ids))
    }


def _without_openings(matches: Sequence[Match]) -> Sequence[Match]:
    discussions = {match.id for match in matches if match.kind == "discussion"}
    posts = [match.id for match in matches if match.kind == "post" and match.group in discussions]
    openings = (
        set(Post.objects.filter(pk__in=posts, position=1).values_list("pk", flat=True)) if posts else set()
    )
    return [match for match in matches if match.id not in openings]
