"""The directory of spaces and their pictures: what a card shows, and to whom."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from config.errors import Denied, Invalid
from forums.actions import discussions, space_pictures
from forums.models import Space
from tests.contracts.client import ApiClient
from tests.factories import experts
from tests.factories import forums as make
from tests.factories import moderation as moderate

type Api = Callable[..., ApiClient]


def titles(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [row["title"] for row in answer["results"]]


def test_spaces_are_sorted_by_what_their_cards_show(api: Api) -> None:
    quiet, busy, closed = make.space(title="A"), make.space(title="B"), make.space("private", title="C")
    for space, number in ((closed, 3), (busy, 2), (quiet, 1)):
        for _ in range(number):
            make.discussion(space)
    make.join(busy)
    for _ in range(5):
        make.join(closed)
    person = make.person()

    def by(sort: str) -> list[str]:
        return titles(api(person).get(f"/api/v1/spaces?sort={sort}").json())

    assert by("title") == ["A", "B", "C"]
    assert by("activity") == ["A", "B", "C"]
    assert by("discussions") == by("members") == by("newest") == ["B", "A", "C"]
    insider = make.owner_of(closed)
    assert titles(api(insider).get("/api/v1/spaces?sort=discussions").json()) == ["C", "B", "A"]


def test_a_sorted_directory_is_paged_without_a_gap(api: Api) -> None:
    spaces = [make.space() for _ in range(5)] + [make.space("private") for _ in range(2)]
    make.discussion(spaces[1])
    person, seen, address = make.person(), [], "/api/v1/spaces?sort=activity&limit=2"
    while address:
        answer = api(person).get(address).json()
        seen += [row["slug"] for row in answer["results"]]
        address = answer["next"]
    assert len(seen) == len(set(seen)) == 7
    assert seen[0] == spaces[1].slug


def test_last_activity_is_of_what_every_reader_may_read(api: Api) -> None:
    space = make.space()
    first, second = make.discussion(space), make.discussion(space)
    owner = make.owner_of(space)

    def last() -> str | None:
        card: str | None = api(owner).get(f"/api/v1/spaces/{space.slug}").json()["last_activity"]
        return card

    latest = last()
    assert latest is not None
    discussions.pin(second.pk, acting_user=owner, reason=moderate.WHY)
    assert last() == latest
    discussions.hide(second.pk, acting_user=owner, reason=moderate.WHY)
    earlier = last()
    assert earlier is not None
    assert earlier < latest
    discussions.hide(first.pk, acting_user=owner, reason=moderate.WHY)
    assert last() is None


def test_a_private_card_tells_neither_activity_nor_figures(api: Api) -> None:
    space = make.space("private")
    make.discussion(space)
    card = api(make.person()).get(f"/api/v1/spaces/{space.slug}").json()
    assert (card["readable"], card["last_activity"], card["summary"], card["members"]) == (
        False,
        None,
        None,
        None,
    )


def test_archived_spaces_are_found_by_themselves(api: Api) -> None:
    space, other = make.space(title="Old"), make.space(title="New")
    below = make.space(title="Below", parent=space, owner=make.owner_of(space))
    api(make.owner_of(space)).post(f"/api/v1/spaces/{space.slug}/archive", {"reason": "Over."})
    assert titles(api().get("/api/v1/spaces?archived=true").json()) == [below.title, space.title]
    assert titles(api().get("/api/v1/spaces?archived=false").json()) == [other.title]


def test_a_picture_is_made_anew_and_the_old_file_is_gone(
    api: Api, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    space = make.space("private")
    owner = make.owner_of(space)
    space_pictures.set_picture(space.pk, acting_user=owner, upload=_picture("PNG", (2000, 500)))
    space.refresh_from_db()
    old, storage = str(space.picture.name), space.picture.storage
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        space_pictures.set_picture(space.pk, acting_user=owner, upload=_picture("WEBP", (300, 300)))

    assert not storage.exists(old)
    card = api(make.person()).get(f"/api/v1/spaces/{space.slug}").json()
    answer = api(make.person()).get(card["picture"]["url"])
    with Image.open(io.BytesIO(answer.content)) as image:
        assert (image.format, image.size) == ("JPEG", (300, 300))
    assert Space.objects.get(pk=space.pk).version == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_an_image"),
        (b"GIF89a", "not_an_image"),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes, code: str, db: None) -> None:
    space = make.space()
    with pytest.raises(Invalid) as refused:
        space_pictures.set_picture(
            space.pk, acting_user=make.owner_of(space), upload=ContentFile(content, name="picture.png")
        )
    assert refused.value.errors[0].code == code


def test_only_owners_set_the_picture(db: None) -> None:
    space = make.space()
    with pytest.raises(Denied):
        space_pictures.set_picture(
            space.pk,
            acting_user=make.join(space, "moderator"),
            upload=ContentFile(experts.PNG, name="picture.png"),
        )


def _picture(kind: str, size: tuple[int, int]) -> ContentFile[bytes]:
    made = io.BytesIO()
    Image.new("RGB", size, "navy").save(made, kind)
    return ContentFile(made.getvalue(), name="any.name")
