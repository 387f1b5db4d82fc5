"""What nobody would type, and some do: an answer or a clear refusal, in time, on every engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from search import query
from search.viewer import Viewer
from tests.api.search.conftest import engine, indexed
from tests.contracts.client import ApiClient
from tests.factories import experts, forums

__all__ = ["engine", "indexed"]

type Api = Callable[..., ApiClient]
type Indexed = Callable[[], None]

SECONDS = 2.5
NASTY: dict[str, str] = {
    "empty": "",
    "blanks": " \t\r\n\u00a0 ",
    "ten thousand words": " ".join(f"word{number}" for number in range(10_000)),
    "one word of a hundred thousand letters": "a" * 100_000,
    "a regex bomb": "(a+)+$" * 50 + "!" * 200,
    "another regex bomb": "/(.*.*)*x/ ~99 ^1e99 [a TO *] {a TO b}",
    "wildcards alone": "* ** *** ? ?? *? %%% ___",
    "wildcards in words": "*urbine t*rbine *",
    "one letter prefixes": "a* b* c* d* e* f* g* h*",
    "unbalanced quotes": 'turbine "calibration',
    "only quotes": '"' * 501,
    "nested quotes": '«"„turbine“"» \'',
    "NUL": "turb\x00ine \x00",
    "control characters": "".join(map(chr, range(1, 32))) + "turbine",
    "right-to-left marks": "\u202eenibrut\u202c \u200fturbine\u200e \u2066\u2069",
    "zero width": "tur\u200bbine\ufeff \u2060",
    "combining marks": "t" + "\u0301" * 3_000 + "urbine",
    "emoji": "🏴‍☠️ 👩‍💻 turbine 🇰🇬",
    "five thousand filters": " ".join(f"topic:t{number}" for number in range(5_000)),
    "five thousand of one filter": "kind:" + ",".join(["question"] * 5_000),
    "operators alone": "OR OR AND NOT - - NOT OR |",
    "exclusions alone": "-turbine -calibration NOT NOT post",
    "fields without values": "topic: country: author: before: after:",
    "dates that are none": "before:9999-99-99 after:0000 after:2024-02-30 before:-1",
    "brackets": "((((((((((turbine" * 100,
    "tsquery": "turbine & ! ( | <-> ':* \\ '' :A",
    "query strings": 'title:turbine AND _id:1 {"match_all":{}}',
    "SQL": "'; DROP TABLE search_outbox; --",
    "backslashes": "\\" * 999 + "'",
    "lone surrogate as it may be sent": "%ED%A0%80 \ufffd",
    "a script": "<script>alert(1)</script> turbine",
}


@pytest.fixture
def client(engine: str, api: Api, indexed: Indexed) -> ApiClient:
    forums.discussion(forums.space(), title="A turbine", body="Of calibration.")
    indexed()
    return api(experts.user())


def test_whatever_is_typed_is_answered_in_time(client: ApiClient, engine: str) -> None:
    client.get("/search", q="calibration")  # what is read once per process is read now
    for name, typed in NASTY.items():
        for path, longest in (("/search", 200_000), ("/search/suggest", 10_000)):
            started = time.monotonic()
            answer = client.get(path, q=typed[:longest])
            took = time.monotonic() - started
            allowed = {400} if "\x00" in typed else {200, 414}
            assert answer.status_code in allowed, (name, path, answer.content[:300])
            if path == "/search" and answer.status_code == 200:
                assert answer.json()["engine"] == engine, name
            assert took < SECONDS, (name, path, took)
            assert "<script>" not in answer.content.decode()


def test_what_is_left_of_it_is_searched_for(client: ApiClient) -> None:
    for name in (
        "unbalanced quotes",
        "right-to-left marks",
        "zero width",
        "control characters",
        "emoji",
    ):
        answer = client.get("/search", q=NASTY[name], type="discussion").json()
        assert answer["total"] == 1, (name, answer["warnings"])
    long = client.get("/search", q=NASTY["ten thousand words"]).json()
    assert "query_truncated" in {warning["code"] for warning in long["warnings"]}


def test_cursors_that_are_not_ours_or_of_another_question_are_refused(client: ApiClient) -> None:
    space = forums.space()
    for _ in range(3):
        forums.discussion(space, title="turbine")
    from_here = client.get("/search", q="turbine", limit=1).json()["next"]
    [cursor] = parse_qs(urlsplit(from_here).query)["cursor"]
    assert client.get("/search", q="turbine", limit=1, cursor=cursor).status_code == 200
    changed = cursor[:20] + ("A" if cursor[20] != "A" else "B") + cursor[21:]
    for other in (changed, cursor[:-4], "x", "=" * 2_000, "AAAA" * 400, "\x00", "🏴"):
        refused = client.get("/search", q="turbine", limit=1, cursor=other)
        assert refused.status_code == 400, other
        assert refused.json()["errors"][0]["pointer"] == "/cursor"
    assert client.get("/search", q="calibration", limit=1, cursor=cursor).status_code == 400
    assert client.get("/search", q="turbine", sort="newest", limit=1, cursor=cursor).status_code == 400


def test_deep_pages_end(client: ApiClient, indexed: Indexed) -> None:
    space = forums.space()
    for _ in range(12):
        forums.discussion(space, title="turbine")
    indexed()
    asked: dict[str, Any] = {"q": "turbine", "limit": 2, "type": "discussion", "facets": "type"}
    for sort in ("relevance", "newest", "likes"):
        seen: list[str] = []
        page = client.get("/search", **asked, sort=sort).json()
        total = page["total"]
        for _ in range(20):
            seen += [one["id"] for one in page["results"]]
            if page["next"] is None:
                break
            page = client.get(page["next"].partition("/api/v1")[2]).json()
        assert len(seen) == len(set(seen)) == total == 13


def test_a_query_has_few_clauses_however_much_was_typed(db: None) -> None:
    nobody = Viewer(user_id=None, tokens=frozenset({"public"}))
    for typed in NASTY.values():
        parsed = query.parse(typed, nobody)
        assert (
            len(parsed.text) + len(parsed.optional) + len(parsed.excluded)
            <= query.MOST_WORDS + query.MOST_FILTERS
        )
        assert len(parsed.filters) <= query.MOST_FILTERS
