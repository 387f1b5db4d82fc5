"""What goes with posts and with people's writing: files, revisions, drafts; invitations."""

from __future__ import annotations

from tests.stateful.model import Space, Viewer
from tests.stateful.world import World, same


def files(world: World, who: Viewer, *, indexed: bool) -> None:
    model = world.model
    for file in world.some(model.files, 3):
        seen = model.sees_file(who, file)
        answer = world.get(who, f"/attachments/{file.id}")
        same(answer.status_code, 200 if seen else 404, f"file {file.word} to {who}")
        content = world.get(who, f"/attachments/{file.id}/content")
        same(content.status_code, 200 if seen else 404, f"content of {file.word} to {who}")
        content.close()
        if seen:
            same(file.word in answer.json()["name"], True, f"name of {file.word} to {who}")
    if who is not None:
        own = {row["id"] for row in world.page(who, "/attachments")}
        brought = {file.id for file in model.files if file.owner == who and model.sees_file(who, file)}
        same(own, brought, f"files of {who}")


def revisions(world: World, who: Viewer, *, indexed: bool) -> None:
    model = world.model
    for post in world.some([post for post in model.posts if post.versions], 2):
        path = f"/posts/{post.id}/revisions"
        status = 401 if who is None else 404
        if who is not None and model.sees_post(who, post):
            status = 200 if model.sees_revisions(who, post) else 403
        answer = world.get(who, path, limit=100)
        same(answer.status_code, status, f"revisions of {post.word} to {who}")
        same(world.get(who, f"{path}/1").status_code, status, f"a revision of {post.word} to {who}")
        if status != 200:
            continue
        numbers = [row["version"] for row in answer.json()["results"]]
        same(numbers, list(range(len(post.versions), 0, -1)), f"revisions of {post.word} to {who}")
        number = world.some(numbers, 1)[0]
        told = world.get(who, f"{path}/{number}").json()
        word, ids = post.versions[number - 1]
        after = [*post.versions, (post.word, [file.id for file in post.files])][number]
        what = f"version {number} of {post.word} to {who}"
        same((word in told["before"], told["attachments_before"]), (True, ids), what)
        same((after[0] in told["after"], told["attachments_after"]), (True, after[1]), what)
        pieces = [(piece["op"], piece["text"]) for piece in told["difference"]]
        same("".join(text for op, text in pieces if op != "added"), told["before"], what)
        same("".join(text for op, text in pieces if op != "removed"), told["after"], what)


def drafts(world: World, who: Viewer, *, indexed: bool) -> None:
    model = world.model
    for draft in world.some(model.drafts, 2):
        status = 401 if who is None else 200 if who == draft.user else 404
        same(world.get(who, f"/me/drafts/{draft.id}").status_code, status, f"draft {draft.word} to {who}")
    if who is None:
        return
    rows = {row["id"]: row for row in world.page(who, "/me/drafts")}
    own = {draft.id: draft for draft in model.drafts if draft.user == who}
    same(set(rows), set(own), f"drafts of {who}")
    for key, draft in own.items():
        row, place = rows[key], draft.place
        space = discussion = None
        if isinstance(place, Space):
            space = place.slug if model.is_shown_card(who, place) else None
        elif place.id not in model.merged and model.sees_discussion(who, place):
            discussion = place.id
        shown = (row["space"] and row["space"]["slug"], row["discussion"] and row["discussion"]["id"])
        same(shown, (space, discussion), f"place of draft {draft.word} to {who}")
        same(draft.word in row["body"], True, f"body of draft {draft.word} to {who}")
        state = (row["publish_at"] is not None, row["refusal"] is not None)
        same(state, (draft.scheduled, draft.refused), f"state of draft {draft.word} to {who}")


def invitations(world: World, who: Viewer, *, indexed: bool) -> None:
    model = world.model
    for space in world.some(model.spaces.values(), 1):
        answer = world.get(who, f"/spaces/{space.slug}/invitations", limit=100)
        status = 401 if who is None else 404
        if who is not None and model.reads(who, space):
            status = 200 if model.moderates(who, space) else 403
        same(answer.status_code, status, f"invitations into {space.slug} to {who}")
        if status == 200:
            shown = {row["id"]: row["status"] == "holds" for row in answer.json()["results"]}
            made = {one.id: one.holds for one in model.invitations if one.space is space}
            same(shown, made, f"invitations into {space.slug} to {who}")
    if who is not None:
        mine = {row["id"] for row in world.page(who, "/me/invitations")}
        same(mine, {one.id for one in model.invitations if model.is_addressed(who, one)}, f"to {who}")


PROBES = [files, revisions, drafts, invitations]
