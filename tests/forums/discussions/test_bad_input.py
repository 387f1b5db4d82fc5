"""What people send by mistake or by malice: a clear error or clean text, never a 5xx."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from forums import proof
from forums.actions import discussions, moderation, posts
from forums.models import Discussion, Notice, Post, Visibility
from tests.contracts.client import ApiClient
from tests.factories import files as made
from tests.factories import forums as make

type Api = Callable[..., ApiClient]

WHY = "For the test."


def fault(response: Any) -> tuple[int, list[tuple[str, str]]]:
    """The status of a problem, and which fields it names with which codes."""
    return response.status_code, [(error["pointer"], error["code"]) for error in response.json()["errors"]]


@pytest.fixture
def thread(db: None) -> Discussion:
    return make.discussion(make.space())


def test_parents_that_take_no_replies_are_named(api: Api, thread: Discussion) -> None:
    author, owner = make.join(thread.space), make.owner_of(thread.space)
    path = f"/discussions/{thread.pk}/posts"
    foreign = make.reply(make.discussion(thread.space))
    secret = make.reply(make.discussion(make.space(Visibility.SECRET)))
    gone, dead, hidden = (make.reply(thread, author) for _ in range(3))
    for post in (dead, hidden):
        make.reply(post, author)  # so that a tombstone stays
    posts.delete(gone.pk, acting_user=author)
    posts.delete(dead.pk, acting_user=author)
    moderation.hide_post(hidden.pk, acting_user=owner, reason=WHY)
    other = make.join(thread.space)
    for parent, code in (
        (foreign.pk, "unknown_parent"),
        (secret.pk, "unknown_parent"),
        (uuid4(), "unknown_parent"),
        (gone.pk, "unknown_parent"),
        (dead.pk, "parent_not_published"),
        (hidden.pk, "parent_not_published"),
    ):
        answer = api(other).post(path, {"body": "x", "parent": str(parent)})
        assert fault(answer) == (400, [("/parent", code)])
    assert fault(api(other).post(path, {"body": "x", "parent": "x"})) == (400, [("/parent", "invalid")])
    assert api(other).post(f"/posts/{gone.pk}/replies", {"body": "x"}).status_code == 404
    assert proof.differences() == []


def test_a_post_of_five_megabytes_is_too_large_and_one_of_fifty_thousand_letters_the_longest(
    api: Api, thread: Discussion
) -> None:
    author, path = make.join(thread.space), f"/discussions/{thread.pk}/posts"
    huge = api(author).post(path, {"body": "x" * 5_000_000})
    assert (huge.status_code, huge.json()["code"]) == (413, "too_large")
    assert fault(api(author).post(path, {"body": "я" * 50_001})) == (400, [("/body", "max_length")])
    assert api(author).post(path, {"body": "я" * 50_000}).status_code == 201


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("abc\u202edcba", "abcdcba"),  # right to left from here
        ("a\u2066b\u2069c", "abc"),
        ("ze\u200bro\ufeffwidth", "zerowidth"),
        ("Z" + "\u0300" * 200 + "algo", None),
        ("tag \U000e0041\U000e0042 characters", "tag  characters"),
        ("line\u2028separator", None),
        ("bell \x07 and escape \x1b[31m", "bell  and escape [31m"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # a joiner that the language needs
    ],
)
def test_letters_that_play_tricks_are_taken_out(
    api: Api, thread: Discussion, written: str, kept: str | None
) -> None:
    author = make.join(thread.space)
    body = api(author).post(f"/discussions/{thread.pk}/posts", {"body": written}).json()["body"]
    if kept is not None:
        assert body == kept
    assert len(body) <= 60
    assert not any(mark in body for mark in "\u202e\u2066\u2069\u200b\ufeff\x07\x1b")


@pytest.mark.parametrize(
    "written",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        '[x](https://osce.org "onmouseover=alert(1)")',
        "![x](/api/v1/attachments/../me/tokens)",
        "<a href='vbscript:x'>x</a>",
        "`" * 500,
        "[" * 5_000,
        "> " * 3_000 + "x",
        "@" * 5_000,
        "@**" * 3_000,
    ],
)
def test_markup_is_text(api: Api, thread: Discussion, written: str) -> None:
    author = make.join(thread.space)
    answer = api(author).post(f"/discussions/{thread.pk}/posts", {"body": written})
    assert answer.status_code in {201, 400}
    if answer.status_code == 201:
        html = answer.json()["html"].lower()
        for bad in ("<script", "<svg", "<img", 'href="javascript', 'href="vbscript', " onerror=", "data:"):
            assert bad not in html.replace("&lt;", "‹") or bad in {" onerror=", "data:"}
        assert 'src="data' not in html


def test_a_name_in_letters_of_another_alphabet_names_nobody(api: Api, thread: Discussion) -> None:
    person = make.join(thread.space, user=make.person("Sofia Lindgren"))
    for name in ("Sоfia Lindgren", "Sofia Lind\u200bgrenn", "Ѕofia Lindgren"):  # Cyrillic о and Ѕ
        reply = make.reply(thread, body=f"@{name}")
        assert reply.mentioned_ids == []
    assert not Notice.objects.filter(user=person, reason="mention").exists()


def test_liking_twice_at_the_edges_is_liking_once(api: Api, thread: Discussion) -> None:
    author, reader = make.join(thread.space), make.join(thread.space)
    reply = make.reply(thread, author)
    for _ in range(2):
        assert api(reader).post(f"/posts/{reply.pk}/like", key=None).json()["likes"] == 1
    assert api(author).post(f"/posts/{reply.pk}/like").status_code == 403
    posts.delete(reply.pk, acting_user=author)
    assert api(reader).post(f"/posts/{reply.pk}/like").status_code == 404
    assert proof.differences() == []


def test_cursors_that_were_tampered_with_are_refused(api: Api, thread: Discussion) -> None:
    for _ in range(4):
        make.reply(thread)
    path = f"/discussions/{thread.pk}/posts"
    page = api().get(path, limit=2).json()
    cursor = page["next"].split("cursor=")[1].split("&")[0]
    other = make.discussion(thread.space)
    forged = base64.urlsafe_b64encode(b'{"position": 0}').decode()
    for bad in (cursor[:-2], cursor + "x", cursor[::-1], forged, "x" * 5_000, "%00", "\u202e"):
        for view in ("flat", "tree"):
            answer = api().get(path, cursor=bad, view=view)
            assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor"), bad
    for elsewhere in (f"/discussions/{other.pk}/posts", "/discussions"):
        assert api().get(elsewhere, cursor=cursor).status_code == 400
    assert api().get(path, cursor=cursor, view="tree").status_code == 400


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"view": "sideways"}, "/view"),
        ({"around": "-1"}, "/around"),
        ({"around": "9" * 30}, "/around"),
        ({"around": "unread; DROP TABLE"}, "/around"),
        ({"depth": 0}, "/depth"),
        ({"depth": 101}, "/depth"),
        ({"parent": "x"}, "/parent"),
        ({"limit": 0}, "/limit"),
        ({"limit": 10_000}, "/limit"),
        ({"nonsense": 1}, "/nonsense"),
    ],
)
def test_wrong_parameters_are_named(
    api: Api, thread: Discussion, query: dict[str, Any], pointer: str
) -> None:
    answer = api().get(f"/discussions/{thread.pk}/posts", **query)
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_hostile_uploads_are_refused_or_harmless(api: Api) -> None:
    author = make.person()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    gif_js = b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)//"
    png_html = made.picture("PNG", secret="<script>alert(1)</script>")
    for content, name, status in (
        (svg, "logo.svg", 400),
        (b"<?xml version='1.0'?>" + svg, "logo.png", 400),
        (gif_js, "x.gif", 400),
        (png_html, "page.html", 201),
        (made.picture(), "../../../../etc/cron.d/x.jpg", 201),
        (made.picture(), "..\\..\\boot.ini", 201),
        (made.picture(), "a" * 250, 201),
        (b"", "empty.png", 400),
    ):
        answer = api(author).send("POST", "/attachments", made.form(content, name), headers=made.FORM)
        assert answer.status_code == status, (name, answer.content)
        if status == 201:
            kept = answer.json()
            assert "/" not in kept["name"]
            assert "\\" not in kept["name"]
            content_kept = api(author).get(f"/attachments/{kept['id']}/content")
            assert b"script" not in b"".join(content_kept.streaming_content)  # type: ignore[attr-defined]
    for body, headers in (
        (b"no form at all", made.FORM),
        (made.form(made.picture())[:-40], made.FORM),
        (b"", made.FORM),
        (b"{}", {"Content-Type": "application/json"}),
        (made.form(made.picture(), alt="x" * 501), made.FORM),
        (made.form(made.picture(), other="x"), made.FORM),
        (b"--upload\r\nContent-Disposition: form-data\r\n\r\nx\r\n--upload--\r\n", made.FORM),
    ):
        answer = api(author).send("POST", "/attachments", body, headers=headers)
        assert answer.status_code in {400, 415}, (body[:40], answer.status_code)


def test_nothing_is_lost_when_a_text_is_refused(api: Api, thread: Discussion) -> None:
    author = make.join(thread.space)
    attachment = made.attachment(author)
    before = Post.objects.count()
    for more in (
        {"attachments": [str(attachment.pk), str(uuid4())]},
        {"quotes": [{"post": str(uuid4())}]},
        {"attachments": [str(attachment.pk)] * 11},
        {"body": " \u200b "},
    ):
        body = {"body": "x", "attachments": [str(attachment.pk)]} | more
        assert api(author).post(f"/discussions/{thread.pk}/posts", body).status_code == 400
    assert Post.objects.count() == before
    assert api(author).get(f"/attachments/{attachment.pk}").status_code == 200
    discussions.close(thread.pk, acting_user=make.owner_of(thread.space), reason=WHY)
    refused = api(author).post(f"/discussions/{thread.pk}/posts", {"body": "x"})
    assert (refused.status_code, refused.json()["code"]) == (403, "discussion_closed")
    assert proof.differences() == []
