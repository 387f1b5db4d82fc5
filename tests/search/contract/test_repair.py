"""What is done about a query that finds nothing: the same on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from search import advice, indexer, query, registry, results, spelling, taxonomy
from search.documents import TopicLabel
from search.engines.base import Engine, Page, Request
from search.query import Query
from search.viewer import MEMBERS, Viewer
from tests.search.worlds import MEMBER, TODAY, VISITOR, World, document, fact

LABELS = {"en": "Foreign terrorist fighters", "fr": "Combattants terroristes étrangers"}


@pytest.fixture
def topic(world: World) -> TopicLabel:
    made = TopicLabel("foreign-terrorist-fighters", (), LABELS, {"en": ["terrorist travel"]})
    registry.register_topic_labels(lambda: (made,))
    taxonomy.forget()
    return made


@pytest.mark.parametrize("typed", ["foreign terorist figthers", "combatants terroriste etrangers"])
@pytest.mark.usefixtures("topic")
def test_a_misspelt_name_of_several_words_finds_the_topic(world: World, typed: str) -> None:
    tagged = document("post", fact("nothing of the kind", topic=["foreign-terrorist-fighters"]))
    world.add(tagged, document("post", "terrorism"))
    assert world.found(typed) == [tagged.id]


@pytest.mark.usefixtures("topic")
def test_other_words_are_not_taken_for_a_name(world: World) -> None:
    world.add(document("post", fact("nothing of the kind", topic=["foreign-terrorist-fighters"])))
    assert world.found("foreign tourist lighters") == []
    assert world.found("terrorist gravel") == []


def test_all_words_are_guessed_at_however_many_guesses_there_are(world: World) -> None:
    world.add(
        *(
            document("post", " ".join([word, *(f"{word}{letter}" for letter in "kmwqz")]))
            for word in ("turbines", "calibrate", "xylograph", "hydraulic")
        ),
        document("post", "turbines calibrate xylograph hydraulic"),
    )
    indexer.drain()  # guesses come from the words that PostgreSQL has
    typed = "turbinse calibrtae xylogrpah hydrualic"
    corrected = spelling.corrected(typed, query.parse(typed, VISITOR), world.engine, VISITOR)
    assert corrected == "turbines calibrate xylograph hydraulic"


def test_a_short_word_with_two_mistakes_is_another_word(world: World) -> None:
    world.add(document("post", "neri"))
    indexer.drain()
    assert spelling.corrected("nereid", query.parse("nereid", VISITOR), world.engine, VISITOR) is None


def test_a_number_is_no_reason_to_find_something_by_it_alone(world: World) -> None:
    world.add(document("post", "exercise 3"))
    assert results.find("nereid-3", VISITOR, results.visible(VISITOR)).found == []


def test_totals_of_many_questions_are_those_of_each(world: World) -> None:
    author = document("expert", "nothing", fact("calibration", to=[MEMBERS]))
    world.add(
        author,
        document("post", "turbine calibration", author=author.id),
        document("post", fact("turbine", topic=["arms"])),
        document("discussion", "calibration"),
    )
    asked = [
        Request(query=query.parse(typed, MEMBER), today=TODAY, grouped=grouped)
        for typed in ("turbine", "calibration", "turbine -calibration", "topic:arms", "xylograph")
        for grouped in (False, True)
    ]
    for who in (VISITOR, MEMBER):
        assert world.engine.totals(asked, who) == [world.engine.search(one, who).total for one in asked]
    assert world.engine.totals([], MEMBER) == []


def test_help_takes_one_question_however_many_filters_there_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add(document("post", fact("turbine", language="en", topic=["arms"], kind=["question"])))
    asked: list[str] = []
    engine = type(world.engine)
    totals, search = engine.totals, engine.search

    def counted(self: Engine, requests: Sequence[Request], who: Viewer) -> list[int]:
        asked.append("totals")
        return totals(self, requests, who)

    def searched(self: Engine, request: Request, who: Viewer) -> Page:
        asked.append("search")
        return search(self, request, who)

    monkeypatch.setattr(engine, "totals", counted)
    monkeypatch.setattr(engine, "search", searched)
    answer = results.find(
        "turbine kind:question year:2020 before:2019 author:nobody", VISITOR, results.visible(VISITOR)
    )
    assert answer.total == 0
    assert asked == ["search", "totals"]


def test_advice_to_drop_all_filters_is_given_only_where_dropping_one_is_not_enough() -> None:
    one, all_of_them = (advice.Advice(change=c, field="", values=(), total=0) for c in ("drop", "drop_all"))
    tried = [(one, Query()), (all_of_them, Query())]
    assert advice.given(tried, [0, 7]) == [replace(all_of_them, total=7)]
    assert advice.given(tried, [2, 7]) == [replace(one, total=2)]


def test_kinds_that_have_nothing_narrow_are_found_and_counted_alike(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add(
        document("post", fact("turbine", topic=["arms"])),
        document("post", fact("turbine", topic=["drugs"])),
        document("expert", fact("turbine", topic=["arms"], to=[MEMBERS])),
    )
    before = world.search("turbine type:post", MEMBER, facets=("topic", "type"))
    monkeypatch.setitem(registry._sources, "post", replace(registry.source("post"), has_narrow=False))
    asked = Request(query=query.parse("turbine type:post", MEMBER), today=TODAY)
    assert not asked.has_narrow
    assert Request(query=query.parse("turbine type:post,expert", MEMBER), today=TODAY).has_narrow
    assert Request(query=query.parse("turbine", MEMBER), today=TODAY).has_narrow
    assert world.search("turbine type:post", MEMBER, facets=("topic", "type")) == before
    assert before.total == 2
