"""Tags of a space; what posts said before."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import hypothesis
import pytest
from hypothesis import strategies

from config.errors import Invalid, Stale
from experts.models import AuditEntry
from forums import proof, revisions, tags
from forums.actions import discussions, moves, posts, undoing
from forums.models import Discussion, Role, Tag, Visibility
from tests.contracts.client import ApiClient
from tests.factories import forums as make

type Api = Callable[..., ApiClient]

WHY = "For the test."


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("E-Learning", "e-learning"),
        ("  travel   documents ", "travel-documents"),
        ("API/PNR", "api-pnr"),
        ("C++", "c++"),
        ("Пограничный контроль", "пограничный-контроль"),
        ("ｆｕｌｌ width", "full-width"),
        ("zero\u200bwidth\u202e", "zerowidth"),
        ("z̸̡a̷l̶g̵o̸", "zalgo"),
        ("<b>", "b"),
        ("#@!", ""),
    ],
)
def test_a_tag_has_one_form(raw: str, name: str) -> None:
    assert tags.name(raw) == name
    assert tags.name(name) == name


@hypothesis.given(strategies.text(max_size=60))
def test_a_tag_in_its_form_stays_as_it_is(raw: str) -> None:
    assert tags.name(tags.name(raw)) == tags.name(raw)


def counts(api: ApiClient, space: str, q: str = "") -> dict[str, int]:
    results = api.get(f"/spaces/{space}/tags?q={q}" if q else f"/spaces/{space}/tags").json()["results"]
    return {tag["name"]: tag["discussions"] for tag in results}


def test_tags_are_counted_exactly_for_each_reader(api: Api) -> None:
    space = make.space()
    owner, author = make.owner_of(space), make.join(space)
    first = make.discussion(space, author, tags=["Risk Analysis", "risk-analysis", "EU"])
    make.discussion(space, author, tags=["EU"])
    assert first.tags == ["risk-analysis", "eu"]
    assert counts(api(), space.slug) == {"eu": 2, "risk-analysis": 1}
    assert counts(api(), space.slug, q="Risk") == {"risk-analysis": 1}
    discussions.hide(first.pk, acting_user=owner, reason=WHY)
    assert counts(api(), space.slug) == {"eu": 1}
    assert counts(api(owner), space.slug) == {"eu": 2, "risk-analysis": 1}
    assert api(owner).get(f"/spaces/{space.slug}/discussions", tag="EU").json()["results"][0]["tags"]
    for who in (None, author, owner):
        for tag, number in counts(api(who), space.slug).items():
            shown = api(who).get(f"/spaces/{space.slug}/discussions", tag=tag).json()["results"]
            assert len(shown) == number
    assert proof.differences() == []


def test_tags_change_with_the_discussion_and_edits_of_them_can_be_undone(api: Api) -> None:
    space = make.space()
    owner, author = make.owner_of(space), make.join(space)
    discussion = make.discussion(space, author, tags=["one", "two"])
    discussions.edit(discussion.pk, {"tags": ["two", "Three"]}, acting_user=owner, reason=WHY)
    assert counts(api(), space.slug) == {"two": 1, "three": 1}
    undoing.undo(AuditEntry.objects.get(verb="discussion.edited").pk, acting_user=owner, reason=WHY)
    assert counts(api(), space.slug) == {"one": 1, "two": 1}
    assert proof.differences() == []


def test_a_moved_discussion_brings_its_tags_and_a_split_one_keeps_them(api: Api) -> None:
    space, other = make.space(), make.space()
    owner = make.owner_of(space)
    make.join(other, Role.MODERATOR, owner)
    discussion = make.discussion(space, owner, tags=["eu"])
    reply = make.reply(discussion)
    moves.split(discussion.pk, [reply.pk], acting_user=owner, reason=WHY, title="Split")
    assert counts(api(), space.slug) == {"eu": 2}
    moves.move(discussion.pk, other.slug, acting_user=owner, reason=WHY)
    assert (counts(api(), space.slug), counts(api(), other.slug)) == ({"eu": 1}, {"eu": 1})
    assert Tag.objects.filter(space=other).count() == 1
    split = Discussion.objects.get(title="Split")
    moves.merge(split.pk, discussion.pk, acting_user=owner, reason=WHY)
    assert (counts(api(), space.slug), counts(api(), other.slug)) == ({}, {"eu": 1})
    assert proof.differences() == []


def test_five_tags_at_most_and_none_without_letters(db: None) -> None:
    space = make.space()
    for given, pointer, code in (
        (["a", "b", "c", "d", "e", "f"], "/tags", "too_many"),
        (["ok", "!!!"], "/tags/1", "blank"),
        (["x" * 41], "/tags/0", "max_length"),
    ):
        with pytest.raises(Invalid) as refused:
            make.discussion(space, tags=given)
        assert [(error.pointer, error.code) for error in refused.value.errors] == [(pointer, code)]
    assert not Tag.objects.exists()


def test_tags_of_a_secret_space_are_nobody_elses(api: Api) -> None:
    space = make.space(Visibility.SECRET)
    make.discussion(space, tags=["operation-x"])
    assert api(make.person()).get(f"/spaces/{space.slug}/tags").status_code == 404
    assert api(make.person()).get("/discussions", tag="operation-x").json()["results"] == []


def test_an_edit_is_read_as_what_went_and_what_came(api: Api) -> None:
    space = make.space()
    author, owner = make.join(space), make.owner_of(space)
    reply = make.reply(make.discussion(space), author, body="Thank you for two good days.\n\nSee you.")
    posts.edit(reply.pk, acting_user=author, body="Thank you for three good days.\n\nSee you.")
    posts.edit(reply.pk, acting_user=owner, body="Thank you.", reason="Short.")
    edits = api(author).get(f"/posts/{reply.pk}/revisions").json()["results"]
    assert [(edit["version"], edit["reason"]) for edit in edits] == [(2, "Short."), (1, "")]
    first = api(owner).get(f"/posts/{reply.pk}/revisions/1").json()
    assert first["html"] == "Thank you for <del>two</del><ins>three</ins> good days.\n\nSee you."
    assert (first["before"], first["after"]) == (
        "Thank you for two good days.\n\nSee you.",
        "Thank you for three good days.\n\nSee you.",
    )
    assert api(author).get(f"/posts/{reply.pk}/revisions/3").status_code == 404
    assert api(make.join(space)).get(f"/posts/{reply.pk}/revisions").status_code == 403
    assert api().get(f"/posts/{reply.pk}/revisions").status_code == 401
    posts.delete(reply.pk, acting_user=author)
    assert api(author).get(f"/posts/{reply.pk}/revisions").status_code == 404


@hypothesis.given(strategies.text("ab <\n", max_size=40), strategies.text("ab <\n", max_size=40))
def test_a_difference_makes_both_texts(before: str, after: str) -> None:
    pieces = revisions.difference(before, after)
    assert "".join(piece.text for piece in pieces if piece.op != "added") == before
    assert "".join(piece.text for piece in pieces if piece.op != "removed") == after
    assert all(a.op != b.op for a, b in pairwise(pieces))


def test_comparing_the_longest_texts_takes_no_time() -> None:
    before = "".join(f"word{number} " for number in range(6_000))
    for after in (before[::-1], before.upper(), "\n" * 50_000, before.replace(" ", "\n")):
        assert revisions.difference(before, after)


def test_markup_in_a_difference_is_shown_as_text() -> None:
    assert revisions.as_html(revisions.difference("", "<script>")) == "<ins>&lt;script&gt;</ins>"


def test_a_stale_edit_is_told_with_both_versions(api: Api) -> None:
    space = make.space()
    author = make.join(space)
    reply = make.reply(make.discussion(space), author, body="First.")
    etag = api(author).get(f"/posts/{reply.pk}")["ETag"]
    posts.edit(reply.pk, acting_user=author, body="From the telephone.")
    refused = api(author).patch(f"/posts/{reply.pk}", {"body": "From the desk."}, if_match=etag)
    assert refused.status_code == 412
    problem = refused.json()
    assert problem["current"] == {"version": 2, "body": "From the telephone."}
    assert problem["yours"] == {"body": "From the desk."}
    discussion = make.discussion(space, author, title="One")
    etag = api(author).get(f"/discussions/{discussion.pk}")["ETag"]
    discussions.edit(discussion.pk, {"title": "Two"}, acting_user=author)
    refused = api(author).patch(f"/discussions/{discussion.pk}", {"topic": "Three"}, if_match=etag)
    problem = refused.json()
    assert (refused.status_code, problem["current"]["topic"]) == (412, "Two")
    assert problem["yours"] == {"topic": "Three"}
    with pytest.raises(Stale):
        discussions.edit(discussion.pk, {"topics": []}, acting_user=author, expected_version=1)
