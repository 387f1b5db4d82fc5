"""Joining, asking, leaving, roles: what one is, and the permissions that go with it, in one step."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from config.errors import Conflict, Denied, Invalid, NotFound
from experts.models import AuditEntry
from forums import proof
from forums.actions import memberships
from forums.models import JoinRequest, Membership, Role, Space, SpaceUserObjectPermission
from search.viewer import Viewer
from tests.contracts.client import ApiClient
from tests.factories import forums as make
from tests.factories import networks
from tests.factories.threads import at_once

type ViewerOf = Callable[..., Viewer]


def members(space: Space) -> int:
    """How many members the space says it has, which must be how many there are."""
    space.refresh_from_db()
    assert proof.differences() == []
    return space.member_count


def test_joining_a_free_space_is_done_once(db: None) -> None:
    space, person = make.space("members_only"), make.person()
    first = memberships.join(space.pk, acting_user=person)
    assert memberships.join(space.pk, acting_user=person).pk == first.pk
    assert first.role == Role.MEMBER
    assert members(space) == 2


@pytest.mark.parametrize("visibility", ["private", "secret"])
def test_closed_spaces_are_not_joined_freely(db: None, visibility: str) -> None:
    space = make.space(visibility)
    with pytest.raises((Denied, NotFound)):
        memberships.join(space.pk, acting_user=make.person())
    assert members(space) == 1


def test_banned_person_does_not_come_back_by_joining(db: None) -> None:
    space = make.space("open")
    person = make.join(space)
    make.ban(space, person)
    memberships.leave(space.pk, acting_user=person)
    with pytest.raises(Denied) as refused:
        memberships.join(space.pk, acting_user=person)
    assert refused.value.code == "banned"


def test_leaving_takes_the_permissions_along(viewer: ViewerOf) -> None:
    space = make.space("secret")
    person = make.join(space)
    memberships.leave(space.pk, acting_user=person)
    assert not SpaceUserObjectPermission.objects.filter(user=person).exists()
    assert not Space.objects.visible(viewer(person)).filter(pk=space.pk).exists()
    assert members(space) == 1


def test_last_owner_cannot_leave_be_removed_or_step_down(db: None) -> None:
    space = make.space()
    owner = make.owner_of(space)
    for act in (
        lambda: memberships.leave(space.pk, acting_user=owner),
        lambda: memberships.remove(space.pk, owner.pk, acting_user=owner, reason="Tired."),
        lambda: memberships.set_role(space.pk, owner.pk, Role.MEMBER, acting_user=owner),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "last_owner"
    make.join(space, Role.OWNER)
    memberships.leave(space.pk, acting_user=owner)
    assert members(space) == 1


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_once_leave_one_owner() -> None:
    space = make.space()
    first, second = make.owner_of(space), make.join(space, Role.OWNER)
    at_once(
        lambda: memberships.leave(space.pk, acting_user=first),
        lambda: memberships.leave(space.pk, acting_user=second),
    )
    assert Membership.objects.filter(space=space, role=Role.OWNER).count() == 1
    assert members(space) == 1


def test_role_is_exactly_its_permissions(db: None) -> None:
    space = make.space()
    owner, person = make.owner_of(space), make.join(space, Role.OWNER)

    def held() -> set[str]:
        rows = SpaceUserObjectPermission.objects.filter(user=person, content_object=space)
        return set(rows.values_list("permission__codename", flat=True))

    assert len(held()) == 4
    memberships.set_role(space.pk, person.pk, Role.OBSERVER, acting_user=owner)
    assert held() == {"read_space"}
    with pytest.raises(Denied):
        memberships.set_role(space.pk, owner.pk, Role.OBSERVER, acting_user=person)
    with pytest.raises(NotFound):
        memberships.set_role(space.pk, make.person().pk, Role.MEMBER, acting_user=owner)


def test_moderators_remove_members_and_only_owners_remove_moderators(db: None) -> None:
    space = make.space()
    moderator, other = make.join(space, Role.MODERATOR), make.join(space, Role.MODERATOR)
    member = make.join(space)
    memberships.remove(space.pk, member.pk, acting_user=moderator, reason="Asked for it.")
    with pytest.raises(Denied):
        memberships.remove(space.pk, other.pk, acting_user=moderator, reason="Disliked.")
    memberships.remove(space.pk, other.pk, acting_user=make.owner_of(space), reason="Moved on.")
    assert members(space) == 2


def test_nobody_is_removed_without_a_reason_and_they_are_told_it(api: Callable[..., ApiClient]) -> None:
    space = make.space("private")
    moderator, member = make.join(space, Role.MODERATOR), make.join(space)
    address = f"/api/v1/spaces/{space.slug}/members/{member.pk}"

    for reason in ("", "?reason=", "?reason=%20", "?reason=%E2%80%8B"):
        refused = api(moderator).delete(address + reason)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/reason")
    assert api(moderator).delete(address, reason="Left the service.").status_code == 204

    logged = AuditEntry.objects.get(verb="membership.removed")
    assert (logged.reason, logged.concerns) == ("Left the service.", member.pk)
    [notice] = api(member).get("/api/v1/me/notifications").json()["results"]
    assert (notice["act"]["verb"], notice["act"]["reason"]) == ("membership.removed", "Left the service.")


def test_asking_wants_every_answer_and_is_decided_by_moderators(viewer: ViewerOf) -> None:
    space = make.space("private", join_questions=["Which service?", "Why?"])
    person, moderator = make.person(), make.join(space, Role.MODERATOR)
    with pytest.raises(Invalid) as refused:
        memberships.ask(space.pk, acting_user=person, answers=["Customs"])
    assert refused.value.errors[0].pointer == "/answers"
    asked = memberships.ask(space.pk, acting_user=person, answers=["Customs", "To learn"])
    again = memberships.ask(space.pk, acting_user=person, answers=["Police", "To learn"])
    assert asked.pk == again.pk
    assert again.answers[0] == {"question": "Which service?", "answer": "Police"}
    with pytest.raises(NotFound):
        memberships.decide_request(asked.pk, acting_user=make.join(space), accept=True)
    memberships.decide_request(asked.pk, acting_user=moderator, accept=True)
    assert Space.objects.readable(viewer(person)).filter(pk=space.pk).exists()
    with pytest.raises(Conflict) as settled:
        memberships.decide_request(asked.pk, acting_user=moderator, accept=False, note="No.")
    assert settled.value.code == "already_decided"
    assert members(space) == 4


def test_declined_request_lets_nobody_in_and_one_may_ask_again(db: None) -> None:
    space, person = make.space("private"), make.person()
    owner = make.owner_of(space)
    asked = memberships.ask(space.pk, acting_user=person)
    memberships.decide_request(asked.pk, acting_user=owner, accept=False, note="Not now.")
    assert members(space) == 1
    assert memberships.ask(space.pk, acting_user=person).pk != asked.pk


def test_request_is_taken_back_by_who_made_it_alone(db: None) -> None:
    space, person = make.space("private"), make.person()
    asked = memberships.ask(space.pk, acting_user=person)
    with pytest.raises(NotFound):
        memberships.withdraw_request(asked.pk, acting_user=make.owner_of(space))
    taken_back = memberships.withdraw_request(asked.pk, acting_user=person)
    assert taken_back.status == JoinRequest.Status.WITHDRAWN


def test_secret_space_takes_no_requests(db: None) -> None:
    with pytest.raises(NotFound):
        memberships.ask(make.space("secret").pk, acting_user=make.person())


def test_network_gets_and_loses_a_role_as_a_whole(viewer: ViewerOf) -> None:
    space, network = make.space("secret"), networks.network()
    owner, person = make.owner_of(space), networks.member(network)
    memberships.set_network_role(space.pk, network.slug, Role.MODERATOR, acting_user=owner)
    assert Space.objects.readable(viewer(person)).filter(pk=space.pk).exists()
    for role in (Role.OWNER, "king"):
        with pytest.raises(Invalid):
            memberships.set_network_role(space.pk, network.slug, role, acting_user=owner)
    memberships.remove_network(space.pk, network.slug, acting_user=owner)
    assert not Space.objects.visible(viewer(person)).filter(pk=space.pk).exists()
    with pytest.raises(NotFound):
        memberships.remove_network(space.pk, network.slug, acting_user=owner)
    assert members(space) == 1
