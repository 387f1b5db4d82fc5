"""Part 2: two worlds that differ only in what somebody cannot see answer them alike.

The second world is the first one after `CHANGES` that are none of the asker's business, in the same
transaction, so that nothing needs to be compared loosely: status, body, order, cursors, ETag and Link of
every GET are the same bytes, before the indexer has seen the changes and after. An id that exists only in
the second world answers like one that exists in neither.

One surface tells by right that something happened: the audit log of the site, to the secretariat. There it
is compared what it tells (`compare_audit`): who did what to which profile, and no value, section or reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.contracts.client import token_for
from tests.factories import experts as make
from tests.factories import networks
from tests.siege.scene import INNER, OPEN, PRIVATE, SECRET, VIEWERS, discussion_of, post_of
from tests.siege.surfaces import Answer, ask, ask_all, searches
from tests.stateful.model import Viewer
from tests.stateful.world import World

pytestmark = pytest.mark.django_db  # inside of the transaction that `community` undoes

ZEBRA = "zuzuzuzuzuzuk"  # stands in whatever is changed
AUDIT = "/moderation/audit"
WHY = {"reason": f"For {ZEBRA}."}


@dataclass(frozen=True)
class Change:
    """Something that happens, and whose business it is not.

    One that ``withdraws`` text from readers takes the whole document out of search until it is indexed anew,
    for everybody: a difference by nature, listed in docs/security.md.
    """

    make: Callable[[World], list[str] | None]
    unseen_by: tuple[Viewer, ...]
    withdraws: bool = False


CHANGES: dict[str, Change] = {}


def change(
    *unseen_by: Viewer, withdraws: bool = False
) -> Callable[[Callable[[World], list[str] | None]], Any]:
    """A function that changes a world; it gives the addresses that exist only from then on."""

    def note(function: Callable[[World], list[str] | None]) -> Any:
        CHANGES[function.__name__] = Change(function, unseen_by, withdraws)
        return function

    return note


def _do(world: World, who: str, method: str, path: str, body: Any = None, **query: Any) -> Any:
    response = world.base.clients[who].send(method, path, body, query=query, headers={"If-Match": "*"})
    assert response.status_code < 300, f"{method} {path} as {who}: {response.content!r}"
    return response.json() if response.content else None


def _talk(world: World, slug: str) -> list[str]:
    """Ada starts a question, Ben answers; it is liked, accepted, followed, read, edited."""
    start = {"topic": f"{ZEBRA} one", "kind": "question", "body": f"About {ZEBRA}. @Eve", "topics": ["knots"]}
    one = _do(world, "ada", "POST", f"/spaces/{slug}/discussions", start)["id"]
    reply = _do(world, "ben", "POST", f"/discussions/{one}/posts", {"body": f"{ZEBRA}, surely."})["id"]
    _do(world, "ada", "POST", f"/posts/{reply}/like")
    _do(world, "ada", "POST", f"/discussions/{one}/accept", {"post": reply})
    _do(world, "ben", "POST", f"/discussions/{one}/follow", {"level": "watching"})
    _do(world, "ben", "POST", f"/discussions/{one}/read", {})
    _do(world, "ben", "PATCH", f"/posts/{reply}", {"body": f"{ZEBRA}, certainly."})
    return [f"/discussions/{one}", f"/discussions/{one}/posts", f"/posts/{reply}", f"/posts/{reply}/likes"]


@change(None, "eve", "dan", "cleo", "sec")
def talk_in_a_secret_space(world: World) -> list[str]:
    return _talk(world, SECRET)


@change(None, "eve", "dan", "sec")
def talk_in_a_private_space(world: World) -> list[str]:
    return _talk(world, PRIVATE)


@change(None, "eve", "dan", "cleo", "ben", "sec")
def a_new_secret_space(world: World) -> list[str]:
    body = {"title": f"{ZEBRA} space", "visibility": "secret", "parent": SECRET}
    slug = _do(world, "ada", "POST", "/spaces", body)["slug"]
    return [f"/spaces/{slug}", f"/spaces/{slug}/summary", f"/spaces/{slug}/discussions"]


@change(None, "eve", "dan", "cleo", "ben", "sec")
def a_secret_space_grows(world: World) -> None:
    _do(world, "ada", "PATCH", f"/spaces/{INNER}", {"title": f"{ZEBRA} inside", "purpose": ZEBRA})
    _do(world, "ada", "PUT", f"/spaces/{INNER}/networks/alpha", {"role": "observer"})
    _do(world, "ada", "DELETE", f"/spaces/{INNER}/networks/alpha")


@change(None, "eve", "dan", "cleo", "sec")
def acts_in_a_secret_space(world: World) -> None:
    one, other = (discussion_of(world, SECRET, number) for number in (0, 1))
    _do(world, "ada", "POST", f"/posts/{post_of(world, SECRET, 2).id}/hide", WHY)
    _do(world, "ada", "POST", f"/discussions/{one.id}/pin", {**WHY})
    _do(world, "ada", "POST", f"/discussions/{one.id}/close", WHY)
    _do(world, "ada", "POST", f"/discussions/{other.id}/merge", {**WHY, "into": one.id})
    _do(world, "ada", "DELETE", f"/discussions/{one.id}", **WHY)


@change(None, "eve", "dan", "cleo", "ben")
def hidden_at_once_in_an_open_space(world: World) -> list[str]:
    start = {"topic": f"{ZEBRA} two", "body": f"About {ZEBRA}.", "topics": ["sails"]}
    one = _do(world, "ada", "POST", f"/spaces/{OPEN}/discussions", start)["id"]
    _do(world, "ada", "POST", f"/discussions/{one}/hide", WHY)
    return [f"/discussions/{one}"]


@change(None, "eve", "dan", "cleo", "ben", "sec")
def a_section_that_is_for_oneself(world: World) -> None:
    body = {"contact": {"email": f"{ZEBRA}@example.org", "phone": "+4711111111", "address": ZEBRA}}
    _do(world, "ada", "PATCH", f"/experts/{world.id_of('ada')}", body)


@change(None, "eve", "dan", withdraws=True)
def sections_that_are_for_a_network(world: World) -> None:
    path = f"/experts/{world.id_of('cleo')}"
    topics = [{"topic": "sails", "level": "trainer", "years": 9}]
    body = {"headline": ZEBRA, "topics": topics, "nationality": "KG", "languages": []}
    _do(world, "cleo", "PATCH", path, body)


@change(None, "eve", "cleo", "ben", "sec")
def a_profile_in_draft(world: World) -> list[str]:
    body = {"identity": {"given_name": "Dan", "family_name": ZEBRA}}
    _do(world, "dan", "POST", "/experts", body)
    return []


@change(None, "eve", "dan", "cleo", "ben")
def an_expert_who_keeps_their_name(world: World) -> list[str]:
    profile = make.profile(
        reach={"identity": "self", "topics": "everyone", "nationality": "everyone", "networks": "everyone"},
        family_name=ZEBRA,
        headline=ZEBRA,
        nationality=make.country("NO"),
    )
    make.knows(profile, world.topic("knots"))
    networks.member(world.base.networks["alpha"], profile.user)
    world.enqueue("expert", profile.pk)
    return [f"/experts/{profile.pk}", f"/experts/{profile.pk}/links", f"/experts/{profile.pk}/photo"]


@change(None, "eve", "dan", "cleo", "ben")
def a_flag(world: World) -> None:
    path = f"/posts/{post_of(world, OPEN, 2).id}/flag"
    _do(world, "ada", "POST", path, {"reason": "other", "note": ZEBRA})


@change(None, "eve", "dan", "cleo", "sec")
def a_ban_in_a_secret_space(world: World) -> None:
    body = WHY | {"user": world.id_of("ben"), "kind": "ban", "space": SECRET}
    _do(world, "ada", "POST", "/moderation/sanctions", body)


@change(None, "eve", "dan", "cleo")
def what_is_one_s_own(world: World) -> None:
    expires_at = (timezone.now() + dt.timedelta(hours=12)).isoformat()
    _do(world, "ben", "POST", "/me/tokens", {"name": ZEBRA, "scopes": ["read"], "expires_at": expires_at})
    _do(world, "ben", "POST", f"/spaces/{OPEN}/follow", {"level": "watching"})
    _do(world, "ben", "POST", "/topics/knots/follow", {"level": "following"})
    _do(world, "ben", "PATCH", "/me/notifications/preferences", {"cadences": {"reply": "none"}})
    token_for(world.base.users["ben"])


@change(None, "eve", "dan", "cleo", "ben", "sec")
def somebody_signs_up(world: World) -> list[str]:
    return [f"/experts/{make.user(name=ZEBRA).pk}"]


@pytest.mark.parametrize("who", VIEWERS, ids=lambda who: who or "visitor")
def test_what_is_none_of_ones_business_changes_no_answer(
    who: Viewer, community: World, everywhere: list[str], figures: Callable[..., None]
) -> None:
    world = community
    asked = [address for address in everywhere if who != "sec" or not address.startswith(AUDIT)]
    before = ask_all(world, who, [*asked, *searches([ZEBRA, *_some_words(world)])])
    log = world.page("sec", AUDIT) if who == "sec" else []
    here = [one for one in CHANGES.values() if who in one.unseen_by]
    with world.undone():
        new = [address for one in here if not one.withdraws for address in one.make(world) or ()]
        compare(world, who, before, new, "not yet indexed")
        for one in here:
            if one.withdraws:
                one.make(world)
        but_search = {address: answer for address, answer in before.items() if "/search" not in address}
        compare(world, who, but_search, [], "withdrawn, not yet indexed")
        world.index()
        compare(world, who, before, new, "indexed")
        if who == "sec":
            compare_audit(world, log)
    figures(changes=len(here), answers_compared=2 * len(before) + len(but_search))


def _some_words(world: World) -> list[str]:
    """Words of every kind of text, seen and unseen."""
    return [word for word, _ in world.model.words()][::7]


def compare_audit(world: World, before: list[dict[str, Any]]) -> None:
    """The secretariat's log has grown by acts on profiles and in the private space, not in secret ones; what
    they changed is not told, and no text."""
    now = world.page("sec", AUDIT)
    new = now[: len(now) - len(before)]
    assert now[len(new) :] == before
    verbs = {entry["verb"] for entry in new if entry["space"] is None}
    assert verbs == {"profile.created", "profile.edited"}
    assert {entry["space"]["slug"] for entry in new if entry["space"]} == {PRIVATE}
    assert all(not entry["changes"] for entry in new), new
    edited = [entry["changed"] for entry in new if entry["verb"] == "profile.edited"]
    assert edited == [[]], "which section one keeps to oneself was changed"
    assert ZEBRA not in str(new)


def compare(world: World, who: Viewer, before: dict[str, Answer], new: list[str], when: str) -> None:
    """Every answer is the same as before, and what is new is as absent as what never was."""
    differing = []
    for address, former in before.items():
        now = ask(world, who, address)
        if now != former:
            differing.append(f"GET {address} as {who}, {when}\n{_first_difference(former, now)}")
    for address in new:
        existing = address.split("/")[2]
        absent = ask(world, who, address.replace(existing, _never(existing)))
        found = ask(world, who, address)
        if found != absent:
            differing.append(f"GET {address} as {who}, {when}\n{_first_difference(absent, found)}")
    assert not differing, f"{len(differing)} answers differ:\n" + "\n".join(
        one[:1500] for one in differing[:8]
    )


def _first_difference(one: Answer, other: Answer) -> str:
    if (one.status, one.headers) != (other.status, other.headers) and one.body == other.body:
        return f"  {one.status} {one.headers}\n  {other.status} {other.headers}"
    pairs = zip(one.body, other.body, strict=False)
    at = next(
        (n for n, (left, right) in enumerate(pairs) if left != right), min(len(one.body), len(other.body))
    )
    shown = slice(max(0, at - 60), at + 120)
    return f"  {one.status} …{one.body[shown]}\n  {other.status} …{other.body[shown]}"


def _never(existing: str) -> str:
    return str(uuid4()) if len(existing) == 36 else f"{existing}-never-was"
