"""Part 3: what is withdrawn is gone with the very next request, on every surface, with the indexer stopped.

Of each act: before it, the words it takes away are met on several surfaces; after it, on none, searches for
them find nothing, and addresses that told them are as good as not there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from experts.models import Designation, NetworkMembership, PersonalToken
from tests.factories import networks
from tests.siege.scene import MEMBERS_ONLY, OPEN, PRIVATE, SECRET, discussion_of, post_of
from tests.siege.surfaces import Answer, ask_all, searches
from tests.stateful.machine import REASON
from tests.stateful.world import World

pytestmark = pytest.mark.django_db  # inside of the transaction that `community` undoes

WHY = {"reason": "For the test."}


@dataclass(frozen=True)
class Withdrawal:
    """``act`` takes from ``who`` what ``words`` names."""

    who: str | None
    words: Callable[[World], list[str]]
    act: Callable[[World], Any]


def _do(world: World, who: str, method: str, path: str, body: Any = None, **query: Any) -> Any:
    response = world.base.clients[who].send(method, path, body, query=query, headers={"If-Match": "*"})
    assert response.status_code < 300, f"{method} {path} as {who}: {response.content!r}"
    return response.json() if response.content else None


def _in_space(*slugs: str) -> Callable[[World], list[str]]:
    def words(world: World) -> list[str]:
        return [
            word
            for one in world.model.discussions
            if one.space.slug in slugs
            for word in (one.word, *(post.word for post in world.model.posts if post.discussion is one))
        ]

    return words


def _of_discussion(world: World) -> list[str]:
    one = discussion_of(world, OPEN)
    return [one.word, *(post.word for post in world.model.posts if post.discussion is one)]


def _of_post(world: World) -> list[str]:
    return [post_of(world, OPEN, 2).word]


def _of_profile(*sections: str) -> Callable[[World], list[str]]:
    def words(world: World) -> list[str]:
        profile = world.model.profiles["cleo" if sections else "ada"]
        chosen = sections or ("identity", "headline", "biography", "affiliations", "publications")
        return [profile.words[section] for section in chosen]

    return words


def _sanction(kind: str, space: str | None) -> Callable[[World], Any]:
    def act(world: World) -> None:
        body = WHY | {"user": world.id_of("ben"), "kind": kind} | ({"space": space} if space else {})
        _do(world, "ada" if space else "sec", "POST", "/moderation/sanctions", body)

    return act


def _act(who: str, method: str, path: Callable[[World], str], body: Any = None, **query: Any) -> Any:
    return lambda world: _do(world, who, method, path(world), body, **query)


def _lapse(world: World) -> None:
    """Cleo's place in the network was by designation alone, and its last day is over; no job has run."""
    _do(world, "ada", "DELETE", f"/spaces/{PRIVATE}/members/{world.id_of('cleo')}", **REASON)
    NetworkMembership.objects.filter(user=world.base.users["cleo"]).delete()
    row = networks.designation(
        world.base.networks["beta"],
        networks.country("NO"),
        world.base.users["cleo"],
        kind=Designation.Kind.CONTACT,
    )
    Designation.objects.filter(pk=row.pk).update(valid_to=networks.in_days(-1))


def _expire(world: World) -> None:
    PersonalToken.objects.filter(user=world.base.users["ben"]).update(
        expires_at=timezone.now() - dt.timedelta(minutes=1)
    )


def _deactivate(world: World) -> None:
    user = world.base.users["ben"]
    user.status = "suspended"
    user.save(update_fields=["status"])


def _of_ben(what: str) -> Callable[[World], str]:
    return lambda world: what.format(world.id_of("ben"))


MEMBERS_OF_ALL = _in_space(MEMBERS_ONLY, PRIVATE, SECRET)
WITHDRAWALS = {
    "leaving": Withdrawal("ben", _in_space(SECRET), _act("ben", "POST", lambda _: f"/spaces/{SECRET}/leave")),
    "removal": Withdrawal(
        "ben", _in_space(SECRET), _act("ada", "DELETE", _of_ben(f"/spaces/{SECRET}/members/{{}}"), **REASON)
    ),
    "a ban from a space": Withdrawal("ben", _in_space(SECRET), _sanction("ban", SECRET)),
    "a ban from a space for members of the site": Withdrawal(
        "ben", _in_space(MEMBERS_ONLY), _sanction("ban", MEMBERS_ONLY)
    ),
    "a ban from the site": Withdrawal("ben", MEMBERS_OF_ALL, _sanction("ban", None)),
    "taking a network's access": Withdrawal(
        "cleo",
        _in_space(PRIVATE),
        lambda world: (
            _do(world, "ada", "DELETE", f"/spaces/{PRIVATE}/members/{world.id_of('cleo')}", **REASON),
            _do(world, "ada", "DELETE", f"/spaces/{PRIVATE}/networks/beta"),
        ),
    ),
    "a designation's end": Withdrawal(
        "cleo",
        _in_space(PRIVATE),
        _lapse,
    ),
    "leaving a network": Withdrawal(
        "ben",
        _of_profile("headline", "biography", "publications"),
        _act("ben", "POST", lambda _: "/networks/beta/leave"),
    ),
    "closing a space": Withdrawal(
        "eve", _in_space(OPEN), _act("ada", "PATCH", lambda _: f"/spaces/{OPEN}", {"visibility": "secret"})
    ),
    "closing a space to visitors": Withdrawal(
        None,
        _in_space(OPEN),
        _act("ada", "PATCH", lambda _: f"/spaces/{OPEN}", {"visibility": "members_only"}),
    ),
    "hiding a discussion": Withdrawal(
        "dan",
        _of_discussion,
        _act("ada", "POST", lambda world: f"/discussions/{discussion_of(world, OPEN).id}/hide", WHY),
    ),
    "deleting a discussion": Withdrawal(
        "dan",
        _of_discussion,
        _act("ada", "DELETE", lambda world: f"/discussions/{discussion_of(world, OPEN).id}", **WHY),
    ),
    "moving a discussion": Withdrawal(
        "dan",
        _of_discussion,
        _act(
            "ada",
            "POST",
            lambda world: f"/discussions/{discussion_of(world, OPEN).id}/move",
            WHY | {"space": SECRET},
        ),
    ),
    "hiding a post": Withdrawal(
        "dan", _of_post, _act("ada", "POST", lambda world: f"/posts/{post_of(world, OPEN, 2).id}/hide", WHY)
    ),
    "deleting a post": Withdrawal(
        "dan", _of_post, _act("ben", "DELETE", lambda world: f"/posts/{post_of(world, OPEN, 2).id}")
    ),
    "editing a post": Withdrawal(
        "dan",
        _of_post,
        _act("ben", "PATCH", lambda world: f"/posts/{post_of(world, OPEN, 2).id}", {"body": "Never mind."}),
    ),
    "keeping a section": Withdrawal(
        "ben",
        _of_profile("headline"),
        _act(
            "cleo",
            "PATCH",
            lambda world: f"/experts/{world.id_of('cleo')}/visibility",
            {"headline": {"reach": "self"}},
        ),
    ),
    "taking a headline back": Withdrawal(
        "ben",
        _of_profile("headline"),
        _act("cleo", "PATCH", lambda world: f"/experts/{world.id_of('cleo')}", {"headline": ""}),
    ),
    "unpublishing a profile": Withdrawal(
        "ben", _of_profile(), _act("ada", "POST", lambda world: f"/experts/{world.id_of('ada')}/unpublish")
    ),
    "hiding a profile": Withdrawal(
        "ben", _of_profile(), _act("sec", "POST", lambda world: f"/experts/{world.id_of('ada')}/hide", WHY)
    ),
    "a token that is over": Withdrawal("ben", MEMBERS_OF_ALL, _expire),
    "an account that is suspended": Withdrawal("ben", MEMBERS_OF_ALL, _deactivate),
}


@pytest.mark.parametrize("name", WITHDRAWALS)
def test_what_is_withdrawn_is_gone_with_the_next_request(
    name: str, community: World, everywhere: list[str], figures: Callable[..., None]
) -> None:
    world, one = community, WITHDRAWALS[name]
    with world.undone():
        words = set(one.words(world))
        asked = [*everywhere, *searches(words)]
        before = ask_all(world, one.who, [*everywhere[::3], *searches(words)])
        told = [address for address, answer in before.items() if _met(answer, words)]
        assert len(told) >= 2, f"{one.who} meets {words} only at {told}"

        one.act(world)

        after = ask_all(world, one.who, asked)
    leaked = {address: met for address, answer in after.items() if (met := _met(answer, words, but=address))}
    assert not leaked, f"After {name}, {one.who} still meets {leaked}"
    for address, answer in after.items():
        if any(f"?q={word}&" in address for word in words) and answer.status == 200:
            assert '"total":0' in answer.body, f"After {name}, {one.who} finds something by {address}"
    figures(withdrawals=1, answers_compared=len(asked))


def _met(answer: Answer, words: set[str], *, but: str = "") -> set[str]:
    return {word for word in words if word in answer.body.casefold() and word not in but}
