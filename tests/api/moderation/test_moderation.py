"""Moderation over HTTP: the whole life of a flag and of an appeal, and where old addresses lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from experts.models import User
from forums.models import Discussion, Post, Role, Space, Visibility
from tests.contracts.client import ApiClient
from tests.factories import forums
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db

type Api = Callable[..., ApiClient]


@pytest.fixture
def space() -> Space:
    return forums.space(title="Border management")


@pytest.fixture
def moderator(space: Space) -> User:
    return make.moderator(space)


@pytest.fixture
def post(space: Space) -> Post:
    return forums.reply(forums.discussion(space), make.member(space), body="Buy my watches.")


def test_the_life_of_a_flag(api: Api, space: Space, moderator: User, post: Post) -> None:
    reader, other = forums.person("Reader"), forums.person()
    queue = f"/spaces/{space.slug}/queue"

    flagged = api(reader).post(f"/posts/{post.pk}/flag", {"reason": "spam"})
    assert flagged.status_code == 201
    again = api(reader).post(f"/posts/{post.pk}/flag", {"reason": "abuse"})
    assert (again.status_code, again.json()["code"]) == (409, "already_flagged")
    api(other).post(f"/posts/{post.pk}/flag", {"reason": "spam", "note": "Again."})

    [case] = api(moderator).get(queue).json()["results"]
    assert case["reasons"] == [{"reason": "spam", "count": 2}]
    assert case["post"]["body"] == "Buy my watches."
    assert case["allowed_actions"] == ["assign", "escalate", "decide"]
    address = f"/moderation/flags/{case['id']}"

    assigned = api(moderator).post(f"{address}/assign", {"user": str(moderator.pk)})
    assert assigned.json()["assigned_to"]["name"] == moderator.name
    assert api(moderator).get(queue, assigned="me").json()["results"] != []
    assert api(moderator).get(queue, assigned="nobody").json()["results"] == []

    refused = api(moderator).post(f"{address}/decide", {"decision": "hide", "reason": " "})
    assert refused.json()["errors"][0]["pointer"] == "/reason"
    decided = api(moderator).post(f"{address}/decide", {"decision": "hide", "reason": make.WHY})
    assert decided.json()["status"] == "upheld"
    assert decided.json()["decided_by"]["id"] == str(moderator.pk)
    assert decided.json()["flags"][0]["person"]["name"] == "Reader"
    assert [e["verb"] for e in decided.json()["history"]] == ["case.decided", "post.hidden", "case.assigned"]

    assert api(moderator).get(queue).json()["results"] == []
    assert len(api(moderator).get(queue, status="decided").json()["results"]) == 1
    assert api(reader).get(f"/posts/{post.pk}").status_code == 404
    assert api(post.author).get(f"/posts/{post.pk}").json()["state"] == "hidden"


def test_the_life_of_an_appeal(api: Api, space: Space, moderator: User, post: Post) -> None:
    api(moderator).post(f"/posts/{post.pk}/hide", {"reason": make.WHY})
    entry = str(make.last_entry("post.hidden").pk)
    another = make.moderator(space)

    stranger = api(forums.person()).post("/moderation/appeals", {"entry": entry, "text": "No!"})
    assert stranger.status_code == 404
    made = api(post.author).post("/moderation/appeals", {"entry": entry, "text": "They are good watches."})
    assert made.status_code == 201
    twice = api(post.author).post("/moderation/appeals", {"entry": entry, "text": "They really are."})
    assert (twice.status_code, twice.json()["code"]) == (409, "already_appealed")

    address = f"/moderation/appeals/{made.json()['id']}"
    grant = {"grant": True, "reason": "Watches are on topic."}
    assert api(post.author).post(f"{address}/decide", grant).json()["code"] == "own_appeal"
    assert api(moderator).post(f"{address}/decide", grant).json()["code"] == "acted_yourself"
    assert api(make.secretariat()).post(f"{address}/decide", grant).status_code == 404
    assert api(another).get("/moderation/appeals").json()["results"][0]["allowed_actions"] == ["decide"]

    decided = api(another).post(f"{address}/decide", grant)
    assert decided.json()["status"] == "granted"
    assert api().get(f"/posts/{post.pk}").json()["state"] == "published"
    assert api(post.author).get(address).json()["decision"] == "Watches are on topic."
    assert api(another).post(f"{address}/decide", grant).json()["code"] == "already_decided"


def test_where_nobody_else_moderates_the_secretariat_decides_without_seeing_the_space(api: Api) -> None:
    space = forums.space(Visibility.SECRET, title="Nobody knows")
    owner = forums.owner_of(space)
    post = forums.reply(forums.discussion(space), make.member(space))
    api(owner).post(f"/posts/{post.pk}/hide", {"reason": make.WHY})
    entry = make.last_entry("post.hidden")
    api(post.author).post("/moderation/appeals", {"entry": str(entry.pk), "text": "Please."})

    staff = api(make.secretariat())
    listed = staff.get("/moderation/appeals")
    [appeal] = listed.json()["results"]
    assert "Nobody knows" not in listed.content.decode()
    assert appeal["space"] is None
    reject = {"grant": False, "reason": "The rule holds."}
    assert staff.post(f"/moderation/appeals/{appeal['id']}/decide", reject).json()["status"] == "rejected"
    assert staff.get(f"/moderation/audit/{entry.pk}").status_code == 404


def test_a_case_handed_over_shows_the_secretariat_the_post_and_nothing_of_the_space(api: Api) -> None:
    space = forums.space(Visibility.PRIVATE, title="Closed circle")
    discussion = forums.discussion(space, title="Names of sources")
    post = forums.reply(discussion, make.member(space), body="I will find you.")
    moderator, staff = make.moderator(space), make.secretariat()
    case = make.case(post)
    assert api(staff).get("/moderation/flags").json()["results"] == []

    escalated = api(moderator).post(
        f"/moderation/flags/{case.pk}/escalate", {"reason": "A threat. The police may have to know."}
    )
    assert escalated.status_code == 200

    seen = api(staff).get(f"/moderation/flags/{case.pk}")
    assert seen.json()["post"]["body"] == "I will find you."
    assert "Names of sources" not in seen.content.decode()
    assert seen.json()["space"] is None
    assert api(staff).get(f"/posts/{post.pk}").status_code == 404
    assert all(entry["changes"] is None for entry in seen.json()["history"])


def test_an_act_is_undone_from_the_log(api: Api, space: Space, moderator: User, post: Post) -> None:
    api(moderator).post(f"/discussions/{post.discussion_id}/close", {"reason": make.WHY})
    [entry, *_] = (
        api(moderator).get("/moderation/audit", verb="discussion.", space=space.slug).json()["results"]
    )
    assert (entry["changes"], entry["allowed_actions"]) == ({"status": ["open", "closed"]}, ["undo"])

    undone = api(moderator).post(f"/moderation/audit/{entry['id']}/undo", {"reason": "Too early."})
    assert undone.status_code == 201
    assert (undone.json()["verb"], undone.json()["undoes"]) == ("discussion.closed.undone", entry["id"])
    assert api().get(f"/discussions/{post.discussion_id}").json()["status"] == "open"

    twice = api(moderator).post(f"/moderation/audit/{entry['id']}/undo", {"reason": "Too early."})
    assert (twice.status_code, twice.json()["code"]) == (409, "already_undone")
    entry = api(moderator).get(f"/moderation/audit/{entry['id']}").json()
    assert (entry["undone_by"], entry["allowed_actions"]) == (undone.json()["id"], [])


def test_the_log_is_for_the_space_s_moderators_and_the_secretariat_but_not_of_secret_spaces(
    api: Api,
) -> None:
    logs: dict[str, set[str]] = {}
    for visibility in Visibility:
        space = forums.space(visibility)
        post = forums.reply(forums.discussion(space), make.member(space))
        api(make.moderator(space)).post(f"/posts/{post.pk}/hide", {"reason": visibility.value})
        logs[visibility] = {entry["reason"] for entry in _log(api(forums.owner_of(space)))}

    assert all(reasons == {visibility} for visibility, reasons in logs.items())
    staff = _log(api(make.secretariat()))
    assert {entry["reason"] for entry in staff} == {"open", "members_only", "private"}
    assert all(entry["changes"] is None for entry in staff)
    assert _log(api(forums.person())) == []


def _log(client: ApiClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/moderation/audit", verb="post.hidden").json()["results"]
    return found


def test_a_moved_discussion_does_not_tell_of_a_space_one_is_not_shown(
    api: Api, space: Space, moderator: User, post: Post
) -> None:
    secret = forums.space(Visibility.SECRET)
    make.member(secret, moderator)
    api(moderator).post(f"/discussions/{post.discussion_id}/move", {"space": secret.slug, "reason": make.WHY})

    [entry] = api(forums.owner_of(space)).get("/moderation/audit", verb="discussion.moved").json()["results"]
    assert entry["changes"]["space_id"] == [str(space.pk), None]
    assert str(secret.pk) not in str(entry)


def test_the_old_address_of_a_merged_discussion_leads_on(
    api: Api, space: Space, moderator: User, post: Post
) -> None:
    target, old = forums.discussion(space), post.discussion_id
    merged = api(moderator).post(f"/discussions/{old}/merge", {"into": str(target.pk), "reason": make.WHY})
    assert (merged.status_code, merged.json()["id"]) == (200, str(target.pk))

    moved = api().get(f"/discussions/{old}")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/api/v1/discussions/{target.pk}")
    posts = api().get(f"/discussions/{old}/posts", around="2", view="flat")
    assert posts.status_code == 301
    followed = api().get(posts.headers["Location"])
    assert str(post.pk) in {found["id"] for found in followed.json()["results"]}
    reply = api(post.author).post(f"/discussions/{old}/posts", {"body": "Where am I?"}, key="a")
    assert (reply.status_code, reply.headers["Location"]) == (308, f"/api/v1/discussions/{target.pk}/posts")
    assert api(moderator).get(f"/discussions/{old}").status_code == 301


def test_the_old_address_leads_nobody_to_what_they_may_not_read(api: Api, space: Space, post: Post) -> None:
    secret = forums.space(Visibility.SECRET)
    moderator = make.moderator(secret, make.moderator(space))
    target = forums.discussion(secret)
    api(moderator).post(
        f"/discussions/{post.discussion_id}/merge", {"into": str(target.pk), "reason": make.WHY}
    )

    for client in (api(), api(post.author), api(forums.owner_of(space))):
        assert client.get(f"/discussions/{post.discussion_id}").status_code == 404
    assert api(forums.owner_of(secret)).get(f"/discussions/{post.discussion_id}").status_code == 301


def test_an_address_of_a_post_that_was_split_off_leads_to_where_it_is(
    api: Api, space: Space, moderator: User, post: Post
) -> None:
    for _ in range(3):
        forums.reply(post.discussion)
    split = api(moderator).post(
        f"/discussions/{post.discussion_id}/split",
        {"posts": [str(post.pk)], "topic": "Watches", "reason": make.WHY},
    )
    new = split.json()["id"]
    assert split.headers["Location"] == f"/api/v1/discussions/{new}"
    assert split.json()["opening_post"]["id"] == str(post.pk)

    assert api().get(f"/posts/{post.pk}").json()["discussion"] == new
    moved = api().get(f"/discussions/{post.discussion_id}/posts", around="2")
    assert (moved.status_code, moved.headers["Location"]) == (
        301,
        f"/api/v1/discussions/{new}/posts?around=1",
    )
    assert api().get(f"/discussions/{post.discussion_id}/posts", around="3").status_code == 200


def test_sanctions_over_http(api: Api, space: Space, moderator: User) -> None:
    person = make.member(space)
    body = {"user": str(person.pk), "kind": "silence", "space": space.slug, "reason": make.WHY}
    made = api(moderator).post("/moderation/sanctions", body | {"ends_at": "2199-01-01T00:00:00Z"})
    assert (made.status_code, made.json()["allowed_actions"]) == (201, ["lift"])
    twice = api(moderator).post("/moderation/sanctions", body)
    assert (twice.status_code, twice.json()["code"]) == (409, "already_sanctioned")
    past = api(moderator).post(
        "/moderation/sanctions", body | {"kind": "ban", "ends_at": "2020-01-01T00:00:00Z"}
    )
    assert past.json()["errors"][0]["pointer"] == "/ends_at"
    unknown = api(moderator).post("/moderation/sanctions", body | {"space": "no-such-space"})
    assert unknown.json()["errors"][0]["code"] == "unknown_space"
    everywhere = {name: value for name, value in body.items() if name != "space"}
    assert api(moderator).post("/moderation/sanctions", everywhere).status_code == 403

    [own] = api(person).get("/moderation/sanctions").json()["results"]
    assert (own["reason"], own["allowed_actions"]) == (make.WHY, [])
    assert api(forums.person()).get("/moderation/sanctions").json()["results"] == []
    assert len(api(moderator).get("/moderation/sanctions", active="true").json()["results"]) == 1

    address = f"/moderation/sanctions/{made.json()['id']}"
    assert api(person).delete(address, reason="Please.").status_code == 404
    assert api(moderator).delete(address).json()["errors"][0]["pointer"] == "/reason"
    assert api(moderator).delete(address, reason="Enough.").status_code == 204
    assert api(moderator).get("/moderation/sanctions", active="true").json()["results"] == []


def test_settings_are_changed_with_the_version_that_was_read(api: Api, space: Space, moderator: User) -> None:
    address = f"/spaces/{space.slug}/moderation"
    read = api(moderator).get(address)
    assert read.json() == {
        "first_posts_held": 0,
        "slow_mode_seconds": 0,
        "banned_words": [],
        "max_links": None,
    }
    changed = api(moderator).patch(
        address, {"first_posts_held": 2, "banned_words": ["casino", "casino"]}, if_match=read.headers["ETag"]
    )
    assert changed.json()["banned_words"] == ["casino"]
    stale = api(moderator).patch(address, {"max_links": 1}, if_match=read.headers["ETag"])
    assert stale.status_code == 412
    no_word = api(moderator).patch(address, {"banned_words": ["!!!"]})
    assert no_word.json()["errors"][0]["pointer"] == "/banned_words/0"
    site = api(make.secretariat()).patch("/moderation/settings", {"slow_mode_seconds": 5})
    assert site.json()["errors"][0]["code"] == "not_for_the_site"


def test_a_reader_without_a_right_is_told_so(api: Api, space: Space, post: Post) -> None:
    member = api(forums.join(space, Role.MEMBER))

    assert member.get(f"/spaces/{space.slug}/queue").json()["code"] == "not_a_moderator"
    assert member.post(f"/posts/{post.pk}/hide", {"reason": make.WHY}).json()["code"] == "not_a_moderator"
    assert member.get("/moderation/flags").json()["code"] == "not_secretariat"
    assert Discussion.objects.get(pk=post.discussion_id).reply_count == 1
