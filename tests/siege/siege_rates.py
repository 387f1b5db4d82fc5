"""Rates are exact over several processes."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.siege.site import FOLDER, site


def test_of_200_at_once_60_succeed_over_four_processes() -> None:
    with site(FOLDER, processes=4, settings={"RATE_WRITE": "60"}, with_worker=False) as community:
        path = f"/discussions/{community.cast['discussions']['commons']}/read"
        community.ask("member", "GET", path.removesuffix("/read"))
        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda _: community.ask("member", "POST", path, {}), range(200)))
        told = Counter(answer.status for answer in answers)
        refilled = told[200] - 60  # one more a second comes back while they run
        assert told.keys() == {200, 429}, told
        assert 0 <= refilled <= 3, told
        for answer in answers:
            if answer.status == 429:
                assert int(answer.headers["Retry-After"]) >= 1
