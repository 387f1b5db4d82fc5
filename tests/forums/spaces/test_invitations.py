"""Inviting into a space: a person, an address, a network, whoever has the link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from config.errors import Conflict, Denied, Invalid, NotFound
from experts import viewers
from experts.models import AuditEntry, NetworkMembership, User
from forums.actions import invitations, memberships
from forums.actions import spaces as space_actions
from forums.invitation_links import secret
from forums.models import Invitation, Membership, Notice, Role, Space
from forums.notices import jobs
from forums.notices import mail as letters
from forums.notices.shown import show
from search.viewer import Viewer
from tests.contracts.client import ApiClient
from tests.factories import experts, networks
from tests.factories import forums as make
from tests.factories.threads import at_once

type ViewerOf = Callable[..., Viewer]
type Api = Callable[..., ApiClient]


def test_a_person_invited_into_a_secret_space_is_told_and_comes_in(viewer: ViewerOf) -> None:
    space, person = make.space("secret"), make.person()
    made = invitations.invite(space.pk, acting_user=make.owner_of(space), person=person.pk, role="observer")
    assert not Space.objects.visible(viewer(person)).exists()
    assert [notice.about for notice in Notice.objects.visible(viewer(person))] == [made.pk]

    membership = invitations.accept(made.pk, acting_user=person)

    assert membership.role == "observer"
    assert Space.objects.readable(viewer(person)).get() == space
    assert not Notice.objects.visible(viewer(person)).exists()
    with pytest.raises(NotFound):
        invitations.accept(made.pk, acting_user=person)
    assert AuditEntry.objects.filter(verb="invitation.made", concerns=person.pk).exists()


def test_who_declines_may_be_invited_again(db: None) -> None:
    space, person = make.space("secret"), make.person()
    owner = make.owner_of(space)
    made = invitations.invite(space.pk, acting_user=owner, person=person.pk)
    with pytest.raises(Conflict) as twice:
        invitations.invite(space.pk, acting_user=owner, person=person.pk)
    assert twice.value.code == "already_invited"

    invitations.decline(made.pk, acting_user=person)

    with pytest.raises(NotFound):
        invitations.accept(made.pk, acting_user=person)
    assert invitations.invite(space.pk, acting_user=owner, person=person.pk).pk != made.pk


def test_an_invitation_that_is_taken_back_or_expired_lets_nobody_in(viewer: ViewerOf) -> None:
    space, person = make.space(), make.person()
    owner = make.owner_of(space)
    taken_back = invitations.invite(space.pk, acting_user=owner, person=person.pk)
    invitations.revoke(taken_back.pk, acting_user=owner)
    invitations.revoke(taken_back.pk, acting_user=owner)
    expired = invitations.invite(space.pk, acting_user=owner, person=person.pk)
    Invitation.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - dt.timedelta(seconds=1))

    for made in (taken_back, expired):
        with pytest.raises(NotFound):
            invitations.accept(made.pk, acting_user=person)
    assert not Notice.objects.visible(viewer(person)).exists()
    assert AuditEntry.objects.filter(verb="invitation.revoked").count() == 1


def test_all_people_of_a_network_come_in_and_nobody_else(viewer: ViewerOf) -> None:
    space, network = make.space("secret"), networks.network()
    first, second, outsider = networks.member(network), networks.member(network), make.person()
    made = invitations.invite(space.pk, acting_user=make.owner_of(space), network=network.slug)

    invitations.accept(made.pk, acting_user=first)
    invitations.decline(made.pk, acting_user=second)
    assert not Notice.objects.filter(user=second, read_at__isnull=True).exists()
    invitations.accept(made.pk, acting_user=second)
    with pytest.raises(NotFound):
        invitations.accept(made.pk, acting_user=outsider)
    NetworkMembership.objects.filter(user=second).delete()

    assert Membership.objects.filter(space=space).count() == 3
    assert not Notice.objects.visible(viewer(second)).exists()


def test_a_link_is_used_as_often_as_it_may_be(api: Api) -> None:
    space = make.space("secret")
    owner = make.owner_of(space)
    answer = api(owner).post(f"/api/v1/spaces/{space.slug}/invitations", {"max_uses": 2})
    link = answer.json()["link"]
    address = f"/api/v1/invitations/{link.rsplit('/', 1)[1]}"
    assert api().get(address).json()["space"]["title"] == space.title

    people = [make.person() for _ in range(3)]
    statuses = [api(person).post(f"{address}/accept").status_code for person in (people[0], *people)]

    assert statuses == [200, 200, 200, 404]
    assert api(people[2]).get(address).status_code == 404
    [kept] = api(owner).get(f"/api/v1/spaces/{space.slug}/invitations").json()["results"]
    assert (kept["uses"], kept["status"], kept["allowed_actions"]) == (2, "used", [])
    assert "link" not in kept
    assert api(people[2]).post("/api/v1/invitations/nothing/accept").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_who_use_the_last_of_a_link_at_once_are_not_both_let_in() -> None:
    space = make.space("secret")
    made = invitations.invite(space.pk, acting_user=make.owner_of(space), max_uses=1)
    people = [make.person(), make.person()]

    at_once(
        *(lambda person=person: invitations.redeem(secret(made.pk), acting_user=person) for person in people)
    )

    assert Membership.objects.filter(space=space, user__in=people).count() == 1
    assert Invitation.objects.get(pk=made.pk).use_count == 1


def test_an_address_is_sent_a_link_in_the_language_of_who_invites(db: None) -> None:
    space = make.space("secret", title="Gender Platform")
    owner = make.owner_of(space)
    owner.language = "fr"
    owner.save()
    made = invitations.invite(
        space.pk, acting_user=owner, email="Somebody@Example.org", message="Vienna {who}?"
    )
    jobs.send_invitation(invitation_id=str(made.pk))

    [message] = mail.outbox
    assert message.to == ["somebody@example.org"]
    assert message.subject == f"{owner.name} vous invite dans « Gender Platform »"
    assert f"/invitations/{secret(made.pk)}" in message.body
    assert "Vienna {who}?" in message.body
    invitations.redeem(secret(made.pk), acting_user=make.person())
    jobs.send_invitation(invitation_id=str(made.pk))
    assert len(mail.outbox) == 1


def test_only_owners_invite_moderators_and_nobody_is_invited_as_an_owner(db: None) -> None:
    space, person = make.space(), make.person()
    moderator = make.join(space, Role.MODERATOR)
    with pytest.raises(Denied):
        invitations.invite(space.pk, acting_user=moderator, person=person.pk, role="moderator")
    for role in ("owner", "king"):
        with pytest.raises(Invalid):
            invitations.invite(space.pk, acting_user=make.owner_of(space), person=person.pk, role=role)
    with pytest.raises(Denied):
        invitations.invite(space.pk, acting_user=make.join(space), person=person.pk)


def test_an_invitation_raises_a_role_and_never_lowers_one(db: None) -> None:
    space, observer = make.space(), make.join(make.space(), Role.OBSERVER)
    make.join(space, Role.OBSERVER, observer)
    owner = make.owner_of(space)
    made = invitations.invite(space.pk, acting_user=owner)

    assert invitations.redeem(secret(made.pk), acting_user=observer).role == "member"
    assert invitations.redeem(secret(made.pk), acting_user=owner).role == "owner"
    assert Invitation.objects.get(pk=made.pk).use_count == 1
    assert Space.objects.get(pk=space.pk).member_count == 2


def test_a_banned_person_neither_joins_again_nor_comes_in_by_a_link(api: Api) -> None:
    space = make.space()
    person = make.join(space)
    make.ban(space, person)
    made = invitations.invite(space.pk, acting_user=make.owner_of(space))

    refused = api(person).post(f"/api/v1/spaces/{space.slug}/join")
    assert (refused.status_code, refused.json()["code"]) == (403, "banned")
    with pytest.raises(Denied) as denied:
        invitations.redeem(secret(made.pk), acting_user=person)
    assert denied.value.code == "banned"
    outsider = make.person()
    make.ban(space, outsider)
    with pytest.raises(Conflict):
        invitations.invite(space.pk, acting_user=make.owner_of(space), person=outsider.pk)


def test_nobody_comes_in_below_a_space_that_they_do_not_read(db: None) -> None:
    above = make.space("private")
    below = make.space("secret", parent=above)
    person = make.person()
    made = invitations.invite(below.pk, acting_user=_owner_of_both(above, below), person=person.pk)

    with pytest.raises(Denied) as denied:
        invitations.accept(made.pk, acting_user=person)
    assert denied.value.code == "parent_not_readable"
    make.join(above, Role.MEMBER, person)
    assert invitations.accept(made.pk, acting_user=person).role == "member"


def test_an_archived_space_takes_nobody_in(db: None) -> None:
    space = make.space()
    owner = make.owner_of(space)
    made = invitations.invite(space.pk, acting_user=owner)
    space_actions.archive(space.pk, acting_user=owner, reason="Over.")

    with pytest.raises(Denied) as denied:
        invitations.redeem(secret(made.pk), acting_user=make.person())
    assert denied.value.code == "space_archived"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"network": "nowhere"}, "unknown_network"),
        ({"email": "nobody"}, "invalid"),
        ({"max_uses": 0}, "out_of_range"),
        ({"expires_at": timezone.now() - dt.timedelta(days=1)}, "past"),
        ({"expires_at": timezone.now() + dt.timedelta(days=400)}, "too_late"),
        ({"message": "x" * 5_000}, "max_length"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(given: dict[str, object], code: str, db: None) -> None:
    space = make.space()
    with pytest.raises(Invalid) as refused:
        invitations.invite(space.pk, acting_user=make.owner_of(space), **given)  # type: ignore[arg-type]
    assert refused.value.errors[0].code == code


def test_one_is_invited_as_one_thing_only(db: None) -> None:
    space, network = make.space(), experts.network()
    with pytest.raises(Invalid):
        invitations.invite(
            space.pk, acting_user=make.owner_of(space), network=network.slug, email="a@example.org"
        )
    with pytest.raises(Invalid) as unknown:
        invitations.invite(space.pk, acting_user=make.owner_of(space), person=network.pk)
    assert unknown.value.errors[0].code == "unknown_person"


def test_addresses_are_told_to_moderators_alone(api: Api) -> None:
    space, network = make.space(), networks.network()
    owner, member = make.owner_of(space), networks.member(network)
    api(owner).post(f"/api/v1/spaces/{space.slug}/invitations", {"email": "a@example.org"})
    api(owner).post(f"/api/v1/spaces/{space.slug}/invitations", {"network": network.slug})

    [mine] = api(member).get("/api/v1/me/invitations").json()["results"]
    assert (mine["kind"], mine["allowed_actions"]) == ("network", ["accept", "decline"])
    by_mail = api(owner).get(f"/api/v1/spaces/{space.slug}/invitations?holds=true").json()["results"][1]
    assert (by_mail["email"], by_mail["max_uses"]) == ("a@example.org", 1)
    assert api(owner).get(f"/api/v1/spaces/{space.slug}/invitations?holds=false").json()["results"] == []


def test_who_asked_to_join_is_told_what_was_decided_and_why(viewer: ViewerOf, api: Api) -> None:
    space, person = make.space("private"), make.person()
    asked = memberships.ask(space.pk, acting_user=person)
    with pytest.raises(Invalid):
        memberships.decide_request(asked.pk, acting_user=make.owner_of(space), accept=False)
    memberships.decide_request(asked.pk, acting_user=make.owner_of(space), accept=False, note="Full.")

    [told] = api(person).get("/api/v1/me/notifications").json()["results"]
    assert (told["act"]["verb"], told["act"]["reason"]) == ("join_request.declined", "Full.")


def _owner_of_both(above: Space, below: Space) -> User:
    return make.join(above, Role.MEMBER, make.owner_of(below))


def test_moderators_are_told_who_asks_to_join_until_it_is_decided(viewer: ViewerOf, api: Api) -> None:
    space = make.space("private", title="Gender Platform")
    owner, moderator, member = make.owner_of(space), make.join(space, Role.MODERATOR), make.join(space)
    first, second = make.person("Elif"), make.person("Sofia")
    asked = [memberships.ask(space.pk, acting_user=person) for person in (first, second)]
    memberships.ask(space.pk, acting_user=second, message="Please.")

    for person in (owner, moderator):
        [told] = api(person).get("/api/v1/me/notifications").json()["results"]
        assert (told["reason"], told["count"], told["space"]["title"]) == ("join_request", 2, space.title)
        assert [who["name"] for who in told["people"]] == ["Sofia", "Elif"]
    assert not Notice.objects.visible(viewer(member)).exists()
    letter = mail_about(owner)
    assert letter.subject == "2 requests to join “Gender Platform”"
    assert f"/spaces/{space.slug}/requests" in letter.body

    memberships.withdraw_request(asked[0].pk, acting_user=first)
    memberships.decide_request(asked[1].pk, acting_user=owner, accept=True)
    assert not Notice.objects.visible(viewer(moderator)).exists()


def mail_about(user: User) -> EmailMultiAlternatives:
    """The letter about what this person is told now."""
    viewer = viewers.resolve(user, language=user.language)
    rows = Notice.objects.visible(viewer).select_related("entry", "invitation__space", "saved_search")
    return letters.letter(user, show(list(rows), viewer), "at_once")
