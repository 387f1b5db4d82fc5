"""Making, changing, archiving spaces: never more open than the parent, in force with the next question."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from config.errors import Denied, Invalid, NotFound, Stale
from experts.models import AuditEntry
from forums.actions import posts, spaces
from forums.models import Discussion, Joining, Role, Space, Visibility
from search.models import OutboxRow
from search.viewer import Viewer
from tests.factories import experts
from tests.factories import forums as make

type ViewerOf = Callable[..., Viewer]

VISIBILITIES = list(Visibility)


def test_secretariat_makes_a_space_and_owns_it(viewer: ViewerOf) -> None:
    secretariat, topic = experts.secretariat(), experts.topic("e-learning")
    space = spaces.create(
        acting_user=secretariat,
        title="E-learning",
        visibility="private",
        topics=[topic.slug],
        purpose="Modules.",
    )
    assert (space.slug, space.joining, space.member_count) == ("e-learning", Joining.ASK, 1)
    assert list(space.topics.all()) == [topic]
    assert Space.objects.readable(viewer(secretariat)).filter(pk=space.pk).exists()
    assert AuditEntry.objects.filter(verb="space.created", space_id=space.pk).exists()


def test_members_do_not_make_spaces(db: None) -> None:
    with pytest.raises(Denied):
        spaces.create(acting_user=make.person(), title="Mine", visibility="open")


def test_moderators_make_sub_spaces_and_members_do_not(db: None) -> None:
    parent = make.space("members_only")
    moderator, member = make.join(parent, Role.MODERATOR), make.join(parent)
    made = spaces.create(acting_user=moderator, title="Below", visibility="private", parent_id=parent.pk)
    assert made.ancestor_ids == [parent.pk]
    with pytest.raises(Denied):
        spaces.create(acting_user=member, title="Below", visibility="private", parent_id=parent.pk)


def test_taken_address_gets_a_number(db: None) -> None:
    secretariat = experts.secretariat()
    slugs = [spaces.create(acting_user=secretariat, title="Same", visibility="open").slug for _ in range(3)]
    assert slugs == ["same", "same-2", "same-3"]
    assert spaces.create(acting_user=secretariat, title="Женщины", visibility="open").slug == "space"


@pytest.mark.parametrize("parent", VISIBILITIES)
@pytest.mark.parametrize("child", VISIBILITIES)
def test_sub_space_is_never_more_open_than_its_parent(
    db: None, parent: Visibility, child: Visibility
) -> None:
    above = make.space(parent)
    owner = make.owner_of(above)
    if child.closedness >= parent.closedness:
        made = spaces.create(acting_user=owner, title="Below", visibility=child, parent_id=above.pk)
        assert made.visibility == child
        return
    with pytest.raises(Invalid) as refused:
        spaces.create(acting_user=owner, title="Below", visibility=child, parent_id=above.pk)
    assert refused.value.errors[0].code == "more_open_than_parent"
    assert refused.value.errors[0].pointer == "/visibility"


def test_spaces_nest_five_deep(db: None) -> None:
    space = make.space()
    owner = make.owner_of(space)
    for _ in range(Space.MAX_DEPTH - 1):
        space = spaces.create(acting_user=owner, title="Below", visibility="open", parent_id=space.pk)
    with pytest.raises(Denied) as refused:
        spaces.create(acting_user=owner, title="Below", visibility="open", parent_id=space.pk)
    assert refused.value.code == "too_deep"


def test_parent_that_closes_takes_its_sub_spaces_along(viewer: ViewerOf) -> None:
    top = make.space("open")
    owner = make.owner_of(top)
    more_open = make.space("members_only", parent=top, owner=owner)
    below_it = make.space("private", parent=more_open, owner=owner)
    outsider = make.person()
    assert Space.objects.readable(viewer(outsider)).filter(pk=more_open.pk).exists()

    spaces.edit(top.pk, {"visibility": "private"}, acting_user=owner)

    for space in (top, more_open, below_it):
        space.refresh_from_db()
        assert space.visibility == "private"
        assert space.joining != Joining.FREE
        assert not Space.objects.readable(viewer(outsider)).filter(pk=space.pk).exists()
    withdrawn = set(
        OutboxRow.objects.filter(kind="space", restricting=True).values_list("object_id", flat=True)
    )
    assert withdrawn == {top.pk, more_open.pk, below_it.pk}


def test_opening_a_parent_leaves_its_sub_spaces_closed(db: None) -> None:
    top = make.space("secret")
    owner = make.owner_of(top)
    below = make.space("secret", parent=top, owner=owner)
    spaces.edit(top.pk, {"visibility": "open"}, acting_user=owner)
    below.refresh_from_db()
    assert below.visibility == "secret"


def test_sub_space_cannot_be_opened_beyond_its_parent(db: None) -> None:
    top = make.space("private")
    owner = make.owner_of(top)
    below = make.space("secret", parent=top, owner=owner)
    with pytest.raises(Invalid):
        spaces.edit(below.pk, {"visibility": "open"}, acting_user=owner)
    assert spaces.edit(below.pk, {"visibility": "private"}, acting_user=owner).visibility == "private"


@pytest.mark.parametrize(
    ("visibility", "joining"), [("private", "free"), ("secret", "free"), ("secret", "ask")]
)
def test_way_of_joining_must_fit(db: None, visibility: str, joining: str) -> None:
    space = make.space(visibility)
    with pytest.raises(Invalid) as refused:
        spaces.edit(space.pk, {"joining": joining}, acting_user=make.owner_of(space))
    assert refused.value.errors[0].code == "joining_does_not_fit"


def test_only_owners_change_settings_and_only_the_version_they_saw(db: None) -> None:
    space = make.space()
    owner, moderator = make.owner_of(space), make.join(space, Role.MODERATOR)
    with pytest.raises(Denied):
        spaces.edit(space.pk, {"title": "Other"}, acting_user=moderator)
    with pytest.raises(Stale):
        spaces.edit(space.pk, {"title": "Other"}, acting_user=owner, expected_version=7)
    edited = spaces.edit(space.pk, {"title": "Other"}, acting_user=owner, expected_version=1)
    assert (edited.title, edited.version) == ("Other", 2)


def test_secret_space_is_not_found_by_others(db: None) -> None:
    space = make.space("secret")
    for outsider in (make.person(), experts.secretariat()):
        with pytest.raises(NotFound):
            spaces.edit(space.pk, {"title": "Mine"}, acting_user=outsider)
        with pytest.raises(Invalid) as refused:
            spaces.create(acting_user=outsider, title="Below", visibility="secret", parent_id=space.pk)
        assert refused.value.errors[0].code == "unknown_space"


def test_archived_space_and_all_below_can_be_read_but_not_changed(viewer: ViewerOf) -> None:
    top = make.space("open")
    owner = make.owner_of(top)
    below = make.space("open", parent=top, owner=owner)
    discussion = make.discussion(below)
    spaces.archive(top.pk, acting_user=owner)
    assert Discussion.objects.visible(viewer()).count() == 1
    for act in (
        lambda: posts.reply(discussion.pk, acting_user=owner, body="Late"),
        lambda: make.discussion(top),
        lambda: spaces.edit(below.pk, {"title": "Other"}, acting_user=owner),
        lambda: spaces.restore(below.pk, acting_user=owner) if below.archived_at else make.discussion(below),
    ):
        with pytest.raises(Denied) as refused:
            act()
        assert refused.value.code == "space_archived"
    assert spaces.archive(top.pk, acting_user=owner).archived_at is not None
    spaces.restore(top.pk, acting_user=owner)
    assert posts.reply(discussion.pk, acting_user=owner, body="In time").position == 2
