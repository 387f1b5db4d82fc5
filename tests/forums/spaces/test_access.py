"""Who reads which space, who is shown its card, and what a ban, a silence and archiving take away."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from experts.models import User
from forums import access
from forums.access import MANAGE, MODERATE, READ, TAKE_PART
from forums.models import Discussion, Role, Space
from search.viewer import Viewer
from tests.factories import forums as make
from tests.factories import networks

type ViewerOf = Callable[..., Viewer]

READABLE, CARD, NOTHING = "readable", "card", "nothing"


def seen(viewer: Viewer, space: Space) -> str:
    """What the viewer is shown of a space, asked of the dictionary and of both querysets."""
    here = access.spaces(viewer).get(space.pk)
    listed = Space.objects.visible(viewer).filter(pk=space.pk).exists()
    readable = Space.objects.readable(viewer).filter(pk=space.pk).exists()
    assert listed == (here is not None)
    assert readable == (here is not None and here.readable)
    assert readable == (space.pk in viewer.containers())
    return READABLE if readable else CARD if listed else NOTHING


@pytest.mark.parametrize(
    ("visibility", "visitor", "member_of_the_site", "member_of_the_space"),
    [
        ("open", READABLE, READABLE, READABLE),
        ("members_only", NOTHING, READABLE, READABLE),
        ("private", NOTHING, CARD, READABLE),
        ("secret", NOTHING, NOTHING, READABLE),
    ],
)
def test_each_visibility_shows_what_it_says(
    viewer: ViewerOf, visibility: str, visitor: str, member_of_the_site: str, member_of_the_space: str
) -> None:
    space = make.space(visibility)
    assert seen(viewer(), space) == visitor
    assert seen(viewer(make.person()), space) == member_of_the_site
    assert seen(viewer(make.join(space)), space) == member_of_the_space
    assert seen(viewer(make.join(space, Role.OBSERVER)), space) == member_of_the_space


def test_secretariat_has_no_way_into_spaces(viewer: ViewerOf) -> None:
    secretariat = make.person(is_staff=True, is_superuser=True)
    assert seen(viewer(secretariat), make.space("secret")) == NOTHING
    assert seen(viewer(secretariat), make.space("private")) == CARD


def test_suspended_account_is_a_visitor(viewer: ViewerOf) -> None:
    space = make.space("secret")
    person = make.join(space)
    person.status = User.Status.SUSPENDED
    person.save()
    assert seen(viewer(person), space) == NOTHING


def test_network_opens_a_space_to_its_people_and_closes_it_when_they_leave(viewer: ViewerOf) -> None:
    space, network = make.space("secret"), networks.network()
    person = networks.member(network)
    make.grant(space, network)
    assert seen(viewer(person), space) == READABLE
    assert access.spaces(viewer(person))[space.pk].has(TAKE_PART)
    assert access.spaces(viewer(person))[space.pk].role is None
    person.network_memberships.all().delete()
    assert seen(viewer(person), space) == NOTHING


def test_sub_space_is_there_only_where_all_above_it_are_readable(viewer: ViewerOf) -> None:
    top = make.space("private")
    middle = make.space("private", parent=top)
    bottom = make.space("secret", parent=middle)
    only_below = make.join(bottom)
    assert seen(viewer(only_below), bottom) == NOTHING
    make.join(middle, user=only_below)
    assert seen(viewer(only_below), bottom) == NOTHING
    assert seen(viewer(only_below), middle) == NOTHING
    make.join(top, user=only_below)
    assert seen(viewer(only_below), bottom) == READABLE
    assert seen(viewer(make.join(top)), middle) == CARD
    assert seen(viewer(make.join(top)), bottom) == NOTHING


@pytest.mark.parametrize(
    ("visibility", "left"),
    [("open", READABLE), ("members_only", NOTHING), ("private", NOTHING), ("secret", NOTHING)],
)
def test_ban_leaves_what_a_visitor_has(viewer: ViewerOf, visibility: str, left: str) -> None:
    space = make.space(visibility)
    person = make.join(space)
    make.ban(space, person)
    assert seen(viewer(person), space) == left
    if left == READABLE:
        assert access.spaces(viewer(person))[space.pk].permissions == frozenset()


def test_ban_holds_below_and_not_beside(viewer: ViewerOf) -> None:
    top = make.space("members_only")
    below, beside = make.space("members_only", parent=top), make.space("members_only")
    person = make.join(below)
    make.ban(top, person)
    assert seen(viewer(person), below) == NOTHING
    assert seen(viewer(person), beside) == READABLE


def test_ban_from_the_site_holds_everywhere(viewer: ViewerOf) -> None:
    space, person = make.space("members_only"), make.person()
    make.ban(None, person)
    assert seen(viewer(person), space) == NOTHING
    assert seen(viewer(person), make.space("open")) == READABLE


def test_roles_have_every_permission_of_those_before(viewer: ViewerOf) -> None:
    space = make.space()
    expected = {
        Role.OBSERVER: {READ},
        Role.MEMBER: {READ, TAKE_PART},
        Role.MODERATOR: {READ, TAKE_PART, MODERATE},
        Role.OWNER: {READ, TAKE_PART, MODERATE, MANAGE},
    }
    for role, permissions in expected.items():
        here = access.spaces(viewer(make.join(space, role)))[space.pk]
        assert here.permissions == permissions
        assert here.role == role


def test_resolving_takes_one_query_whatever_there_is(
    viewer: ViewerOf, assert_queries: Callable[[int], object]
) -> None:
    person = make.person()
    for visibility in ("open", "members_only", "private", "secret"):
        make.join(make.space(visibility, parent=make.space()), user=person)
    asking = viewer(person)
    with assert_queries(1):  # type: ignore[attr-defined]
        assert len(access.spaces(asking)) == 8


def test_hidden_and_deleted_discussions_are_there_for_moderators_alone(viewer: ViewerOf) -> None:
    space = make.space("members_only")
    hidden, deleted = make.discussion(space), make.discussion(space)
    Discussion.objects.filter(pk=hidden.pk).update(hidden_at=hidden.created_at)
    Discussion.objects.filter(pk=deleted.pk).update(deleted_at=deleted.created_at)

    def found(who: User) -> set[object]:
        return set(Discussion.objects.visible(viewer(who)).values_list("pk", flat=True))

    assert found(make.join(space)) == set()
    assert found(make.join(space, Role.MODERATOR)) == {hidden.pk, deleted.pk}
    assert found(make.join(make.space(), Role.MODERATOR)) == set()


def test_what_waits_for_a_moderator_is_there_for_its_author_and_moderators(viewer: ViewerOf) -> None:
    space = make.space("members_only")
    author = make.join(space)
    waiting = make.discussion(space, author)
    Discussion.objects.filter(pk=waiting.pk).update(status="pending")
    for who, number in ((author, 1), (make.owner_of(space), 1), (make.join(space), 0)):
        assert Discussion.objects.visible(viewer(who)).count() == number
