"""The archive that `export_community` would write now, compared with the model."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from forums.community import exporting
from tests.stateful.model import SHOWN, Post
from tests.stateful.world import World, same


def compare(world: World) -> None:
    """Every line that the model knows of, and no other."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "archive.jsonl"
        exporting.run(path, source="here")
        lines = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    model = world.model

    def of(kind: str) -> list[dict[str, Any]]:
        return [line for line in lines if line["type"] == kind]

    spaces = {line["id"]: line["slug"] for line in of("space")}
    same(set(spaces.values()), set(model.spaces), "spaces of the archive")
    roles = {(spaces[line["space"]], world.names[line["user"]]): _role(line) for line in of("membership")}
    held = {(space.slug, who): role for space in model.spaces.values() for who, role in space.roles.items()}
    same(roles, held, "memberships of the archive")

    kept = [one for one in model.discussions if one.status in SHOWN]
    discussions = {
        line["id"]: (
            spaces[line["space"]],
            world.names[line["author"]],
            line["topic"].casefold(),
            line.get("status", "open"),
            line.get("hidden", False),
            line.get("deleted", False),
            line.get("accepted"),
            tuple(line.get("tags", ())),
        )
        for line in of("discussion")
    }
    expected = {
        one.id: (
            one.space.slug,
            one.author,
            one.word,
            one.status,
            one.hidden,
            one.deleted,
            one.accepted.id if one.accepted else None,
            one.tags,
        )
        for one in kept
    }
    same(discussions, expected, "discussions of the archive")

    written = [post for post in model.posts if post.discussion in kept and post.state != "pending"]
    same(
        {line["id"]: _told(line) for line in of("post")},
        {post.id: _known(post) for post in written},
        "posts of the archive",
    )
    for one in kept:
        order = [line["id"] for line in of("post") if line["discussion"] == one.id]
        posts = sorted((post for post in written if post.discussion is one), key=lambda post: post.position)
        same(order, [post.id for post in posts], f"order of the posts of {one.word} in the archive")
    quotes = sorted((line["post"], line["quoted"]) for line in of("quote"))
    ids = {post.id for post in written}
    quoting = sorted((p.id, quoted.id) for p in written for quoted in p.quotes if quoted.id in ids)
    same(quotes, quoting, "quotes of the archive")
    said = sorted((line["post"], line["version"], _word(line)) for line in of("revision"))
    versions = sorted(
        (post.id, number, word) for post in written for number, (word, _) in enumerate(post.versions, start=1)
    )
    same(said, versions, "earlier versions of the archive")
    likes = {(line["post"], world.names[line["user"]]) for line in of("like")}
    same(likes, {(post.id, who) for post in written for who in post.likes}, "likes of the archive")
    files = sorted((line["post"], line["name"]) for line in of("attachment"))
    same(files, sorted((p.id, f"{f.word}.txt") for p in written for f in p.files), "files of the archive")


def _role(line: dict[str, Any]) -> str:
    return str(line.get("role", "member"))


def _word(line: dict[str, Any]) -> str:
    return str(line["body"].split()[-1].strip("."))


def _told(line: dict[str, Any]) -> tuple[object, ...]:
    return (
        line["discussion"],
        _word(line),
        line.get("state", "published"),
        line.get("parent"),
        line.get("version", 1),
    )


def _known(post: Post) -> tuple[object, ...]:
    return (
        post.discussion.id,
        post.word,
        post.state,
        post.parent.id if post.parent else None,
        len(post.versions) + 1,
    )
