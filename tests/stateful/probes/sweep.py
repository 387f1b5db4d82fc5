"""Every GET of the API, with the ids that its lists have given to anybody: no word too many, no error.

`World.get` compares the words of every answer with the model. What is listed for one viewer is asked for as
every other viewer, so that an address learnt of elsewhere opens nothing.
"""

from __future__ import annotations

import re

from tests.contracts import schema
from tests.stateful.model import Viewer
from tests.stateful.world import World

BASE = "/api/v1"
PARAMETER = re.compile(r"\{(\w+)\}")
# Their answers are made of what was asked; the probes of search ask them properly.
WITH_PARAMETERS = {"/search": {"q": "type:post"}, "/search/suggest": {"q": "ba"}}


def sweep(world: World, who: Viewer, *, indexed: bool) -> None:
    paths = [name.removeprefix("GET ") for name in schema.operations() if name.startswith("GET ")]
    for template in world.some(paths, 12):
        for path in world.some(_filled(world, template), 1):
            response = world.get(who, path, **WITH_PARAMETERS.get(path, {}))
            assert response.status_code < 500, f"GET {path} as {who}: {response.content!r}"
            if response.status_code == 200 and response["Content-Type"] == "application/json":
                learn(world, path, response.json())


def _filled(world: World, template: str) -> list[str]:
    """The addresses that a path stands for."""
    parts = PARAMETER.split(template)
    paths = [parts[0]]
    for name, rest in zip(parts[1::2], parts[2::2], strict=True):
        paths = [f"{path}{value}{rest}" for path in paths for value in known_values(world, path, name)]
    return paths


def known_values(world: World, path: str, name: str) -> list[str]:
    """What may stand for a parameter after ``path``: ids of the model, and those that its list has told."""
    known = world.learnt.setdefault(path.rstrip("/"), set())
    known |= {
        "/spaces": set(world.model.spaces),
        "/discussions": {one.id for one in world.model.discussions} | set(world.model.merged),
        "/posts": {post.id for post in world.model.posts},
        "/experts": {world.id_of(person) for person in world.model.people},
        "/networks": set(world.model.networks),
        "/topics": set(world.base.topics),
        "/countries": set(world.base.countries),
    }.get(path.rstrip("/"), set())
    if name == "section":
        return ["affiliations", "missions", "documents", "links"]
    return sorted(known)


def learn(world: World, path: str, body: object) -> None:
    """Keep the ids that a list tells."""
    if isinstance(body, dict) and isinstance(body.get("results"), list):
        for row in body["results"]:
            if isinstance(row, dict) and (value := row.get("slug") or row.get("id")):
                world.learnt.setdefault(path, set()).add(str(value))


PROBES = [sweep]
