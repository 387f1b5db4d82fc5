"""Random worlds, every viewer: hits, totals, facets, suggestions, known words equal a small reference model.

The reference looks at documents one by one, in the plainest way.
"""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import indexer
from search.documents import Document, Fact, TopicLabel
from search.viewer import MEMBERS, PUBLIC, SECRETARIAT, Viewer
from tests.search.contract.test_matching import know
from tests.search.worlds import World, document, fact, new_id, viewer

WORDS = ("turbine", "xylograph", "calibration", "border")
TOPICS = ("arms", "drugs", "cyber")
TOKENS = (PUBLIC, MEMBERS, SECRETARIAT, "network:a", "network:b", "self:x")
CONTAINERS = (new_id(), new_id())
VIEWERS = [
    viewer(*tokens, containers=containers)
    for tokens in ((), (MEMBERS,), (MEMBERS, "network:a"), (MEMBERS, SECRETARIAT), (MEMBERS, "self:x"))
    for containers in ((), CONTAINERS[:1], CONTAINERS)
]

audiences = st.lists(st.sampled_from(TOKENS), min_size=0, max_size=3, unique=True)
facts = st.builds(
    lambda to, text, topics: fact(" ".join(text), to=to, topic=topics),
    to=audiences,
    text=st.lists(st.sampled_from(WORDS), max_size=3),
    topics=st.lists(st.sampled_from(TOPICS), max_size=2, unique=True),
)
documents = st.builds(
    lambda kind, audience, container, own, title: document(
        kind, *own, audience=audience, container=container, title=title, keys=[f"discussion:{title}"]
    ),
    kind=st.sampled_from(["expert", "post", "discussion"]),
    audience=audiences,
    container=st.sampled_from([None, *CONTAINERS]),
    own=st.lists(facts, min_size=1, max_size=4),
    title=st.sampled_from(WORDS),
)
queries = st.lists(
    st.sampled_from(
        [*WORDS, *(f"-{word}" for word in WORDS), *(f"topic:{t}" for t in TOPICS), "type:post", "type:expert"]
    ),
    min_size=1,
    max_size=3,
).map(" ".join)


def readable(one: Document, who: Viewer) -> list[Fact]:
    """The facts of a document that a viewer may read; none where they may not know of it."""
    if not who.is_in(one.audience) or (one.container and one.container not in who.containers()):
        return []
    return [f for f in one.facts if who.is_in(f.audience) or set(one.audience) <= set(f.audience)]


def may_know(one: Document, who: Viewer) -> bool:
    return who.is_in(one.audience) and (one.container is None or one.container in who.containers())


def matches(one: Document, who: Viewer, typed: str) -> bool:
    own = readable(one, who)
    words = {word for f in own for word in f.text.split()}
    topics = {topic for f in own for topic in f.terms.get("topic", ())}
    for part in typed.split():
        if part.startswith("-"):
            if part[1:] in words:
                return False
            continue
        if part.startswith("topic:"):
            there = part.removeprefix("topic:") in topics
        elif part.startswith("type:"):
            there = one.kind == part.removeprefix("type:")
        else:
            there = part in words
        if not there:
            return False
    return may_know(one, who)


@pytest.mark.timeout(600)
@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    made=st.lists(documents, min_size=1, max_size=8),
    typed=st.lists(queries, min_size=3, max_size=3),
    asking=st.lists(st.sampled_from(VIEWERS), min_size=4, max_size=4),
    withdrawn=st.sampled_from([None, *WORDS]),
)
def test_what_a_viewer_learns_equals_the_reference(
    world: World,
    made: list[Document],
    typed: list[str],
    asking: list[Viewer],
    withdrawn: str | None,
) -> None:
    world.remove(*list(world.documents.values()))
    world.documents.clear()
    know(*(TopicLabel(slug, (), {}, {}) for slug in TOPICS))
    world.add(*made)
    if withdrawn:
        world.enqueue(made[0], withdraw=f"discussion:{withdrawn}")
    there = [one for one in made if not (withdrawn and f"discussion:{withdrawn}" in one.keys)]
    for who in asking:
        for one in typed:
            expected = [d for d in there if matches(d, who, one)]
            page = world.search(one, who, facets=("topic", "type", "space"), limit=50)
            assert {hit.id for hit in page.hits} == {d.id for d in expected}, (one, who)
            assert page.total == len(expected)
            assert dict(page.facets["topic"]) == dict(
                Counter(
                    topic
                    for d in expected
                    for topic in {t for f in readable(d, who) for t in f.terms.get("topic", ())}
                )
            )
            assert dict(page.facets["type"]) == dict(Counter(d.kind for d in expected))
            assert dict(page.facets["space"]) == dict(
                Counter(str(d.container) for d in expected if d.container)
            )
            for hit in page.hits:
                shown = sorted(passage["text"] for passage in hit.passages)
                own: Document = next(d for d in made if d.id == hit.id)
                assert shown == sorted(f.text for f in readable(own, who) if f.text)
        known = {w for w in WORDS if any(w in f.text.split() for d in there for f in readable(d, who))}
        assert world.engine.known(list(WORDS), who) == known
        suggested = world.engine.suggest(["t"], who, kinds=["expert", "discussion"], limit=20)
        assert {s.id for s in suggested} == titled(there, who)
    indexer.drain([world.engine.name])


def titled(there: list[Document], who: Viewer) -> set[UUID]:
    return {
        d.id
        for d in there
        if d.title == "turbine" and d.kind in {"expert", "discussion"} and may_know(d, who)
    }
