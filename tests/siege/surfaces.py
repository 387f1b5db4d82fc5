"""Everything that can be asked: every GET of openapi.yaml, with every id that anybody was ever told.

New operations are asked without a line here: their ids are taken from the lists that tell them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import urlencode

import orjson

from tests.contracts import schema
from tests.stateful.model import Viewer
from tests.stateful.probes.sweep import PARAMETER, known_values, learn
from tests.stateful.world import World

MOST = 6  # addresses of one operation
REQUIRED = {"/experts/{id}/preview": {"seen_as": "public"}}
FILTERS = (
    ("/experts", {"topic": "knots"}),
    ("/experts", {"nationality": "NO"}),
    ("/experts", {"duty_country": "KG"}),
    ("/experts", {"network": "alpha"}),
    ("/experts", {"language": "ru"}),
    ("/experts", {"agency": "customs"}),
    ("/discussions", {"status": "open"}),
    ("/discussions", {"kind": "question"}),
    ("/spaces", {"visibility": "secret"}),
)
FACETS = ("type", "topic", "country", "space", "language", "kind", "status", "author", "network", "agency")
SEALED = re.compile(r"cursor=(gAAAAA[\w%=-]+)")
VOLATILE = re.compile(r'"(?:request_id|instance)":"[^"]*",?')


@dataclass(frozen=True)
class Answer:
    """What a client can tell apart."""

    status: int
    body: str
    headers: tuple[tuple[str, str], ...]


def ask(world: World, who: Viewer, address: str) -> Answer:
    """One GET; request ids and the address itself, which differ by nature, are left out."""
    world.requests += 1
    response = world.base.clients[who].get(address)
    media_type = response.headers.get("Content-Type", "")
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    is_text = "json" in media_type or media_type.startswith("text/")
    body = VOLATILE.sub("", content.decode()) if is_text else hashlib.sha256(content).hexdigest()
    # A cursor of a search is encrypted, differently each time, and goes into the ETag: what it leads to is
    # compared instead.
    if sealed := SEALED.search(body):
        following = world.base.clients[who].get(orjson.loads(content)["next"])
        body = SEALED.sub("cursor=", body + VOLATILE.sub("", following.content.decode()))
    kept = ("Link", "Location", "Content-Type", "Cache-Control", *(() if sealed else ("ETag",)))
    headers = tuple(
        (name, SEALED.sub("cursor=", response.headers[name])) for name in kept if name in response.headers
    )
    return Answer(response.status_code, body, headers)


def ask_all(world: World, who: Viewer, addresses: Iterable[str]) -> dict[str, Answer]:
    """All of them."""
    return {address: ask(world, who, address) for address in addresses}


def addresses(world: World) -> list[str]:
    """Every GET of the API, filled with what its lists tell to whom they tell most; pages, filters."""
    for who, operation in product(("ada", "ben", "sec"), _lists_of_ids()):
        for path in _filled(world, operation):
            response = world.base.clients[who].get(path)
            if response.status_code == 200:
                learn(world, path, response.json())
    found: list[str] = []
    for operation, declared in _gets().items():
        paths = _filled(world, operation)
        found += paths
        if any(parameter.get("name") == "cursor" for parameter in declared.get("parameters", ())):
            found += [f"{path}?limit=1" for path in paths[:2]]
    found += [f"{path}?{urlencode(query)}" for path, query in FILTERS]
    return list(dict.fromkeys(found))


def _lists_of_ids() -> list[str]:
    """Lists whose rows have addresses of their own."""
    return [
        path for path in _gets() if any(re.match(re.escape(path) + r"/\{\w+\}$", other) for other in _gets())
    ]


def searches(words: Iterable[str]) -> list[str]:
    """A search for each word, its beginning, and it misspelt; and for everything, by each sort."""
    facets = [("facets", name) for name in FACETS]
    queries: list[list[tuple[str, str]]] = [[("q", word), *facets] for word in words]
    found = [f"/search?{urlencode(query)}" for query in queries]
    for query in queries:
        word = query[0][1]
        found.append(f"/search/suggest?q={word[:7]}")
        found.append(f"/search?q={word[:4]}{word[5]}{word[4]}{word[6:]}")
    for kind, sort in product(("expert", "post", "discussion", "space"), ("newest", "relevance")):
        found.append(f"/search?{urlencode([('q', f'type:{kind}'), ('sort', sort), ('limit', '3'), *facets])}")
    return found


def _gets() -> Mapping[str, Mapping[str, Any]]:
    return {
        name.removeprefix("GET "): operation
        for name, operation in schema.operations().items()
        if name.startswith("GET ") and not name.startswith("GET /search")
    }


def _filled(world: World, operation: str) -> list[str]:
    parts = PARAMETER.split(operation)
    paths = [parts[0]]
    for name, rest in zip(parts[1::2], parts[2::2], strict=True):
        paths = [f"{path}{value}{rest}" for path in paths for value in known_values(world, path, name)]
    asked = REQUIRED.get(operation)
    spread = paths[:: max(1, len(paths) // MOST)][:MOST]
    return [f"{path}?{urlencode(asked)}" if asked else path for path in spread]
