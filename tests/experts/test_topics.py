"""The taxonomy is kept by the secretariat; what is moved, renamed or merged stays found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from config.errors import Conflict, Denied, Invalid, NotFound
from experts import directory
from experts.actions import topics
from experts.directory import Filters
from experts.models import AuditEntry, Topic, TopicAlias
from experts.references import topics_by_slug
from search.models import OutboxRow
from search.viewer import Viewer
from tests.factories import experts as make

pytestmark = pytest.mark.django_db


def tree() -> list[tuple[int, str]]:
    return list(Topic.objects.order_by("path").values_list("depth", "slug"))


def assert_sound() -> None:
    """treebeard finds nothing wrong with paths, depths and numbers of children."""
    problems: tuple[list[str], ...] = Topic.objects.find_problems()
    assert not any(problems)


def test_only_the_secretariat_keeps_the_tree() -> None:
    make.topic("one")
    user = make.user()
    acts: list[Callable[[], Topic]] = [
        lambda: topics.create(acting_user=user, slug="two", names={"en": "Two"}),
        lambda: topics.edit("one", acting_user=user, changes={"labels": {"en": "x"}}),
        lambda: topics.move("one", acting_user=user, parent=None),
        lambda: topics.merge("one", acting_user=user, into="one"),
    ]
    for act in acts:
        with pytest.raises(Denied):
            act()


def test_a_topic_is_made_renamed_and_found_by_its_former_slug() -> None:
    staff = make.secretariat()
    topics.create(acting_user=staff, slug="documents", names={"en": "Documents"})
    topics.create(acting_user=staff, slug="passports", names={"en": "Passports"}, parent="documents")
    topics.edit("passports", acting_user=staff, changes={"slug": "travel-documents"})
    assert tree() == [(1, "documents"), (2, "travel-documents")]
    assert topics_by_slug(["passports"])["passports"].slug == "travel-documents"
    topics.edit("passports", acting_user=staff, changes={"slug": "passports"})
    assert list(TopicAlias.objects.values_list("slug", flat=True)) == ["travel-documents"]
    with pytest.raises(Invalid) as error:
        topics.create(acting_user=staff, slug="travel-documents", names={"fr": "x", "xx": "y"})
    assert {fault.pointer for fault in error.value.errors} == {"/slug", "/labels/xx", "/labels/en"}
    with pytest.raises(NotFound):
        topics.edit("no-such", acting_user=staff, changes={})


def test_a_moved_topic_takes_everything_below_along_and_counts_there(viewer: Callable[..., Viewer]) -> None:
    staff = make.secretariat()
    old, new = make.topic("old"), make.topic("new")
    branch = make.topic("branch", parent=old)
    leaf = make.topic("leaf", parent=branch)
    profile = make.profile()
    make.knows(profile, leaf)
    topics.move("branch", acting_user=staff, parent="new")
    assert tree() == [(1, "new"), (2, "branch"), (3, "leaf"), (1, "old")]
    me = viewer(profile.user)
    assert list(directory.find(me, Filters(topics=["new"]))) == [profile]
    assert list(directory.find(me, Filters(topics=["old"]))) == []
    assert OutboxRow.objects.filter(kind="expert", object_id=profile.pk, engine="postgres").count() == 1
    topics.move("branch", acting_user=staff, parent=None)
    assert tree() == [(1, "branch"), (2, "leaf"), (1, "new"), (1, "old")]
    with pytest.raises(Invalid) as error:
        topics.move("branch", acting_user=staff, parent="leaf")
    assert error.value.errors[0].code == "below_itself"
    assert_sound()
    assert new.slug == "new"


def test_the_tree_stays_shallow() -> None:
    staff = make.secretariat()
    above = None
    for depth in range(topics.MAX_DEPTH):
        above = make.topic(f"t{depth}", parent=above)
    make.topic("other")
    acts: list[Callable[[], Topic]] = [
        lambda: topics.create(acting_user=staff, slug="deep", names={"en": "x"}, parent="t4"),
        lambda: topics.move("other", acting_user=staff, parent="t4"),
        lambda: topics.move("t0", acting_user=staff, parent="other"),
    ]
    for act in acts:
        with pytest.raises(Conflict):
            act()


def test_merged_topics_are_one_and_nobody_loses_a_level(viewer: Callable[..., Viewer]) -> None:
    staff = make.secretariat()
    old, new = make.topic("forged-papers"), make.topic("forged-documents")
    make.topic("stamps", parent=old)
    old.aliases.create(slug="fakes")
    only_old, both, only_new = (make.profile(family_name=name) for name in ("A", "B", "C"))
    make.knows(only_old, old, "practitioner")
    make.knows(both, old, "trainer", years=3)
    make.knows(both, new, "awareness", years=9)
    make.knows(only_new, new, "specialist")
    topics.merge("forged-papers", acting_user=staff, into="forged-documents")
    assert tree() == [(1, "forged-documents"), (2, "stamps")]
    for slug in ("forged-papers", "fakes"):
        found = directory.find(viewer(both.user), Filters(topics=[slug])).order_by("sort_name")
        assert list(found) == [only_old, both, only_new]
    row = both.topics.get()
    assert (row.level, row.years) == ("trainer", 9)
    assert set(OutboxRow.objects.values_list("object_id", flat=True)) == {only_old.pk, both.pk, only_new.pk}
    assert AuditEntry.objects.get(verb="topic.merged").changes == {
        "slug": ["forged-papers", "forged-documents"]
    }
    assert_sound()


def test_a_topic_is_not_merged_into_what_is_below_it() -> None:
    above = make.topic("above")
    make.topic("below", parent=above)
    with pytest.raises(Invalid):
        topics.merge("above", acting_user=make.secretariat(), into="below")


def test_a_merge_asked_for_twice_merges_nothing_else() -> None:
    staff = make.secretariat()
    for slug in ("old", "new", "another"):
        make.topic(slug)
    topics.merge("old", acting_user=staff, into="new")
    with pytest.raises(Conflict):
        topics.merge("old", acting_user=staff, into="another")
    assert tree() == [(1, "another"), (1, "new")]
