"""Kept searches: what is new is told once, to who may read it then, and nothing is passed over."""

from __future__ import annotations

import datetime as dt
import random
from uuid import UUID

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.utils import timezone

from config.errors import Conflict, Invalid, NotFound
from experts import viewers
from experts.actions import profiles
from experts.audiences import Choice, Reach
from experts.models import Profile, Section, User
from forums import alerts
from forums.actions import digests, memberships, moderation, saved_searches
from forums.models import AlertPosition, Cadence, Notice, SavedMatch, SavedSearch, Visibility
from search import indexer, outbox, rebuild
from search.engines import ENGINES
from search.engines import postgres_percolation as percolation
from search.engines.base import EngineError
from tests.factories import experts, forums, jobs
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db

type Outbox = list[EmailMultiAlternatives]


def keep(typed: str, who: User, cadence: str = Cadence.AT_ONCE, name: str = "") -> SavedSearch:
    return saved_searches.save(name=name or typed[:100], typed=typed, cadence=cadence, acting_user=who)


def told() -> int:
    """Index what waits, then tell: how many notices were written."""
    indexer.drain()
    return saved_searches.tell_new()


def index(*who: Profile) -> None:
    outbox.enqueue("expert", [one.pk for one in who])


def found(search: SavedSearch) -> set[UUID]:
    rows = SavedMatch.objects.filter(search=search, found_at__isnull=False)
    return set(rows.values_list("object_id", flat=True))


def shown(who: User) -> list[Notice]:
    return list(Notice.objects.visible(viewers.resolve(who)).filter(reason="saved_search"))


def test_a_new_post_is_told_once_and_one_from_before_is_not() -> None:
    space = forums.space()
    forums.reply(forums.discussion(space), body="An old turbine.")
    reader = forums.join(space)
    indexer.drain()
    search = keep("turbine", reader)
    assert told() == 0
    post = forums.reply(forums.discussion(space), body="A new turbine.")
    assert told() == 1
    assert found(search) == {post.pk}
    [notice] = shown(reader)
    assert (notice.saved_search, notice.count) == (search, 1)
    outbox.enqueue("post", [post.pk])
    assert told() == 0
    forums.reply(forums.discussion(space), body="Of something else.")
    assert told() == 0


def test_the_first_that_is_ever_indexed_is_told() -> None:
    space = forums.space()
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE search_version RESTART")
    search = keep("turbine", forums.join(space))
    post = forums.reply(forums.discussion(space), body="A new turbine.")
    assert told() == 1
    assert found(search) == {post.pk}


def test_a_discussion_and_its_opening_post_are_one_thing() -> None:
    space = forums.space()
    search = keep("turbine", forums.join(space))
    discussion = forums.discussion(space, title="A turbine", body="The turbine turns.")
    assert told() == 1
    assert found(search) == {discussion.pk}


def test_ones_own_words_are_no_news() -> None:
    space = forums.space()
    author = forums.join(space)
    search = keep("turbine", author)
    forums.reply(forums.discussion(space), author, body="My turbine.")
    assert told() == 0
    assert found(search) == set()


def test_an_expert_who_begins_to_answer_is_new_and_one_who_did_already_is_not() -> None:
    old = experts.profile(headline="turbine builder")
    index(old)
    indexer.drain()
    reader = experts.user()
    search = keep("turbine type:expert", reader)
    profiles.edit(old.pk, acting_user=old.user, changes={"headline": "senior turbine builder"})
    assert told() == 0
    other = experts.profile(headline="gardener")
    index(other)
    assert told() == 0
    profiles.edit(other.pk, acting_user=other.user, changes={"headline": "turbine gardener"})
    assert told() == 1
    assert found(search) == {other.pk}


def test_what_the_person_may_not_read_is_not_told() -> None:
    secret = forums.space(Visibility.SECRET)
    insider, outsider = forums.join(secret), experts.user()
    inside, outside = keep("turbine", insider), keep("turbine", outsider)
    for_office = experts.profile(biography={"en": "turbine"}, reach={"biography": "secretariat"})
    index(for_office)
    post = forums.reply(forums.discussion(secret), body="turbine")
    assert told() == 1
    assert (found(inside), found(outside)) == ({post.pk}, set())


def test_a_match_that_became_invisible_is_told_nowhere(mailoutbox: Outbox) -> None:
    secret = forums.space(Visibility.SECRET)
    reader = forums.join(secret)
    keep("turbine", reader)
    forums.reply(forums.discussion(secret), body="turbine")
    assert told() == 1
    assert len(shown(reader)) == 1
    memberships.leave(secret.pk, acting_user=reader)
    assert shown(reader) == []
    assert digests.send_due(timezone.now() + dt.timedelta(minutes=5)) == 0
    assert mailoutbox == []


def test_a_letter_that_was_under_way_is_not_sent_of_what_was_hidden_meanwhile(mailoutbox: Outbox) -> None:
    space = forums.space()
    keep("turbine", forums.join(space))
    post = forums.reply(forums.discussion(space), body="turbine")
    told()
    jobs.run("forums.tell_followers")
    assert digests.send_due(timezone.now() + dt.timedelta(minutes=5)) == 1
    moderation.hide_post(post.pk, acting_user=make.moderator(space), reason=make.WHY)
    jobs.run("forums.send_letter")
    assert mailoutbox == []


def test_an_expert_whose_section_was_closed_meanwhile_is_told_no_more() -> None:
    reader = experts.user()
    search = keep("turbine type:expert", reader)
    ada = experts.profile(headline="turbine")
    index(ada)
    assert told() == 1
    assert len(shown(reader)) == 1
    profiles.set_visibility(
        ada.pk, acting_user=ada.user, choices={Section.HEADLINE: Choice(Reach.SECRETARIAT)}
    )
    assert shown(reader) == []  # before anything is indexed anew
    indexer.drain()
    assert shown(reader) == []
    assert alerts.holding(SavedMatch.objects.filter(search=search), viewers.resolve(reader)) == []


def test_results_are_gathered_and_what_was_mailed_is_not_mailed_again(mailoutbox: Outbox) -> None:
    space = forums.space()
    reader = forums.join(space)
    reader.language = "ru"
    reader.save()
    search = keep("turbine", reader, name="Турбины")
    first = forums.reply(forums.discussion(space, title="First"), body="turbine")
    told()
    forums.reply(forums.discussion(space, title="Second"), body="turbine")
    told()
    assert digests.send_due(timezone.now() + dt.timedelta(minutes=5)) == 1
    jobs.run("forums.send_letter")
    assert "2 новых результата по запросу «Турбины»" in mailoutbox[0].subject
    assert "First" in str(mailoutbox[0].body)
    assert f"/me/searches/{search.pk}/matches" in str(mailoutbox[0].body)
    third = forums.reply(forums.discussion(space, title="Third"), body="turbine")
    assert told() == 1
    assert digests.send_due(timezone.now() + dt.timedelta(minutes=5)) == 1
    jobs.run("forums.send_letter")
    assert "1 новый результат" in mailoutbox[1].subject
    assert "First" not in str(mailoutbox[1].body)
    assert {first.pk, third.pk} <= found(search)


@pytest.mark.parametrize("cadence", [Cadence.DAILY, Cadence.WEEKLY])
def test_a_digest_takes_searches_of_its_cadence(cadence: str, mailoutbox: Outbox) -> None:
    space = forums.space()
    reader = forums.join(space)
    keep("turbine", reader, cadence)
    forums.reply(forums.discussion(space), body="turbine")
    assert told() == 1
    monday = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    Notice.objects.update(created_at=monday - dt.timedelta(days=1))
    assert digests.send_due(timezone.now() + dt.timedelta(minutes=5)) == 0
    assert digests.send_digests(monday + dt.timedelta(hours=7)) == 1
    jobs.run("forums.send_letter")
    assert len(mailoutbox) == 1


def test_unsubscribing_from_the_letter_silences_the_searches(mailoutbox: Outbox) -> None:
    space = forums.space()
    reader = forums.join(space)
    search = keep("turbine", reader)
    forums.reply(forums.discussion(space), body="turbine")
    told()
    digests.send_due(timezone.now() + dt.timedelta(minutes=5))
    jobs.run("forums.send_letter")
    header = mailoutbox[0].extra_headers["List-Unsubscribe"]
    digests.unsubscribe(header.strip("<>").rpartition("/")[2])
    search.refresh_from_db()
    assert search.cadence == Cadence.NONE


def test_another_query_begins_anew_and_another_name_does_not() -> None:
    space = forums.space()
    reader = forums.join(space)
    search = keep("turbine", reader)
    forums.reply(forums.discussion(space), body="turbine and calibration")
    told()
    saved_searches.change(search.pk, name="Engines", acting_user=reader)
    assert len(found(search)) == 1
    saved_searches.change(search.pk, typed="calibration", acting_user=reader)
    assert found(search) == set()
    assert told() == 0
    forums.reply(forums.discussion(space), body="calibration")
    assert told() == 1


def test_searches_are_ones_own_limited_named_and_ask_for_something(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = experts.user()
    search = keep("turbine", reader)
    with pytest.raises(Conflict) as taken:
        keep("other", reader, name="TURBINE")
    assert taken.value.code == "name_taken"
    with pytest.raises(Invalid) as empty:
        keep("-  ", reader)
    assert empty.value.errors[0].code == "empty_query"
    with pytest.raises(NotFound):
        saved_searches.change(search.pk, name="x", acting_user=experts.user())
    with pytest.raises(NotFound):
        saved_searches.remove(search.pk, acting_user=experts.secretariat())
    monkeypatch.setattr(saved_searches, "MAX_SEARCHES", 1)
    with pytest.raises(Conflict) as many:
        keep("other", reader)
    assert many.value.code == "too_many_searches"


def test_a_query_that_too_many_experts_answer_is_kept_but_not_told_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(alerts, "MOST_KNOWN", 1)
    index(*(experts.profile(headline="turbine") for _ in range(2)))
    indexer.drain()
    reader = experts.user()
    with pytest.raises(Invalid) as broad:
        keep("turbine type:expert", reader)
    assert broad.value.errors[0].code == "too_broad"
    keep("turbine type:expert", reader, Cadence.NONE)


def test_likes_and_a_rebuild_are_no_news() -> None:
    space = forums.space()
    search = keep("turbine", forums.join(space))
    forums.reply(forums.discussion(space), body="turbine")
    assert told() == 1
    rebuild.rebuild(outbox.POSTGRES, report=lambda _: None)
    assert told() == 0
    assert len(found(search)) == 1


def test_no_order_of_changes_and_runs_passes_over_or_repeats_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(percolation, "MOST_DOCUMENTS", 3)
    rng = random.Random(11)
    spaces = [forums.space(), forums.space(Visibility.SECRET)]
    readers = [forums.join(spaces[0]), forums.join(spaces[1])]
    searches = [keep("turbine", reader) for reader in readers]
    wanted: list[set[UUID]] = [set(), set()]
    for _ in range(60):
        match rng.randrange(4):
            case 0 | 1:
                where = rng.randrange(2)
                text = rng.choice(["turbine", "gardening"])
                post = forums.reply(forums.discussion(spaces[where], title="Talk"), body=text)
                if text == "turbine":
                    wanted[1] |= {post.pk}
                    wanted[0] |= {post.pk} if where == 0 else set()
            case 2:
                indexer.drain_batch(ENGINES[outbox.POSTGRES](), size=rng.randrange(1, 5))
            case 3:
                saved_searches.tell_new()
    while told():
        pass
    assert [found(search) for search in searches] == wanted
    counts = [sum(notice.count for notice in shown(reader)) for reader in readers]
    assert counts == [len(one) for one in wanted]


def test_who_cannot_be_told_now_delays_no_other_and_is_told_later(monkeypatch: pytest.MonkeyPatch) -> None:
    space = forums.space()
    readers = [forums.join(space) for _ in range(3)]
    searches = [keep("turbine", reader) for reader in readers]
    post = forums.reply(forums.discussion(space), body="turbine")
    sound = percolation.changed

    def unwell(asked: object, viewer: object, **bounds: int) -> object:
        if getattr(viewer, "user_id") == readers[1].pk:  # noqa: B009
            raise EngineError("not now")
        return sound(asked, viewer, **bounds)  # type: ignore[arg-type]

    monkeypatch.setattr(percolation, "changed", unwell)
    assert told() == 2
    monkeypatch.undo()
    assert told() == 1
    assert [found(search) for search in searches] == [{post.pk}] * 3


def test_what_was_found_long_ago_is_forgotten_and_not_found_again() -> None:
    space = forums.space()
    search = keep("turbine", forums.join(space))
    post = forums.reply(forums.discussion(space), body="turbine")
    told()
    long_ago = timezone.now() - saved_searches.NEWS - dt.timedelta(days=2)
    SavedMatch.objects.update(found_at=long_ago)
    SavedSearch.objects.update(since=long_ago)
    type(post).objects.filter(pk=post.pk).update(created_at=long_ago)
    assert saved_searches.forget_old() == 1
    outbox.enqueue("post", [post.pk])
    assert told() == 0
    assert found(search) == set()
    assert AlertPosition.objects.count() == 1
