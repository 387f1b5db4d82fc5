"""What people are told: notices, their number, letters; what they follow."""

from __future__ import annotations

from django.core import mail

from forums.models import Notice
from forums.notices.jobs import send_letter
from tests.stateful.model import Viewer
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
    replies = [row for row in rows if row["reason"] == "reply"]
    expected = any(person == who and model.sees_post(who, post) for person, post in model.told)
    same(bool(replies), expected, f"whether {who} is told of replies")
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
    """What is followed is there for who follows it."""
    if who is None:
        return
    model = world.model
    for row in world.page(who, "/me/follows"):
        if row["space"]:
            same(model.reads(who, model.spaces[row["space"]["slug"]]), True, f"followed by {who}")
        if row["discussion"]:
            one = next(one for one in model.discussions if one.id == row["discussion"]["id"])
            same(model.sees_discussion(who, one), True, f"followed by {who}")


PROBES = [notices, letters, follows]
