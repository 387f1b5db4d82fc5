"""What search gives: hits, totals, facets, highlights, suggestions, spelling; on every engine.

Before the indexer has caught up, what is found must be among what may be found; afterwards it must be exactly
that. Every text has a word of its own, so that one search asks for one thing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.stateful.model import Discussion, Space, Viewer
from tests.stateful.probes.experts import content
from tests.stateful.world import World, same

FACETS = (
    "type",
    "topic",
    "country",
    "space",
    "language",
    "kind",
    "status",
    "level",
    "author",
    "network",
    "agency",
)


@dataclass(frozen=True)
class Searchable:
    """A thing in the index: who finds it by which words, and what it adds to which facet."""

    type: str
    id: str
    title: str
    words: frozenset[str]
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)


def searchable(world: World, who: Viewer) -> Iterator[Searchable]:
    """All that a viewer may find, with what they may know of it."""
    model = world.model
    ids = {space.slug: _space_id(world, space) for space in model.spaces.values()}
    for space in model.spaces.values():
        if model.reads(who, space):
            status = "archived" if space.archived else "open"
            facets = {"space": (ids[space.slug],), "status": (status,)}
            yield Searchable("space", ids[space.slug], space.word, frozenset({space.word}), facets)
    for one in model.discussions:
        if not (model.is_counted(one) and model.reads(who, one.space)):
            continue
        about = {"space": (ids[one.space.slug],), "kind": (one.kind,)}
        opening = next(post for post in model.posts if post.discussion is one and post.position == 1)
        yield Searchable(
            "discussion",
            one.id,
            one.word,
            frozenset({one.word, opening.word} if opening.state == "published" else {one.word}),
            about | {"status": (one.status,), "author": (world.id_of(one.author),), "language": ("en",)},
        )
        for post in model.published(one):
            own = {"author": (world.id_of(post.author),), "language": ("en",)}
            yield Searchable("post", post.id, one.word, frozenset({one.word, post.word}), about | own)
    yield from _experts(world, who)


def _experts(world: World, who: Viewer) -> Iterator[Searchable]:
    for person, profile in world.model.profiles.items():
        if profile.status != "published" or not world.model.is_within_reach(who, person, "identity"):
            continue
        readable = {section for section in profile.reach if world.model.sees_section(who, person, section)}
        codes = [
            profile.content[section]["code"]  # type: ignore[index]  # a place
            for section in ("nationality", "duty_country")
            if section in readable
        ]
        topics = [row["topic"] for row in content(world, person, "topics")] if "topics" in readable else []
        topics += ["knots"] if "bowlines" in topics else []
        networks = content(world, person, "networks") if "networks" in readable else []
        yield Searchable(
            "expert",
            world.id_of(person),
            f"{person} {profile.words['identity']}",
            frozenset(word for section, word in profile.words.items() if section in readable),
            {
                "author": (world.id_of(person),),
                "country": tuple(dict.fromkeys(codes)),
                "topic": tuple(topics),
                "network": tuple(row["slug"] for row in networks),
                "language": ("ru",) if "languages" in readable else (),
                "agency": ("customs",) if "agency" in readable else (),
                "level": ("specialist",) if topics else (),
            },
        )


def words(world: World, who: Viewer, *, indexed: bool) -> None:
    """Each text's word finds what has it, for those who may read that."""
    found_by = world.some(_all_words(world), 5)
    for engine in world.engines:
        there = list(searchable(world, who))
        for word in found_by:
            expected = [one for one in there if word in one.words]
            writers = {one.facets["author"][0] for one in expected if one.type == "post"}
            by_posts = [one for one in there if one.type == "expert" and one.id in writers]
            _compare(world, who, engine, {"q": word}, {*expected, *by_posts}, indexed=indexed, word=word)


def filters(world: World, who: Viewer, *, indexed: bool) -> None:
    """A filter finds what a viewer may know to have the value, and counts that."""
    space = world.some(world.model.spaces.values(), 1)[0]
    person = world.id_of(world.some(world.model.people, 1)[0])
    cases: list[tuple[dict[str, Any], Callable[[Searchable], bool]]] = [
        ({"type": "expert", "q": "type:expert"}, lambda one: one.type == "expert"),
        ({"country": "NO"}, lambda one: "NO" in one.facets.get("country", ())),
        ({"topic": "knots"}, lambda one: "knots" in one.facets.get("topic", ())),
        ({"network": "alpha"}, lambda one: "alpha" in one.facets.get("network", ())),
        ({"agency": "customs"}, lambda one: "customs" in one.facets.get("agency", ())),
        ({"language": "ru"}, lambda one: "ru" in one.facets.get("language", ())),
        ({"author": person}, lambda one: person in one.facets.get("author", ())),
        ({"type": "post", "q": "type:post"}, lambda one: one.type == "post"),
    ]
    if indexed:  # what kind of discussion a post is in is nobody's secret: it follows when it is indexed
        cases.append(({"kind": "question"}, lambda one: "question" in one.facets.get("kind", ())))
    for engine in world.engines:
        for query, matches in world.some(cases, 3):
            expected = {one for one in searchable(world, who) if matches(one)}
            _compare(world, who, engine, query, expected, indexed=indexed)
        _within(world, who, engine, space, indexed=indexed)


def _within(world: World, who: Viewer, engine: str, space: Space, *, indexed: bool) -> None:
    """A search in one space; one that may not be read is one that does not exist."""
    response = _ask(world, who, engine, space=space.slug, q="type:post")
    if not world.model.is_shown_card(who, space):
        unknown = _ask(world, who, engine, space="no-such-space", q="type:post")
        same(_told(response), _told(unknown), f"search in {space.slug} by {who}")
        return
    below = {
        _space_id(world, one)
        for one in world.model.spaces.values()
        if space in one.line() and world.model.is_shown_card(who, one)
    }
    expected = {
        one
        for one in searchable(world, who)
        if one.type == "post" and below.intersection(one.facets["space"])
    }
    _compare(world, who, engine, {"space": space.slug, "q": "type:post"}, expected, indexed=indexed)


def suggestions(world: World, who: Viewer, *, indexed: bool) -> None:
    for engine in world.engines:
        for word in world.some(_titles(world), 3):
            titled = {
                (one.type, one.id)
                for one in searchable(world, who)
                if one.type != "post" and word in one.title.casefold().split()
            }
            with world.asking(engine):
                response = world.get(who, "/search/suggest", q=word[:7], limit=10)
            shown = {(row["type"], row["id"]) for row in response.json()["results"]}
            _require(shown, titled, f"suggestions for {word[:7]} to {who} by {engine}", indexed=indexed)


def spelling(world: World, who: Viewer, *, indexed: bool) -> None:
    """A word that is misspelt is only mended to one that stands in text the viewer may read."""
    known = set().union(*(one.words for one in searchable(world, who)))
    if not indexed:  # one's own words of a moment ago: nobody else is told of them
        kept = [profile for person, profile in world.model.profiles.items() if world.model.keeps(who, person)]
        known |= {word for profile in kept for _, word in profile.former_words}
    for engine in world.engines:
        for word in world.some(_all_words(world), 2):
            typed = word[:4] + word[5] + word[4] + word[6:]
            if typed == word or word in known:
                continue
            body = _ask(world, who, engine, q=typed).json()
            same(
                (body["total"], body["did_you_mean"], body["results"]),
                (0, None, []),
                f"search for {typed} by {who}, who may not read {word}, on {engine}",
            )


def _compare(
    world: World,
    who: Viewer,
    engine: str,
    query: dict[str, Any],
    expected: set[Searchable],
    *,
    indexed: bool,
    word: str = "",
) -> None:
    what = f"search {query} by {who} on {engine}, {'indexed' if indexed else 'not yet indexed'}"
    response = _ask(world, who, engine, facets=FACETS, limit=100, **query)
    same(response.status_code, 200, f"{what}: {response.content[:300]!r}")
    body = response.json()
    same((body["engine"], body["degraded"]), (engine, False), what)
    shown = {(row["type"], row["id"]) for row in body["results"]}
    same(body["total"], len(shown), f"total of {what}")
    allowed = {(one.type, one.id): one for one in expected}
    _require(shown, set(allowed), what, indexed=indexed)
    for row in body["results"]:
        _check_reasons(world, who, row, word, what)
    if indexed:
        for name in FACETS:
            counted = Counter(value for one in expected for value in _values(one, name))
            told = {value["value"]: value["count"] for value in body["facets"].get(name, ())}
            if name == "level":
                told = {value: count for value, count in told.items() if "=" not in value}
            same(told, dict(counted), f"facet {name} of {what}")
    else:
        for name in ("type", "space", "author"):
            counted = Counter(value for one in expected for value in _values(one, name))
            for value in body["facets"].get(name, ()):
                assert value["count"] <= counted[value["value"]], f"facet {name} of {what}: {value}"


def _values(one: Searchable, facet: str) -> tuple[str, ...]:
    return (one.type,) if facet == "type" else one.facets.get(facet, ())


def _check_reasons(world: World, who: Viewer, row: dict[str, Any], word: str, what: str) -> None:
    """What is highlighted, and the posts that speak for somebody, are what the viewer may read."""
    if row["type"] == "expert":
        person = world.names[row["id"]]
        for piece in row["highlights"]:
            seen = world.model.sees_section(who, person, piece["section"])
            same(seen, True, f"highlight of {piece['section']} of {person} in {what}")
    for reason in row["reasons"]["posts"]:
        post = next(one for one in world.model.posts if one.id == reason["post"]["id"])
        same(world.model.sees_post(who, post), True, f"a reason of {what}")
    if word and row["type"] == "post":
        post = next(one for one in world.model.posts if one.id == row["id"])
        for piece in row["highlights"]:
            there = (post.word, post.discussion.word)
            same(any(part in piece["text"].casefold() for part in there), True, what)


def _require(shown: set[Any], allowed: set[Any], what: str, *, indexed: bool) -> None:
    if indexed:
        same(shown, allowed, what)
    else:
        same(shown - allowed, set(), f"forbidden in {what}")


def _ask(world: World, who: Viewer, engine: str, **query: Any) -> Any:
    with world.asking(engine):
        return world.get(who, "/search", **query)


def _told(response: Any) -> Any:
    body = response.json()
    return response.status_code, body.get("code"), [error["code"] for error in body.get("errors", ())]


def _space_id(world: World, space: Space) -> str:
    return world.space_ids[space.slug]


def _all_words(world: World) -> list[str]:
    return list(dict.fromkeys(word for word, _ in world.model.words()))


def _titles(world: World) -> list[str]:
    model = world.model
    titled: list[Space | Discussion] = [*model.spaces.values(), *model.discussions]
    return [one.word for one in titled] + [profile.words["identity"] for profile in model.profiles.values()]


PROBES = [words, filters, suggestions, spelling]
for probe in PROBES:
    probe.searches = True  # type: ignore[attr-defined]  # asked again once it is indexed
