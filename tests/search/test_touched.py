"""What is indexed anew after a change: exactly what it touches, restricting changes first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from experts.actions import profiles, topics
from experts.audiences import Choice, Reach
from experts.models import Section
from experts.tasks import availability
from forums.actions import discussions, moderation, moves, posts, spaces
from forums.models import Visibility
from search import indexer, outbox, sweep, tasks
from search.engines.postgres import TOMBSTONES_KEPT, PostgresEngine
from search.models import OutboxRow, SearchDocument, SearchSweep
from tests.factories import experts, forums
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db
type Touched = Mapping[str, set[Any]]


@pytest.fixture(autouse=True)
def clean(db: None) -> None:
    OutboxRow.objects.all().delete()


def touched() -> Touched:
    """What waits now, by kind; and then no more."""
    found: dict[str, set[Any]] = {}
    for kind, object_id in OutboxRow.objects.values_list("kind", "object_id"):
        found.setdefault(kind, set()).add(object_id)
    OutboxRow.objects.all().delete()
    return found


def withdrawn() -> set[str]:
    return set(outbox.withdrawn(outbox.POSTGRES))


def ids_of(discussion: Any) -> set[Any]:
    return set(discussion.posts.values_list("pk", flat=True))


def test_a_changed_label_touches_who_and_what_has_the_topic_or_one_below() -> None:
    arms = experts.topic("arms")
    pistols, other = experts.topic("pistols", parent=arms), experts.topic("drugs")
    knows, knows_below, knows_other = (experts.profile() for _ in range(3))
    experts.knows(knows, arms)
    experts.knows(knows_below, pistols)
    experts.knows(knows_other, other)
    space = forums.space()
    about, about_below = (forums.discussion(space, topics=[slug]) for slug in ("arms", "pistols"))
    forums.discussion(space, topics=["drugs"])
    touched()
    topics.edit("arms", acting_user=experts.secretariat(), changes={"labels": {"en": "Weapons"}})
    assert touched() == {
        "expert": {knows.pk, knows_below.pk},
        "discussion": {about.pk, about_below.pk},
    }


def test_a_moved_discussion_touches_itself_and_its_posts_which_are_withdrawn_meanwhile() -> None:
    space = forums.space()
    owner = forums.owner_of(space)
    there = forums.space(owner=owner)
    discussion, bystander = forums.discussion(space), forums.discussion(space)
    forums.reply(discussion)
    touched()
    moves.move(discussion.pk, there.slug, acting_user=owner, reason=make.WHY)
    assert f"discussion:{discussion.pk}" in withdrawn()
    found = touched()
    assert found["discussion"] == {discussion.pk}
    assert found["post"] == ids_of(discussion)
    assert not ids_of(bystander) & found["post"]


def test_a_changed_title_touches_the_posts_too_and_a_status_does_not() -> None:
    space = forums.space()
    owner = forums.owner_of(space)
    discussion = forums.discussion(space)
    forums.reply(discussion)
    touched()
    discussions.close(discussion.pk, acting_user=owner, reason=make.WHY)
    assert touched() == {"discussion": {discussion.pk}}
    discussions.edit(discussion.pk, acting_user=owner, changes={"title": "Another title"}, reason=make.WHY)
    assert touched() == {"discussion": {discussion.pk}, "post": ids_of(discussion)}


def test_a_renamed_person_touches_their_profile_and_nothing_they_wrote() -> None:
    space = forums.space()
    author = forums.join(space)
    ada = experts.profile(author)
    forums.discussion(space, author)
    touched()
    identity = {"given_name": "Ada", "family_name": "King", "honorific": "", "original_name": ""}
    profiles.edit(ada.pk, acting_user=author, changes={"identity": identity})
    assert touched() == {"expert": {ada.pk}}


def test_a_narrower_section_withdraws_the_profile_and_a_wider_one_does_not() -> None:
    ada = experts.profile()
    touched()
    choices = {Section.HEADLINE: Choice(Reach.SECRETARIAT)}
    profiles.set_visibility(ada.pk, acting_user=ada.user, choices=choices)
    assert withdrawn() == {f"expert:{ada.pk}"}
    assert touched() == {"expert": {ada.pk}}
    choices = {Section.HEADLINE: Choice(Reach.MEMBERS)}
    profiles.set_visibility(ada.pk, acting_user=ada.user, choices=choices)
    assert withdrawn() == set()
    assert touched() == {"expert": {ada.pk}}


def test_a_space_that_closes_touches_no_post() -> None:
    space = forums.space()
    forums.discussion(space)
    touched()
    spaces.edit(space.pk, acting_user=forums.owner_of(space), changes={"visibility": Visibility.SECRET})
    found = touched()
    assert set(found) <= {"space"}


def test_a_like_an_edit_and_hiding_touch_one_post() -> None:
    space = forums.space()
    discussion = forums.discussion(space)
    reply = forums.reply(discussion)
    touched()
    posts.like(reply.pk, acting_user=forums.join(space))
    assert touched() == {"post": {reply.pk}}
    moderation.hide_post(reply.pk, acting_user=forums.owner_of(space), reason=make.WHY)
    assert f"post:{reply.pk}" in withdrawn()
    assert touched()["post"] == {reply.pk}


def test_restricting_changes_go_first_whatever_waits() -> None:
    space = forums.space()
    waiting = [forums.reply(forums.discussion(space)) for _ in range(3)]
    moderation.hide_post(waiting[2].pk, acting_user=forums.owner_of(space), reason=make.WHY)
    rows = OutboxRow.objects.filter(engine=outbox.POSTGRES)
    others = rows.filter(restricting=False).count()
    assert rows.filter(restricting=True).exists()
    while rows.filter(restricting=True).exists():
        assert rows.filter(restricting=False).count() == others
        indexer.drain_batch(PostgresEngine(), size=1)
    assert withdrawn() == set()


def test_months_that_pass_touch_who_is_available() -> None:
    free = experts.profile(available_from=date(2026, 1, 1))
    experts.profile()
    touched()
    availability.renew_availability(timestamp=0)
    assert touched() == {"expert": {free.pk}}


def test_tombstones_are_pruned_when_no_writer_can_be_late_any_more() -> None:
    space = forums.space()
    posts_there = [forums.reply(forums.discussion(space)) for _ in range(2)]
    indexer.drain()
    for post in posts_there:
        moderation.delete_post(post.pk, acting_user=forums.owner_of(space), reason=make.WHY)
    indexer.drain()
    dead = SearchDocument.objects.filter(audience=[])
    assert {row.object_id for row in dead} == {post.pk for post in posts_there}
    old = timezone.now() - TOMBSTONES_KEPT - timedelta(minutes=1)
    dead.filter(object_id=posts_there[0].pk).update(written_at=old)
    tasks.prune(timestamp=0)
    assert [row.object_id for row in dead.all()] == [posts_there[1].pk]
    assert SearchDocument.objects.exclude(audience=[]).exists()


def test_the_sweep_by_the_clock_mends_and_reports_its_counts(client: Any) -> None:
    space = forums.space()
    lost = forums.reply(forums.discussion(space))
    outbox.enqueue("space", [space.pk])
    indexer.drain()
    SearchDocument.objects.filter(object_id=lost.pk).delete()
    tasks.sweep_engines(timestamp=0)
    report = SearchSweep.objects.get()
    assert (report.engine, report.missing, report.stale, report.orphaned) == ("postgres", 1, 0, 0)
    indexer.drain()
    assert SearchDocument.objects.filter(object_id=lost.pk).exists()
    figures = client.get("/metrics").content.decode()
    assert 'community_search_sweep_missing{engine="postgres"} 1' in figures
    assert 'community_search_outbox_rows{engine="postgres"} 0' in figures
    tasks.sweep_engines(timestamp=0)
    latest = sweep.last("postgres")
    assert latest is not None
    assert latest.missing == 0
