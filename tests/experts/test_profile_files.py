"""Photos are made anew, documents are told by their content, and nothing is left behind."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from config.errors import Invalid
from experts import files
from experts.actions import profile_files, profiles
from experts.models import Profile, Section
from tests.factories import experts as make

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n"


def code(error: pytest.ExceptionInfo[Invalid]) -> str:
    return error.value.errors[0].code


def picture(kind: str = "JPEG", size: tuple[int, int] = (400, 200), **options: object) -> ContentFile[bytes]:
    made = io.BytesIO()
    Image.new("RGB", size, "navy").save(made, kind, **options)
    return ContentFile(made.getvalue())


def stored(media: Path) -> list[str]:
    return sorted(path.name for path in media.rglob("*") if path.is_file())


@pytest.mark.django_db(transaction=True)
def test_a_photo_is_made_anew_and_the_one_before_is_deleted(media: Path) -> None:
    profile = make.profile()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "Taken at a secret place"
    for size in ((2400, 1200), (400, 200)):
        upload = picture(size=size, exif=exif)
        profile = profile_files.set_photo(profile.pk, acting_user=profile.user, upload=upload)
    with profile.photo.open() as file, Image.open(file) as photo:
        assert (photo.format, photo.size, dict(photo.getexif())) == ("JPEG", (200, 400), {})
    assert len(stored(media)) == 1
    assert profile.version == 3
    profile_files.remove_photo(profile.pk, acting_user=profile.user)
    assert stored(media) == []


def test_a_transparent_picture_stands_on_white() -> None:
    made = io.BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(made, "PNG")
    with Image.open(files.photo(ContentFile(made.getvalue()))) as photo:
        assert photo.getpixel((50, 50)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty"),
        (b"GIF89a not a picture", "not_an_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_an_image"),
        (picture("GIF").read(), "not_an_image"),
        (picture(size=(500, 400)).read()[:300], "not_an_image"),
        (picture(size=(30, 400)).read(), "too_small"),
        (picture("PNG", size=(8000, 6000)).read(), "too_large"),
        (b"\xff" * (files.MAX_PHOTO_BYTES + 1), "too_large"),
    ],
    ids=["empty", "text", "svg", "gif", "cut off", "small", "many pixels", "many bytes"],
)
def test_what_is_no_reasonable_photo_is_refused(content: bytes, expected: str) -> None:
    with pytest.raises(Invalid) as error:
        files.photo(ContentFile(content))
    assert code(error) == expected


@pytest.mark.django_db(transaction=True)
def test_a_document_keeps_its_name_and_type_and_goes_with_its_item(media: Path) -> None:
    profile = make.profile()
    item = make.item(profile, Section.DOCUMENTS)
    profile = profile_files.attach(
        profile.pk, item.pk, acting_user=profile.user, upload=ContentFile(PDF), name="../../Мой CV (2026).exe"
    )
    [row] = profile.item_rows
    assert (row["file_name"], row["file_type"], row["file_size"]) == (
        "Мой CV (2026).pdf",
        "application/pdf",
        len(PDF),
    )
    assert len(stored(media)) == 1
    profiles.remove_item(profile.pk, Section.DOCUMENTS, item.pk, acting_user=profile.user)
    assert stored(media) == []


@pytest.mark.django_db(transaction=True)
def test_a_document_that_a_whole_section_drops_loses_its_file(media: Path) -> None:
    profile = make.profile()
    kept, dropped = make.item(profile, Section.DOCUMENTS), make.item(profile, Section.DOCUMENTS)
    for item in (kept, dropped):
        profile_files.attach(
            profile.pk, item.pk, acting_user=profile.user, upload=ContentFile(PDF), name="cv.pdf"
        )
    profiles.edit(
        profile.pk, acting_user=profile.user, changes={"documents": [{"id": kept.pk, "title": "CV"}]}
    )
    assert len(stored(media)) == 1
    assert Profile.objects.get(pk=profile.pk).items.get().file


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00 program", b"<html></html>", b"PK\x03\x04 some zip"])
def test_a_file_that_is_no_document_is_refused(content: bytes) -> None:
    profile = make.profile()
    item = make.item(profile, Section.DOCUMENTS)
    with pytest.raises(Invalid):
        profile_files.attach(
            profile.pk, item.pk, acting_user=profile.user, upload=ContentFile(content), name="cv.pdf"
        )
