"""How common words are: counted from the documents, and weighed in PostgreSQL's ranking."""

from __future__ import annotations

import pytest

from search import frequencies, query
from search.engines.base import Request, Sort
from search.frequencies import Frequencies
from search.layers import layered
from search.models import SearchFrequency
from tests.search.conftest import ALL_ENGINES
from tests.search.worlds import TODAY, VISITOR, World, document


def test_a_rare_word_says_more_than_a_common_one() -> None:
    known = Frequencies({"report": 0.4, "turbine": 0.01})
    assert known.rarity("xylograph") == pytest.approx(1)
    assert known.rarity("xylograph") > known.rarity("Turbine") > known.rarity("report") > 0
    assert Frequencies({}).rarity("report") == 1


@pytest.mark.parametrize("world", ALL_ENGINES[:1], indirect=True)
def test_the_commonest_words_are_counted_without_stems_and_terms(world: World) -> None:
    world.add(*(document("post", "reports of turbines") for _ in range(3)), document("post", "xylograph"))
    assert frequencies.count() == 3
    shares = dict(SearchFrequency.objects.values_list("word", "share"))
    assert shares == {"reports": 0.75, "of": 0.75, "turbines": 0.75}
    assert frequencies.current().rarity("reports") < frequencies.current().rarity("xylograph")


@pytest.mark.parametrize("world", ALL_ENGINES[:2], indirect=True)
def test_of_two_that_have_one_word_each_the_one_with_the_rarer_word_is_first(world: World) -> None:
    common = [document("post", f"a report of item {number}") for number in range(30)]
    rare = document("post", "about one xylograph")
    world.add(*common, rare)
    frequencies.count()
    asked = query.parse("report xylograph", VISITOR).relaxed()
    assert asked is not None
    request = Request(query=asked, today=TODAY, sort=Sort.RELEVANCE, post_evidence=False, limit=5)
    assert world.engine.search(request, VISITOR).hits[0].id == rare.id
    assert layered(rare).open.passages
