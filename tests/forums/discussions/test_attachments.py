"""Files that go with posts: what is taken, who reads them, what becomes of them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone
from PIL import Image

from config.errors import Conflict, Denied, Invalid, NotFound, TooMany
from experts.models import AuditEntry, User
from forums import documents, files, proof
from forums.actions import attachments, discussions, memberships, moderation, moves, posts, spaces, undoing
from forums.models import Attachment, Role, Visibility
from search.viewer import Viewer
from tests.contracts.client import ApiClient
from tests.factories import files as made
from tests.factories import forums as make

type Api = Callable[..., ApiClient]
type ViewerOf = Callable[..., Viewer]

OFFICE = "application/vnd.openxmlformats-officedocument"
WHY = "For the test."
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def kept(content: bytes, name: str = "file.bin") -> files.Checked:
    return files.checked(SimpleUploadedFile(name, content), name=name, max_bytes=25 * 1024 * 1024)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_is_nothing_but_its_pixels(kind: str) -> None:
    checked = kept(made.picture(kind, secret="<script>at 48.2 N</script>"), "a.txt")
    content = checked.content.read()
    assert b"48.2" not in content
    with Image.open(io.BytesIO(content)) as image:
        assert (image.size, dict(image.getexif())) == ((40, 30), {})
    assert checked.media_type == ("image/png" if kind == "GIF" else f"image/{kind.lower()}")
    assert checked.name == f"a.{files.PICTURES[checked.media_type]}"
    assert (checked.width, checked.height) == (40, 30)


def test_a_picture_is_upright_and_at_most_4096_pixels_a_side() -> None:
    image, turned = Image.new("RGB", (4200, 100), "red"), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the camera on its side
    image.save(turned, "JPEG", exif=exif)
    checked = kept(turned.getvalue())
    assert (checked.width, checked.height) == (98, 4096)


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (b"%PDF-1.7\n", "cv.exe", "application/pdf"),
        (
            made.office("word"),
            "a.zip",
            f"{OFFICE}.wordprocessingml.document",
        ),
        (made.office("xl"), "a", f"{OFFICE}.spreadsheetml.sheet"),
        (
            made.office("ppt"),
            "a",
            f"{OFFICE}.presentationml.presentation",
        ),
        (
            made.archive(mimetype=b"application/vnd.oasis.opendocument.text"),
            "a",
            "application/vnd.oasis.opendocument.text",
        ),
        (made.archive(a=b"1"), "a.docx", "application/zip"),
        ("Grenze;Übergang\n".encode(), "a.csv", "text/csv"),
        ("Граница".encode(), "a.html", "text/plain"),
    ],
)
def test_a_file_is_told_by_its_content_and_named_by_what_it_is(
    content: bytes, name: str, media_type: str
) -> None:
    checked = kept(content, name)
    assert checked.media_type == media_type
    assert checked.name.endswith(f".{files.FILES[media_type]}")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (SVG, "unknown_file_type"),
        (b"\n\n <!DOCTYPE html><p>x", "unknown_file_type"),
        (b"plain words <script>alert(1)</script>", "unknown_file_type"),
        (b"MZ\x90\x00\x03", "unknown_file_type"),
        (b"\x7fELF\x02\x01", "unknown_file_type"),
        (b"\xff\xfeh\x00i\x00", "unknown_file_type"),  # UTF-16
        (b"text \x00 with a NUL", "unknown_file_type"),
        (b"GIF89a" + b"\x00" * 20, "not_an_image"),
        (made.picture("PNG")[:60], "not_an_image"),
        (b"PK\x03\x04 and nothing more", "broken_file"),
        (SVG + made.archive(a=b"1"), "unknown_file_type"),  # an archive behind something else
        (made.archive(a=b"1") + SVG, "unknown_file_type"),  # something else behind an archive
        (made.archive(**{"META-INF__MANIFEST.MF": b"x"}), "unknown_file_type"),  # a program
        (made.office(more={"word/vbaProject.bin": b"x"}), "macros"),
    ],
)
def test_what_is_not_what_it_seems_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        kept(content, "a.pdf")
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/file", code)]


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    bomb = bytearray(made.picture("PNG"))
    bomb[16:24] = (60_000).to_bytes(4) + (60_000).to_bytes(4)
    with pytest.raises(Invalid):
        kept(bytes(bomb))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\temp\\evil.svg", "evil.jpg"),
        ("photo\u202egpj.exe", "photogpj.jpg"),
        ('a"; filename="b.html', "a filenameb.jpg"),
        ("\r\nSet-Cookie: x", "Set-Cookie x.jpg"),
        ("....", "document.jpg"),
        ("x" * 300, "x" * 150 + ".jpg"),
    ],
)
def test_a_name_is_a_name_and_no_path(name: str, expected: str) -> None:
    assert kept(made.picture(), name).name == expected


def test_where_a_file_is_kept_tells_nothing_of_it(db: None, media: Path) -> None:
    attachment = made.attachment(make.person(), name="../../Sofia Lindgren.jpg")
    assert "Sofia" not in str(attachment.file.name)
    assert (media / str(attachment.file.name)).resolve().is_relative_to(media.resolve())


def test_before_it_goes_with_a_post_only_its_owner_reads_a_file(viewer: ViewerOf) -> None:
    owner = make.person()
    attachment = made.attachment(owner)
    assert Attachment.objects.visible(viewer(owner)).filter(pk=attachment.pk).exists()
    for other in (None, make.person(), make.person(is_staff=True)):
        assert not Attachment.objects.visible(viewer(other)).filter(pk=attachment.pk).exists()


def test_who_reads_one_of_its_posts_reads_a_file_until_access_is_lost(api: Api) -> None:
    space, open_space = make.space(Visibility.SECRET), make.space()
    author, reader = make.join(space), make.join(space)
    make.join(open_space, Role.MEMBER, author)
    attachment = made.attachment(author)
    make.reply(make.discussion(space), author, attachments=[attachment.pk])
    content = f"/attachments/{attachment.pk}/content"
    assert api(reader).get(content).status_code == 200
    assert api().get(content).status_code == 404
    memberships.leave(space.pk, acting_user=reader)
    assert api(reader).get(content).status_code == 404
    assert api(reader).get(f"/attachments/{attachment.pk}").status_code == 404
    memberships.leave(space.pk, acting_user=author)
    assert api(author).get(content).status_code == 404  # it is the space's now
    make.join(space, Role.MEMBER, author)
    reply = make.reply(make.discussion(open_space), author, attachments=[attachment.pk])
    assert api().get(content).status_code == 200
    posts.delete(reply.pk, acting_user=author)
    assert api().get(content).status_code == 404


def test_a_file_of_a_hidden_post_and_of_a_moved_discussion_follows_them(api: Api) -> None:
    space, closed = make.space(), make.space(Visibility.SECRET)
    owner = make.owner_of(space)
    make.join(closed, Role.MODERATOR, owner)
    author = make.join(space)
    attachment = made.attachment(author)
    reply = make.reply(make.discussion(space), author, attachments=[attachment.pk])
    content = f"/attachments/{attachment.pk}/content"
    assert api().get(content).status_code == 200
    moderation.hide_post(reply.pk, acting_user=owner, reason=WHY)
    assert api().get(content).status_code == 404
    assert api(author).get(content).status_code == 200
    moderation.restore_post(reply.pk, acting_user=owner, reason=WHY)
    moves.move(reply.discussion_id, closed.slug, acting_user=owner, reason=WHY)
    assert [api(who).get(content).status_code for who in (None, author, owner)] == [404, 404, 200]


def test_files_come_with_safe_headers(api: Api) -> None:
    space = make.space()
    author = make.join(space)
    picture = made.attachment(author, name="Ünï.jpg")
    pdf = made.attachment(author, b"%PDF-1.7\n<script>", name="plan.pdf")
    reply = make.reply(make.discussion(space), author, attachments=[picture.pk, pdf.pk])
    shown = api().get(f"/attachments/{picture.pk}/content")
    assert shown["Content-Disposition"] == "inline; filename*=utf-8''%C3%9Cn%C3%AF.jpg"
    kept_pdf = api().get(f"/attachments/{pdf.pk}/content")
    assert kept_pdf["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    for response in (shown, kept_pdf):
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["Cache-Control"] == "private, no-cache"
    assert b"".join(kept_pdf.streaming_content) == b"%PDF-1.7\n<script>"  # type: ignore[attr-defined]
    body = api().get(f"/posts/{reply.pk}").json()
    assert [(file["id"], file["media_type"]) for file in body["attachments"]] == [
        (str(picture.pk), "image/jpeg"),
        (str(pdf.pk), "application/pdf"),
    ]


def test_a_file_is_uploaded_named_in_a_post_and_described(api: Api) -> None:
    space = make.space()
    author = make.join(space)
    sent = api(author).send(
        "POST", "/attachments", made.form(made.picture(), alt="A  table"), headers=made.FORM
    )
    assert sent.status_code == 201, sent.content
    attachment = sent.json()
    assert (attachment["alt"], attachment["width"]) == ("A table", 40)
    assert api(author).get("/attachments").json()["results"][0]["id"] == attachment["id"]
    started = api(author).post(
        f"/spaces/{space.slug}/discussions",
        {"topic": "Photos", "body": "See.", "attachments": [attachment["id"]]},
    )
    assert started.json()["opening_post"]["attachments"][0]["id"] == attachment["id"]
    changed = api(author).patch(f"/attachments/{attachment['id']}", {"alt": "Twelve people"})
    assert changed.json()["alt"] == "Twelve people"
    assert (
        api(author).patch(f"/attachments/{attachment['id']}", {"alt": "x"}, if_match=sent["ETag"]).status_code
        == 412
    )
    assert api(author).delete(f"/attachments/{attachment['id']}").json()["code"] == "attached"
    [document] = documents._posts([started.json()["opening_post"]["id"]])
    terms = {name: value for fact in document.facts for name, value in fact.terms.items()}
    assert terms["has"] == ("attachment",)
    assert any("Twelve people" in fact.text for fact in document.facts)


def test_an_upload_is_refused_while_it_comes_in(api: Api) -> None:
    with override_settings(MAX_UPLOAD_BYTES=100_000):
        body = made.form(b"%PDF-" + b"x" * 200_000)
        refused = api(make.person()).send("POST", "/attachments", body, headers=made.FORM)
        assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
        huge = made.form(b"%PDF-" + b"x" * 2_000_000)
        assert api(make.person()).send("POST", "/attachments", huge, headers=made.FORM).status_code == 413
    assert not Attachment.objects.exists()


def test_a_persons_files_have_a_quota(db: None, media: Path) -> None:
    owner = make.person()
    first = made.attachment(owner)
    with override_settings(UPLOAD_QUOTA_BYTES=first.size + 10), pytest.raises(TooMany) as refused:
        made.attachment(owner)
    assert refused.value.code == "quota_used_up"
    assert sum(path.is_file() for path in media.rglob("*")) == 1
    made.attachment(make.person())


def test_only_files_of_ones_own_go_with_a_post_ten_at_most(db: None) -> None:
    discussion = make.discussion(make.space())
    author, other = make.join(discussion.space), make.join(discussion.space)
    theirs = made.attachment(other)
    make.reply(discussion, other, attachments=[theirs.pk])
    with pytest.raises(Invalid) as refused:
        make.reply(discussion, author, attachments=[theirs.pk])
    assert [(e.pointer, e.code) for e in refused.value.errors] == [("/attachments/0", "unknown_attachment")]
    many = [made.attachment(author).pk for _ in range(11)]
    with pytest.raises(Invalid) as refused:
        make.reply(discussion, author, attachments=many)
    assert [(e.pointer, e.code) for e in refused.value.errors] == [("/attachments", "too_many")]
    shown = "".join(f"![x](/api/v1/attachments/{pk})\n" for pk in (many[0], theirs.pk))
    reply = make.reply(discussion, author, body=shown)
    assert [place.attachment_id for place in reply.attached.all()] == [many[0]]  # theirs only where it was
    assert proof.differences() == []


def test_a_moderator_takes_a_file_away_and_the_undo_brings_it_back(api: Api) -> None:
    space = make.space()
    author, owner = make.join(space), make.owner_of(space)
    attachment = made.attachment(author)
    reply = make.reply(make.discussion(space), author, attachments=[attachment.pk])
    posts.edit(reply.pk, acting_user=owner, body="Removed.", attachments=[], reason=WHY)
    content = f"/attachments/{attachment.pk}/content"
    assert api().get(content).status_code == 404
    entry = AuditEntry.objects.get(verb="post.edited")
    undoing.undo(entry.pk, acting_user=owner, reason=WHY)
    assert api().get(content).status_code == 200
    assert proof.differences() == []


def test_orphans_are_removed_after_a_day_and_what_an_edit_took_away_after_a_month(
    db: None, media: Path
) -> None:
    space = make.space()
    author = make.join(space)
    _, used, dropped = (made.attachment(author) for _ in range(3))
    reply = make.reply(make.discussion(space), author, attachments=[used.pk, dropped.pk])
    posts.edit(reply.pk, acting_user=author, body="Without.", attachments=[used.pk])
    now = timezone.now()
    assert attachments.remove_orphans(now=now + dt.timedelta(hours=23)) == 0
    assert attachments.remove_orphans(now=now + dt.timedelta(hours=25)) == 1
    assert set(Attachment.objects.all()) == {used, dropped}
    assert attachments.remove_orphans(now=now + dt.timedelta(days=31)) == 1
    assert set(Attachment.objects.all()) == {used}


def test_the_file_goes_with_its_row(media: Path, transactional_db: None) -> None:
    owner = make.person()
    attachment = made.attachment(owner)
    path = media / str(attachment.file.name)
    assert path.is_file()
    attachments.remove(attachment.pk, acting_user=owner)
    assert not path.exists()


def test_only_the_owner_describes_and_deletes(db: None) -> None:
    space = make.space()
    author, other = make.join(space), make.join(space)
    attachment = made.attachment(author)
    with pytest.raises(NotFound):
        attachments.remove(attachment.pk, acting_user=other)
    reply = make.reply(make.discussion(space), author, attachments=[attachment.pk])
    with pytest.raises(Denied):
        attachments.describe(attachment.pk, "x", acting_user=other)
    with pytest.raises(Conflict):
        attachments.remove(attachment.pk, acting_user=author)
    discussions.archive(reply.discussion_id, acting_user=make.owner_of(space), reason=WHY)
    with pytest.raises(Denied):  # nothing in it changes any more
        attachments.describe(attachment.pk, "x", acting_user=author)
    assert isinstance(author, User)
    spaces.archive(space.pk, acting_user=make.owner_of(space), reason=WHY)
