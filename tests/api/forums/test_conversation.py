"""An expert reads and answers where she may, learns nothing of where she may not; a moderator closes."""

from __future__ import annotations

from collections.abc import Callable

from tests.contracts.client import ApiClient
from tests.factories import forums

ROW = [
    "id",
    "kind",
    "space",
    "topic",
    "status",
    "author",
    "likes",
    "views",
    "replies",
    "created",
    "last_reply",
    "tags",
    "pinned",
    "unread",
    "allowed_actions",
]


def test_expert_reads_and_answers_and_moderator_closes(api: Callable[..., ApiClient]) -> None:
    space = forums.space("members_only")
    secret = forums.space("secret")
    forums.discussion(secret)
    expert = forums.join(space)
    moderator = forums.join(space, "moderator")
    discussion = forums.question(space, moderator, title="Which platform?")
    as_expert, as_moderator = api(expert), api(moderator)

    directory = as_expert.get("/spaces").json()
    assert [found["slug"] for found in directory["results"]] == [space.slug]
    table = as_expert.get(f"/spaces/{space.slug}/discussions").json()
    [row] = table["results"]
    assert list(row) == ROW
    assert row["topic"] == "Which platform?"
    assert "reply" in row["allowed_actions"]
    assert "close" not in row["allowed_actions"]

    answered = as_expert.post(f"/discussions/{discussion.pk}/posts", {"body": "**This** one."})
    assert answered.status_code == 201, answered.content
    answer = answered.json()
    assert answer["html"] == "<p><strong>This</strong> one.</p>"
    assert answer["position"] == 2

    refused = as_expert.post(f"/discussions/{discussion.pk}/close", {"reason": "Enough."})
    assert refused.status_code == 403
    assert refused.json()["code"] == "not_a_moderator"
    accepted = as_moderator.post(f"/discussions/{discussion.pk}/accept", {"post": answer["id"]})
    assert accepted.json()["status"] == "answered"
    closed = as_moderator.post(f"/discussions/{discussion.pk}/close", {"reason": "Answered."})
    assert closed.json()["status"] == "closed"
    late = as_expert.post(f"/discussions/{discussion.pk}/posts", {"body": "Too late"})
    assert (late.status_code, late.json()["code"]) == (403, "discussion_closed")

    posts = as_expert.get(f"/discussions/{discussion.pk}/posts").json()["results"]
    assert [post["position"] for post in posts] == [1, 2]
    assert as_expert.get(f"/spaces/{space.slug}/summary").json() == {
        "questions": 1,
        "discussions": 1,
        "replies": 1,
        "contributors": 2,
    }
    assert as_expert.get(f"/spaces/{secret.slug}").status_code == 404
    assert as_expert.get("/discussions").json()["results"][0]["id"] == str(discussion.pk)
    assert len(as_expert.get("/discussions").json()["results"]) == 1
