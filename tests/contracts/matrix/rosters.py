"""Rosters made and changed."""

from __future__ import annotations

from tests.contracts.matrix.base import Cast, row
from tests.factories import networks as make


def roster(cast: Cast) -> dict[str, object]:
    make.topic("risk-analysis")
    return {"slug": make.roster(slug="a-kept-roster").slug}


THINGS = {"a roster to keep": roster}

ROWS = [
    row(
        "POST /rosters",
        "a roster to keep",
        body={"slug": "another-roster", "names": {"en": "Another"}, "topics": ["risk-analysis"]},
        visitor=401,
        secretariat=201,
        others=403,
    ),
    row(
        "PATCH /rosters/{slug}",
        "a roster to keep",
        body={"notice_days": 7, "admission": "nomination"},
        visitor=401,
        secretariat=200,
        others=403,
    ),
]
