"""Everything that makes the order of results, in one place; measured by ``make search-quality``."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each sign counts. Factors without unit, unless said otherwise."""

    # Where a word is found (the `Weight` of the fact), and in which form
    name: float = 4.0
    headline: float = 2.5
    body: float = 1.0
    aside: float = 0.5
    stemmed: float = 0.8  # against the folded form, which is the word as typed
    added: float = 0.3  # synonyms and spellings that we added to the query
    topic: float = 8.0  # the thing is about the topic that the words name

    # What makes a post better: its score is multiplied by 1 + the sum of these
    accepted: float = 0.4
    recent: float = 0.3  # a post of today; halves with every `half_life_days`
    half_life_days: float = 365.0
    liked: float = 0.08  # times ln(1 + likes)

    # Experts by what they wrote: the top posts of a query speak for their authors (CombSUM)
    posts_asked: int = 300
    written: float = 0.8  # the best author's share of the best post's score; others in proportion

    # Kinds among each other, where one search asks for several
    kinds: dict[str, float] = field(default_factory=lambda: {"expert": 1.2, "space": 1.2, "discussion": 1.1})


WEIGHTS = Weights()
AGELESS = ("expert", "space")  # kinds that are worth no less for having been there long
