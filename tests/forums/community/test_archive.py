"""Community archives: imported once however often one tries, exported; what is wrong is named by its line."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from experts.models import User
from forums import proof, text
from forums.actions import discussions as discussion_actions
from forums.actions import posts as post_actions
from forums.community import exporting, importing
from forums.community.archive import ArchiveError
from forums.community.rendering import render
from forums.models import Attachment, Discussion, Membership, Notice, Post, PostLike, Space
from search.models import OutboxRow
from tests.factories import experts, forums
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db

DOCUMENT = Path(__file__).parents[3] / "docs" / "community-archive.md"
WHEN = "2016-05-23T07:40:00+00:00"
HEADER = {"type": "archive", "format": "community-archive", "version": 1, "source": "jive"}
LINES: list[dict[str, Any]] = [
    HEADER,
    {"type": "user", "id": "u1", "name": "Sofia", "email": "Sofia@Example.org", "language": "fr"},
    {"type": "user", "id": "u2", "name": "Elif"},
    {"type": "space", "id": "s1", "title": "Above", "visibility": "members_only", "created_at": WHEN},
    {"type": "space", "id": "s2", "title": "Below", "parent": "s1", "created_at": WHEN},
    {"type": "membership", "space": "s1", "user": "u1", "role": "owner"},
    {"type": "membership", "space": "s2", "user": "u2"},
    {
        "type": "discussion",
        "id": "d1",
        "space": "s1",
        "author": "u1",
        "topic": "Which platform?",
        "kind": "question",
        "status": "answered",
        "created_at": WHEN,
        "accepted": "p3",
        "views": 1874,
    },
    {"type": "discussion", "id": "d2", "space": "s2", "author": "u2", "topic": "Gone", "created_at": WHEN}
    | {"deleted": True},
    {"type": "post", "id": "p1", "discussion": "d1", "author": "u1", "body": "A *post*.", "created_at": WHEN},
    {"type": "post", "id": "p2", "discussion": "d1", "author": "u2", "body": "Ours.", "created_at": WHEN},
    {"type": "post", "id": "p3", "discussion": "d1", "author": "u1", "body": "Yes!", "created_at": WHEN}
    | {"parent": "p2"},
    {
        "type": "post",
        "id": "p4",
        "discussion": "d1",
        "parent": "p1",
        "author": "u2",
        "body": "Rude.",
        "created_at": WHEN,
        "state": "hidden",
    },
    {"type": "post", "id": "p5", "discussion": "d2", "author": "u2", "body": "Gone.", "created_at": WHEN},
    {"type": "like", "post": "p1", "user": "u2", "created_at": WHEN},
]  # fmt: skip

POST = {"type": "post", "id": "p9", "discussion": "d1", "author": "u1", "body": "A", "created_at": WHEN}
SPACE = {"type": "space", "id": "s9", "title": "A", "created_at": WHEN}


def write(folder: Path, lines: list[dict[str, Any]]) -> Path:
    path = folder / "archive.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write(tmp_path, LINES)


def test_everything_is_imported_with_figures_and_search_in_step(archive: Path) -> None:
    new = importing.run(archive, processes=1)

    assert new == {"user": 2, "space": 2, "membership": 2, "discussion": 2, "post": 5, "like": 1}
    above, below = Space.objects.order_by("ancestor_ids__len")
    assert (below.parent, below.ancestor_ids, below.visibility) == (above, [above.pk], "private")
    assert make.figures(above)[0]["reply_count"] == 2
    question = Discussion.objects.get(external_id="jive:d1")
    assert (question.view_count, question.reply_count, question.like_count) == (1874, 2, 1)
    assert question.accepted_post == Post.objects.get(external_id="jive:p3")
    assert [(post.position, post.path) for post in question.posts.order_by("position")] == [
        (1, []),
        (2, [2]),
        (3, [2, 3]),
        (4, [4]),
    ]
    assert Post.objects.get(external_id="jive:p1").html == "<p>A <em>post</em>.</p>"
    assert Discussion.objects.get(external_id="jive:d2").deleted_at is not None
    assert proof.differences() == []
    indexed = set(OutboxRow.objects.values_list("object_id", flat=True))
    assert indexed >= {above.pk, question.pk, *Post.objects.values_list("pk", flat=True)}
    assert not Notice.objects.exists()


def test_people_are_recognised_by_their_address(archive: Path) -> None:
    known = User.objects.create_user("sofia@example.org", name="Sofia L.", status=User.Status.ACTIVE)

    importing.run(archive, processes=1)

    assert Discussion.objects.get(external_id="jive:d1").author == known
    unclaimed = User.objects.get(name="Elif")
    assert (unclaimed.status, unclaimed.has_usable_password()) == (User.Status.UNCLAIMED, False)
    assert unclaimed.email.endswith(".invalid")


def test_importing_again_changes_nothing(archive: Path) -> None:
    importing.run(archive, processes=1)
    before = (User.objects.count(), Post.objects.count(), make.figures(*Space.objects.all()))

    assert sum(importing.run(archive, processes=1).values()) == 0

    assert (User.objects.count(), Post.objects.count(), make.figures(*Space.objects.all())) == before
    assert PostLike.objects.count() == 1


def test_a_wrong_line_is_found_before_anything_is_written(tmp_path: Path) -> None:
    broken = [*LINES[:11], LINES[11] | {"parent": "p99"}, *LINES[12:]]

    with pytest.raises(ArchiveError) as caught:
        importing.run(write(tmp_path, broken), processes=1)

    assert caught.value.number == 12
    assert not Space.objects.exists()


def test_an_import_that_stopped_goes_on_and_nothing_is_shown_before(tmp_path: Path) -> None:
    """A text that is nothing but an invisible character is met only when it is cleaned."""
    broken = [*LINES[:11], LINES[11] | {"body": "\u202e"}, *LINES[12:]]
    with pytest.raises(ArchiveError) as caught:
        importing.run(write(tmp_path, broken), processes=1)
    assert caught.value.number == 12
    assert Discussion.objects.exists()
    assert not Discussion.objects.counted().exists()

    importing.run(write(tmp_path, LINES), processes=1)
    assert Discussion.objects.counted().count() == 1
    assert Post.objects.count() == 5
    assert proof.differences() == []


def test_a_sub_space_is_imported_below_a_parent_that_was_closed_here_since(tmp_path: Path) -> None:
    importing.run(write(tmp_path, LINES), processes=1)
    Space.objects.filter(external_id="jive:s1").update(visibility="secret", joining="invitation")

    importing.run(write(tmp_path, [*LINES, SPACE | {"parent": "s1"}]), processes=1)

    new = Space.objects.get(external_id="jive:s9")
    assert (new.visibility, new.joining) == ("secret", "invitation")


def test_the_community_goes_on_after_the_import_and_a_second_one_adds_to_it(tmp_path: Path) -> None:
    importing.run(write(tmp_path, LINES), processes=1)
    question = Discussion.objects.get(external_id="jive:d1")
    sofia = question.author
    User.objects.filter(pk=sofia.pk).update(status=User.Status.ACTIVE)
    sofia.refresh_from_db()
    forums.reply(question, sofia)

    more = {
        "type": "post",
        "id": "p6",
        "discussion": "d1",
        "author": "u2",
        "body": "Late.",
        "created_at": WHEN,
    }
    importing.run(write(tmp_path, [*LINES, more]), processes=1)

    late = Post.objects.get(external_id="jive:p6")
    question.refresh_from_db()
    assert (late.position, question.last_position, question.reply_count) == (6, 6, 4)
    assert proof.differences() == []


def test_roles_of_people_who_belong_to_the_space_already_stay(archive: Path) -> None:
    importing.run(archive, processes=1)
    membership = Membership.objects.get(role="owner")
    forums.join(membership.space, "moderator", membership.user)

    importing.run(archive, processes=1)

    assert Membership.objects.get(pk=membership.pk).role == "moderator"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "is no JSON"),
        ("[]", "is no JSON object"),
        ('{"type": "planet"}', "the type 'planet' is none of"),
        ('{"type": "user", "id": "u9"}', "name is missing"),
        ('{"type": "user", "id": "u9", "name": 5}', "name is no text"),
        ('{"type": "user", "id": "u9", "name": "A", "shoe_size": 38}', "there is no field shoe_size"),
        ('{"type": "user", "id": "u1", "name": "Again"}', "is there twice"),
        ('{"type": "user", "id": "u9", "name": "\\u200b"}', "name: This may not be blank."),
        ('{"type": "membership", "space": "s1", "user": "u9"}', "there is no user 'u9' before"),
        (
            '{"type": "like", "post": "p9", "user": "u1", "created_at": "2016-05-23T07:40:00Z"}',
            "no post 'p9'",
        ),
        ('{"type": "like", "post": "p1", "user": "u1", "created_at": "2016-05-23"}', "created_at"),
        ('{"type": "like", "post": "p1", "user": "u1", "created_at": "2016-05-23T07:40:00"}', "time zone"),
        (json.dumps(POST | {"body": " "}), "body: This may not be blank."),
        (json.dumps(POST | {"discussion": "d2", "parent": "p1"}), "no such parent before this line"),
        (json.dumps(POST | {"discussion": "d3"}), "there is no discussion 'd3' before"),
        (json.dumps(SPACE | {"parent": "s1", "visibility": "open"}), "never more open than its parent"),
        (json.dumps(SPACE | {"visibility": "secret", "joining": "free"}), "joining free does not fit"),
        (json.dumps(SPACE | {"join_questions": [""]}), "join_questions: This may not be blank."),
        (json.dumps(SPACE | {"topics": ["none"]}), "there is no topic none here"),
        (json.dumps(SPACE | {"featured_topics": ["none"]}), "there is no topic none here"),
    ],
)
def test_a_line_that_makes_no_sense_is_named(line: str, problem: str, archive: Path) -> None:
    with archive.open("a") as file:
        file.write(f"\n{line}\n")

    with pytest.raises(ArchiveError, match=problem.replace("(", r"\(")) as caught:
        importing.run(archive, processes=1)
    assert caught.value.number == len(LINES) + 2


def test_the_first_post_of_a_discussion_is_shown(tmp_path: Path) -> None:
    """It is hidden or deleted with its discussion."""
    hidden = [*LINES[:13], LINES[13] | {"state": "hidden"}]
    with pytest.raises(ArchiveError, match="hidden or deleted with its discussion"):
        importing.run(write(tmp_path, hidden), processes=1)


@pytest.mark.parametrize(
    "header",
    [{}, {"type": "user", "id": "u", "name": "U"}, HEADER | {"version": 2}, HEADER | {"format": "zip"}],
)
def test_a_file_that_is_no_archive_is_refused(header: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ArchiveError):
        importing.run(write(tmp_path, [header]), processes=1)


def test_the_commands_say_what_happened(archive: Path, tmp_path: Path) -> None:
    said = StringIO()
    call_command("import_community", str(archive), processes=1, stdout=said)
    assert "New here: 2 users, 2 spaces, 2 memberships, 2 discussions, 5 posts, 1 likes." in said.getvalue()
    call_command("export_community", str(tmp_path / "out.jsonl"), source="jive", stdout=said)
    assert "5 posts" in said.getvalue()

    with pytest.raises(CommandError, match="Line 1"):
        call_command("import_community", str(write(tmp_path, [{}])), processes=1)
    with pytest.raises(CommandError, match="There is no space nowhere"):
        call_command("export_community", str(tmp_path / "out.jsonl"), space=["nowhere"])
    with pytest.raises(CommandError):
        call_command("import_community", str(tmp_path / "missing.jsonl"))


def test_the_example_of_the_documentation_is_imported(tmp_path: Path) -> None:
    example = DOCUMENT.read_text().split("```json\n")[1].split("```")[0]
    path = tmp_path / "example.jsonl"
    path.write_text(example)

    assert importing.run(path, processes=1)["post"] == 2


def without_people(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines with names in the place of people's ids, which are those of each site."""
    names = {line["id"]: line["name"] for line in lines if line["type"] == "user"}
    return [
        {
            key: names.get(value, value)
            if key in {"author", "user"} or (line["type"], key) == ("user", "id")
            else value
            for key, value in line.items()
            if key != "exported_at"
        }
        for line in lines
    ]


def test_what_was_imported_is_exported_as_it_was(archive: Path, tmp_path: Path) -> None:
    importing.run(archive, processes=1)

    exporting.run(tmp_path / "out.jsonl", source="jive")

    def sorted_lines(lines: list[dict[str, Any]]) -> list[str]:
        return sorted(json.dumps(line, sort_keys=True) for line in without_people(lines))

    wanted = []
    for line in [dict(given) for given in LINES]:
        if line["type"] == "space":
            line |= {"slug": line["title"].lower(), "joining": "free" if line["id"] == "s1" else "ask"}
        if line.get("parent") == "p1":
            del line["parent"]  # the opening post is what all first-level replies reply to
        if "email" in line:
            line["email"] = line["email"].lower()
        wanted.append(line)
    assert sorted_lines(lines_of(tmp_path / "out.jsonl")) == sorted_lines(wanted)


def test_a_whole_world_goes_out_and_comes_in_again(tmp_path: Path) -> None:
    topic = experts.topic("risk-analysis")
    above = forums.space("members_only", title="Above", join_questions=["Where do you work?"])
    above.featured_topics.add(topic)
    space = forums.space("secret", parent=above, title="Below")
    author, other = make.member(space), make.member(space)
    discussion = forums.question(space, author, topics=[topic.slug], title="Which one?")
    first = forums.reply(discussion, other, body="# This\n\n- one\n- two")
    forums.reply(first, author)
    post_actions.like(first.pk, acting_user=author)
    discussion_actions.accept_answer(discussion.pk, first.pk, acting_user=author)
    deleted = forums.reply(discussion, other)
    post_actions.delete(deleted.pk, acting_user=other)
    forums.discussion(above)
    exporting.run(tmp_path / "out.jsonl", source="here")
    before = without_people(lines_of(tmp_path / "out.jsonl"))

    _forget_everything()
    importing.run(tmp_path / "out.jsonl", processes=1)
    exporting.run(tmp_path / "again.jsonl", source="here")

    after = without_people(lines_of(tmp_path / "again.jsonl"))
    assert sorted(map(str, after)) == sorted(map(str, before))
    assert proof.differences() == []


def _forget_everything() -> None:
    tables = "forums_space, experts_user, forums_notice, search_outbox"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {tables} CASCADE")


def test_only_the_spaces_named_are_exported_with_all_below(tmp_path: Path) -> None:
    above = forums.space(title="Above")
    forums.discussion(forums.space(title="Below", parent=above))
    forums.discussion(forums.space(title="Elsewhere"))

    exporting.run(tmp_path / "out.jsonl", source="here", slugs=[above.slug])

    titles = [line["title"] for line in lines_of(tmp_path / "out.jsonl") if line["type"] == "space"]
    assert titles == ["Above", "Below"]


def test_drafts_and_what_is_held_are_not_exported(tmp_path: Path) -> None:
    space = forums.space()
    make.settings(space, first_posts_held=1)
    forums.reply(forums.discussion(space), make.member(space), body="Held.")
    forums.discussion(space, make.member(space), body="Held, too.")

    exporting.run(tmp_path / "out.jsonl", source="here")

    assert "Held" not in (tmp_path / "out.jsonl").read_text()


def test_files_go_in_and_out_with_their_posts(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.png").write_bytes(experts.PNG)
    attached = {"type": "attachment", "id": "a1", "post": "p2", "path": "files/a.png", "alt": "A square"}
    archive = write(tmp_path, [*LINES, attached, attached | {"id": "a2", "name": "../Map.gif"}])

    assert importing.run(archive, processes=1)["attachment"] == 2
    assert importing.run(archive, processes=1)["attachment"] == 0

    post = Post.objects.get(external_id="jive:p2")
    kept = [placed.attachment for placed in post.attached.order_by("place")]
    assert [(one.name, one.media_type, one.alt) for one in kept] == [
        ("a.png", "image/png", "A square"),
        ("Map.png", "image/png", "A square"),
    ]
    assert {one.owner_id for one in kept} == {post.author_id}
    assert post.attachment_count == 2
    assert proof.differences() == []
    exporting.run(tmp_path / "out.jsonl", source="jive")
    lines = [line for line in lines_of(tmp_path / "out.jsonl") if line["type"] == "attachment"]
    assert [(line["post"], line["name"]) for line in lines] == [("p2", "a.png"), ("p2", "Map.png")]
    assert all((tmp_path / line["path"]).read_bytes()[:4] == b"\x89PNG" for line in lines)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("files/none.png", "there is no file"),
        ("../../etc/passwd", "leads out of the archive's folder"),
        ("/etc/passwd", "leads out of the archive's folder"),
        ("files/empty.png", "from 1 to"),
        ("files/page.png", "page.png"),
    ],
)
def test_a_file_that_is_no_good_is_named_by_its_line(path: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "empty.png").touch()
    (tmp_path / "files" / "page.png").write_text("<html><script>alert(1)</script></html>")
    attached = {"type": "attachment", "id": "a1", "post": "p2", "path": path}

    with pytest.raises(ArchiveError, match=problem) as caught:
        importing.run(write(tmp_path, [*LINES, attached]), processes=1)

    assert caught.value.number == len(LINES) + 1
    assert not Attachment.objects.exists()


def test_texts_are_rendered_as_those_that_are_written_here() -> None:
    raw = "<script>alert(1)</script> **bold** [x](javascript:alert(1))\u202e"

    assert render((raw, [])) == (text.body(raw), text.render(text.body(raw)), [])
    assert isinstance(render(("   ", [])), str)
