"""What people are told: notices, their number, letters; what they follow."""

from __future__ import annotations

from django.core import mail

from forums.models import Notice
from forums.notices.jobs import send_letter
from tests.stateful.model import Discussion, Space, Viewer
from tests.stateful.world import A_WORD, World, same

OF_POSTS = ("mention", "reply", "watching", "new_discussion", "accepted", "like")


def notices(world: World, who: Viewer, *, indexed: bool) -> None:
    if who is None:
        same(world.get(None, "/me/notifications").status_code, 401, "notices to a visitor")
        return
    model, rows = world.model, world.page(who, "/me/notifications")
    posts = {post.id: post for post in model.posts}
    for row in rows:
        what = f"notice {row['reason']} to {who}"
        if row["space"]:
            same(model.is_shown_card(who, model.spaces[row["space"]["slug"]]), True, f"space of {what}")
        if row["reason"] in OF_POSTS:
            post = posts[row["post"]["id"]]
            same(model.sees_post(who, post), True, f"post of {what}")
            same(row["discussion"]["id"], post.discussion.id, f"discussion of {what}")
            same(row["space"]["slug"], post.discussion.space.slug, f"space of {what}")
    for reason in ("reply", "watching", "new_discussion"):
        told = {
            post.discussion.id
            for person, why, post in model.told
            if (person, why) == (who, reason) and model.sees_post(who, post)
        }
        shown = {row["discussion"]["id"] for row in rows if row["reason"] == reason}
        same(shown, told, f"discussions of which {who} is told for {reason}")
    invited = {row["invitation"] for row in rows if row["reason"] == "invitation"}
    addressed = {one.id for one in model.invitations if who in one.told and model.is_addressed(who, one)}
    same(invited, addressed, f"invitations of which {who} is told")
    refused = {row["draft"] for row in rows if row["reason"] == "unpublished"}
    drafts = {draft.id for draft in model.drafts if draft.user == who and draft.refused}
    same(refused, drafts, f"drafts of which {who} is told that they were refused")
    count = world.get(who, "/me/notifications/count").json()["unread"]
    same(count, sum(row["read"] is None for row in rows), f"number of unread notices of {who}")


def letters(world: World, who: Viewer, *, indexed: bool) -> None:
    """A letter about all that somebody was ever told says what they may read now, and no more."""
    if who is None:
        return
    ids = [str(pk) for pk in Notice.objects.filter(user=world.base.users[who]).values_list("pk", flat=True)]
    mail.outbox.clear()
    send_letter(user_id=world.id_of(who), ids=ids, cadence="daily")
    written = " ".join(f"{letter.subject} {letter.message()}" for letter in mail.outbox).casefold()
    readable = {word for word, may_read in world.model.words() if may_read(who)}
    same(set(A_WORD.findall(written)) - readable, set(), f"a letter to {who}")


def follows(world: World, who: Viewer, *, indexed: bool) -> None:
    """What somebody chose to hear of, as far as they read it; and what counts as unread by it."""
    if who is None:
        return
    model, shown = world.model, set()
    for row in world.page(who, "/me/follows"):
        if row["space"]:
            shown.add((row["space"]["slug"], row["level"]))
        elif row["discussion"]:
            shown.add((row["discussion"]["id"], row["level"]))
        else:
            shown.add((f"{row['tag']['space']['slug']} {row['tag']['name']}", row["level"]))
    chosen = set()
    for (person, thing), level in model.follows.items():
        if person != who:
            continue
        if isinstance(thing, Space) and model.reads(who, thing):
            chosen.add((thing.slug, level))
        elif isinstance(thing, tuple) and model.reads(who, thing[0]):
            chosen.add((f"{thing[0].slug} {thing[1]}", level))
        elif (
            isinstance(thing, Discussion) and thing in model.discussions and model.sees_discussion(who, thing)
        ):
            chosen.add((thing.id, level))
    same(shown, chosen, f"what {who} follows")
    unread = world.get(who, "/me/unread").json()["spaces"]
    by_space = {row["space"]["slug"]: (row["discussions"], row["posts"]) for row in unread}
    same(by_space, model.own_unread(who), f"what {who} has not read")


PROBES = [notices, letters, follows]
