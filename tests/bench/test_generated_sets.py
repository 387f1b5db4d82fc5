"""What the benches generate is a community like any other: counted right, readable, the same every time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest
from django.db import transaction

from bench.data import community, people
from experts import coverage, demo, ranking
from experts.models import CallOut, Country, Network, NetworkMembership, Profile, User
from forums import proof
from forums.models import Discussion, Post, PostLike, ReadMark, Space
from search.viewer import Viewer
from tests.contracts.client import ApiClient

SIZE = community.Size(people=30, spaces=4, discussions=60, posts=500, longest=101, marks_per_person=10)
DIRECTORY = people.Size(profiles=400, items_each=3, networks=5, seats=2, on_roster=100)
TEXTS = community.Texts(["Border checks"], [("Some **text**.", "<p>Some <strong>text</strong>.</p>", "en")])


@pytest.fixture
def generated(db: None) -> None:
    community.make(SIZE, texts=TEXTS)


@pytest.mark.usefixtures("generated")
def test_a_generated_community_has_the_size_that_was_asked_for() -> None:
    assert User.objects.count() == SIZE.people
    assert Space.objects.count() == SIZE.spaces
    assert Discussion.objects.count() == SIZE.discussions
    assert Post.objects.count() == SIZE.posts
    assert Discussion.objects.get(title=community.LONG_DISCUSSION).last_position == SIZE.longest
    assert ReadMark.objects.count() == SIZE.people * SIZE.marks_per_person
    assert PostLike.objects.exists()


@pytest.mark.usefixtures("generated")
def test_every_counter_of_a_generated_community_is_right() -> None:
    assert proof.differences() == []
    Space.objects.filter(slug=community.LARGE_SPACE).update(reply_count=7)
    assert [difference.column for difference in proof.differences()] == ["reply_count"]


def _posts_of_one_run() -> Sequence[object]:
    with transaction.atomic():
        community.make(SIZE, texts=TEXTS)
        made = list(Post.objects.order_by("pk").values_list("pk", "discussion", "author", "path"))
        transaction.set_rollback(True)
    return made


@pytest.mark.django_db
def test_the_same_seed_makes_the_same_posts() -> None:
    assert _posts_of_one_run() == _posts_of_one_run()


@pytest.mark.usefixtures("generated")
def test_members_read_a_generated_discussion_from_its_first_to_its_last_post(
    api: Callable[..., ApiClient],
) -> None:
    discussion = Discussion.objects.get(title=community.LONG_DISCUSSION)
    member = discussion.space.memberships.filter(role="member").first()
    assert member is not None
    answer = api(member.user).get(f"/api/v1/discussions/{discussion.pk}/posts?limit=200")
    assert [post["position"] for post in answer.json()["results"]] == list(range(1, SIZE.longest + 1))


@pytest.mark.django_db
def test_a_generated_directory_has_people_networks_designations_and_a_roster_that_can_be_called_out(
    viewer: Callable[..., Viewer],
) -> None:
    demo.load(date(2026, 11, 1))
    before = Profile.objects.count()
    people.make(DIRECTORY)
    assert Profile.objects.count() == before + DIRECTORY.profiles
    made = Profile.objects.filter(user__email__startswith="expert-1-")
    assert {profile.items.count() for profile in made} == {DIRECTORY.items_each}

    network = Network.objects.get(slug=people.NETWORK)
    secretariat = viewer(User.objects.filter(is_staff=True, is_system=False).first())
    figures = coverage.of(network, secretariat).summary()
    assert figures["states_covered"] == figures["states_total"]
    assert (
        figures["focal_points"] + figures["partner_focal_points"] == Country.objects.count() * DIRECTORY.seats
    )
    places = NetworkMembership.objects.current().filter(network=network)
    assert set(places.values_list("user_id", flat=True)) == set(
        network.group.user_set.values_list("pk", flat=True)
    )

    call_out = CallOut.objects.get(roster__slug=people.ROSTER)
    assert ranking.rank(call_out, secretariat).candidates
