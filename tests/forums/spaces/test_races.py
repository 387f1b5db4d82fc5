"""People who come and go at the same moment: figures, roles and rights stay in step."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from config.errors import Denied, Invalid, NotFound
from forums import grants, proof
from forums.actions import invitations, memberships, posts, sanctions
from forums.actions import spaces as space_actions
from forums.invitation_links import secret
from forums.models import (
    Membership,
    Post,
    ReadMark,
    Role,
    Sanction,
    Space,
    SpaceUserObjectPermission,
)
from tests.factories import forums as make
from tests.factories import moderation as moderate
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls: Callable[[], object], allowed: tuple[type[Exception], ...] = ()) -> None:
    """Do all of it at once; only these refusals are among what may come of it."""
    for outcome in at_once(*calls):
        if isinstance(outcome, Exception) and not isinstance(outcome, allowed):
            raise outcome


def assert_in_step(space: Space) -> None:
    """Every member has the permissions of their role, nobody else has any, and all figures are right."""
    held: dict[object, set[str]] = {}
    for user_id, codename in SpaceUserObjectPermission.objects.filter(content_object=space).values_list(
        "user_id", "permission__codename"
    ):
        held.setdefault(user_id, set()).add(codename)
    roles = dict(Membership.objects.filter(space=space).values_list("user_id", "role"))
    assert held == {user_id: set(grants.PERMISSIONS[role]) for user_id, role in roles.items()}
    assert Space.objects.get(pk=space.pk).member_count == len(roles)
    assert proof.differences() == []


def test_joins_and_leaves_at_once_lose_nobody() -> None:
    space = make.space()
    leaving = [make.join(space) for _ in range(5)]
    joining = [make.person() for _ in range(5)]

    together(
        *(lambda person=person: memberships.leave(space.pk, acting_user=person) for person in leaving),
        *(lambda person=person: memberships.join(space.pk, acting_user=person) for person in joining),
    )

    members = set(Membership.objects.filter(space=space, role=Role.MEMBER).values_list("user_id", flat=True))
    assert members == {person.pk for person in joining}
    assert_in_step(space)


def test_one_person_who_joins_many_times_at_once_is_one_member() -> None:
    space, person = make.space(), make.person()
    made = invitations.invite(space.pk, acting_user=make.owner_of(space), role="moderator")

    together(
        *[lambda: memberships.join(space.pk, acting_user=person)] * 4,
        *[lambda: invitations.redeem(secret(made.pk), acting_user=person)] * 4,
    )

    assert Membership.objects.get(space=space, user=person).role == "moderator"
    assert_in_step(space)


def test_who_is_removed_while_joining_again_is_in_or_out_as_a_whole() -> None:
    space = make.space()
    owner, person = make.owner_of(space), make.join(space)

    together(
        lambda: memberships.remove(space.pk, person.pk, acting_user=owner, reason=moderate.WHY),
        lambda: memberships.join(space.pk, acting_user=person),
        lambda: memberships.leave(space.pk, acting_user=person),
        allowed=(Denied, NotFound),
    )

    assert_in_step(space)


def test_a_reply_racing_its_author_s_leaving_is_there_or_refused() -> None:
    space = make.space("private")
    discussion = make.discussion(space)
    people = [make.join(space) for _ in range(5)]

    together(
        *(
            lambda person=person: posts.reply(discussion.pk, acting_user=person, body="Before I go.")
            for person in people
        ),
        *(lambda person=person: memberships.leave(space.pk, acting_user=person) for person in people),
        allowed=(Denied, NotFound),
    )

    positions = sorted(Post.objects.filter(discussion=discussion).values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))
    assert ReadMark.objects.filter(discussion=discussion, user__in=people).count() == len(positions) - 1
    assert_in_step(space)


def test_who_is_banned_while_joining_cannot_write_afterwards() -> None:
    space, person = make.space(), make.person()
    owner, discussion = make.owner_of(space), make.discussion(space)

    together(
        lambda: sanctions.impose(
            person.pk, Sanction.Kind.BAN, acting_user=owner, reason=moderate.WHY, space_id=space.pk
        ),
        lambda: memberships.join(space.pk, acting_user=person),
        allowed=(Denied,),
    )

    with pytest.raises(Denied):
        posts.reply(discussion.pk, acting_user=person, body="Still here?")
    assert_in_step(space)


def test_a_parent_that_closes_while_a_sub_space_is_made_is_never_less_closed() -> None:
    above = make.space("open")
    owner = make.owner_of(above)

    together(
        lambda: space_actions.edit(above.pk, {"visibility": "secret"}, acting_user=owner),
        lambda: space_actions.create(acting_user=owner, title="Below", visibility="open", parent_id=above.pk),
        lambda: space_actions.create(
            acting_user=owner, title="Below, too", visibility="members_only", parent_id=above.pk
        ),
        allowed=(Invalid,),
    )

    below = Space.objects.filter(parent=above)
    assert set(below.values_list("visibility", flat=True)) <= {"secret"}
