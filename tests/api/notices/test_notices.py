"""Notices, preferences and follows over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forums.models import Visibility
from tests.contracts.client import ApiClient
from tests.factories import forums, jobs
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db

type Api = Callable[..., ApiClient]


def test_a_reply_is_told_counted_and_read(api: Api) -> None:
    space = forums.space(title="Border management")
    discussion = forums.discussion(space, make.member(space), title="Which platform?")
    reply = forums.reply(discussion, make.member(space, forums.person("Elif")), body="**Ours** is good.")
    author = api(discussion.author)

    [notice] = author.get("/me/notifications").json()["results"]
    assert notice["reason"] == "reply"
    assert [person["name"] for person in notice["people"]] == ["Elif"]
    assert notice["discussion"] == {"id": str(discussion.pk), "topic": "Which platform?"}
    assert notice["post"] == {"id": str(reply.pk), "position": 2, "excerpt": "Ours is good."}
    assert notice["space"]["title"] == "Border management"
    assert author.get("/me/notifications/count").json() == {"unread": 1}

    read = author.post("/me/notifications/read", {"ids": [notice["id"]]})
    assert read.json() == {"unread": 0}
    assert author.get("/me/notifications", unread="true").json()["results"] == []
    assert len(author.get("/me/notifications", unread="false", reason="reply").json()["results"]) == 1


def test_nobody_reads_or_marks_the_notices_of_others(api: Api) -> None:
    space = forums.space()
    discussion = forums.discussion(space, make.member(space))
    forums.reply(discussion)
    [notice] = api(discussion.author).get("/me/notifications").json()["results"]
    other = api(forums.person())

    assert other.get("/me/notifications").json()["results"] == []
    other.post("/me/notifications/read", {"ids": [notice["id"]]})
    assert api(discussion.author).get("/me/notifications/count").json() == {"unread": 1}
    assert api().get("/me/notifications").status_code == 401


def test_an_act_is_told_with_its_reason_and_what_to_appeal(api: Api) -> None:
    space = forums.space(Visibility.SECRET, title="Nobody knows")
    post = forums.reply(forums.discussion(space), make.member(space))
    owner = api(forums.owner_of(space))
    owner.post(f"/posts/{post.pk}/hide", {"reason": make.WHY})
    body = {"user": str(post.author_id), "kind": "ban", "space": space.slug, "reason": "Go away."}
    owner.post("/moderation/sanctions", body)

    found = api(post.author).get("/me/notifications", reason="moderation")
    assert [(n["act"]["verb"], n["act"]["reason"]) for n in found.json()["results"]] == [
        ("sanction.ban", "Go away."),
        ("post.hidden", make.WHY),
    ]
    assert "Nobody knows" not in found.content.decode()
    appeal = {"entry": found.json()["results"][0]["act"]["id"], "text": "Why?"}
    assert api(post.author).post("/moderation/appeals", appeal).status_code == 201


def test_preferences_are_kept_by_reason(api: Api) -> None:
    me = api(forums.person())
    read = me.get("/me/notifications/preferences")
    assert read.json()["cadences"]["like"] == "weekly"

    changed = me.patch(
        "/me/notifications/preferences", {"cadences": {"like": "none"}}, if_match=read.headers["ETag"]
    )
    assert changed.json()["cadences"]["like"] == "none"
    assert changed.json()["cadences"]["reply"] == "at_once"
    stale = me.patch(
        "/me/notifications/preferences", {"cadences": {"like": "daily"}}, if_match=read.headers["ETag"]
    )
    assert stale.status_code == 412
    wrong = me.patch("/me/notifications/preferences", {"cadences": {"like": "hourly", "love": "daily"}})
    assert {error["pointer"] for error in wrong.json()["errors"]} == {"/cadences/love"}


def test_what_one_follows_is_listed_and_heard(api: Api) -> None:
    space = forums.space()
    discussion = forums.discussion(space)
    me = forums.person()

    followed = api(me).post(f"/discussions/{discussion.pk}/follow", {"level": "watching"})
    assert followed.json()["discussion"]["id"] == str(discussion.pk)
    api(me).post(f"/spaces/{space.slug}/follow", {"level": "muted"})
    levels = [row["level"] for row in api(me).get("/me/follows").json()["results"]]
    assert levels == ["muted", "watching"]

    forums.reply(discussion)
    jobs.run()
    assert [n["reason"] for n in api(me).get("/me/notifications").json()["results"]] == ["watching"]

    assert api(me).delete(f"/discussions/{discussion.pk}/follow").status_code == 204
    assert api(me).delete(f"/discussions/{discussion.pk}/follow").status_code == 204
    assert [row["level"] for row in api(me).get("/me/follows").json()["results"]] == ["muted"]


def test_what_one_cannot_read_is_not_followed_or_listed(api: Api) -> None:
    secret = forums.space(Visibility.SECRET)
    discussion, member = forums.discussion(secret), make.member(secret)
    stranger = api(forums.person())

    for path in (
        f"/discussions/{discussion.pk}/follow",
        f"/spaces/{secret.slug}/follow",
        "/topics/none/follow",
    ):
        assert stranger.post(path, {"level": "watching"}).status_code == 404
    api(member).post(f"/spaces/{secret.slug}/follow", {"level": "watching"})
    api(member).post(f"/spaces/{secret.slug}/leave")
    assert api(member).get("/me/follows").json()["results"] == []


def test_too_many_ids_and_unknown_levels_are_named(api: Api) -> None:
    me, space = api(forums.person()), forums.space()

    many = me.post("/me/notifications/read", {"ids": [str(space.pk)] * 201})
    assert many.json()["errors"][0]["pointer"] == "/ids"
    level = me.post(f"/spaces/{space.slug}/follow", {"level": "loud"})
    assert level.json()["errors"][0]["pointer"] == "/level"
