"""Measures of what an engine answered, by ir-measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ir_measures
from ir_measures import RR, P, R, nDCG

DEPTH = 50  # results that are looked at
MEASURES = {"nDCG@10": nDCG @ 10, "MRR": RR, "P@5": P @ 5, "recall@50": R @ DEPTH}
NO_ANSWER = "no-answer"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A judged query, asked for one kind of thing. ``grades`` (1 related to 3 what was looked for) by id;
    ``found`` are ids, best first."""

    query: str
    text: str
    split: str
    language: str
    cohort: str
    kind: str
    grades: Mapping[str, int]
    found: Sequence[str]

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> Asked:
        """From what was written as JSON."""
        return cls(**written)

    @property
    def has_answer(self) -> bool:
        """Whether there is something to find."""
        return self.cohort != NO_ANSWER


def measured(asked: Sequence[Asked]) -> dict[str, float]:
    """The mean of each measure over those that have an answer; empty where none has.

    Each query counts once for every kind of thing that is judged in it.
    """
    answerable = [one for one in asked if one.has_answer]
    if not answerable:
        return {}
    qrels = {str(number): dict(one.grades) for number, one in enumerate(answerable)}
    run = {
        str(number): {found: 1.0 / place for place, found in enumerate(one.found, 1)}
        for number, one in enumerate(answerable)
    }
    means = ir_measures.calc_aggregate(MEASURES.values(), qrels, run)
    return {name: means[measure] for name, measure in MEASURES.items()}


def false_positives(asked: Sequence[Asked]) -> tuple[int, int]:
    """How many of the queries without an answer got one all the same, and how many there are."""
    queries = {one.query for one in asked if not one.has_answer}
    answered = {one.query for one in asked if not one.has_answer and one.found}
    return len(answered), len(queries)
