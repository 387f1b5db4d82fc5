"""Tags, quotes, people named and earlier versions go in and out of archives with their posts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from experts.models import User
from forums import proof
from forums.actions import posts as actions
from forums.community import exporting, importing
from forums.community.archive import ArchiveError
from forums.models import Discussion, Notice, Post, PostRevision, Space, Tag
from tests.contracts.client import ApiClient
from tests.factories import forums
from tests.factories import moderation as make
from tests.forums.community.test_archive import LINES, WHEN, lines_of, without_people, write

pytestmark = pytest.mark.django_db

SOFIA = "0190a1b2-0000-7000-8000-000000000001"
LATER = "2016-06-01T08:00:00+00:00"
QUOTE = {"type": "quote", "post": "p2", "quoted": "p1", "text": "A post."}
REVISION = {
    "type": "revision",
    "post": "p3",
    "version": 1,
    "body": "No!",
    "replaced_by": "u1",
    "replaced_at": LATER,
    "reason": "Typed too quickly",
}
RICH = [
    line
    | ({"tags": ["Visa", "visa", "C++"]} if line.get("id") == "d1" else {})
    | ({"version": 2, "edited_at": LATER} if line.get("id") == "p3" else {})
    for line in LINES
]


def bring(folder: Path, *more: dict[str, Any], lines: list[dict[str, Any]] = RICH) -> Any:
    return importing.run(write(folder, [*lines, *more]), processes=1)


def test_tags_are_the_spaces_own_and_counted(tmp_path: Path) -> None:
    bring(tmp_path)

    assert Discussion.objects.get(external_id="jive:d1").tags == ["visa", "c++"]
    tags = dict(Tag.objects.filter(space__external_id="jive:s1").values_list("name", "discussion_count"))
    assert tags == {"visa": 1, "c++": 1}
    assert proof.differences() == []


def test_quotes_come_with_their_posts_once(tmp_path: Path) -> None:
    assert bring(tmp_path, QUOTE)["quote"] == 1
    assert bring(tmp_path, QUOTE)["quote"] == 0

    post = Post.objects.get(external_id="jive:p2")
    quoted = Post.objects.get(external_id="jive:p1")
    assert post.quotes == [{"post": str(quoted.pk), "text": "A post."}]
    reader = ApiClient(forums.person())
    [quote] = reader.get(f"/api/v1/posts/{post.pk}").json()["quotes"]
    assert (quote["post"], quote["text"]) == (str(quoted.pk), "A post.")


def test_a_post_that_was_edited_here_keeps_the_quotes_of_that_edit(tmp_path: Path) -> None:
    bring(tmp_path, QUOTE)
    post, owner = Post.objects.get(external_id="jive:p2"), User.objects.get(name="Sofia")
    User.objects.filter(pk=owner.pk).update(status=User.Status.ACTIVE)
    owner.refresh_from_db()
    actions.edit(post.pk, acting_user=owner, body="Theirs.", quotes=[], reason=make.WHY)

    assert bring(tmp_path, QUOTE)["quote"] == 0
    post.refresh_from_db()
    assert (post.body, post.quotes) == ("Theirs.", [])


def test_earlier_versions_can_be_read_and_compared(tmp_path: Path) -> None:
    assert bring(tmp_path, REVISION)["revision"] == 1
    assert bring(tmp_path, REVISION)["revision"] == 0

    post = Post.objects.get(external_id="jive:p3")
    assert (post.version, post.body) == (2, "Yes!")
    moderator = make.moderator(post.discussion.space)
    told = ApiClient(moderator).get(f"/api/v1/posts/{post.pk}/revisions/1").json()
    assert (told["before"], told["after"], told["editor"]["name"]) == ("No!", "Yes!", "Sofia")
    assert told["reason"] == "Typed too quickly"
    actions.edit(post.pk, acting_user=moderator, body="Perhaps.", reason=make.WHY)
    assert PostRevision.objects.filter(post=post).count() == 2


def test_people_named_in_a_text_are_those_here_and_are_not_told(tmp_path: Path) -> None:
    sofia = next(line for line in RICH if line.get("id") == "u1")
    lines = [line for line in RICH if line is not sofia]
    lines.insert(1, sofia | {"id": SOFIA})
    lines = json.loads(json.dumps(lines).replace('"u1"', f'"{SOFIA}"'))
    named = {
        "type": "post",
        "id": "p9",
        "discussion": "d1",
        "author": "u2",
        "created_at": WHEN,
        "body": f"@Sofia and @**Sofia|{SOFIA}**, and @Elif, `@Sofia`.",
        "mentions": [SOFIA],
    }
    bring(tmp_path, named, lines=lines)

    post, person = Post.objects.get(external_id="jive:p9"), User.objects.get(name="Sofia")
    link = f'<a href="/api/v1/experts/{person.pk}"'
    assert post.mentioned_ids == [person.pk]
    assert post.html.count(link) == 2
    assert f"@**Sofia|{person.pk}**" in post.body
    assert "@Elif" in post.html  # whom the archive does not name
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (QUOTE | {"quoted": "p99"}, "there is no quoted 'p99'"),
        (QUOTE | {"post": "p99"}, "there is no post 'p99'"),
        (QUOTE | {"text": "x" * 2_001}, "text has more than 2000 characters"),
        (REVISION | {"version": 2}, "only 1 earlier versions"),
        (REVISION | {"version": 0}, "only 1 earlier versions"),
        (REVISION | {"replaced_by": "u99"}, "there is no replaced_by 'u99'"),
        (RICH[7] | {"id": "d9", "tags": ["!!"]}, "tags: A tag has letters or digits"),
        (RICH[7] | {"id": "d9", "tags": ["x"] * 6}, "tags is no list of at most 5"),
        (RICH[9] | {"id": "p98", "mentions": ["u99"]}, "there is no user 'u99'"),
        (RICH[9] | {"id": "p98", "version": 0}, "version is from 1"),
    ],
)
def test_what_makes_no_sense_is_named_by_its_line(line: dict[str, Any], problem: str, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=problem) as caught:
        bring(tmp_path, line)
    assert caught.value.number == len(RICH) + 1
    assert not Space.objects.exists()


def test_eleven_quotes_are_too_many(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="at most 10 quotes"):
        bring(tmp_path, *[QUOTE] * 11)


def test_it_all_goes_out_as_it_came(tmp_path: Path) -> None:
    space = forums.space(title="Away")
    author, other = make.member(space), make.member(space, forums.person(f"Ada {uuid4().hex}"))
    older = forums.discussion(space, author, tags=["visa"])
    newer = forums.discussion(space, author)
    quoted = forums.reply(newer, author, body="Stamps are not enough.")
    reply = forums.reply(
        older,
        author,
        body=f"@{other.name} says so.",
        quotes=[{"post": quoted.pk, "text": "not enough"}],
    )
    actions.edit(quoted.pk, acting_user=author, body="Stamps are not enough, nor are seals.", reason="More")
    elsewhere = forums.discussion(forums.space(title="Elsewhere")).posts.get()
    forums.reply(older, author, body="See there.", quotes=[{"post": elsewhere.pk, "text": ""}])

    exporting.run(tmp_path / "out.jsonl", source="here", slugs=[space.slug])
    lines = lines_of(tmp_path / "out.jsonl")
    assert [line["quoted"] for line in lines if line["type"] == "quote"] == [str(quoted.pk)]
    [named] = [line for line in lines if line.get("mentions")]
    assert (named["id"], named["mentions"]) == (str(reply.pk), [str(other.pk)])
    assert [line["body"] for line in lines if line["type"] == "revision"] == ["Stamps are not enough."]

    Space.objects.filter(pk=space.pk).update(slug="former")
    importing.run(tmp_path / "out.jsonl", processes=1)
    Space.objects.filter(external_id=f"here:{space.pk}").update(slug=space.slug)
    exporting.run(tmp_path / "again.jsonl", source="here", slugs=[space.slug])
    assert without_people(lines_of(tmp_path / "again.jsonl")) == without_people(lines)
