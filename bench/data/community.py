"""A community of a chosen size: people, spaces, discussions with replies, likes, read marks and views.

Every counter is written as `forums.proof` computes it (`manage.py verify_counters` proves it afterwards).
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any
from uuid import UUID

from bench.data import rows
from bench.data.rows import NOW, uuid7_at
from experts import audiences
from experts.models import Profile, User
from forums import grants
from forums.models import (
    Discussion,
    Post,
    PostLike,
    ReadMark,
    Role,
    Space,
    SpaceContributor,
    ViewTally,
    Visibility,
)

type Row = dict[str, Any]

LONG_DISCUSSION = "One long discussion"
LARGE_SPACE = "bench-1"
DEPTH = 6  # generated threads are at most so deep
YEARS = dt.timedelta(days=5 * 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of everything. ``posts`` are all posts, opening posts included; ``longest`` of them are in one
    discussion. The first space is open and has ``in_first_space`` of the discussions. ``planted``: words that
    nothing else holds, and in how many posts they are said together. ``people`` of 0: those who are given."""

    people: int
    spaces: int
    discussions: int
    posts: int
    longest: int = 1
    in_first_space: float = 0.6
    marks_per_person: int = 50
    likes_per_post: float = 0.5
    planted: Mapping[tuple[str, ...], int] = field(default_factory=dict)


@dataclass(slots=True)
class Texts:
    """What generated posts say: a pool of Markdown, the HTML it renders to, and the language."""

    titles: Sequence[str]
    bodies: Sequence[tuple[str, str, str]]

    @classmethod
    def of_the_demo(cls) -> Texts:
        """The texts that the demo's discussions are made of."""
        bodies = Post.objects.order_by("id").values_list("body", "html", "language")
        return cls(list(Discussion.objects.order_by("id").values_list("title", flat=True)), list(bodies))


@dataclass(slots=True)
class _World:
    """What is there already while the rest is being made."""

    size: Size
    chance: random.Random
    texts: Texts
    people: list[UUID] = field(default_factory=list)
    spaces: list[UUID] = field(default_factory=list)
    discussions: list[Row] = field(default_factory=list)
    planted: dict[int, tuple[str, ...]] = field(default_factory=dict)  # by the number of the post
    posts: int = 0  # made so far


def make(
    size: Size, *, seed: int = 1, texts: Texts | None = None, people: Sequence[UUID] | None = None
) -> None:
    """Generate a community beside what is there, of new people or of those given, the first of whom is in
    every space. Raises IntegrityError when it was made with this seed before."""
    world = _World(size, random.Random(seed), texts or Texts.of_the_demo())
    world.planted = _planted(size, seed)
    if people is None:
        _people(world, seed)
    else:
        world.people = list(people)
    _spaces(world, everywhere=people is not None)
    _discussions(world)
    _read_marks(world)


def _people(world: _World, seed: int) -> None:
    """Members with a small published profile."""
    chance = world.chance
    given = list(Profile.objects.order_by("pk").values_list("given_name", flat=True)[:500]) or ["Ana"]
    family = list(Profile.objects.order_by("-pk").values_list("family_name", flat=True)[:500]) or ["Kovač"]
    world.people = [uuid7_at(NOW - YEARS, chance) for _ in range(world.size.people)]
    names = [(chance.choice(given), chance.choice(family)) for _ in world.people]
    rows.copy(
        User,
        (
            {
                "id": person,
                "email": f"member-{seed}-{number}@example.org",
                "name": f"{first} {last}",
                "password": "!",
                "status": User.Status.ACTIVE,
            }
            for number, (person, (first, last)) in enumerate(zip(world.people, names, strict=True))
        ),
    )
    rows.copy(
        Profile,
        (
            {
                "user_id": person,
                "status": Profile.Status.PUBLISHED,
                "given_name": first,
                "family_name": last,
                "audiences": audiences.defaults(person),
            }
            for person, (first, last) in zip(world.people, names, strict=True)
        ),
    )


def _planted(size: Size, seed: int) -> dict[int, tuple[str, ...]]:
    """Which posts say what."""
    said = [words for words, posts in size.planted.items() for _ in range(posts)]
    return dict(zip(random.Random(f"planted {seed}").sample(range(size.posts), len(said)), said, strict=True))


def _spaces(world: _World, *, everywhere: bool) -> None:
    """The first is open and everybody's; of the others a third each is open, members only and private."""
    kinds = (Visibility.OPEN, Visibility.MEMBERS_ONLY, Visibility.PRIVATE)
    for number in range(1, world.size.spaces + 1):
        visibility = kinds[(number - 1) % 3]
        space = Space.objects.create(
            id=uuid7_at(NOW - YEARS, world.chance),
            slug=f"bench-{number}",
            title=f"Generated space {number}",
            visibility=visibility,
            joining=visibility.joinings[0],
        )
        world.spaces.append(space.pk)
        members = world.people
        if number > 1:  # everybody is in about five
            share = min(1.0, 5 / world.size.spaces)
            members = world.chance.sample(world.people, max(2, int(len(world.people) * share)))
        roles = dict.fromkeys(members, Role.MEMBER)
        roles[members[0]], roles[members[1]] = Role.OWNER, Role.MODERATOR
        if everywhere:
            roles[world.people[0]] = Role.MEMBER
        grants.give(space.pk, roles)


def _discussions(world: _World) -> None:
    contributed: dict[UUID, Counter[UUID]] = defaultdict(Counter)
    figures: dict[UUID, Counter[str]] = defaultdict(Counter)
    for threads in batched(_threads(world), 2_000):
        likes = [like for discussion, posts in threads for like in _likes(world, discussion, posts)]
        rows.copy(Discussion, (discussion for discussion, _ in threads))
        rows.copy(Post, (post for _, posts in threads for post in posts))
        rows.copy(PostLike, likes)
        for discussion, posts in threads:
            space = discussion["space_id"]
            contributed[space].update(post["author_id"] for post in posts)
            is_question = discussion["kind"] == Discussion.Kind.QUESTION
            figures[space].update(discussions=1, questions=is_question, replies=len(posts) - 1)
            world.discussions.append(discussion)
    rows.copy(
        ViewTally,
        (
            {"discussion_id": row["id"], "day": NOW.date(), "count": row["view_count"]}
            for row in world.discussions
        ),
    )
    rows.copy(
        SpaceContributor,
        (
            {"space_id": space, "user_id": person, "post_count": posts}
            for space, people in contributed.items()
            for person, posts in people.items()
        ),
    )
    for space, figure in figures.items():
        Space.objects.filter(pk=space).update(
            discussion_count=figure["discussions"],
            question_count=figure["questions"],
            reply_count=figure["replies"],
            contributor_count=len(contributed[space]),
        )


def _threads(world: _World) -> Iterator[tuple[Row, list[Row]]]:
    """Each discussion with its posts, the oldest first."""
    size, chance = world.size, world.chance
    members = {space: _members(space) for space in world.spaces}
    for number, length in enumerate(_lengths(size, chance)):
        first = number == 0 or chance.random() < size.in_first_space
        space = world.spaces[0] if first else chance.choice(world.spaces)
        yield _thread(world, number, space, members[space], length)


def _lengths(size: Size, chance: random.Random) -> list[int]:
    """How many posts each discussion has: the first is the longest, the others vary around their mean."""
    shares = [chance.expovariate(1) for _ in range(size.discussions - 1)]
    left = size.posts - size.longest - len(shares)
    lengths = [1 + int(left * share / sum(shares)) for share in shares] if left > 0 else [1] * len(shares)
    for number in range(size.posts - size.longest - sum(lengths)):
        lengths[number % len(lengths)] += 1
    return [size.longest, *lengths]


def _members(space: UUID) -> list[UUID]:
    return list(Space.objects.get(pk=space).memberships.order_by("user_id").values_list("user_id", flat=True))


def _thread(
    world: _World, number: int, space: UUID, members: Sequence[UUID], length: int
) -> tuple[Row, list[Row]]:
    """A discussion of ``length`` posts; each replies to the opening post or to one of the last few."""
    chance = world.chance
    began = NOW - YEARS * (1 - (number + 1) / (world.size.discussions + 1)) - dt.timedelta(days=30)
    step = dt.timedelta(days=25) / (length + 1)
    discussion_id = uuid7_at(began, chance)
    posts: list[Row] = []
    for position in range(1, length + 1):
        moment = began + step * (position - 1)
        parent = None
        if position > 2 and chance.random() < 0.6:
            parent = posts[chance.randrange(max(1, position - 8), position - 1)]
            if len(parent["path"]) >= DEPTH:
                parent = None
        body, html, language = chance.choice(world.texts.bodies)
        if words := world.planted.get(world.posts):
            told = f"About {' and '.join(words)}."
            body, html = f"{body}\n\n{told}", f"{html}\n<p>{told}</p>"
        world.posts += 1
        path = [] if position == 1 else [*(parent["path"] if parent else ()), position]
        for above in path[:-1]:
            posts[above - 1]["descendant_count"] += 1
        posts.append(
            {
                "id": uuid7_at(moment, chance),
                "discussion_id": discussion_id,
                "position": position,
                "parent_id": parent["id"] if parent else None,
                "path": path,
                "author_id": chance.choice(members),
                "body": body,
                "html": html,
                "language": language,
                "created_at": moment,
                "descendant_count": 0,
                "like_count": 0,
            }
        )
    posts[0]["descendant_count"] = length - 1
    title = LONG_DISCUSSION if length == world.size.longest > 1 else chance.choice(world.texts.titles)
    discussion = {
        "id": discussion_id,
        "space_id": space,
        "kind": Discussion.Kind.QUESTION if chance.random() < 0.2 else Discussion.Kind.DISCUSSION,
        "title": title,
        "language": posts[0]["language"],
        "author_id": posts[0]["author_id"],
        "created_at": began,
        "last_position": length,
        "reply_count": length - 1,
        "view_count": chance.randrange(500),
        "last_post_at": posts[-1]["created_at"],
        "last_post_by_id": posts[-1]["author_id"],
    }
    return discussion, posts


def _likes(world: _World, discussion: Row, posts: list[Row]) -> Iterator[Row]:
    """Of a few people each; sets the counters."""
    chance, people = world.chance, world.people
    for post in posts:
        first = chance.randrange(len(people))
        post["like_count"] = min(len(people), int(chance.expovariate(1 / world.size.likes_per_post)))
        for number in range(post["like_count"]):
            yield {
                "id": uuid7_at(post["created_at"], chance),
                "post_id": post["id"],
                "user_id": people[(first + number) % len(people)],
            }
    discussion["like_count"] = posts[0]["like_count"]


def _read_marks(world: _World) -> None:
    """Of some discussions everybody has read all, of some half."""
    chance, size = world.chance, world.size
    count = min(size.marks_per_person, size.discussions)

    def marks() -> Iterator[Row]:
        for person in world.people:
            for discussion in chance.sample(world.discussions, count):
                length = discussion["last_position"]
                position = length if chance.random() < 0.5 else length // 2
                yield {"user_id": person, "discussion_id": discussion["id"], "position": position}

    rows.copy(ReadMark, marks())
