"""What is shown of discussions and posts: tables, threads, figures, what is unread."""

from __future__ import annotations

from typing import Any

from tests.stateful.model import SHOWN, Discussion, Post, Viewer
from tests.stateful.world import World, same


def tables(world: World, who: Viewer, *, indexed: bool) -> None:
    model = world.model
    seen = {
        one.id: one for one in model.discussions if one.status in SHOWN and model.sees_discussion(who, one)
    }
    for space in model.spaces.values():
        response = world.get(who, f"/spaces/{space.slug}/discussions", limit=100)
        readable = model.reads(who, space)
        same(response.status_code, 200 if readable else 404, f"table of {space.slug} to {who}")
        if readable:
            rows = {row["id"]: row for row in response.json()["results"]}
            here = {key for key, one in seen.items() if one.space is space}
            same(set(rows), here, f"table of {space.slug} to {who}")
            for key, row in rows.items():
                _check_row(world, who, seen[key], row)
    same({row["id"] for row in world.page(who, "/discussions", limit=2)}, set(seen), f"/discussions to {who}")
    for person in world.some(model.people, 1):
        of_person = {row["id"] for row in world.page(who, "/discussions", author=world.id_of(person))}
        own = {key for key, one in seen.items() if one.author == person}
        same(of_person, own, f"discussions of {person} to {who}")


def discussions(world: World, who: Viewer, *, indexed: bool) -> None:
    model = world.model
    for one in world.some(model.discussions, 3):
        response = world.get(who, f"/discussions/{one.id}")
        seen = model.sees_discussion(who, one)
        same(response.status_code, 200 if seen else 404, f"discussion {one.word} to {who}")
        if not seen:
            continue
        body = response.json()
        _check_row(world, who, one, body)
        opening = next(post for post in model.posts if post.discussion is one and post.position == 1)
        if model.sees_post(who, opening):
            _check_post(world, who, opening, body["opening_post"])
        else:
            same(body["opening_post"], None, f"opening post of {one.word} to {who}")
        answer = one.accepted if one.accepted and model.sees_post(who, one.accepted) else None
        same(body["accepted_answer"], answer.id if answer else None, f"answer of {one.word} to {who}")


def threads(world: World, who: Viewer, *, indexed: bool) -> None:
    model = world.model
    for one in world.some(model.discussions, 2):
        seen = model.sees_discussion(who, one)
        posts = {
            post.id: post for post in model.posts if post.discussion is one and model.meets_post(who, post)
        }
        for view in world.some(("flat", "tree"), 1):
            response = world.get(who, f"/discussions/{one.id}/posts", view=view, limit=100)
            same(response.status_code, 200 if seen else 404, f"{view} thread of {one.word} to {who}")
            if seen:
                rows = {row["id"]: row for row in response.json()["results"]}
                same(set(rows), set(posts), f"{view} thread of {one.word} to {who}")
                for key, row in rows.items():
                    _check_post(world, who, posts[key], row)


def posts(world: World, who: Viewer, *, indexed: bool) -> None:
    model = world.model
    for post in world.some(model.posts):
        response = world.get(who, f"/posts/{post.id}")
        seen = model.sees_post(who, post)
        same(response.status_code, 200 if seen else 404, f"post {post.word} to {who}")
        if seen:
            _check_post(world, who, post, response.json())
        likes = world.get(who, f"/posts/{post.id}/likes")
        status = 401 if who is None else 200 if seen else 404
        same(likes.status_code, status, f"likes of {post.word} to {who}")
        if status == 200:
            likers = {world.names[row["person"]["id"]] for row in likes.json()["results"]}
            same(likers, post.likes, f"likes of {post.word} to {who}")
    for post in world.some(model.posts, 1):
        below = world.get(who, f"/posts/{post.id}/replies", limit=100)
        met = model.meets_post(who, post)
        same(below.status_code, 200 if met else 404, f"replies to {post.word} to {who}")
        if met:
            there = {p.id for p in model.posts if post in p.above() and model.meets_post(who, p)}
            shown = {row["id"] for row in below.json()["results"]}
            same(shown if post.position > 1 else set(), there, f"replies to {post.word} to {who}")


def _check_row(world: World, who: Viewer, one: Discussion, row: dict[str, Any]) -> None:
    model = world.model
    what = f"{{}} of {one.word} to {who}"
    published = sorted(model.published(one), key=lambda post: post.position)
    replies = [post for post in published if post.position > 1]
    opening = next(post for post in model.posts if post.discussion is one and post.position == 1)
    same(row["topic"].casefold(), one.word, what.format("topic"))
    same(row["status"], one.status, what.format("status"))
    same(row["replies"], len(replies), what.format("replies"))
    same(row["likes"], len(opening.likes), what.format("likes"))
    last = row["last_reply"] and world.names[row["last_reply"]["author"]["id"]]
    same(last, replies[-1].author if replies else None, what.format("last reply"))
    if who is None:
        same(row["unread"], None, what.format("unread"))
    elif one.status in SHOWN:
        same(row["unread"], model.unread(who, one), what.format("unread"))


def _check_post(world: World, who: Viewer, post: Post, row: dict[str, Any]) -> None:
    model = world.model
    what = f"{{}} of post {post.word} to {who}"
    same(row["state"], post.state, what.format("state"))
    same(row["replies"], model.replies_below(post), what.format("replies"))
    if model.sees_post(who, post):
        same(post.word in row["body"], True, what.format("body"))
        same(row["likes"], len(post.likes), what.format("likes"))
        same(row["liked"], who in post.likes, what.format("liked"))
        files = [file["id"] for file in row["attachments"]]
        same(files, [file.id for file in post.files], what.format("files"))
        quoted = model.sees_quotes(who, post)
        same([quote["post"] for quote in row["quotes"]], [one.id for one in quoted], what.format("quotes"))
        for quote, one in zip(row["quotes"], quoted, strict=True):
            same(one.word in (quote["text"] or ""), True, what.format("text of a quote"))
    else:
        hidden = [row[name] for name in ("author", "body", "html", "language", "edited")]
        same(hidden, [None] * 5, what.format("tombstone"))
        same((row["likes"], row["liked"], row["accepted"]), (0, False, False), what.format("tombstone"))
        same((row["attachments"], row["quotes"]), ([], []), what.format("tombstone"))


PROBES = [tables, discussions, threads, posts]
