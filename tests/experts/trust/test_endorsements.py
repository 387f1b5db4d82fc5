"""Peers who share a network vouch for what an expert knows of a topic."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.core import mail

from config.errors import Conflict, Denied, Invalid, NotFound
from experts import disclosure, policies, viewers
from experts.actions import profiles, topics, trust
from experts.audiences import Choice, Reach
from experts.models import Endorsement, Profile, ProfileTopic, Section, Topic, User
from tests.factories import experts as make
from tests.factories import jobs

pytestmark = pytest.mark.django_db


@dataclass
class Circle:
    """An expert who knows a topic, and a peer in the same network."""

    expert: Profile
    peer: User
    topic: Topic

    def endorse(self, by: User | None = None) -> Endorsement:
        return trust.endorse(self.expert.pk, acting_user=by or self.peer, topic=self.topic.slug)


@pytest.fixture
def circle(db: None) -> Circle:
    network, topic = make.network(), make.topic("risk-analysis")
    expert = make.profile()
    make.knows(expert, topic)
    make.joins(expert.user, network)
    return Circle(expert, make.joins(make.user(), network), topic)


def count(expert: Profile, asker: User) -> list[int]:
    """The number told with each topic."""
    loaded = Profile.objects.with_content("en", disclosure.ALL).get(pk=expert.pk)
    return [row["endorsements"] for row in disclosure.disclose(loaded, viewers.resolve(asker))["topics"]]


def listed(asker: User) -> set[Endorsement]:
    return set(Endorsement.objects.visible(viewers.resolve(asker)))


def offers(expert: Profile, asker: User) -> bool:
    """Whether "endorse" is among what the asker is told they may do."""
    viewer = viewers.resolve(asker)
    rows = Profile.objects.visible(viewer).with_content("en", disclosure.CARD)
    return policies.endorse(viewer, rows.get(pk=expert.pk)) is None


def test_an_endorsement_is_counted_and_listed_for_who_may_read_the_topics(circle: Circle) -> None:
    made, member = circle.endorse(), make.user()
    assert count(circle.expert, member) == [1]
    assert listed(member) == {made}


def test_topics_that_are_closed_take_their_endorsements_with_them(circle: Circle) -> None:
    made, member = circle.endorse(), make.user()
    profiles.set_visibility(
        circle.expert.pk,
        acting_user=circle.expert.user,
        choices={Section.TOPICS: Choice(Reach.SECRETARIAT)},
    )
    assert listed(member) == set()
    assert count(circle.expert, member) == []
    assert listed(circle.peer) == {made}  # one's own is always there, to be withdrawn
    assert listed(circle.expert.user) == listed(make.secretariat()) == {made}


def test_of_a_profile_that_is_taken_back_only_the_endorser_and_the_expert_see_endorsements(
    circle: Circle,
) -> None:
    made = circle.endorse()
    profiles.unpublish(circle.expert.pk, acting_user=circle.expert.user)
    assert listed(make.user()) == set()
    assert listed(circle.peer) == listed(circle.expert.user) == {made}
    trust.withdraw_endorsement(circle.expert.pk, made.pk, acting_user=circle.peer)
    assert listed(circle.expert.user) == set()


def test_endorsing_wants_a_shared_network(circle: Circle) -> None:
    stranger = make.joins(make.user(), make.network())
    assert offers(circle.expert, circle.peer)
    assert not offers(circle.expert, stranger)
    with pytest.raises(Denied) as caught:
        circle.endorse(stranger)
    assert caught.value.code == "no_shared_network"


def test_nobody_endorses_themselves_or_whom_they_act_for(circle: Circle) -> None:
    delegate = make.delegate(circle.expert, circle.peer)
    for user in (circle.expert.user, delegate):
        with pytest.raises(Denied) as caught:
            circle.endorse(user)
        assert caught.value.code == "own_profile"


def test_hidden_topics_are_to_a_peer_as_if_there_were_none(circle: Circle) -> None:
    without = make.profile()
    network = make.network()
    make.joins(without.user, network)
    make.joins(circle.expert.user, network)
    peer = make.joins(make.user(), network)
    circle.expert.audiences = make.tokens(circle.expert.pk, {"topics": "self"})
    circle.expert.save()
    told = set()
    for profile in (circle.expert, without):
        with pytest.raises(Denied) as caught:
            trust.endorse(profile.pk, acting_user=peer, topic=circle.topic.slug)
        told.add((caught.value.code, caught.value.detail))
        assert not offers(profile, peer)
    assert len(told) == 1


@pytest.mark.parametrize("slug", ["another", "no-such-topic", "", "x" * 80])
def test_a_topic_that_the_profile_does_not_have_cannot_be_endorsed(circle: Circle, slug: str) -> None:
    make.topic("another")
    with pytest.raises(Invalid) as caught:
        trust.endorse(circle.expert.pk, acting_user=circle.peer, topic=slug)
    assert [(error.pointer, error.code) for error in caught.value.errors] == [("/topic", "unknown_topic")]


def test_one_endorses_once(circle: Circle) -> None:
    circle.endorse()
    with pytest.raises(Conflict):
        circle.endorse()
    assert count(circle.expert, circle.peer) == [1]


def test_an_expert_whom_one_may_not_know_of_cannot_be_endorsed(circle: Circle) -> None:
    circle.expert.audiences = make.tokens(circle.expert.pk, {"identity": "secretariat"})
    circle.expert.save()
    with pytest.raises(NotFound):
        circle.endorse()


def test_the_expert_refuses_an_endorsement_and_others_leave_it_alone(circle: Circle) -> None:
    made = circle.endorse()
    with pytest.raises(Denied):
        trust.withdraw_endorsement(circle.expert.pk, made.pk, acting_user=make.secretariat())
    trust.withdraw_endorsement(circle.expert.pk, made.pk, acting_user=circle.expert.user)
    assert count(circle.expert, circle.expert.user) == [0]
    with pytest.raises(NotFound):
        trust.withdraw_endorsement(circle.expert.pk, made.pk, acting_user=circle.expert.user)


def test_endorsements_of_another_profile_are_not_withdrawn_through_this_one(circle: Circle) -> None:
    made = circle.endorse()
    with pytest.raises(NotFound):
        trust.withdraw_endorsement(make.profile().pk, made.pk, acting_user=circle.peer)


@pytest.mark.parametrize("status", [User.Status.SUSPENDED, User.Status.ERASED])
def test_endorsements_of_people_who_are_gone_no_longer_count(circle: Circle, status: str) -> None:
    circle.endorse()
    User.objects.filter(pk=circle.peer.pk).update(status=status)
    assert count(circle.expert, make.user()) == [0]
    assert listed(make.user()) == set()


def test_a_topic_that_is_removed_hides_its_endorsements_until_it_is_back(circle: Circle) -> None:
    made, member = circle.endorse(), make.user()
    entry = {"topic": circle.topic.slug, "level": "trainer"}
    for changed, expected in (([], set()), ([entry], {made})):
        profiles.edit(circle.expert.pk, acting_user=circle.expert.user, changes={"topics": changed})
        assert listed(member) == expected
    assert count(circle.expert, member) == [1]


def test_endorsements_follow_a_topic_that_is_merged_and_none_counts_twice(circle: Circle) -> None:
    target = make.topic("analysis")
    make.knows(circle.expert, target)
    trust.endorse(circle.expert.pk, acting_user=circle.peer, topic=target.slug)
    circle.endorse()
    topics.merge(circle.topic.slug, into=target.slug, acting_user=make.secretariat())
    assert list(ProfileTopic.objects.values_list("topic__slug", flat=True)) == ["analysis"]
    assert count(circle.expert, make.user()) == [1]


def test_the_expert_is_told_in_their_language_unless_it_is_withdrawn_meanwhile(
    circle: Circle, mailoutbox: list[mail.EmailMessage]
) -> None:
    User.objects.filter(pk=circle.expert.pk).update(language="de")
    User.objects.filter(pk=circle.peer.pk).update(name="Jonas Weber")
    made = circle.endorse()
    jobs.run("experts.deliver_notice")
    [letter] = mailoutbox
    assert letter.subject == "Jonas Weber empfiehlt Sie"
    trust.withdraw_endorsement(circle.expert.pk, made.pk, acting_user=circle.peer)
    again = circle.endorse()
    trust.withdraw_endorsement(circle.expert.pk, again.pk, acting_user=circle.peer)
    jobs.run("experts.deliver_notice")
    assert len(mailoutbox) == 1
